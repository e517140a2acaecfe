"""The export: files that Excel, programs and Frictionless read alike, whole or not at all."""

import codecs
import csv
import fcntl
import hashlib
import json
import os
import sqlite3
import subprocess
import sys
from itertools import zip_longest
from pathlib import Path

import frictionless
import pytest
from records import CITIES, SITE, article_id, build_crawl_db
from sqlite_utils import Database

import db.export as export_module
from db.export import ExportError, export
from db.publish import publish
from db.schema import table, tables_in

FORMATS = ("csv", "json", "jsonl")
NOTE = "-n1"
FORMULAS = {
    f"{NOTE}{n}": text
    for n, text in enumerate(["=1+1", "+86 510", "-", "@SUM(A1)", "\tx", "\rx", "\nx", "＝1", "'", '说"是",\n否'])
}


def published(folder, cities):
    build_crawl_db(folder / "crawl.db", cities)
    publish(folder / "crawl.db", folder / "procedures.db")
    return folder / "procedures.db"


@pytest.fixture(scope="module")
def public_db(tmp_path_factory):
    """Four published articles, and beside them what a spreadsheet or a validator would stumble over."""
    path = published(tmp_path_factory.mktemp("public"), tuple(CITIES))
    procedure_id = f"{article_id(1)}-insured-place-change-1"
    leaf = {"article_id": article_id(1), "procedure_id": procedure_id, "seq": 9, "line_no": 9}
    notes = [{"id": procedure_id + suffix, **leaf, "kind": "tip", "text": text} for suffix, text in FORMULAS.items()]
    rule = {"kind": "waiting_period", "title": "", "text": "", "trigger_op": "=", "trigger_value": -1.5}
    db = Database(path)
    db.execute("PRAGMA foreign_keys = ON")
    db.table("note").insert_all(notes)
    db.table("rule").insert({"id": f"{procedure_id}-r9", **leaf, **rule})
    db.table("article").update(article_id(2), {"published_at": "2026-02-04"})
    db.table("hotline").insert({"id": f"{procedure_id}-h9", **leaf, "matches_scheme": None})
    db.close()
    return path


@pytest.fixture
def out(public_db, tmp_path):
    export(public_db, tmp_path / "exports")
    return tmp_path / "exports"


def read_csv(path):
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def write_csv(path, rows):
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows(rows)


def read_json(out, name):
    return json.loads((out / f"{name}.json").read_text(encoding="utf-8"))


def errors(out, name=None):
    """(resource, type of the error) of all that Frictionless finds, in one resource or in the whole package."""
    report = frictionless.validate(str(out / "datapackage.json"), name=name)
    found = {("", error.type) for error in report.errors}
    return found | {(task.name, error.type) for task in report.tasks for error in task.errors}


