"""What is counted, what is hidden, and that a report stays as it was."""

import json
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import delete, event, select

from portal.attendance.rules import AttendanceStatus
from portal.core import clock
from portal.core.errors import NotAllowed, RuleBroken
from portal.enrolments.rules import EndReason, EnrolmentStatus
from portal.impact import commands
from portal.impact.models import ImpactReport, InvestmentEntry
from portal.impact.queries import counting
from portal.impact.queries.held import minutes_held
from portal.impact.rules import Period, ReportStatus, documents
from portal.impact.rules.figures import figures_of, parts_of
from portal.impact.rules.investment import ADDED_UP, RATE, TYPED
from portal.progress.models import Observation
from portal.schedule.rules import SessionStatus
from tests import factories as make
from tests.impact import made
from tests.impact.made import QUARTER, figures


def test_a_quarter_is_counted(session, cast, enrolments):
    found = figures(made.report(session, cast.actor("admin")))
    assert found["sessions"] == 2
    assert found["minutes"] == 2 * 29 * 120
    assert found["minutes_2026_01"] == 29 * 120
    assert found["minutes_2026_02"] is found["minutes_2026_03"] is None  # nobody came in March
    assert found["ended"] == 10
    assert found["ladder_rose"] == 14
    assert found["ladder_unknown"] is found["ladder_held"] is found["ladder_fell"] is None
    assert found["observations_guide"] == 8
    assert found["observations_participant"] is None
    assert found["outflow"] == 6
    cells = counting.count_period(session, cast.enterprise.id, QUARTER).cells
    assert (cells["ladder_unknown"].value, cells["ladder_held"].value) == (15, 0)
    assert cells["observations_guide_alone"].value == 8
    assert cells["new_waited_unknown"].value == 29, "written down afterwards"
    assert cells["outflow_paid_work"].value == cells["outflow_to_work"].value == 6


def test_a_guest_of_one_day_gives_hours_and_no_enrolment(session, cast):
    [_, enrolment, *_] = made.quarter(session, cast.enterprise)
    before = counting.count_period(session, cast.enterprise.id, QUARTER).cells
    enrolment.status, enrolment.end_reason = EnrolmentStatus.ENDED, EndReason.CAME_ONCE
    session.flush()
    after = counting.count_period(session, cast.enterprise.id, QUARTER).cells
    assert after["ended"].value == before["ended"].value == 10
    assert (after["minutes"], after["people"]) == (before["minutes"], before["people"])
    for whole, parts in parts_of(figures_of(QUARTER.from_on, QUARTER.until_on)):
        assert sum(after[name].value for name in parts) == after[whole].value


def test_small_counts_are_hidden_with_what_would_give_them_away(session, cast, enrolments):
    report = made.report(session, cast.actor("admin"))
    found = figures(report)
    assert found["people"] == 29
    # Four stopped: hidden with all parts of those who ended, whose number stays.
    assert found["ended"] == 10
    assert found["completed"] is found["stopped"] is None
    assert found["stopped_went_on"] is found["stopped_found_work"] is None
    rows = {figure["id"]: figure for figure in report.document["figures"]}
    unknown = {name for name, row in rows.items() if row["value"] is None and not row["hidden"]}
    assert unknown == {*TYPED, *ADDED_UP}
    assert all(row["n"] is None for row in rows.values() if row["hidden"])
    not_counted = {row["id"]: row for row in report.document["not_counted"]}
    assert not_counted["outflow_without_document"]["count"] is None
    assert not_counted["sessions_cancelled"]["count"] == 0


def test_a_larger_small_count_hides_more(session, cast, enrolments):
    counts = counting.count_period(session, cast.enterprise.id, QUARTER)
    assert counts.cells["outflow"].value == 6
    document = documents.compile_document(
        counts, organisation="Keuken", period=QUARTER, compiled_at=clock.now(),
        small_count=10, activities=[], groups=1, previous=None,
    )  # fmt: skip
    assert {f["id"]: f["value"] for f in document["figures"]}["outflow"] is None


