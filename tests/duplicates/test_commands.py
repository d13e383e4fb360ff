"""Two entries become one with everybody's say, and two again."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from portal.agreements.models import Agreement
from portal.attendance.commands import record
from portal.attendance.models import AttendanceMark
from portal.attendance.rules import AttendanceStatus, RecordedHow
from portal.core import clock
from portal.core.actor import HOUSE, participant_actor
from portal.core.base import Base
from portal.core.errors import NotFound, RuleBroken
from portal.core.guard import set_actor
from portal.duplicates import commands, queries
from portal.duplicates.models import ParticipantMerge
from portal.duplicates.rules import UNDO_WITHIN, MergeStatus, Sign
from portal.enrolments import commands as enrolments
from portal.enrolments.models import Enrolment
from portal.enrolments.rules import EndReason, EnrolmentStatus, Move
from portal.extensions import db
from portal.notices.models import Notice
from portal.participants import commands as participants
from portal.participants import queries as people
from portal.participants.models import Participant, ParticipantLink, Programme, ProgrammeTerm
from portal.progress.models import LadderStep
from portal.progress.rules import Voice
from tests import databases
from tests import factories as make
from tests.cast import build_cast

S = EnrolmentStatus
_HOW = RecordedHow.BY_HAND


@pytest.fixture
def twin(session, cast):
    """The cast's participant entered once more, in another group of the same enterprise."""
    twin = make.participant(session, "Fatma Aydin", card_token="card-of-twin", birth_year=1980)
    make.enrolment(session, make.offering(session, cast.enterprise, title="Naaien"), twin)
    session.commit()
    return twin


@pytest.fixture
def abroad(session, cast):
    """The same person as another enterprise knows her, and only it."""
    entry = make.participant(session, "F. Aydin", card_token="card-abroad")
    make.enrolment(session, make.offering(session, cast.other_enterprise), entry)
    session.commit()
    return entry


def as_(session, actor):
    """Read as somebody from here on, with nothing remembered of what another saw."""
    session.flush()
    session.expunge_all()
    set_actor(session, actor)
    return actor


def ask(session, cast, kept, merged, who="coordinator"):
    """As a request does: two people that the actor knows."""
    actor = as_(session, cast.actor(who))
    both = [people.get_participant(session, actor, one.uuid) for one in (kept, merged)]
    merge = commands.ask(session, actor, kept=both[0], merged=both[1])
    session.commit()
    as_(session, HOUSE)
    return session.get_one(ParticipantMerge, merge.id)


def act(session, cast, who, merge, do, **how):
    actor = as_(session, cast.actor(who))
    seen = queries.get_merge(session, actor, merge.uuid)
    do(session, actor, seen.merge, **how)
    session.commit()
    as_(session, HOUSE)
    return session.get_one(ParticipantMerge, merge.id)


def make_known_here(session, cast, entry):
    """The coordinator's enterprise comes to know somebody, too."""
    participants.make_known(session, cast.enterprise.id, entry.id)
    session.commit()


def rows_of(session):
    """All that is kept, but the trail and the merges themselves."""
    session.flush()
    left_out = {"audit_event", "participant_merge", "merge_say", "notice"}
    return {
        table.name: {repr(row) for row in session.connection().execute(select(table))}
        for table in Base.metadata.sorted_tables
        if table.name not in left_out
    }


def whose(session, model=Enrolment):
    return [row.participant_id for row in session.scalars(select(model).order_by(model.id))]


def test_within_one_organisation_it_is_done_at_once(session, cast, twin):
    kept = cast.participant
    merge = ask(session, cast, kept, twin)
    assert merge.status is MergeStatus.DONE
    assert set(whose(session)) == {kept.id}
    coordinator = as_(session, cast.actor("coordinator"))
    assert [row.id for row in people.list_participants(session, coordinator).rows] == [kept.id]
    with pytest.raises(NotFound):
        people.get_participant(session, coordinator, twin.uuid)
    assert session.get(Participant, twin.id) is None  # not by any way
    as_(session, participant_actor(kept.id, kept.name))
    assert len(session.scalars(select(Enrolment)).all()) == 2


def test_every_table_that_names_a_participant_follows(session, cast, twin):
    """A table of a later day is not forgotten: what was hers is handed over wherever it stands."""
    named = {
        table.name for table in Base.metadata.sorted_tables if "participant_id" in table.columns
    }
    assert named - {"audit_event", "participant_link"} == {
        "agreement", "attendance_change", "attendance_mark", "enrolment", "ladder_step", "notice",
        "observation", "outflow", "programme_term", "referral",
    }  # fmt: skip
    merge = ask(session, cast, cast.participant, twin)
    assert set(merge.moved["rows"]) == named - {"audit_event", "participant_link"}


