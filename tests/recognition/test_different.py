"""How many different people a year's reports are about: each once, and nobody found by it."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import update

from portal.attendance.models import AttendanceMark
from portal.core import clock
from portal.impact.models import ProviderSet
from portal.impact.queries.held import list_here
from portal.impact.rules import Period
from portal.recognition import commands
from portal.recognition.queries.different import Different, count_different
from portal.recognition.rules.different import counted_on, least_different
from tests.impact import made

THE_DAY = datetime(2027, 3, 31, 22, 0, tzinfo=UTC)  # 1 April begins in Amsterdam
SMALL = 5


@pytest.fixture
def houses(session, cast, enrolments):
    """Two houses with 29 people each: the second one's, to be made the first one's."""
    return enrolments, made.quarter(session, cast.other_enterprise)


@pytest.fixture
def recognise(session, cast):
    def recognised(who, period=made.QUARTER, **values):
        report = made.report(session, cast.actor(who), period, **values)
        commands.submit(session, cast.actor(who), report=report, recogniser_id=cast.municipality.id)
        commands.recognise(session, cast.actor("recogniser"), report=report, remark="Goed.")
        session.commit()
        return report

    return recognised


def share(session, houses, number):
    """Let so many be at both houses."""
    for one, other in list(zip(*houses, strict=True))[1 : number + 1]:
        other.participant_id = one.participant_id
        session.execute(
            update(AttendanceMark)
            .where(AttendanceMark.enrolment_id == other.id)
            .values(participant_id=one.participant_id)
        )
    session.commit()


@pytest.mark.parametrize(
    ("shared", "at_least"),
    [(0, 49), (4, 49), (5, 49), (9, 49), (10, 39), (19, 39), (20, 29), (29, 29)],
)
def test_who_is_at_two_houses_counts_once(session, houses, recognise, shared, at_least):
    share(session, houses, shared)
    for who in ("admin", "stranger"):
        recognise(who)
    with clock.freeze(THE_DAY):
        assert count_different(session, 2026) == Different(at_least, providers=2)


def test_it_is_counted_on_its_day_and_for_everybody_only(session, cast, houses, recognise):
    for who in ("admin", "stranger"):
        recognise(who)
    with clock.freeze(THE_DAY - timedelta(seconds=1)):
        assert count_different(session, 2026) is None
        assert "één keer geteld" not in cast.client().page("/reports").words
        assert cast.client().get("/reports.json").get_json()["different_people"] is None
    with clock.freeze(THE_DAY):
        said = cast.client().page("/reports?year=2026").words
        assert "ten minste 49 verschillende mensen, bij 2 organisaties" in said
        assert "Geteld op 1 april 2027" in said
        assert cast.client().get("/reports.json").get_json()["different_people"] == {
            "at_least": 49, "providers": 2, "counted_on": "2027-04-01",
        }  # fmt: skip
        of = cast.cooperative.slug
        assert cast.client().get(f"/reports.json?of={of}").get_json()["different_people"] is None
        area = cast.client().get("/reports.json?area=centrum").get_json()
        assert area["district"] is None or area["different_people"] is None


def test_of_one_house_there_is_nothing_to_say(session, houses, recognise):
    recognise("admin")
    with clock.freeze(THE_DAY):
        assert count_different(session, 2026) is None


def test_a_report_of_several_is_not_counted_beside_theirs(session, houses, recognise):
    recognise("admin")
    joint = recognise("stranger")
    days = {"from_on": joint.from_on, "until_on": joint.until_on}
    of = ProviderSet(organisation_id=joint.organisation_id, name="Samen", **days)
    session.add(of)
    session.flush()
    joint.provider_set_id = of.id
    session.commit()
    with clock.freeze(THE_DAY):
        assert count_different(session, 2026) is None


def test_what_is_recognised_or_replaced_after_its_day_changes_nothing(session, houses, recognise):
    """Else two counts could be set side by side, and say who came in between."""
    first = recognise("admin")
    with clock.freeze(THE_DAY):
        recognise("stranger")
        assert count_different(session, 2026) is None
        recognise("admin", replaces=first)
        assert count_different(session, 2026) is None


def test_what_was_replaced_before_its_day_does_not_count(session, houses, recognise):
    """Nor a report of a part, where another of the house shows more people."""
    share(session, houses, 10)
    recognise("stranger", Period(date(2026, 1, 1), date(2026, 1, 31)))
    first = recognise("admin")
    recognise("admin", replaces=first)
    recognise("stranger")
    with clock.freeze(THE_DAY):
        assert count_different(session, 2026) == Different(39, providers=2)
    with clock.freeze(THE_DAY + timedelta(days=300)):
        assert count_different(session, 2026) == Different(39, providers=2)


def test_of_a_report_made_anew_the_newer_one_counts(session, houses, recognise):
    """The one before it showed more people, by mistake."""
    first = recognise("admin")
    recognise("admin", replaces=first)
    recognise("stranger")
    rows = [{**row, "value": 60} for row in first.document["figures"] if row["id"] == "people"]
    first.document = {**first.document, "figures": rows}
    session.commit()
    with clock.freeze(THE_DAY):
        assert count_different(session, 2026) == Different(49, providers=2)


def test_people_are_those_that_the_report_counts(session, cast, houses, recognise):
    report = recognise("admin")
    people = next(row["value"] for row in report.document["figures"] if row["id"] == "people")
    assert len(list_here(session, cast.enterprise.id, made.QUARTER)) == people == 29
    later = Period(date(2026, 4, 1), date(2026, 6, 30))
    assert list_here(session, cast.enterprise.id, later) == set()


@pytest.mark.one_database
@pytest.mark.parametrize("small_count", [3, 5, 10])
def test_neither_a_small_overlap_nor_a_small_rest_is_told_by_any_number(small_count):
    """For each two reports and each number said: how many may be in both, or not in the larger?"""
    small = set(range(small_count))
    for larger in range(small_count, 60):
        for smaller in range(small_count, larger + 1):
            fits: dict[int, set[int]] = {}
            for both in range(smaller + 1):
                different = larger + smaller - both
                said = least_different([smaller, larger], different, small_count)
                assert said <= different
                fits.setdefault(said, set()).add(both)
            for overlaps in fits.values():
                rest = {smaller - one for one in overlaps}
                assert small <= overlaps or not small & overlaps, (larger, smaller)
                assert small <= rest or not small & rest, (larger, smaller)


@pytest.mark.one_database
def test_a_year_is_counted_on_the_first_of_april_after_it():
    assert counted_on(2026) == date(2027, 4, 1)