def test_what_is_hidden_cancelled_excused_or_of_another_does_not_count(session, cast, enrolments):
    made.quarter(session, cast.other_enterprise)
    observation = session.scalars(
        select(Observation).where(Observation.organisation_id == cast.enterprise.id)
    ).first()
    make.own_say(session, observation)
    kept = make.observation(session, enrolments[1], observed_on=date(2026, 3, 12))
    make.observation(session, enrolments[1], observed_on=date(2026, 4, 12), corrects_id=kept.id)
    starts_at = datetime(2026, 3, 12, 9, 30, tzinfo=UTC)
    cancelled = make.offering_session(
        session, enrolments[1].offering, starts_at, status=SessionStatus.CANCELLED
    )
    made.mark(session, cancelled.id, enrolments[1], AttendanceStatus.PRESENT, 90)
    nobody = make.offering_session(session, enrolments[1].offering, starts_at.replace(hour=14))
    made.mark(session, nobody.id, enrolments[1], AttendanceStatus.EXCUSED, 0)
    make.offering_session(session, enrolments[1].offering, starts_at.replace(hour=18))
    report = made.report(session, cast.actor("admin"))
    found = figures(report)
    assert found["observations_guide"] == 7
    assert found["minutes"] == 2 * 29 * 120
    assert found["sessions"] == 2
    not_counted = {row["id"]: row["count"] for row in report.document["not_counted"]}
    assert not_counted["sessions_cancelled"] == 1
    assert not_counted["sessions_nobody_came"] == 1
    assert not_counted["sessions_without_register"] == 1


def test_what_stands_on_an_open_register_or_is_disputed_does_not_count(session, cast, enrolments):
    starts_at = datetime(2026, 3, 12, 9, 30, tzinfo=UTC)
    still_open = make.offering_session(session, enrolments[1].offering, starts_at, 60)
    for enrolment in enrolments[1:8]:
        made.mark(session, still_open.id, enrolment, AttendanceStatus.PRESENT, 60, False)
    disputed = made.mark(
        session,
        make.offering_session(session, enrolments[1].offering, starts_at.replace(hour=14), 30).id,
        enrolments[1],
        AttendanceStatus.PRESENT,
        30,
    )
    disputed.is_disputed = True
    report = made.report(session, cast.actor("admin"))
    found = figures(report)
    assert found["minutes"] == 2 * 29 * 120
    assert (found["sessions"], found["people"]) == (2, 29)
    not_counted = {row["id"]: row["count"] for row in report.document["not_counted"]}
    assert not_counted["sessions_not_closed"] == 2
    assert not_counted["minutes_not_counted"] == 7 * 60 + 30
    assert report.document["method_version"] == "8"
    assert minutes_held(session, cast.enterprise.id, QUARTER) == 240


def test_few_people_on_an_open_register_are_not_given_away(session, cast, enrolments):
    starts_at = datetime(2026, 3, 12, 9, 30, tzinfo=UTC)
    still_open = make.offering_session(session, enrolments[1].offering, starts_at, 60)
    for enrolment in enrolments[1:4]:
        made.mark(session, still_open.id, enrolment, AttendanceStatus.PRESENT, 60, False)
    rows = made.report(session, cast.actor("admin")).document["not_counted"]
    hidden = next(row for row in rows if row["id"] == "minutes_not_counted")
    assert (hidden["count"], hidden["hidden"]) == (None, True)


def test_two_sessions_at_once_and_one_made_shorter_give_no_minutes_that_were_not(
    session, cast, enrolments
):
    starts_at = datetime(2026, 3, 12, 9, 30, tzinfo=UTC)
    for minutes, later in ((60, 0), (60, 30)):
        row = make.offering_session(
            session, enrolments[1].offering, starts_at.replace(minute=30 - later), 60
        )
        for enrolment in enrolments[1:8]:
            made.mark(session, row.id, enrolment, AttendanceStatus.PRESENT, minutes + 45)
    found = figures(made.report(session, cast.actor("admin")))
    assert found["minutes_2026_03"] == 7 * 90


def test_the_change_to_summer_time_moves_no_session_to_another_day(session, cast, enrolments):
    late = datetime(2026, 3, 31, 21, 30, tzinfo=UTC)  # 23.30 in Amsterdam: in
    later = datetime(2026, 3, 31, 22, 30, tzinfo=UTC)  # 00.30 on 1 April: out
    for starts_at in (late, later):
        row = make.offering_session(session, enrolments[1].offering, starts_at, 10)
        for enrolment in enrolments[1:10]:
            made.mark(session, row.id, enrolment, AttendanceStatus.PRESENT, 10)
    found = figures(made.report(session, cast.actor("admin")))
    assert found["minutes_2026_03"] == 90


