"""An organisation's hold on a person ends: the last day, the day after, by Amsterdam's midnight."""

from datetime import time, timedelta

import pytest
from sqlalchemy import select

from portal.core import clock
from portal.core.actor import HOUSE
from portal.core.errors import NotFound, RuleBroken
from portal.core.guard import set_actor
from portal.duplicates.queries import organisations_of
from portal.enrolments import commands as enrolments
from portal.enrolments.commands.entering import come_in
from portal.enrolments.models import Enrolment
from portal.enrolments.queries import list_former
from portal.enrolments.rules import EndReason, EnrolmentStatus, Move
from portal.participants import commands, queries
from portal.participants.models import ParticipantLink, ProgrammeTerm
from portal.participants.rules import HOLD, ContactWay
from portal.progress import commands as progress
from portal.progress.rules import OutflowKind
from portal.referrals import commands as referrals
from portal.referrals.rules import AgreedHow
from tests import factories as make
from tests.deeds import deeds


@pytest.fixture
def last_day(session, cast):
    """She stopped today; the answer is the last day on which they have her."""
    today = clock.today()
    enrolments.move(
        session, cast.actor("coordinator"), cast.enrolment, Move.END,
        end_reason=EndReason.FOUND_WORK, ended_on=today,
    )  # fmt: skip
    programme = commands.add_programme(
        session, HOUSE, name="Meedoen", valid_from=today - timedelta(days=400), weekly_minutes=60
    )
    since = today - timedelta(days=9)
    commands.assign_programme(session, HOUSE, cast.participant, programme=programme, from_on=since)
    session.commit()
    return today + HOLD


def opens_page(session, cast, actor):
    assert queries.get_participant(session, actor, cast.participant.uuid)


def reads_contact(session, cast, actor):
    assert queries.get_link(session, actor, cast.participant)


def reads_contact_in_a_list(session, cast, actor):
    [row] = list_former(session, cast.offering)
    if row.link is None:
        raise NotFound


def sets_contact(session, cast, actor):
    commands.change_contact(
        session, actor, cast.participant, contact_way=ContactWay.VISIT, phone="", email="",
        language="nl",
    )  # fmt: skip


def reads_programme(session, cast, actor):
    if not session.scalars(select(ProgrammeTerm)).all():
        raise NotFound


def finds_her(session, cast, actor):
    pages = (
        queries.list_known_to(session, actor.organisation_id),
        queries.list_known_to(session, cast.enterprise.id, "Fatma"),
    )
    if not all(pages):
        raise NotFound


def picks_her(session, cast, actor):
    queries.get_known_to(session, cast.enterprise.id, cast.participant.uuid)


def lets_her_move_on(session, cast, actor):
    away = make.offering(session, cast.other_enterprise)
    referrals.move_on(
        session, actor, old=cast.enrolment, offering_id=away.id, agreed_how=AgreedHow.SPOKEN
    )


def tells_of_her(session, cast, actor):
    progress.tell_outflow(
        session, actor, enrolment_id=cast.enrolment.id, kind=OutflowKind.PAID_WORK,
        started_on=clock.today() - timedelta(days=1),
    )  # fmt: skip


def has_a_say(session, cast, actor):
    if cast.enterprise.id not in organisations_of(session, [cast.participant.id]):
        raise NotFound


DOES = [
    opens_page, reads_contact, reads_contact_in_a_list, sets_contact, reads_programme, finds_her,
    picks_her, lets_her_move_on, tells_of_her, has_a_say,
]  # fmt: skip


@pytest.mark.parametrize("do", DOES, ids=lambda do: do.__name__)
def test_until_midnight_of_the_last_day_and_not_a_minute_longer(session, cast, last_day, do):
    actor = cast.actor("coordinator")
    midnight = clock.from_local(last_day + timedelta(days=1), time(0))
    for moment, may in ((midnight - timedelta(minutes=1), True), (midnight, False)):
        session.expunge_all()
        set_actor(session, actor)
        with clock.freeze(moment):
            if may:
                do(session, cast, actor)
            else:
                with pytest.raises(NotFound):
                    do(session, cast, actor)
        session.rollback()


def held_until(session, cast):
    return make.link(session, cast.participant, cast.enterprise).held_until