def fill(session, cast, entry):
    """Something of her in the tables that have an enrolment."""
    enrolment = session.scalars(select(Enrolment).where(Enrolment.participant_id == entry.id)).one()
    now = clock.now()
    at = make.offering_session(session, enrolment.offering, now - timedelta(hours=3))
    guide = cast.actor("guide")
    record(session, guide, at, {enrolment.id: (AttendanceStatus.PRESENT, None)}, _HOW)
    about = {
        "organisation_id": enrolment.organisation_id, "participant_id": entry.id,
        "enrolment_id": enrolment.id,
    }  # fmt: skip
    session.add(LadderStep(step=3, stated_on=clock.today(), voice=Voice.GUIDE, **about))
    session.add(
        Agreement(
            goals="Leren.", minutes_per_week=60, from_on=clock.today(), participant_does="Komen.",
            guide_does="Helpen.", **about,
        )
    )  # fmt: skip
    session.commit()
    return enrolment


def test_undo_puts_back_what_was_and_leaves_what_came(session, cast, twin):
    enrolment = fill(session, cast, twin)
    session.execute(
        update(Participant).where(Participant.id == twin.id).values(wants_reminders=False)
    )
    session.commit()
    before = rows_of(session)
    kept = cast.participant
    merge = ask(session, cast, kept, twin)
    assert session.get_one(Participant, kept.id).wants_reminders is False
    merge = act(session, cast, "coordinator", merge, commands.undo)
    assert (merge.status, merge.moved) == (MergeStatus.UNDONE, {})
    assert rows_of(session) == before

    merge = ask(session, cast, kept, twin)
    new = make.enrolment(
        session, make.offering(session, cast.enterprise), session.get_one(Participant, kept.id)
    )
    at = make.offering_session(
        session, session.get_one(Enrolment, enrolment.id).offering, clock.now() - timedelta(hours=6)
    )
    present = {enrolment.id: (AttendanceStatus.PRESENT, None)}
    record(session, cast.actor("guide"), at, present, _HOW)
    for about in (enrolment, new):
        session.add(
            Notice(
                kind="enrolments/offered", channel="sms", not_before=clock.now(),
                participant_id=kept.id, data={"enrolment": str(about.uuid)},
            )
        )  # fmt: skip
    session.commit()
    act(session, cast, "coordinator", merge, commands.undo)
    assert whose(session) == [kept.id, twin.id, kept.id]
    assert whose(session, AttendanceMark) == [twin.id, twin.id]  # of her enrolment, which is back
    assert whose(session, Notice) == [twin.id, kept.id]


def owners_of(session):
    """Whose each row is, by table and number."""
    return {
        table.name: dict(
            session.connection().execute(select(table.c.id, table.c.participant_id)).all()
        )
        for table in Base.metadata.sorted_tables
        if {"id", "participant_id"} <= set(table.columns.keys()) and table.name != "audit_event"
    }


def happen(session, cast, event, number, twins_enrolment):
    """Something of a day in which they are one."""
    kept = session.get_one(Participant, cast.participant.id)
    coordinator = cast.actor("coordinator")
    hers = session.get_one(Enrolment, twins_enrolment.id)
    match event:
        case "sign up":
            new = make.offering(session, cast.enterprise)
            enrolments.sign_up(session, coordinator, offering_id=new.id, participant=kept)
        case "abroad":
            new = make.offering(session, cast.other_enterprise)
            enrolments.sign_up(session, coordinator, offering_id=new.id, participant=kept)
        case "mark":
            at = make.offering_session(
                session, hers.offering, clock.now() - timedelta(hours=9 + number)
            )
            session.add(
                AttendanceMark(
                    session_id=at.id, enrolment_id=hers.id, organisation_id=hers.organisation_id,
                    participant_id=kept.id, status=AttendanceStatus.PRESENT, minutes=60,
                    recorded_at=clock.now(), how=_HOW,
                )
            )  # fmt: skip
        case "end":
            if hers.status is S.ENROLLED:
                enrolments.move(
                    session, coordinator, hers, Move.END, end_reason=EndReason.FOUND_WORK
                )
        case "card":
            participants.issue_card(session, coordinator, kept)
    session.commit()