def test_the_document_is_frozen_and_names_nobody(session, cast, enrolments):
    report = made.report(session, cast.actor("admin"))
    session.commit()
    session.expire_all()
    report = session.scalars(select(ImpactReport)).one()
    document = report.document
    assert documents.hash_of(document) == report.sha256 == document["sha256"]
    assert documents.figures_hash_of(document) == document["figures_sha256"]
    assert figures(report)["difference_cents"] is None
    text = json.dumps(document)
    assert "Persoon" not in text
    assert "keuken" not in text  # no example either
    promised = {
        "number", "organisation", "period", "compiled_at", "method_version", "small_count",
        "figures", "not_counted", "recognition", "previous", "sha256",
    }  # fmt: skip
    assert promised <= document.keys()


def test_the_number_of_queries_does_not_grow_with_people(session, cast, engine):
    def count() -> int:
        found: list[str] = []
        listen = lambda *args: found.append(args[2])  # noqa: E731
        event.listen(engine, "before_cursor_execute", listen)
        counting.count_period(session, cast.enterprise.id, QUARTER)
        event.remove(engine, "before_cursor_execute", listen)
        return len(found)

    session.commit()
    count()  # opens the transaction
    before = count()
    made.quarter(session, cast.enterprise)
    assert count() == before == 14


@pytest.mark.parametrize("status", [ReportStatus.SUBMITTED, ReportStatus.RECOGNISED])
def test_days_of_a_report_that_left_the_house_can_not_be_used_again(session, cast, status):
    first = made.report(session, cast.actor("admin"))
    made.report(session, cast.actor("admin"))  # a second draft is nobody's business
    first.status = status
    session.flush()
    with pytest.raises(RuleBroken, match="share days"):
        made.report(session, cast.actor("admin"), Period(date(2026, 3, 31), date(2026, 6, 30)))
    made.report(session, cast.actor("admin"), Period(date(2026, 4, 1), date(2026, 6, 30)))


def test_a_recognised_report_is_replaced_by_one_over_the_same_days(session, cast):
    admin = cast.actor("admin")
    first = made.report(session, admin)
    first.status, first.number = ReportStatus.RECOGNISED, "WW-2026-0001"
    session.flush()
    with pytest.raises(RuleBroken, match="same days"):
        made.report(session, admin, Period(date(2026, 1, 1), date(2026, 4, 1)), replaces=first)
    second = made.report(session, admin, replaces=first)
    assert second.document["previous"] == "WW-2026-0001"
    assert first.status is ReportStatus.RECOGNISED  # in force until the new one is recognised


def test_a_returned_report_gives_way_at_once(session, cast):
    first = made.report(session, cast.actor("admin"))
    first.status = ReportStatus.RETURNED
    second = made.report(session, cast.actor("admin"), replaces=first)
    assert first.status is ReportStatus.REPLACED
    assert second.previous_id == first.id
    with pytest.raises(RuleBroken):
        made.report(session, cast.actor("admin"), replaces=first)


def test_nobody_compiles_without_an_organisation(session, cast):
    with pytest.raises(NotAllowed):
        made.report(session, cast.actor("operator"))


def _replaced(session, cast, enrolments, more, forgotten=""):
    """A recognised report of the quarter, and what replaces it when so many more had come."""
    first = made.report(session, cast.actor("admin"))
    first.status, first.number = ReportStatus.RECOGNISED, "WW-2026-0001"
    first.document = {**first.document, "number": first.number}
    starts_at = datetime(2026, 2, 20, 9, 30, tzinfo=UTC)
    row = make.offering_session(session, enrolments[0].offering, starts_at, 60)
    for number in range(more):
        person = make.participant(session, f"Later {number}")
        offering = make.offering(session, cast.enterprise)
        who = make.enrolment(session, offering, person, started_on=date(2026, 2, 1))
        made.mark(session, row.id, who, AttendanceStatus.PRESENT, 60)
    session.execute(delete(InvestmentEntry).filter_by(figure=forgotten))
    session.flush()
    return first, made.report(session, cast.actor("admin"), replaces=first)


@pytest.mark.parametrize("more", [0, 1, 4])
def test_a_replacing_report_keeps_the_figures_when_few_people_more_were_there(
    session, cast, enrolments, more
):
    first, second = _replaced(session, cast, enrolments, more)
    assert second.document["figures_of"] == "WW-2026-0001"
    for part in ("figures", "not_counted"):
        assert second.document[part] == first.document[part]
    assert documents.hash_of(second.document) == second.sha256 == second.document["sha256"]


def test_a_mistake_of_scale_is_mended_by_a_replacing_report(session, cast, enrolments):
    first, second = _replaced(session, cast, enrolments, 6)
    assert "figures_of" not in second.document
    assert (figures(first)["people"], figures(second)["people"]) == (29, 35)


