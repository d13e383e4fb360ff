"""What was brought together is taken apart again, to the row."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.agreements.models import Agreement
from portal.attendance.commands import record
from portal.attendance.models import AttendanceMark
from portal.attendance.rules import AttendanceStatus, RecordedHow
from portal.core import clock
from portal.core.actor import HOUSE
from portal.core.base import Base
from portal.core.errors import RuleBroken
from portal.core.guard import set_actor
from portal.duplicates import commands
from portal.duplicates.models import ParticipantMerge
from portal.duplicates.rules import UNDO_WITHIN, MergeStatus
from portal.enrolments import commands as enrolments
from portal.enrolments.models import Enrolment
from portal.enrolments.rules import EndReason, EnrolmentStatus, Move
from portal.notices.models import Notice
from portal.participants.commands import keys
from portal.participants.models import Participant, ParticipantLink
from portal.participants.rules import Contact
from portal.progress.models import LadderStep
from portal.progress.rules import Voice
from tests import databases, factories as make
from tests.cast import build_cast
from tests.duplicates.doing import act, as_, ask, owners_of, rows_of, whose

S = EnrolmentStatus
_HOW = RecordedHow.BY_HAND


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
    make.reach(session, twin, wants_reminders=False)
    session.commit()
    before = rows_of(session)
    kept = cast.participant
    merge = ask(session, cast, kept, twin)
    assert make.reminded_by(session, kept) == []
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
    assert whose(session, Notice)[-2:] == [twin.id, kept.id]  # after the news of the merge


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
            keys.issue_card(session, coordinator, kept)
    session.commit()


@pytest.mark.slow
@settings(max_examples=15, suppress_health_check=list(HealthCheck))
@given(events=st.lists(st.sampled_from(["sign up", "abroad", "mark", "end", "card"]), max_size=5))
def test_merge_then_undo_gives_everything_back(app, engine, events):
    """Whatever happens in between: what was hers is hers again, and nothing is lost or doubled."""
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


def test_what_came_late_to_the_same_group_is_settled_before_undoing(session, cast, twin):
    """A request begun before the merge puts her in a group that her own row was moved from."""
    merge = ask(session, cast, cast.participant, twin)
    moved = session.get_one(Enrolment, merge.moved["rows"]["enrolment"][0])
    make.enrolment(session, moved.offering, session.get_one(Participant, twin.id))
    session.commit()
    with pytest.raises(RuleBroken, match="same activity"):
        act(session, cast, "coordinator", merge, commands.undo)


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
        assert (merge.moved, gone.name, gone.birth_year) == ({}, "", None)
        assert make.link(session, gone).contact == Contact()
        with pytest.raises(RuleBroken):
            act(session, cast, "coordinator", merge, commands.undo)
        session.rollback()
        card = make.opened(session, "card-of-twin")
        assert keys.holder_of(session, card).id == cast.participant.id