def test_who_takes_part_somewhere_there_is_held_without_end(session, cast, last_day):
    assert held_until(session, cast) == last_day
    row = make.enrolment(session, make.offering(session, cast.enterprise), cast.participant)
    assert held_until(session, cast) is None
    row.status, row.ended_on = EnrolmentStatus.COMPLETED, clock.today() + timedelta(days=3)
    session.flush()
    assert held_until(session, cast) == clock.today() + timedelta(days=3) + HOLD


def test_signing_up_there_again_renews_it(session, cast, last_day):
    with clock.freeze(clock.from_local(last_day, time(12)) + timedelta(days=30)):
        assert not organisations_of(session, [cast.participant.id])
        make.offering_session(session, cast.offering, clock.now() + timedelta(days=1))
        enrolments.sign_up_again(session, HOUSE, cast.enrolment)
        session.flush()
        assert held_until(session, cast) is None
        assert organisations_of(session, [cast.participant.id]) == [cast.enterprise.id]


def test_a_guest_for_a_day_is_held_from_that_day(session, cast):
    cast.offering.places = 1
    guest = make.participant(session, "Samira")
    day = clock.today()
    come_in(session, HOUSE, cast.offering, guest, day=day, about={})
    assert make.link(session, guest).held_until == day + HOLD


def test_its_own_past_records_keep_her_name(session, cast, last_day):
    long_after = clock.from_local(last_day, time(12)) + timedelta(days=30)
    session.commit()
    people = f"/work/offerings/{cast.offering.slug}/people"
    assert "06 12345678" in cast.client("coordinator").page(people).words
    with clock.freeze(long_after):
        client = cast.client("guide")
        page = client.page(f"/participants/{cast.participant.uuid}")
        assert cast.participant.name in page.words
        assert cast.offering.title in page.words
        for gone in ("Nieuwe kaart", "0612345678", "06 12345678", "Meedoen", "Wijzig"):
            assert gone not in page.words
        client.page(f"/participants/{cast.participant.uuid}/contact", status=404)
        client.page(f"/participants/{cast.participant.uuid}/card", status=404)
        words = cast.client("coordinator").page(people).words
        assert cast.participant.name in words
        assert "06 12345678" not in words


def test_she_reads_until_when_she_can_be_seen(session, cast, last_day):
    words = cast.client("participant").page("/my/data").words
    assert "Zij kunnen u nog zien tot" in words
    assert str(last_day.year) in words


@pytest.mark.parametrize("changes", [{"name": "Fatima"}, {"language": "tr"}])
def test_staff_leave_alone_what_another_organisation_uses_too(session, cast, changes):
    values = {"contact_way": ContactWay.VISIT, "phone": "", "email": "", "language": "nl"}
    actor = cast.actor("guide")
    set_actor(session, actor)
    commands.change_contact(session, actor, cast.participant, **{**values, **changes})
    set_actor(session, HOUSE)
    before = cast.participant.name, cast.participant.language
    assert ("participant.renamed" in deeds(session)) is ("name" in changes)
    make.enrolment(session, make.offering(session, cast.other_enterprise), cast.participant)
    session.flush()
    set_actor(session, actor)
    other = {"name": "Iemand anders"} if "name" in changes else {"language": "pl"}
    kept = {"language": cast.participant.language, **other}
    with pytest.raises(RuleBroken):
        commands.change_contact(session, actor, cast.participant, **{**values, **kept})
    assert (cast.participant.name, cast.participant.language) == before


def test_the_form_says_why_and_draws_no_name(session, cast):
    make.enrolment(session, make.offering(session, cast.other_enterprise), cast.participant)
    session.commit()
    client = cast.client("guide")
    page = client.page(f"/participants/{cast.participant.uuid}/contact")
    assert not page.select("[name='name'], [name='language']")
    answer = client.submit(page, contact_way="phone", phone="0687654321")
    assert answer.status_code == 200
    assert make.link(session, cast.participant, cast.enterprise).phone == "+31687654321"


def test_every_hold_is_what_the_enrolments_say(session, cast, last_day):
    rows = session.execute(select(ParticipantLink.held_until, Enrolment.ended_on).join(
        Enrolment, Enrolment.participant_id == ParticipantLink.participant_id
    )).all()  # fmt: skip
    assert all(held == ended + HOLD for held, ended in rows)
