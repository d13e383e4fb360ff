"""Two entries become one, with everybody's say."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from portal.accounts.models import User
from portal.attendance.models import AttendanceMark
from portal.attendance.rules import AttendanceStatus, RecordedHow
from portal.core import clock
from portal.core.actor import Role, participant_actor
from portal.core.base import Base
from portal.core.errors import NotFound, RuleBroken
from portal.duplicates import commands, queries
from portal.duplicates.models import ParticipantMerge
from portal.duplicates.rules import MergeStatus, Sign
from portal.enrolments.models import Enrolment
from portal.enrolments.rules import EnrolmentStatus
from portal.notices.models import Notice
from portal.organisations.models import Membership
from portal.participants import commands as participants, queries as people
from portal.participants.commands import keys
from portal.participants.models import Participant, Programme, ProgrammeTerm
from portal.participants.rules import KeyKind
from tests import factories as make
from tests.duplicates.doing import act, as_, ask, make_known_here, whose

S = EnrolmentStatus
_HOW = RecordedHow.BY_HAND


def test_within_one_organisation_it_is_done_at_once(session, cast, twin):
    kept = cast.participant
    merge = ask(session, cast, kept, twin)
    assert merge.status is MergeStatus.DONE
    assert set(whose(session)) == {kept.id}
    coordinator = as_(session, cast.actor("coordinator"))
    known = people.list_known_to(session, coordinator.organisation_id)
    assert [row.participant_id for row in known] == [kept.id]
    with pytest.raises(NotFound):
        people.get_participant(session, coordinator, twin.uuid)
    assert session.get(Participant, twin.id) is None  # not by any way
    as_(session, participant_actor(kept.id, kept.name, [cast.enterprise.id]))
    assert len(session.scalars(select(Enrolment)).all()) == 2


def test_every_table_that_names_a_participant_follows(session, cast, twin):
    """A table of a later day is not forgotten: what was hers is handed over wherever it stands."""
    named = {
        table.name for table in Base.metadata.sorted_tables if "participant_id" in table.columns
    }
    assert named - {"audit_event", "participant_link"} == {
        "absence_follow_up", "aftercare", "agreement", "assessment", "attendance_change",
        "attendance_mark", "introduction",
        "brought_badge", "credential", "enrolment", "goal", "hours_overview", "kept_search",
        "saved_offering", "laid_card",
        "ladder_step", "message", "note", "notice", "observation", "outflow", "own_say",
        "participant_key", "rating", "profile_choice", "profile_share", "programme_term",
        "referral", "report_words",
        "visibility", "work_wish",
    }  # fmt: skip
    merge = ask(session, cast, cast.participant, twin)
    assert set(merge.moved["rows"]) == named - {"audit_event", "participant_link"}


def test_everybody_who_knows_one_of_them_has_a_say(session, cast, twin, abroad):
    make_known_here(session, cast, abroad)
    merge = ask(session, cast, cast.participant, abroad)
    assert merge.status is MergeStatus.ASKED
    assert len(set(whose(session))) == 3  # nothing moved
    (letter,) = session.scalars(select(Notice))
    assert (letter.kind, letter.address) == ("duplicates/asked", "stranger@example.org")
    assert letter.data == {"merge": str(merge.uuid)}

    stranger = as_(session, cast.actor("stranger"))
    (asked,) = queries.list_asked(session, stranger)
    assert [person.id for person in asked.known] == [abroad.id]
    assert (asked.kept.name, asked.is_asked, asked.is_own) == ("Fatma A.", True, False)
    assert queries.what_is_there(session, asked.known).keys() == {abroad.id}
    coordinator = as_(session, cast.actor("coordinator"))
    assert queries.list_asked(session, coordinator) == []
    assert queries.list_recent(session, coordinator)[0].is_own
    with pytest.raises(NotFound):
        queries.get_merge(session, as_(session, cast.actor("referrer")), merge.uuid)

    merge = act(session, cast, "stranger", merge, commands.say, is_agreed=True)
    assert merge.status is MergeStatus.DONE
    stranger = as_(session, cast.actor("stranger"))
    people.get_participant(session, stranger, cast.participant.uuid)
    assert {row.organisation_id for row in session.scalars(select(Enrolment))} == {
        stranger.organisation_id
    }  # she is known there now, and what others wrote of her is not


def test_whoever_may_answer_is_asked_and_none_of_her_colleagues(session, cast, abroad):
    for role in Role:
        user = User(email=f"{role.value}@example.net", name=role.value)
        session.add(Membership(user=user, organisation=cast.other_enterprise, role=role))
    make_known_here(session, cast, abroad)
    ask(session, cast, cast.participant, abroad)
    asked = set(session.scalars(select(Notice.address)))
    assert asked == {"stranger@example.org", "admin@example.net", "coordinator@example.net"}


def test_a_refusal_ends_it_and_names_nobody(session, cast, abroad):
    make_known_here(session, cast, abroad)
    merge = ask(session, cast, cast.participant, abroad)
    merge = act(session, cast, "stranger", merge, commands.say, is_agreed=False)
    assert merge.status is MergeStatus.REFUSED
    stranger = as_(session, cast.actor("stranger"))
    seen = queries.get_merge(session, stranger, merge.uuid)
    assert (seen.kept.name, seen.merged.name) == ("", "F. Aydin")
    for who, is_agreed in (("stranger", True), ("coordinator", True), ("coordinator", False)):
        with pytest.raises(RuleBroken):
            act(session, cast, who, merge, commands.say, is_agreed=is_agreed)
        session.rollback()
    with pytest.raises(RuleBroken, match="two people"):
        ask(session, cast, abroad, cast.participant)


def test_who_asked_takes_the_question_back_and_may_ask_again(session, cast, abroad):
    make_known_here(session, cast, abroad)
    merge = ask(session, cast, cast.participant, abroad)
    with pytest.raises(RuleBroken, match="already"):
        ask(session, cast, cast.participant, abroad)
    session.rollback()
    act(session, cast, "coordinator", merge, commands.say, is_agreed=False)
    assert ask(session, cast, cast.participant, abroad).status is MergeStatus.ASKED


def test_who_comes_to_know_her_meanwhile_is_asked_too(session, cast, abroad):
    make_known_here(session, cast, abroad)
    merge = ask(session, cast, cast.participant, abroad)
    participants.make_known(session, cast.actor("employer").organisation_id, cast.participant.id)
    session.commit()
    merge = act(session, cast, "stranger", merge, commands.say, is_agreed=True)
    assert merge.status is MergeStatus.ASKED
    merge = act(session, cast, "employer", merge, commands.say, is_agreed=True)
    assert merge.status is MergeStatus.DONE


def test_what_does_not_fit_is_refused_in_words(session, cast, twin):
    kept = cast.participant
    programme = Programme(name="Samen doen", valid_from=clock.today())
    session.add(programme)
    session.flush()
    terms = [
        ProgrammeTerm(participant_id=one.id, programme_id=programme.id, from_on=clock.today())
        for one in (kept, twin)
    ]
    session.add_all(terms)
    session.commit()
    with pytest.raises(RuleBroken, match="programme"):
        ask(session, cast, kept, twin)
    session.rollback()
    session.delete(session.get_one(ProgrammeTerm, terms[0].id))
    offering = make.offering(session, cast.enterprise)
    both = [make.enrolment(session, offering, session.get_one(Participant, one.id), status)
            for one, status in ((kept, S.WAITING), (twin, S.APPLIED))]  # fmt: skip
    session.commit()
    with pytest.raises(RuleBroken, match="same activity"):
        ask(session, cast, kept, twin)
    session.rollback()
    for row in both:
        session.get_one(Enrolment, row.id).status = S.ENDED
    at = make.offering_session(session, offering, clock.now() - timedelta(hours=3))
    for row in both:
        session.add(
            AttendanceMark(
                session_id=at.id, enrolment_id=row.id, organisation_id=row.organisation_id,
                participant_id=row.participant_id, status=AttendanceStatus.PRESENT, minutes=60,
                recorded_at=clock.now(), how=_HOW,
            )
        )  # fmt: skip
    session.commit()
    with pytest.raises(RuleBroken, match="same session"):
        ask(session, cast, kept, twin)
    session.rollback()
    with pytest.raises(RuleBroken, match="one and the same"):
        ask(session, cast, kept, kept)


def test_both_may_come_into_one_group_after_that_was_looked_at(session, cast, twin, monkeypatch):
    """Where neither was, nobody could be kept out."""
    group = make.offering(session, cast.enterprise)
    both = [session.get_one(Participant, one.id) for one in (cast.participant, twin)]
    of_both = [make.enrolment(session, group, one, S.WAITING).id for one in both]
    session.commit()
    monkeypatch.setattr(queries, "share_a_group", lambda *_: False)
    with pytest.raises(RuleBroken, match="changed meanwhile"):
        ask(session, cast, *both)
    session.rollback()
    for one, id_ in zip(both, of_both, strict=True):
        assert session.get_one(Enrolment, id_).participant_id == one.id


def test_keys_of_both_open_the_page_that_stays_and_no_more_than_before(session, cast, twin):
    third = make.participant(session, "Fatma Aydın", card_token="third")
    make_known_here(session, cast, third)
    make.key(session, third, "calendar", KeyKind.CALENDAR, opens=[cast.enterprise.id])
    staff_made = keys.issue_card(session, cast.actor("coordinator"), third)
    session.commit()
    opened = {key.token_hash: key.opens for key in make.keys_of(session, third)}
    ask(session, cast, twin, third)
    ask(session, cast, cast.participant, twin)  # a chain
    for card in ("third", "card-of-twin", "card-of-fatma", staff_made):
        key = make.opened(session, card)
        assert keys.holder_of(session, key).id == cast.participant.id
        assert keys.find_actor(session, third.id, [key.id]).participant_id == cast.participant.id
        assert key.opens == opened.get(key.token_hash, key.opens)
    assert keys.find_key(session, "calendar", KeyKind.CALENDAR)
    pair = third.id, cast.enterprise.id
    to = people.recipients(session, {pair})[pair]
    assert to.participant_id == cast.participant.id

    kept = session.get_one(Participant, cast.participant.id)
    new = keys.issue_card(session, cast.actor("coordinator"), kept)
    session.flush()
    assert keys.find_key(session, staff_made) is None  # also that of the entry that went
    assert keys.holder_of(session, make.opened(session, new)).id == kept.id


def test_who_was_one_by_mistake_keeps_no_key_to_the_other(session, cast, twin):
    merge = ask(session, cast, cast.participant, twin)
    kept = session.get_one(Participant, cast.participant.id)
    key = make.opened(session, "card-of-twin")
    her = as_(session, keys.actor_by(session, key))
    own = keys.issue_card(session, her, kept)
    session.commit()
    act(session, cast, "coordinator", merge, commands.undo)
    session.commit()
    assert keys.find_key(session, own) is None
    assert keys.find_actor(session, kept.id, her.keys) is None
    assert keys.find_actor(session, twin.id, her.keys).participant_id == twin.id


def test_suggestions_stay_among_whom_an_organisation_knows(session, cast):
    other = make.participant(session, "fatma a")
    coordinator = cast.actor("coordinator")
    assert queries.list_suggestions(session, coordinator) == []  # nobody there knows her
    make_known_here(session, cast, other)
    (found,) = queries.list_suggestions(session, as_(session, coordinator))
    assert (found.one.id, found.other.id) == (cast.participant.id, other.id)
    assert found.sign is Sign.NAME_AND_CONTACT
    assert queries.count_for_day(session, coordinator) == 1
    assert queries.list_suggestions(session, as_(session, cast.actor("cooperative"))) == []
    commands.keep_apart(session, as_(session, coordinator), found.one, found.other)
    session.flush()
    assert queries.count_for_day(session, coordinator) == 0
    assert whose(session) == [cast.participant.id]


def test_another_question_about_her_ends_with_it(session, cast, twin, abroad):
    make_known_here(session, cast, abroad)
    waiting = ask(session, cast, abroad, twin)
    ask(session, cast, cast.participant, twin)
    assert session.get_one(ParticipantMerge, waiting.id).status is MergeStatus.REFUSED
