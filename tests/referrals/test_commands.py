"""Referring, what each side sees of it, moving on, and taking it back, without HTTP."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from portal.accounts.models import User
from portal.core import clock
from portal.core.actor import HOUSE, Role, participant_actor
from portal.core.audit import AuditEvent
from portal.core.errors import NotFound, RuleBroken
from portal.core.guard import set_actor
from portal.enrolments import commands as enrolments
from portal.enrolments.models import Enrolment
from portal.enrolments.rules import DeclineReason, EndReason, EnrolmentStatus, Move
from portal.home.queries.hers import list_earlier
from portal.notices.models import Notice
from portal.offerings.rules import Intake, OfferingStatus, WaitingLine
from portal.organisations.models import Membership, Organisation
from portal.organisations.queries import staff_actor
from portal.organisations.rules import OrganisationStatus
from portal.participants.models import Participant, ParticipantLink
from portal.participants.queries import get_participant
from portal.participants.rules import ContactWay, new_card_token
from portal.progress.models import LadderStep
from portal.progress.rules import Voice
from portal.referrals import commands, queries
from portal.referrals.jobs import follow
from portal.referrals.models import Referral
from portal.referrals.rules import AgreedHow
from tests import factories as make

S = EnrolmentStatus
NOTE = "Komt met een kinderwagen."


@pytest.fixture
def there(session, cast):
    """A small group of another provider, whose staff choose who comes in."""
    return make.offering(
        session, cast.other_enterprise, title="Fietsen maken", places=2,
        intake=Intake.BY_INVITATION, waiting_line=WaitingLine.BY_STAFF,
    )  # fmt: skip


def refer(session, cast, offering, name="Amina B.", who="referrer", **values):
    values = {
        "contact_way": ContactWay.VISIT, "phone": "", "email": "", "language": "nl",
        "good_to_know": NOTE, "agreed_how": AgreedHow.SPOKEN, **values,
    }  # fmt: skip
    return commands.refer(
        session, cast.actor(who), offering_id=offering.id, card_token=new_card_token(), name=name,
        **values,
    )  # fmt: skip


def move_on(session, cast, offering, old=None, **values):
    return commands.move_on(
        session, cast.actor("coordinator"), old=old or cast.enrolment, offering_id=offering.id,
        **{"agreed_how": AgreedHow.SPOKEN, **values},
    )  # fmt: skip


def accept(session, cast, referral):
    return enrolments.move(session, cast.actor("stranger"), referral.enrolment, Move.ACCEPT)


def seen(session, cast, referral, who="referrer"):
    return queries.get_made(session, cast.actor(who), referral.uuid)


def letters(session):
    return session.scalars(select(Notice).where(Notice.kind == "referrals/news")).all()


def test_the_referrer_follows_the_sign_up_and_comes_to_know_nobody(session, cast):
    set_actor(session, cast.actor("referrer"))
    referral = refer(session, cast, cast.offering)
    session.commit()
    shown = seen(session, cast, referral).followed
    assert (shown.participant.name, shown.good_to_know) == ("Amina B.", NOTE)
    assert shown.enrolment.status is S.ENROLLED
    assert queries.list_made(session, cast.actor("referrer"), 1).rows[0].uuid == referral.uuid
    assert session.scalars(select(Participant)).all() == []
    assert session.scalars(select(Enrolment)).all() == []
    set_actor(session, HOUSE)
    participant = session.get_one(Participant, referral.participant_id)
    with pytest.raises(NotFound):
        get_participant(session, cast.actor("referrer"), participant.uuid)
    links = select(ParticipantLink.organisation_id).where(
        ParticipantLink.participant_id == participant.id, ParticipantLink.knows_her
    )
    assert session.scalars(links).all() == [cast.enterprise.id]
    events = select(AuditEvent.event).where(AuditEvent.subject == "referral")
    assert session.scalars(events).all() == ["referral.made"]


def test_nobody_else_sees_a_referral(session, cast, there):
    referral = refer(session, cast, cast.offering)
    for who in ("stranger", "cooperative", "employer", "coordinator"):
        with pytest.raises(NotFound):
            seen(session, cast, referral, who)
        assert queries.list_made(session, cast.actor(who), 1).rows == []
    rows = [referral.enrolment]
    assert list(queries.by_enrolment(session, cast.actor("guide"), rows)) == [rows[0].id]
    for who in ("stranger", "cooperative", "referrer"):
        set_actor(session, cast.actor(who))
        assert queries.by_enrolment(session, cast.actor(who), rows) == {}
    for who in ("stranger", "cooperative", "viewer", "referrer"):
        set_actor(session, cast.actor(who))
        rows_seen = session.scalars(select(Referral)).all()
        assert bool(rows_seen) is (who in ("viewer", "referrer")), who


@pytest.mark.parametrize("how", ["withdrawn", "over"])
def test_once_it_ended_the_referrer_sees_only_that(session, cast, how):
    referral = refer(session, cast, cast.offering)
    her = participant_actor(referral.participant_id, "Amina B.", [referral.to_organisation_id])
    later = referral.outcome_until + timedelta(days=1)
    if how == "withdrawn":
        set_actor(session, her)
        commands.withdraw(session, her, queries.get_own(session, her, referral.uuid))
        set_actor(session, HOUSE)
        later = clock.today()
        assert queries.by_enrolment(session, cast.actor("guide"), [referral.enrolment]) == {}
        assert referral.good_to_know == ""
    with clock.freeze(clock.day_bounds(later, later)[0] + timedelta(hours=9)):
        assert seen(session, cast, referral).followed is None
        assert "Amina" not in str(queries.list_made(session, cast.actor("referrer"), 1))
        assert queries.list_own(session, her) == []
        enrolments.move(session, HOUSE, referral.enrolment, Move.END, end_reason=EndReason.UNKNOWN)
        follow(session)
    assert letters(session) == []
    assert referral.enrolment.status is S.ENDED  # her place was hers all the time


def test_another_person_can_not_withdraw_it(session, cast):
    referral = refer(session, cast, cast.offering)
    with pytest.raises(NotFound):
        queries.get_own(session, cast.actor("participant"), referral.uuid)


@pytest.mark.parametrize(
    "what", ["own", "closed", "archived", "they lost verification", "we are not verified"]
)
def test_where_nobody_can_be_referred_nothing_is_written(session, cast, there, what):
    who = "stranger" if what == "own" else "referrer"
    if what in ("closed", "archived"):
        there.status = OfferingStatus(what)
    if what == "they lost verification":
        cast.other_enterprise.status = OrganisationStatus.REFUSED
    if what == "we are not verified":
        ours = session.get_one(Organisation, cast.actor("referrer").organisation_id)
        ours.status = OrganisationStatus.REGISTERED
    session.commit()
    with pytest.raises(RuleBroken):
        refer(session, cast, there, who=who)
    session.rollback()
    assert session.scalar(select(func.count()).select_from(Referral)) == 0
    assert session.scalar(select(func.count()).select_from(Participant)) == 1


def test_a_bsn_is_no_good_to_know(session, cast):
    with pytest.raises(RuleBroken):
        refer(session, cast, cast.offering, good_to_know="Haar nummer is 111222333.")


def test_a_full_group_gives_a_number_in_the_line(session, cast):
    cast.offering.places = cast.offering.places_taken
    first, second = (refer(session, cast, cast.offering, name) for name in ("A.", "B."))
    assert seen(session, cast, first).number_in_line == 1
    behind = seen(session, cast, second)
    assert (behind.followed.enrolment.status, behind.number_in_line) == (S.WAITING, 2)


def test_who_has_signed_up_already_keeps_what_she_has(session, cast, there):
    applied = make.enrolment(session, there, cast.participant, S.APPLIED)
    first = move_on(session, cast, there, good_to_know="Een")
    assert first.enrolment_id == applied.id
    commands.withdraw(session, cast.actor("participant"), first)
    second = move_on(session, cast, there, good_to_know="Twee")  # she agreed anew
    assert (second.id, second.good_to_know, second.withdrawn_at) == (first.id, "Twee", None)
    third = commands.move_on(  # and another organisation may refer her to the same
        session, cast.actor("cooperative"), offering_id=there.id, agreed_how=AgreedHow.PAPER,
        old=make.enrolment(
            session, make.offering(session, cast.cooperative), cast.participant, S.COMPLETED
        ),
    )  # fmt: skip
    assert (third.enrolment_id, third.id != first.id) == (applied.id, True)
    assert third.from_enrolment_id is None  # she had no place there that could end


def test_the_referrer_is_told_once_of_what_changed_and_only_that_it_did(session, cast, there):
    one, other = refer(session, cast, there, "A."), refer(session, cast, there, "B.")
    follow(session)
    assert letters(session) == []  # what she saw herself is no news
    accept(session, cast, one)
    enrolments.move(
        session, cast.actor("stranger"), other.enrolment, Move.DECLINE,
        decline_reason=DeclineReason.GROUP_FULL,
    )  # fmt: skip
    follow(session)
    follow(session)
    (letter,) = letters(session)
    assert (letter.address, letter.data) == ("referrer@example.org", {"referral": ""})
    session.refresh(other)
    assert other.good_to_know == ""  # nobody has to receive her any more
    place = seen(session, cast, other).followed.enrolment
    assert (place.status, place.decline_reason) == (S.DECLINED, DeclineReason.GROUP_FULL)
    assert seen(session, cast, one).followed.enrolment.status is S.ENROLLED


def test_when_the_author_left_her_colleagues_are_told(session, cast, there):
    referral = refer(session, cast, there)
    author = cast.actor("referrer")
    row = session.scalars(select(Membership).where(Membership.user_id == author.user_id)).one()
    colleague = User(email="colleague@example.org", name="Collega")
    session.add(
        Membership(user=colleague, organisation_id=row.organisation_id, role=Role.COORDINATOR)
    )
    session.delete(row)
    session.flush()
    accept(session, cast, referral)
    follow(session)
    (letter,) = letters(session)
    assert letter.address == "colleague@example.org"
    assert letter.data == {"referral": str(referral.uuid)}


def test_she_withdraws_the_sign_up_while_being_referred(session, cast, there):
    referral = refer(session, cast, there)
    her = participant_actor(referral.participant_id, "Amina B.", [referral.to_organisation_id])
    enrolments.move(session, her, referral.enrolment, Move.WITHDRAW)
    follow(session)
    assert seen(session, cast, referral).followed.enrolment.status is S.WITHDRAWN
    assert len(letters(session)) == 1


def test_her_old_place_stays_until_she_has_the_new_one(session, cast, there):
    there.places_taken = there.places
    referral = move_on(session, cast, there)
    enrolments.move(session, cast.actor("stranger"), referral.enrolment, Move.WAIT)
    follow(session)
    assert cast.enrolment.status is S.ENROLLED
    there.places += 1
    session.flush()
    accept(session, cast, referral)
    follow(session)
    old = cast.enrolment
    assert (old.status, old.end_reason) == (S.ENDED, EndReason.OTHER_ACTIVITY)
    assert old.ended_on == referral.enrolment.started_on == clock.today()
    events = select(func.count()).where(AuditEvent.event == "enrolment.ended")
    follow(session)
    assert session.scalar(events) == 1


@pytest.mark.parametrize("what", ["declined", "withdrawn", "ended by itself"])
def test_her_old_place_is_not_touched(session, cast, there, what):
    referral = move_on(session, cast, there)
    old = cast.enrolment
    if what == "declined":
        enrolments.move(
            session, cast.actor("stranger"), referral.enrolment, Move.DECLINE,
            decline_reason=DeclineReason.GROUP_FULL,
        )  # fmt: skip
    if what == "withdrawn":
        commands.withdraw(session, cast.actor("participant"), referral)
    if what == "ended by itself":
        enrolments.move(
            session, cast.actor("coordinator"), old, Move.END, end_reason=EndReason.MOVED
        )
    if what != "declined":
        accept(session, cast, referral)
    before = (old.status, old.end_reason)
    follow(session)
    assert (old.status, old.end_reason) == before
    assert old.end_reason in (None, EndReason.MOVED)


def test_moving_on_to_two_places_ends_the_old_one_once(session, cast, there):
    other = make.offering(session, cast.other_enterprise, intake=Intake.BY_INVITATION)
    first, second = move_on(session, cast, there), move_on(session, cast, other)
    for referral in (second, first):
        accept(session, cast, referral)
    follow(session)
    assert cast.enrolment.status is S.ENDED
    assert cast.offering.places_taken == 0


def test_nobody_moves_on_within_one_organisation(session, cast):
    with pytest.raises(RuleBroken):
        move_on(session, cast, make.offering(session, cast.enterprise))


@pytest.fixture
def did(session, cast):
    """What she did with the first provider: an example, a hidden one, and a step."""
    about = {
        "organisation_id": cast.enterprise.id, "participant_id": cast.participant.id,
        "enrolment_id": cast.enrolment.id, "voice": Voice.GUIDE,
    }  # fmt: skip
    for example in ("Dit niet.", "Zij hielp."):
        told = make.observation(session, cast.enrolment, example=example)
        if example == "Dit niet.":
            make.own_say(session, told)
    session.add(LadderStep(step=4, stated_on=clock.today(), **about))
    session.flush()


def _read(session, cast, actor):
    set_actor(session, actor)
    found = list_earlier(session, actor, cast.participant)
    set_actor(session, HOUSE)
    return found


def test_what_she_did_before_is_read_as_she_agreed(session, cast, there, did):
    user = User(email="there@example.org", name="Daar")
    membership = Membership(user=user, organisation=cast.other_enterprise, role=Role.GUIDE)
    session.add(membership)
    session.flush()
    guide_there = staff_actor(session, user, membership)
    silent = move_on(session, cast, there)
    assert _read(session, cast, guide_there) == []
    referral = move_on(session, cast, there, history_months=3)
    assert referral.id == silent.id
    (earlier,) = _read(session, cast, guide_there)
    assert earlier.organisation == "Keuken aan de Kade"
    assert [row.example for row in earlier.observations] == ["Zij hielp."]
    assert [row.step for row in earlier.steps] == [4]
    assert [row.id for row in earlier.enrolments] == [cast.enrolment.id]
    hoped = make.enrolment(
        session, make.offering(session, cast.enterprise), cast.participant, S.WITHDRAWN
    )
    elsewhere = make.enrolment(
        session, make.offering(session, make.organisation(session)), cast.participant
    )
    session.add(
        LadderStep(
            organisation_id=elsewhere.organisation_id, participant_id=cast.participant.id,
            enrolment_id=elsewhere.id, voice=Voice.GUIDE, step=2, stated_on=clock.today(),
        )
    )  # fmt: skip
    session.flush()
    (earlier,) = _read(session, cast, guide_there)
    assert hoped.id not in {row.id for row in earlier.enrolments}  # where she only hoped to come
    assert [row.step for row in earlier.steps] == [4]  # and nothing of a third
    for who in ("referrer", "employer", "cooperative"):
        assert _read(session, cast, cast.actor(who)) == []
    assert cast.enrolment.status is S.ENROLLED  # all of it stays with her


@pytest.mark.parametrize("how", ["stopped", "withdrawn", "over"])
def test_she_takes_back_that_they_read_it(session, cast, there, did, how):
    referral = move_on(session, cast, there, history_months=1)
    reader = cast.actor("stranger")
    assert len(_read(session, cast, reader)) == 1
    her = cast.actor("participant")
    later = clock.now()
    if how == "stopped":
        commands.stop_sharing(session, her, referral)
        assert seen(session, cast, referral, "coordinator").followed is not None  # only that
    if how == "withdrawn":
        commands.withdraw(session, her, referral)
    if how == "over":
        later += timedelta(days=31)
    session.flush()
    with clock.freeze(later):
        assert _read(session, cast, reader) == []


def test_who_gives_up_the_new_place_as_the_job_looks_keeps_the_old_one(
    session, cast, there, monkeypatch
):
    referral = move_on(session, cast, there)
    accept(session, cast, referral)
    session.commit()
    found = queries.list_ids_arrived(session)
    enrolments.move(session, HOUSE, referral.enrolment, Move.WITHDRAW)
    monkeypatch.setattr(queries, "list_ids_arrived", lambda session: found)
    follow(session)
    assert cast.enrolment.status is S.ENROLLED