def _money(report):
    rows = {row["id"]: row for row in report.document["figures"]}
    assert not any(rows[name]["hidden"] for name in (*TYPED, *ADDED_UP))
    return {name: rows[name]["value"] for name in (*TYPED, *ADDED_UP)}


def test_what_nobody_filled_in_is_unknown_and_what_is_nothing_is_nothing(session, cast):
    """60 hours at € 60, € 3000 of costs, € 1200 paid: a blank anywhere makes its sums unknown."""
    admin = cast.actor("admin")
    assert set(_money(made.report(session, admin)).values()) == {None}
    made.money(session, cast.enterprise)
    found = _money(made.report(session, admin))
    assert (found["volunteer_minutes"], found["paid_other_cents"]) == (720, 0)
    assert [found[name] for name in ADDED_UP] == [360_000, 300_000, 120_000, -180_000, 540_000]
    amounts = {**made.MONTH, "costs_travel_cents": None, RATE: None}
    commands.save_month(session, admin, month=date(2026, 1, 1), amounts=amounts)
    found = _money(made.report(session, admin))
    assert found["costs_rent_cents"] == 180_000
    assert found["costs_travel_cents"] is None
    assert [found[name] for name in ADDED_UP] == [None, None, 120_000, None, None]
    part = Period(QUARTER.from_on, date(2026, 3, 30))
    assert set(_money(made.report(session, admin, part)).values()) == {None}, "no whole months"


def test_a_rate_holds_from_its_month_until_the_next(session, cast):
    admin = cast.actor("admin")
    made.money(session, cast.enterprise)
    for month, rate in ((1, 6000), (2, None), (3, 9000)):
        amounts = {**made.MONTH, RATE: rate}
        commands.save_month(session, admin, month=date(2026, month, 1), amounts=amounts)
    assert _money(made.report(session, admin))["guidance_cents"] == 20 * (6000 + 6000 + 9000)
    with pytest.raises(RuleBroken):
        commands.save_month(session, admin, month=date(2090, 1, 1), amounts={})


def test_a_report_made_anew_with_the_same_people_has_the_money_of_today(session, cast, enrolments):
    """Money is about nobody: it is put right, while the figures about people are kept."""
    made.money(session, cast.enterprise)
    first, second = _replaced(session, cast, enrolments, 1, RATE)
    assert second.document["figures_of"] == "WW-2026-0001"
    assert figures(second) == figures(first) | {"guidance_cents": None, "not_paid_cents": None}


def _of_the_method_before(report):
    """The same quarter as version 2 of the method froze it: zeros and who is there were shown."""
    shown = {
        "enrolments": 30, "started": 15, "carried_over": 15, "ongoing": 20, "completed": None,
        "stopped": None, "people": 29, "minutes": 6960, "sessions": 2, "ladder_rose": 14,
        "ladder_held": 0, "ladder_fell": 0, "ladder_unknown": 15, "outflow": 6,
        "outflow_paid_work": 6, "outflow_education": 0, "observations_guide": 8,
    }  # fmt: skip
    rows = [
        {"id": name, "label": name, "unit": "people", "value": value, "hidden": value is None,
         "n": None, "definition": "", "method": "/method#x"}
        for name, value in shown.items()
    ]  # fmt: skip
    return documents.sealed({**report.document, "method_version": "2", "figures": rows})


def test_a_report_of_an_earlier_method_is_drawn_with_less_and_stays_as_it_was_signed(
    session, cast, enrolments
):
    signed = _of_the_method_before(made.report(session, cast.actor("admin")))
    drawn = documents.public_document(signed)
    values = {row["id"]: row["value"] for row in drawn["figures"]}
    assert not {"enrolments", "carried_over", "ongoing"} & values.keys()
    assert (values["people"], values["minutes"], values["sessions"]) == (29, 6960, 2)
    assert values["ladder_rose"] == 14
    assert values["ladder_held"] is values["ladder_fell"] is values["ladder_unknown"] is None
    assert "started" not in values, "with the words for free places it said who left before"
    # What that method did not count is not called hidden.
    assert not {"ended", "people_new", "visits", "sessions_in_time"} & values.keys()
    assert values["outflow"] == 6
    assert values["outflow_paid_work"] is values["outflow_education"] is None
    assert drawn["signed_sha256"] == signed["sha256"] == documents.hash_of(signed)
    assert drawn["sha256"] == documents.hash_of(drawn)
    assert documents.public_document(drawn) == drawn