def contents(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


# ---------------------------------------------------------------- what is written


def test_every_public_table_is_written_in_every_format(public_db, out):
    names = {f"{t.name}.{form}" for t in tables_in("public") for form in FORMATS}
    assert set(contents(out)) == names | {"datapackage.json"}
    assert {"step.csv", "step.json", "step.jsonl"} <= names


def test_export_returns_its_files_and_tells_how_many_rows_it_wrote(public_db, tmp_path):
    told = []
    written = export(public_db, tmp_path / "a" / "b", ["jsonl"], told.append)
    assert all(path.is_file() for path in written)
    assert written[-1] == tmp_path / "a" / "b" / "datapackage.json"
    assert "article.jsonl: 4 rows" in told


@pytest.mark.parametrize("name", [t.name for t in tables_in("public")])
def test_the_three_formats_and_the_database_say_the_same(public_db, out, name):
    stored = list(Database(public_db).table(name).rows_where(order_by=", ".join(table(name).primary_key)))
    objects = read_json(out, name)
    assert objects == [json.loads(line) for line in (out / f"{name}.jsonl").read_text("utf-8").splitlines()]
    for row, from_json, from_csv in zip_longest(stored, objects, read_csv(out / f"{name}.csv")):
        assert list(row) == list(from_json) == list(from_csv)
        for column in table(name).columns_in("public"):
            value = row[column.name]
            in_json = from_json[column.name]
            assert value == (
                json.dumps(in_json, ensure_ascii=False) if column.type == "json" and value is not None else in_json
            )
            text = "" if value is None else str(value)
            assert from_csv[column.name] in ((text, f"'{text}") if column.type == "text" else (text,))


def test_a_table_without_rows_is_written_too(out):
    assert read_json(out, "cost") == read_csv(out / "cost.csv") == []
    assert (out / "cost.csv").read_text(encoding="utf-8-sig").startswith("id,article_id,")


def test_json_has_arrays_booleans_and_chinese_as_such(out):
    step = read_json(out, "step")[0]
    assert step["ui_paths"] == [["医保余额"]]
    assert read_json(out, "material")[0]["is_form"] is False
    assert read_json(out, "article")[0]["schemes"] == ["employee", "resident"]
    assert {row["matches_scheme"] for row in read_json(out, "hotline")} == {False, None}
    assert "国家医保服务平台".encode() in (out / "channel.jsonl").read_bytes()


def test_csv_opens_in_excel(out):
    raw = (out / "article.csv").read_bytes()
    assert raw.startswith(codecs.BOM_UTF8 + b"id,url,site,")
    assert raw.count(b"\r\n") == raw.count(b"\n") == 5


def test_csv_holds_no_formula_and_json_the_text_as_it_was(out):
    cells = {row["id"].rpartition("-")[2]: row["text"] for row in read_csv(out / "note.csv")}
    texts = {row["id"].rpartition("-")[2]: row["text"] for row in read_json(out, "note")}
    for suffix, text in FORMULAS.items():
        is_formula = suffix not in (f"{NOTE}8", f"{NOTE}9")
        assert cells[suffix[1:]] == ("'" + text if is_formula else text)
        assert texts[suffix[1:]] == text


def test_csv_keeps_negative_numbers_numbers(out):
    rule = next(row for row in read_csv(out / "rule.csv") if row["trigger_value"].startswith("-"))
    assert rule["trigger_value"] == "-1.5"
    assert rule["trigger_op"] == "'="


def test_the_same_database_gives_the_same_bytes(public_db, out, tmp_path):
    export(public_db, tmp_path / "again")
    assert contents(tmp_path / "again") == contents(out)


# ---------------------------------------------------------------- the data package


def test_frictionless_accepts_the_package(out):
    command = [Path(sys.executable).with_name("frictionless"), "validate", out / "datapackage.json"]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert errors(out) == set()


@pytest.mark.parametrize("formats", [("csv",), ("json",), ("jsonl", "json")])
def test_a_package_of_fewer_formats_is_valid_too(public_db, tmp_path, formats):
    export(public_db, tmp_path, formats)
    assert {path.suffix for path in tmp_path.iterdir()} == {".json", *(f".{name}" for name in formats)}
    assert errors(tmp_path) == set()


def test_the_package_says_what_the_data_are(out):
    package = json.loads((out / "datapackage.json").read_text(encoding="utf-8"))
    assert "某篇文章" in package["description"]
    assert "what one article says" in package["description"]
    assert package["licenses"][0]["name"]
    assert package["sources"] == [{"title": SITE, "path": "https://www.shebaowang.example/"}]
    for resource in package["resources"]:
        raw = (out / resource["path"]).read_bytes()
        assert (resource["bytes"], resource["hash"]) == (
            len(raw),
            f"sha256:{hashlib.sha256(raw).hexdigest()}",
        )


def test_the_package_types_and_explains_every_column(out):
    package = json.loads((out / "datapackage.json").read_text(encoding="utf-8"))
    schemas = {resource["name"]: resource["schema"] for resource in package["resources"] if "schema" in resource}
    assert list(schemas) == [t.name for t in tables_in("public")]
    step = {field["name"]: field for field in schemas["step"]["fields"]}
    assert (step["text"]["title"], step["text"]["description"]) == ("内容", "Text")
    assert step["line_no"]["type"] == "integer"
    article = {field["name"]: field["type"] for field in schemas["article"]["fields"]}
    assert (article["title_date"], article["published_at"]) == ("date", "datetime")
    assert schemas["step"]["primaryKey"] == ["id"]
    itself = {"fields": ["parent_id"], "reference": {"resource": "", "fields": ["id"]}}
    assert itself in schemas["procedure"]["foreignKeys"]
    assert {"fields": ["channel_id"], "reference": {"resource": "channel", "fields": ["id"]}} in schemas["step"][
        "foreignKeys"
    ]


BROKEN = [
    ("time_limit", "max_value", "十五", "type-error"),
    ("step", "line_no", "4.5", "type-error"),
    ("material", "is_form", "maybe", "type-error"),
    ("article", "title_date", "2026年2月4日", "type-error"),
    ("article", "published_at", "昨天", "type-error"),
    ("step", "id", "", "constraint-error"),
    ("step", "line_no", "", "constraint-error"),
    ("step", "role", "动作", "constraint-error"),
    ("article", "schemes", "employee", "type-error"),
    ("article", "schemes", '["everyone"]', "constraint-error"),
    ("step", "channel_id", "", "constraint-error"),
    ("step", "channel_id", "nowhere", "foreign-key"),
    ("step", "line_no", "99", "foreign-key"),
    ("procedure", "parent_id", "nowhere", "foreign-key"),
    ("article", "region_code", "999999", "foreign-key"),
    ("related_link", "target_article_id", "nowhere", "foreign-key"),
]


@pytest.mark.parametrize(("name", "column", "value", "error"), BROKEN)
def test_one_broken_row_is_found(out, name, column, value, error):
    rows = read_csv(out / f"{name}.csv")
    rows[0][column] = value
    write_csv(out / f"{name}.csv", rows)
    assert {(name, error), (name, "hash-count")} <= errors(out, name)


def test_a_row_that_stands_twice_or_is_gone_is_found(out):
    steps = read_csv(out / "step.csv")
    write_csv(out / "step.csv", [*steps, steps[0]])
    channels = read_csv(out / "channel.csv")
    write_csv(out / "channel.csv", channels[1:])
    assert {("step", "primary-key"), ("step", "foreign-key"), ("channel", "byte-count")} <= errors(out)


@pytest.mark.parametrize("name", ["step.json", "step.jsonl"])
def test_a_changed_json_file_is_found(out, name):
    path = out / name
    path.write_bytes(path.read_bytes().replace(b"false", b"true ").replace("医".encode(), "医".encode()[::-1]))
    assert (name, "hash-count") in errors(out, name)


# ---------------------------------------------------------------- what cannot be done


def foreign_file(path):
    path.write_text("no database\n" * 20)


def foreign_database(path):
    Database(path).table("step").insert({"id": 1})


def empty_file(path):
    path.touch()


def older_database(path):
    published(path.parent, ("320200",))
    sqlite3.connect(path).executescript("ALTER TABLE cost DROP COLUMN currency")


@pytest.mark.parametrize("make", [None, foreign_file, foreign_database, empty_file, older_database, Path.mkdir])
def test_without_a_database_of_ours_one_line_says_what_to_do(tmp_path, make):
    path = tmp_path / "procedures.db"
    if make:
        make(path)
    with pytest.raises(ExportError, match=r"procedures\.db.*run `scrapy publish`") as raised:
        export(path, tmp_path / "exports")
    assert "\n" not in str(raised.value)
    assert not (tmp_path / "exports").exists() or not contents(tmp_path / "exports")


def test_a_locked_database_is_named(public_db, tmp_path, monkeypatch):
    path = tmp_path / "procedures.db"
    path.write_bytes(public_db.read_bytes())
    holder = sqlite3.connect(path)
    holder.execute("BEGIN EXCLUSIVE")
    monkeypatch.setattr(export_module, "WAIT_SECONDS", 0.1)
    with pytest.raises(ExportError, match=r"procedures\.db.*another process"):
        export(path, tmp_path / "exports")


@pytest.mark.parametrize("formats", [["csv", "xml"], [], ["CSV"]])
def test_an_unknown_format_is_answered_with_the_known_ones(public_db, tmp_path, formats):
    with pytest.raises(ExportError, match="choose from csv, json, jsonl"):
        export(public_db, tmp_path / "exports", formats)
    assert not (tmp_path / "exports").exists()


def test_a_value_no_format_can_hold_leaves_the_old_export(public_db, out):
    before = contents(out)
    broken = out.parent / "broken.db"
    broken.write_bytes(public_db.read_bytes())
    with Database(broken).conn as connection:
        connection.execute("UPDATE step SET ui_paths = '[['")
    with pytest.raises(ExportError, match="table step"):
        export(broken, out)
    assert contents(out) == before


LIMITED = """
import resource, signal, sys
from pathlib import Path
from db.export import ExportError, export
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (65536, 65536))
try:
    export(Path(sys.argv[1]), Path(sys.argv[2]))
except ExportError as error:
    sys.exit(str(error))
"""


def run_python(code, *arguments):
    command = [sys.executable, "-c", code, *map(str, arguments)]
    root = Path(__file__).parent.parent
    return subprocess.run(command, cwd=root, capture_output=True, text=True, timeout=300, check=False)


def test_when_the_system_takes_no_more_bytes_the_old_export_stays_whole(public_db, out):
    before = contents(out)
    ended = run_python(LIMITED, public_db, out)
    assert ended.returncode == 1
    assert ended.stderr.startswith(f"cannot export to {out}: File too large")
    assert ended.stderr.count("\n") == 1
    assert contents(out) == before


def test_a_folder_that_is_a_file_is_named(public_db, tmp_path):
    (tmp_path / "exports").touch()
    with pytest.raises(ExportError, match=r"cannot export to .*exports"):
        export(public_db, tmp_path / "exports")


def test_what_a_killed_export_left_is_cleared_away(public_db, out):
    before = contents(out)
    (out / ".partial").mkdir()
    (out / ".partial" / "step.csv").write_text("half")
    export(public_db, out)
    assert contents(out) == before


def test_two_exports_into_one_folder_do_not_mix(public_db, out):
    handle = os.open(out, os.O_RDONLY)
    fcntl.flock(handle, fcntl.LOCK_EX)
    with pytest.raises(ExportError, match="another export"):
        export(public_db, out)
    os.close(handle)
    export(public_db, out)


def test_files_of_others_in_the_folder_stay(public_db, out):
    (out / "mine.txt").write_text("mine")
    export(public_db, out, ["csv"])
    assert (out / "mine.txt").read_text() == "mine"


# ---------------------------------------------------------------- size

# Linux's ru_maxrss goes on from the process that started this one; VmHWM does not.
MEASURED = """
import re, resource, sys
from pathlib import Path
from db.export import export
export(Path(sys.argv[1]), Path(sys.argv[2]))
if sys.platform == "linux":
    print(int(re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1]) // 1024)
else:
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024**2)
"""


def test_memory_does_not_grow_with_the_rows(public_db, tmp_path):
    big = tmp_path / "big.db"
    big.write_bytes(public_db.read_bytes())
    with Database(big).conn as connection:
        connection.execute(
            "WITH RECURSIVE n(i) AS (SELECT 100 UNION ALL SELECT i + 1 FROM n WHERE i < 200099)"
            " INSERT INTO statement SELECT i, '第' || i || '句,说的是怎样办理参保地变更', '怎样办理' FROM n"
        )
    small_mb = int(run_python(MEASURED, public_db, tmp_path / "small").stdout)
    big_mb = int(run_python(MEASURED, big, tmp_path / "exports").stdout)
    assert len(read_json(tmp_path / "exports", "statement")) > 200_000
    assert big_mb < small_mb + 20
