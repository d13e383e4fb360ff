"""What the house does by itself: publish on a day, ask whether it still runs, hide, bring back."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from portal.core import clock, hold_row
from portal.core.actor import HOUSE
from portal.core.errors import RuleBroken
from portal.notices.models import Notice
from portal.offerings import commands, queries
from portal.offerings.commands import confirm, plan_publication
from portal.offerings.rules import Missing, OfferingStatus
from portal.schedule.jobs import ask_to_confirm, publish_due
from tests import factories as make

NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
TODAY = date(2026, 3, 2)
S = OfferingStatus


@pytest.fixture
def at(session):
    """The clock, to be set so many days later."""

    def set_to(days: float):
        return clock.freeze(NOW + timedelta(days=days))

    return set_to


def _draft(session, cast, **values):
    values = {"status": S.DRAFT, "published_at": None, **values}
    offering = make.offering(session, cast.enterprise, **values)
    make.offering_session(session, offering, NOW + timedelta(days=40))
    return offering


def _told(session):
    session.flush()
    return [(row.kind, row.address) for row in session.scalars(select(Notice).order_by(Notice.id))]


def test_a_draft_is_published_on_its_day_and_not_before(session, cast, at):
    with at(0):
        offering = _draft(session, cast)
        plan_publication(session, cast.actor("coordinator"), offering, TODAY + timedelta(days=3))
        assert publish_due(session) == 0
    with at(2.6):  # 23.24 in Amsterdam, the day before
        assert publish_due(session) == 0
    with at(2.65):  # 00.36 on the day itself
        assert publish_due(session) == 1
        assert publish_due(session) == 0
    assert (offering.status, offering.publish_on) == (S.PUBLISHED, None)
    assert _told(session) == []


def test_a_draft_of_which_the_day_was_put_off_meanwhile_is_not_published(
    session, cast, at, monkeypatch
):
    with at(0):
        offering = _draft(session, cast)
        plan_publication(session, cast.actor("coordinator"), offering, TODAY + timedelta(days=3))
        monkeypatch.setattr(queries, "list_ids_to_publish", lambda *_: [offering.id])
        assert publish_due(session) == 0
    with at(3):
        assert publish_due(session) == 1


def test_what_lacks_something_is_said_once_and_published_as_soon_as_it_is_there(session, cast, at):
    with at(0):
        offering = _draft(session, cast, summary="", replaces_no_paid_work=False)
        plan_publication(session, HOUSE, offering, TODAY + timedelta(days=1))
    with at(1):
        assert publish_due(session) == 0
        assert publish_due(session) == 0
        [(kind, address), *others] = _told(session)
        assert kind == "offerings/not_published"
        assert {address, *(one[1] for one in others)} == {
            "admin@example.org", "coordinator@example.org",
        }  # fmt: skip
        notice = session.scalars(select(Notice)).first()
        assert notice.data["missing"].split() == ["no_paid_work", "texts"]
    with at(2):
        offering.summary, offering.replaces_no_paid_work = "Samen koken.", True
        assert publish_due(session) == 1
    assert len(_told(session)) == 2


def test_what_still_lacks_on_another_day_is_said_once_more(session, cast, at):
    with at(0):
        offering = _draft(session, cast, summary="")
    for day in (1, 3):
        with at(day - 1):
            plan_publication(session, HOUSE, offering, TODAY + timedelta(days=day))
        with at(day):
            publish_due(session)
            publish_due(session)
    assert [who for _, who in _told(session)].count("coordinator@example.org") == 2


@pytest.mark.parametrize(("days", "is_right"), [(-1, False), (0, False), (1, True), (400, False)])
def test_the_day_to_publish_is_to_come(session, cast, at, days, is_right):
    with at(0):
        offering = _draft(session, cast)
        day = TODAY + timedelta(days=days)
        if is_right:
            assert plan_publication(session, HOUSE, offering, day).publish_on == day
            assert plan_publication(session, HOUSE, offering, None).publish_on is None
            return
        with pytest.raises(RuleBroken) as broken:
            plan_publication(session, HOUSE, offering, day)
        assert broken.value.field == "publish_on"


def test_what_is_public_has_no_day_to_be_published(session, cast):
    with pytest.raises(RuleBroken):
        plan_publication(session, HOUSE, cast.offering, clock.today() + timedelta(days=3))


def test_silence_is_asked_about_after_90_days_and_hides_after_14_more(session, cast, at):
    with at(0):
        offering = make.offering(session, cast.enterprise)
        make.offering_session(session, offering, NOW + timedelta(days=300))
    for days, status, told in [
        (89.9, S.PUBLISHED, 0),
        (90.1, S.PUBLISHED, 1),
        (103, S.PUBLISHED, 1),
        (104.2, S.HIDDEN, 2),
        (150, S.HIDDEN, 2),
    ]:
        with at(days):
            ask_to_confirm(session)
            kinds = [kind for kind, who in _told(session) if who == "coordinator@example.org"]
            assert (offering.status, len(kinds)) == (status, told)
    assert kinds == ["offerings/still_runs", "offerings/hidden"]
    with at(151):
        confirm(session, cast.actor("coordinator"), offering, [])
        assert offering.status is S.PUBLISHED
        ask_to_confirm(session)
    with at(151 + 89):
        ask_to_confirm(session)
    assert offering.status is S.PUBLISHED
    assert offering.confirm_asked_at is None


def test_an_answer_in_time_keeps_it_and_a_full_group_comes_back_full(session, cast, at):
    with at(0):
        kept = make.offering(session, cast.enterprise)
        full = make.offering(session, cast.enterprise, places=1, status=S.FULL)
        make.enrolment(session, full)
    with at(91):
        ask_to_confirm(session)
        confirm(session, HOUSE, kept, [])
    with at(106):
        ask_to_confirm(session)
        assert (kept.status, full.status) == (S.PUBLISHED, S.HIDDEN)
        assert full.places_taken == 1
        with pytest.raises(RuleBroken):  # visitors would find nothing to come to
            confirm(session, HOUSE, full, [Missing.SESSIONS])
        confirm(session, HOUSE, full, [])
        assert full.status is S.FULL


def test_what_is_in_the_archive_is_not_asked_about(session, cast, at):
    with at(0):
        make.offering(session, cast.enterprise, status=S.ARCHIVED)
    with at(200):
        ask_to_confirm(session)
    assert [kind for kind, _ in _told(session) if kind != "offerings/still_runs"] == []


@pytest.mark.parametrize("job", ["publish", "confirm"])
def test_one_that_goes_wrong_holds_up_no_other(session, cast, at, monkeypatch, job):
    with at(0):
        if job == "publish":
            bad, good = rows = [_draft(session, cast), _draft(session, cast)]
            for row in rows:
                plan_publication(session, HOUSE, row, TODAY + timedelta(days=1))
        else:
            bad, good = (make.offering(session, cast.enterprise) for _ in range(2))
        session.commit()

    def fails(session, of, row_id, *options):
        if row_id == bad.id:
            raise RuntimeError("this row")
        return hold_row(session, of, row_id, *options)

    for module in (queries, commands):
        monkeypatch.setattr(module, "hold_row", fails)
    with at(1 if job == "publish" else 91), pytest.raises(RuntimeError, match="this row"):
        (publish_due if job == "publish" else ask_to_confirm)(session)
    session.expire_all()
    if job == "publish":
        assert (bad.status, good.status) == (S.DRAFT, S.PUBLISHED)
    else:
        assert (bad.confirm_asked_at, good.confirm_asked_at) == (None, NOW + timedelta(days=91))


def test_who_says_that_it_runs_while_the_job_looks_is_not_asked(session, cast, at, monkeypatch):
    with at(0):
        offering = make.offering(session, cast.enterprise)
        make.offering_session(session, offering, NOW + timedelta(days=120))
    found = queries.list_unconfirmed

    def found_and_then_confirmed(session, last, of):
        rows = found(session, last, of)
        confirm(session, HOUSE, offering, [])
        return rows

    monkeypatch.setattr(queries, "list_unconfirmed", found_and_then_confirmed)
    with at(91):
        ask_to_confirm(session)
    session.expire_all()
    assert offering.confirm_asked_at is None
    assert _told(session) == []
