"""What the made-up site says of its pages is true: shape, evidence, every planted defect in its place."""

import dataclasses
import re
from collections import Counter

import pytest
from demo_pages import body_lines, live_articles, the_site, the_truth

from pipelines import record as shape

LEAF_CLASSES = {
    "channels": shape.Channel,
    "materials": shape.Material,
    "time_limits": shape.TimeLimit,
    "rules": shape.Rule,
    "hotlines": shape.Hotline,
    "coverage": shape.CoverageItem,
    "notes": shape.Note,
    "costs": shape.Cost,
    "locations": shape.Location,
    "legal_refs": shape.LegalRef,
}
FLAG_OF_TRAP = {
    "off-topic": {"off_topic_paragraph"},
    "empty-section": {"empty_section"},
    "arithmetic": {"arithmetic_mismatch"},
    "rewriter-label": {"ui_label_altered"},
    "rewriter-term": {"term_substituted", "obsolete_term", "variant_spelling"},
    "wrong-region-app": {"wrong_region_channel"},
    "foreign-mention": {"foreign_region_mention"},
    "hotline-12333": {"hotline_mismatch"},
    "stale-year": {"stale_year"},
    "duplicate-intro": {"duplicate_intro"},
    "filler": {"filler_line"},
    "punctuation": {"punctuation_anomaly"},
    "precondition": {"precondition_after_steps"},
}


def names(kind):
    return [field.name for field in dataclasses.fields(kind)]


def lines_flagged(record, code):
    return {flag["line"] for flag in record["quality_flags"] if flag["code"] == code}


def said(record):
    return "".join(line["text"] for line in record["lines"])


def leaves(record):
    """Every leaf of a record -> the words it claims to have read and the number of their line."""
    for procedure in record["procedures"]:
        yield procedure["heading"], procedure["line"]
        for channel in procedure["channels"]:
            for step in channel["steps"]:
                yield step["text"], step["line"]
                yield from ((label, step["line"]) for path in step["ui_paths"] for label in path)
        for material in procedure["materials"]:
            words = (material["name_raw"], material["condition"], material["substitute"])
            yield from ((word, material["line"]) for word in words if word)
        for hotline in procedure["hotlines"]:
            yield from ((word, hotline["line"]) for word in (hotline["number"], hotline["name"]) if word)
        for name in ("time_limits", "rules", "coverage", "notes", "costs", "locations", "legal_refs"):
            yield from ((leaf["text"], leaf["line"]) for leaf in procedure[name])
    yield from ((flag["quote"], flag["line"]) for flag in record["quality_flags"])


def test_a_true_record_has_the_shape_of_a_record():
    for record in the_truth().values():
        assert list(record) == names(shape.Record)
        assert set(record["article"]) <= set(names(shape.Article))
        for procedure in record["procedures"]:
            assert list(procedure) == names(shape.Procedure)
            for part, kind in LEAF_CLASSES.items():
                assert all(set(leaf) == set(names(kind)) for leaf in procedure[part]), part
            steps = [step for channel in procedure["channels"] for step in channel["steps"]]
            assert all(set(step) == set(names(shape.Step)) for step in steps)
        assert all(set(link) == set(names(shape.RelatedLink)) for link in record["related_links"])
        assert all(set(flag) == set(names(shape.QualityFlag)) for flag in record["quality_flags"])


def test_every_article_that_can_be_fetched_has_a_truth_and_every_kind_of_leaf_occurs():
    assert set(the_truth()) == {plan.number for plan in live_articles()}
    procedures = [procedure for record in the_truth().values() for procedure in record["procedures"]]
    assert all(any(procedure[part] for procedure in procedures) for part in LEAF_CLASSES)
    assert any(procedure["parent_seq"] for procedure in procedures)


def test_the_lines_of_the_truth_are_the_lines_of_the_page():
    for plan in live_articles():
        lines = [line["text"] for line in the_truth()[plan.number]["lines"] if line["role"] != "related"]
        assert body_lines(plan) == lines[2:], plan.path


