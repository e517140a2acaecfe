"""A clock that is set while a crawl runs, forward and back: nothing is lost, nothing is put off."""

import pytest
from crawling import (
    SECTION,
    article,
    crawl,
    crawl_arguments,
    environment,
    last_run,
    listing,
    path_of,
    rows,
    scrapy,
    small_site,
    states,
)

from db.clock import SHIFT

HOUR, DAY = 3600, 24 * 3600
JUMPS = {
    "an hour forward": HOUR,
    "ten years forward": 3650 * DAY,
    "an hour back": -HOUR,
    "a month back": -30 * DAY,
    "to 1970": -56 * 365 * DAY,
}


@pytest.fixture
def site():
    """Some more articles than are asked for at a time."""
    with small_site() as served:
        numbers = range(100, 160)
        served.pages |= {path_of(n): article(title=f"苏州医保余额怎么查?第{n}篇(2026/03/05)") for n in numbers}
        served.pages[SECTION] = listing(*((path_of(n), "2026-03-05 10:20") for n in numbers))
        yield served


def assert_sound(data) -> None:
    assert rows(data, "PRAGMA integrity_check") == [("ok",)]
    assert rows(data, "PRAGMA foreign_key_check") == []


@pytest.mark.parametrize("jump", JUMPS.values(), ids=JUMPS)
def test_a_clock_that_jumps_during_a_crawl(site, tmp_path, jump):
    clock = tmp_path / "clock"
    clock.write_text("0")

    def set_clock(path: str) -> None:
        if path == path_of(130):
            clock.write_text(str(jump))

    site.before = set_clock
    data = tmp_path / "data"
    crawl_it = crawl_arguments(site)
    run = scrapy(*crawl_it, data=data, env={**environment(), SHIFT: str(clock)})
    assert run.returncode == 0, run.stderr
    assert last_run(data) == ("finished", None)
    assert "waiting" not in states(data).values(), "what was listed before the jump is asked for after it"
    assert rows(data, "SELECT count(*) FROM article") == [(60,)]
    assert_sound(data)
    site.pages[path_of(7)] = article()
    site.pages[SECTION] = listing((path_of(7), "2026-03-06 10:20"), (path_of(130), "2026-03-05 10:20"))
    run = crawl(site, data)  # the clock is right again
    assert run.returncode == 0, run.stderr
    assert states(data)["7"] == "fetched"
    assert rows(data, "SELECT count(*), count(DISTINCT article_id) FROM article_version") == [(61, 61)]
    assert_sound(data)


def test_what_failed_while_the_clock_was_ahead_is_tried_again_in_days_not_months(site, tmp_path):
    page = site.pages.pop(path_of(130))
    site.pages[path_of(130)] = "<html></html>"
    assert scrapy(*crawl_arguments(site), data=tmp_path, env={**environment(), SHIFT: str(40 * DAY)}).returncode == 0
    assert states(tmp_path)["130"] == "failed"
    site.pages[path_of(130)] = page
    assert crawl(site, tmp_path).returncode == 0
    assert states(tmp_path)["130"] == "fetched"
