"""Which evidence is looked at: nobody chose it, trying again doesn't help, and it names nobody."""

import json
from collections.abc import Iterator
from copy import deepcopy
from datetime import date, timedelta
from functools import reduce
from itertools import cycle
from operator import getitem
from typing import Any

import pytest
from hypothesis import given, strategies as st
from sqlalchemy import select

from portal.core import clock
from portal.core.errors import RuleBroken
from portal.core.signing import jwks_of, key_set
from portal.core.signing_keys import published
from portal.impact.rules import Period
from portal.impact.rules.documents import sealed
from portal.recognition import commands, queries
from portal.recognition.commands import look_at, show
from portal.recognition.models import ReportLogLine, SampleItem
from portal.recognition.queries import sample
from portal.recognition.rules import log
from portal.recognition.rules.sample import Evidence, drawn, drawn_for, sizes_of, unfair_of
from portal.web.versions import _print_of
from tests.impact import made

REGISTER, DOCUMENT = Evidence


@given(st.text(), st.integers(1, 400))
def test_a_fifth_is_drawn_and_five_at_least(seed, of):
    found = drawn(seed, "figures", "sessions", of)
    assert found == drawn(seed, "figures", "sessions", of)
    assert len(found) == len(set(found)) == min(of, max(5, (of + 4) // 5))
    assert set(found) <= set(range(1, of + 1))


def test_each_is_drawn_about_as_often_as_another():
    times = [n for seed in range(400) for n in drawn(str(seed), "f", "sessions", 50)]
    counts = [times.count(number) for number in range(1, 51)]
    assert sum(counts) == 4000
    assert min(counts) > 45
    assert max(counts) < 120


def test_there_is_as_much_to_draw_from_as_the_figures_say(session, cast, draft):
    """What is listed to draw from is what was counted, by the same rules."""
    figures = made.figures(draft)
    assert sizes_of(draft.document) == {REGISTER: 2, DOCUMENT: 6}
    for kind, of in sizes_of(draft.document).items():
        assert len(sample.LISTS[kind](session, draft)) == of == figures[kind.value]


def test_of_a_hidden_figure_nothing_is_drawn(session, cast, keep):
    report = made.report(session, cast.actor("admin"), Period(date(2025, 1, 1), date(2025, 1, 31)))
    commands.submit(session, cast.actor("admin"), report=report, recogniser_id=cast.municipality.id)
    assert sizes_of(report.document) == {}
    assert keep() == 0
    commands.recognise(session, cast.actor("recogniser"), report=report, remark="Goed.")
    assert "sample" not in report.document["recognition"]


def test_it_is_drawn_by_the_first_line_after_handing_in(session, cast, sampled, keep):
    line = session.scalars(select(ReportLogLine)).one()
    items = sample.list_items(session, sampled)
    seed, of_report = log.hash_of(line.line), drawn_for(sampled.document)
    for kind, of in sizes_of(sampled.document).items():
        numbers = [item.number for item in items if item.kind is kind]
        assert numbers == drawn(seed, of_report, kind.value, of)
    assert keep() == 0  # once
    assert len(sample.list_items(session, sampled)) == len(items)


@pytest.mark.parametrize("happy", [None, 0, 7, 8])
def test_what_its_makers_read_later_is_in_no_number_of_theirs(
    session, cast, submitted, monkeypatch, happy
):
    """Not in what is drawn, and not in what their forms carry: else they try guesses."""

    def said():
        monkeypatch.setattr("portal.recognition.commands.sizes_of", lambda _: {REGISTER: 50})
        line = ReportLogLine(position=1, line="{}")
        nested = session.begin_nested()
        commands.draw(session, submitted, line)
        numbers = [item.number for item in sample.list_items(session, submitted)]
        nested.rollback()
        return numbers, _print_of([submitted])

    before, hash_before = said(), submitted.sha256
    rows = submitted.document["figures"]
    faces = [{**r, "value": happy} if r["id"].startswith("rated_") else r for r in rows]
    submitted.document = sealed({**submitted.document, "figures": faces})
    submitted.sha256 = submitted.document["sha256"]
    assert said() == before
    assert (submitted.sha256 == hash_before) is (faces == rows)


def test_a_figure_that_is_drawn_otherwise_later_leaves_a_sample_fair(session, sampled, keep, cast):
    commands.recognise(session, cast.actor("recogniser"), report=sampled, remark="Goed.")
    keep()
    lines = list(queries.list_lines(session))
    read = zip(log.entries_of(lines, published(session)), lines, strict=True)
    entries = [{**one, "hash": log.hash_of(line)} for one, line in read]
    document = queries.public_of(session, sampled)
    fewer = sealed({**document, "figures": document["figures"][:-1]})
    assert fewer["figures_sha256"] != document["figures_sha256"]
    assert unfair_of(fewer, entries) == []


def test_who_hands_in_again_has_more_to_show_and_never_less(session, cast, sampled, keep):
    """Taken back, sent back or compiled over other days: what was drawn stays drawn."""
    admin = cast.actor("admin")
    first = {item.row_id for item in sample.list_items(session, sampled)}
    commands.withdraw(session, admin, report=sampled)
    commands.submit(session, admin, report=sampled, recogniser_id=cast.municipality.id)
    keep()
    assert {item.row_id for item in sample.list_items(session, sampled)} == first
    commands.withdraw(session, admin, report=sampled)
    for period in (made.QUARTER, Period(date(2026, 1, 2), date(2026, 3, 30))):
        again = made.report(session, admin, period)
        commands.submit(session, admin, report=again, recogniser_id=cast.municipality.id)
        with clock.freeze(clock.now() + timedelta(minutes=1)):
            keep()
        inside = first & {*sample.list_registers(session, again)}
        assert {item.row_id for item in sample.list_items(session, again)} >= inside
        commands.withdraw(session, admin, report=again)


def test_each_report_has_its_own_line_and_what_was_drawn_before(
    session, cast, submitted, keep, monkeypatch
):
    """Of fifty registers ten are drawn, and of the next report ten others beside those."""
    monkeypatch.setitem(sample.LISTS, REGISTER, lambda *_: range(100, 150))
    monkeypatch.setattr("portal.recognition.commands.sizes_of", lambda _: {REGISTER: 50})
    admin = cast.actor("admin")
    with clock.freeze(clock.now() + timedelta(minutes=1)):
        keep()
    first = sample.list_items(session, submitted)
    assert len(first) == 10
    commands.withdraw(session, admin, report=submitted)
    again = made.report(session, admin)
    with clock.freeze(clock.now() + timedelta(minutes=2)):
        commands.submit(session, admin, report=again, recogniser_id=cast.municipality.id)
    with clock.freeze(clock.now() + timedelta(minutes=3)):
        keep()
    items = sample.list_items(session, again)
    own = [item for item in items if item.line]
    assert {item.line for item in own} == {(first[0].line or 0) + 1}
    assert len(own) == 10
    assert {item.row_id for item in items} == {item.row_id for item in (*first, *own)}
    assert len({item.row_id for item in items}) == len(items)  # each once
    assert [i.number for i in items if not i.line] == [*range(1, len(items) - 9)]  # no order


def test_both_sides_do_their_part_and_everybody_reads_the_sum(session, cast, sampled):
    admin, judge = cast.actor("admin"), cast.actor("recogniser")
    names = [item.name for item in sample.list_items(session, sampled)]
    registers = [name for name in names if name.startswith("sessions")]
    look = {"report": sampled, "accepted": (), "questions": {}}
    assert look_at(session, judge, **look, seen=names) == 0  # not shown yet
    seen = {"report": sampled, "seen_by": "Anna", "seen_on": clock.today()}
    for wrong in ({"seen_by": ""}, {"seen_on": clock.today() + timedelta(days=1)}):
        with pytest.raises(RuleBroken):
            show(session, admin, **{**seen, **wrong}, names=registers)
    assert show(session, admin, **seen, names=[*registers, "sessions-999"]) == len(registers)
    assert look_at(session, judge, **look, seen=names) == len(registers)
    commands.recognise(session, judge, report=sampled, remark="Goed.")
    session.commit()
    parts = sampled.document["recognition"]["sample"]["kinds"]
    assert {kind: (part["looked_at"], part["of"]) for kind, part in parts.items()} == {
        "sessions": (2, 2), "outflow": (0, 6),
    }  # fmt: skip
    page = cast.client().page(f"/reports/{sampled.number}").words
    assert "2 van 2 presentielijsten" in page
    assert "0 van 6 bewijzen" in page
    assert "Anna" not in page


def test_a_report_without_a_sample_says_so(session, cast, submitted):
    commands.recognise(session, cast.actor("recogniser"), report=submitted, remark="Goed.")
    session.commit()
    page = cast.client().page(f"/reports/{submitted.number}").words
    assert "0 van 2 presentielijsten" in page
    assert "Er is geen steekproef getrokken" in page


@pytest.mark.slow
def test_the_sample_by_the_pages_and_the_recogniser_reads_no_day_and_no_person(
    session, cast, sampled
):
    admin, judge = cast.client("admin"), cast.client("recogniser")
    url = f"/recognition/{sampled.uuid}"
    before = judge.page(url).select_one("[aria-labelledby=drawn]")
    link = admin.page("/work").select_one(f".board a[href$='{sampled.uuid}/figures']")["href"]
    page = admin.page(link)
    boxes = [box["name"] for box in page.select("[name^=seen-]") if box["type"] == "checkbox"]
    assert len(boxes) == 7
    assert page.select("a[href^='/registers/']")
    refused = admin.submit(page, **{**dict.fromkeys(boxes, "y"), "seen_by": ""})
    assert refused.status_code == 422
    admin.submit(link, **{**dict.fromkeys(boxes, "y"), "seen_by": "Anna"})
    part = judge.page(url).select_one("[aria-labelledby=drawn]")
    for shown in (before, part):
        assert "Persoon" not in shown.text
        assert "12 januari" not in shown.text  # the day of a register
        assert not shown.select("a")
    assert part.text.count("gezien door Anna") == 7
    judge.submit(url, form="#decide", button="save", **dict.fromkeys(boxes, "y"))
    assert judge.page(url).select_one("[aria-labelledby=drawn]").text.count("Bekeken") == 7


def test_anybody_draws_it_again_and_another_sample_is_found(session, cast, sampled, keep):
    commands.recognise(session, cast.actor("recogniser"), report=sampled, remark="Goed.")
    keep()
    lines = list(queries.list_lines(session))
    keys = published(session)
    read = zip(log.entries_of(lines, keys), lines, strict=True)
    entries = [{**one, "hash": log.hash_of(line)} for one, line in read]
    document = queries.public_of(session, sampled)
    assert unfair_of(document, entries) == []
    assert log.unsaid_of(document, keys, lines) == []
    part = document["recognition"]["sample"]
    for wrong in (
        {"seed": "0" * 64}, {"line": part["line"] + 2},
        {"submitted_at": "2099-01-01T00:00:00+01:00"},
        {"kinds": {"sessions": {**part["kinds"]["sessions"], "of": 30}}},
    ):  # fmt: skip
        forged = {**document, "recognition": {"sample": {**part, **wrong}}}
        assert unfair_of(forged, entries), wrong


def places_in(value, way=()):
    """The way to each value of a document, and of what is in it."""
    inside = value.items() if isinstance(value, dict) else enumerate(value)
    for name, one in inside:
        yield (*way, name)
        if isinstance(one, dict | list):
            yield from places_in(one, (*way, name))


def forgeries_of(document):
    """The document with each of its values gone, or another, of each kind in turn.

    Of its lists only the first is tried: the others are read by the same line.
    """
    others: Iterator[Any] = cycle([None, 0, -1.5, "", "x", "2026-01-01 ", [], {}, True])
    for *way, name in places_in(document):
        if any(isinstance(one, int) and one > 0 for one in (*way, name)):
            continue
        forged = deepcopy(document)
        within = reduce(getitem, way, forged)
        before = within.pop(name)
        yield (*way, name), forged
        if isinstance(within, dict):
            within[name] = next(one for one in others if one != before)
            yield (*way, name), deepcopy(forged)


@pytest.mark.slow
@pytest.mark.one_database  # what a file says is compared, and no row is read by it
def test_whatever_a_file_says_it_is_answered_and_never_breaks_the_check(
    session, cast, sampled, keep
):
    commands.recognise(session, cast.actor("recogniser"), report=sampled, remark="Goed.")
    keep()
    lines, keys = list(queries.list_lines(session)), published(session)
    document = queries.public_of(session, sampled)
    assert queries.verify(session, json.dumps(document).encode())[0] == []
    for way, forged in forgeries_of(document):
        file = json.dumps(forged).encode()
        assert queries.verify(session, file)[0] or way == ("signature",), way
        assert log.verify_alone(file, keys, lines)[0], way
    file = json.dumps(document).encode()
    for number, line in enumerate(lines):
        for way, forged in forgeries_of(json.loads(line)):
            wrong = [*lines[:number], json.dumps(forged), *lines[number + 1 :]]
            assert log.verify_alone(file, keys, wrong)[0], (number, way)


@pytest.mark.parametrize("name", ["crv", "x", "y"])
@pytest.mark.parametrize("value", [None, 0, "", "x"])
def test_a_key_that_is_none_is_refused_in_words(session, recognised, keep, name, value):
    keep()
    [key] = jwks_of(published(session))["keys"]
    with pytest.raises(ValueError, match="one of the keys is none"):
        key_set([{**key, name: value}])


@pytest.mark.slow
def test_what_was_drawn_is_read_by_the_two_sides_only(session, cast, sampled):
    from portal.core.guard import set_actor

    for name, seen in (("admin", True), ("recogniser", True), ("stranger", False)):
        set_actor(session, cast.actor(name))
        assert bool(session.scalars(select(SampleItem)).all()) is seen


def test_who_looked_at_nothing_says_why(session, cast, sampled):
    """Refused without a word; with one everybody reads it beside what was looked at."""
    judge = cast.actor("recogniser")
    with pytest.raises(RuleBroken, match="was not looked at yet"):
        commands.recognise(session, judge, report=sampled, remark="")
    commands.recognise(session, judge, report=sampled, remark="Wij waren er zelf bij.")
    said = sampled.document["recognition"]
    assert said["remarks"] == "Wij waren er zelf bij."
    assert {part["looked_at"] for part in said["sample"]["kinds"].values()} == {0}