def test_the_words_of_every_leaf_stand_in_its_line():
    counted = 0
    for record in the_truth().values():
        text = {line["no"]: line["text"] for line in record["lines"]}
        for words, line in leaves(record):
            assert words in text[line], (record["article"]["url"], words, text[line])
            counted += 1
    assert counted > 20_000


def test_every_line_that_says_something_gives_a_leaf():
    speaking = {"step", "material", "time_limit", "rule", "coverage", "note"}
    for record in the_truth().values():
        read = {line for _, line in leaves(record)}
        assert all(line["no"] in read for line in record["lines"] if line["role"] in speaking)


def test_the_links_of_the_truth_are_the_articles_before():
    articles = the_site().articles
    for place, plan in enumerate(articles):
        if not plan.dead:
            links = the_truth()[plan.number]["related_links"]
            before = articles[max(0, place - 23) : place][::-1]
            assert [(x["title_raw"], x["listed_at"]) for x in links] == [(p.title_raw, p.listed_at) for p in before]


def test_texts_leave_no_placeholder_or_mark_behind():
    assert not any(re.search(r"[{}]|\[\[|\]\]", said(record)) for record in the_truth().values())


def test_one_wording_serves_many_cities_and_some_serve_one():
    cities = {}
    for record in the_truth().values():
        for line in record["lines"]:
            if line["role"] == "step":
                cities.setdefault(line["text"], set()).add(record["article"]["region_code"])
    assert max(map(len, cities.values())) >= 30
    assert sum(len(codes) == 1 for codes in cities.values()) >= 50


@pytest.mark.parametrize("trap", sorted(FLAG_OF_TRAP))
def test_each_trap_is_planted_and_known(trap):
    trapped = [the_truth()[plan.number] for plan in live_articles() if trap in plan.traps]
    flagged = [r for r in trapped if {flag["code"] for flag in r["quality_flags"]} & FLAG_OF_TRAP[trap]]
    excused = [
        record
        for record in trapped
        if (trap == "hotline-12333" and "12393" in said(record)) or record["article"]["region_code"] is None
    ]
    assert len(flagged) >= 5
    assert len(flagged) + len(excused) >= len(trapped)


def test_there_is_no_trap_but_these():
    assert {trap for plan in the_site().articles for trap in plan.traps} == set(FLAG_OF_TRAP)


def test_a_sum_that_is_flagged_is_wrong_and_the_others_are_right():
    found = Counter()
    for record in the_truth().values():
        flagged = lines_flagged(record, "arithmetic_mismatch")
        for line in record["lines"]:
            for left, stated in re.findall(r"([\d.+×÷%()]+)=([\d.]+)元", line["text"]):
                value = eval(left.replace("×", "*").replace("÷", "/").replace("%", "/100"))
                wrong = abs(value - float(stated)) > 0.5
                assert wrong == (line["no"] in flagged), line["text"]
                found[wrong] += 1
    assert min(found[True], found[False]) >= 10


def test_an_app_of_another_region_is_flagged_and_ones_own_is_not():
    own = foreign = 0
    for record in the_truth().values():
        home = record["article"]["region_code"]
        for flag in record["quality_flags"]:
            if flag["code"] == "wrong_region_channel":
                assert flag["normalised"][:2] != home[:2]
                foreign += 1
        for procedure in record["procedures"]:
            own += sum(channel["kind"] == "gov-app" for channel in procedure["channels"])
    assert foreign >= 20
    assert own >= 50


@pytest.mark.parametrize("words", ["医保定点", "最新余额", "扩大理赔", "其中卫生", "第三明确", "阿里健康"])
def test_words_that_only_look_like_places_give_no_flag(words):
    lines = [
        line["no"] in lines_flagged(record, "foreign_region_mention")
        for record in the_truth().values()
        for line in record["lines"]
        if words in line["text"]
    ]
    assert len(lines) >= 5
    assert not any(lines)


def test_the_pension_hotline_is_wrong_only_where_the_right_one_is_missing():
    assert any("12333" in said(record) and "12393" in said(record) for record in the_truth().values())
    for record in the_truth().values():
        wrong = "12333" in said(record) and "12393" not in said(record)
        assert bool(lines_flagged(record, "hotline_mismatch")) == wrong
