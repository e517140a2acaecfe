"""Quality flags."""
from pipelines.record import QualityFlag, Record
from pipelines.outline import Outline
def flag_record(record: Record, found: Outline) -> list[QualityFlag]:
    return []