@pytest.mark.slow
@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(events=st.lists(st.sampled_from(["sign up", "abroad", "mark", "end", "card"]), max_size=5))
def test_merge_then_undo_gives_everything_back(app, events):
    """Whatever happens in between: what was hers is hers again, and nothing is lost or doubled."""
    with app.app_context():
        engine = db.engine
    try:
        with Session(engine, expire_on_commit=False) as session:
            set_actor(session, HOUSE)
            cast = build_cast(app, session)
            twin = make.participant(session, "Fatma Aydin", card_token="card-of-twin")
            hers = make.enrolment(session, make.offering(session, cast.enterprise), twin)
            make.enrolment(session, make.offering(session, cast.other_enterprise), twin)
            session.commit()
            rows, owners = rows_of(session), owners_of(session)
            merge = ask(session, cast, cast.participant, twin)
            act(session, cast, "stranger", merge, commands.say, is_agreed=True)
            for number, event in enumerate(events):
                happen(session, cast, event, number, hers)
            meanwhile = owners_of(session)
            act(session, cast, "stranger", merge, commands.undo)
            after = owners_of(session)
            for table, was in owners.items():
                assert was.items() <= after[table].items(), table
                gone = meanwhile[table].keys() - after[table].keys()
                assert not gone or table == "participant_link"
            for table in after:
                if "enrolment_id" in Base.metadata.tables[table].columns:
                    of = Base.metadata.tables[table].c
                    for enrolment_id, person in session.execute(
                        select(of.enrolment_id, of.participant_id)
                    ):
                        assert after["enrolment"][enrolment_id] == person, table
            tied = {
                (row.organisation_id, row.participant_id)
                for row in session.scalars(select(Enrolment))
            }
            links = session.scalars(select(ParticipantLink))
            assert {(row.organisation_id, row.participant_id) for row in links} == tied
            if not events:
                assert rows_of(session) == rows
    finally:
        databases.clean(engine, Base.metadata)


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
    assert (asked.kept_name, asked.is_asked, asked.is_own) == ("Fatma A.", True, False)
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


def test_a_refusal_ends_it_and_names_nobody(session, cast, abroad):
    make_known_here(session, cast, abroad)
    merge = ask(session, cast, cast.participant, abroad)
    merge = act(session, cast, "stranger", merge, commands.say, is_agreed=False)
    assert merge.status is MergeStatus.REFUSED
    stranger = as_(session, cast.actor("stranger"))
    seen = queries.get_merge(session, stranger, merge.uuid)
    assert (seen.kept_name, seen.merged_name) == ("", "F. Aydin")
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


def test_the_old_card_and_calendar_open_the_page_that_stays(session, cast, twin):
    third = make.participant(session, "Fatma Aydın", card_token="third", calendar_hash=None)
    make_known_here(session, cast, third)
    token = participants.issue_calendar(session, HOUSE, third)
    session.commit()
    ask(session, cast, twin, third)
    ask(session, cast, cast.participant, twin)  # a chain
    for card in ("third", "card-of-twin", "card-of-fatma"):
        assert people.find_by_card(session, card).id == cast.participant.id
    assert people.find_card_actor(session, third.id, 1).participant_id == cast.participant.id
    assert people.find_by_calendar(session, token).id == cast.participant.id
    to = people.recipients_by_id(session, {third.id})[third.id]
    assert to.participant_id == cast.participant.id

    kept = session.get_one(Participant, cast.participant.id)
    new = participants.issue_card(session, cast.actor("coordinator"), kept)
    participants.stop_calendar(session, HOUSE, kept)
    session.flush()
    for card in ("third", "card-of-twin", "card-of-fatma"):
        assert people.find_by_card(session, card) is None
    assert people.find_card_actor(session, third.id, 1) is None
    assert people.find_by_calendar(session, token) is None
    assert people.find_by_card(session, new).id == kept.id


def test_in_a_chain_the_last_is_undone_first(session, cast, twin):
    third = make.participant(session, "Fatma Aydın")
    make.enrolment(session, make.offering(session, cast.enterprise), third)
    session.commit()
    before = rows_of(session)
    first = ask(session, cast, twin, third)
    second = ask(session, cast, cast.participant, twin)
    with pytest.raises(RuleBroken, match="Undo that first"):
        act(session, cast, "coordinator", first, commands.undo)
    session.rollback()
    act(session, cast, "coordinator", second, commands.undo)
    act(session, cast, "coordinator", first, commands.undo)
    assert rows_of(session) == before


def test_what_came_late_to_the_old_entry_follows(session, cast, twin):
    merge = ask(session, cast, cast.participant, twin)
    late = make.enrolment(
        session,
        make.offering(session, cast.other_enterprise),
        session.get_one(Participant, twin.id),
    )
    session.commit()
    commands.gather(session)
    commands.gather(session)
    as_(session, HOUSE)
    assert set(whose(session)) == {cast.participant.id}
    merge = session.get_one(ParticipantMerge, merge.id)
    assert late.id in merge.moved["rows"]["enrolment"]
    act(session, cast, "coordinator", merge, commands.undo)
    assert whose(session)[1:] == [twin.id, twin.id]


def test_after_thirty_days_nothing_is_kept_to_undo_it(session, cast, twin):
    merge = ask(session, cast, cast.participant, twin)
    commands.forget(session)
    assert merge.moved
    with clock.freeze(clock.now() + UNDO_WITHIN + timedelta(minutes=1)):
        commands.forget(session)
        commands.gather(session)
        session.commit()
        merge = session.get_one(ParticipantMerge, merge.id)
        gone = session.get_one(Participant, twin.id)
        assert (merge.moved, gone.name, gone.phone, gone.birth_year) == ({}, "", "", None)
        with pytest.raises(RuleBroken):
            act(session, cast, "coordinator", merge, commands.undo)
        session.rollback()
        assert people.find_by_card(session, "card-of-twin").id == cast.participant.id


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
