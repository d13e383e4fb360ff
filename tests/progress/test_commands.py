"""Telling of somebody: whose voice, within which enrolment, and what she hides."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.core import clock
from portal.core.errors import NotAllowed, NotFound, RuleBroken
from portal.core.guard import set_actor
from portal.enrolments.rules import EnrolmentStatus
from portal.progress import commands
from portal.progress.models import LadderStep, Observation
from portal.progress.queries import list_observations, list_steps, stairs
from portal.progress.rules import LadderChange, OutflowKind, SkillLevel, Voice
from tests import factories as make
from tests.cast import Cast

MAY_TELL = {"guide", "coordinator", "admin", "participant"}


def told(session: Session, cast: Cast, name: str, **values):
    set_actor(session, cast.actor(name))
    sent = {
        "enrolment_id": cast.enrolment.id,
        "competence": "samenwerken",
        "example": "Zij opende zes weken lang alleen de keuken.",
        "level": SkillLevel.ALONE,
        "observed_on": clock.today(),
        **values,
    }
    return commands.observe(session, cast.actor(name), **sent)


@pytest.mark.parametrize(
    ("name", "voice"),
    [("guide", Voice.GUIDE), ("admin", Voice.GUIDE),
     ("participant", Voice.PARTICIPANT)],
)  # fmt: skip
def test_everybody_speaks_in_her_own_voice(session, cast, name, voice):
    observation = told(session, cast, name)
    assert observation.voice is voice
    assert observation.organisation_id == cast.enterprise.id
    assert observation.recorded_by_id == cast.actor(name).user_id


@pytest.mark.parametrize(
    ("name", "refusal"),
    [("stranger", NotFound), ("referrer", NotFound), ("cooperative", NotFound),
     ("employer", NotFound), ("viewer", NotAllowed), ("recogniser", NotAllowed),
     ("operator", NotAllowed), ("visitor", NotAllowed)],
)  # fmt: skip
def test_others_tell_nothing_of_her(session, cast, name, refusal):
    session.expunge_all()
    with pytest.raises(refusal):
        told(session, cast, name)
    with pytest.raises(refusal):
        commands.state_step(
            session, cast.actor(name), enrolment_id=cast.enrolment.id, step=3,
            stated_on=clock.today(),
        )  # fmt: skip
    with pytest.raises(refusal):
        commands.tell_outflow(
            session, cast.actor(name), enrolment_id=cast.enrolment.id,
            kind=OutflowKind.PAID_WORK, started_on=clock.today(),
        )  # fmt: skip


def test_a_participant_tells_nothing_of_somebody_else(session, cast):
    other = make.enrolment(session, cast.offering)
    with pytest.raises(NotFound):
        told(session, cast, "participant", enrolment_id=other.id)


def test_nothing_is_told_of_an_applicant(session, cast):
    applied = make.enrolment(
        session, make.offering(session, cast.enterprise), status=EnrolmentStatus.APPLIED
    )
    with pytest.raises(NotFound):
        told(session, cast, "guide", enrolment_id=applied.id)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("competence", "vliegen"),
        ("example", "  "),
        ("example", "Haar nummer is 123456782."),
        ("observed_on", date(2999, 1, 1)),
    ],
)
def test_what_can_not_be_is_refused(session, cast, field, value):
    with pytest.raises(RuleBroken) as refusal:
        told(session, cast, "guide", **{field: value})
    assert refusal.value.field == field


def test_what_she_hides_only_she_sees(session, cast):
    observation = told(session, cast, "guide")
    session.commit()
    herself = cast.actor("participant")
    set_actor(session, herself)
    assert commands.toggle_hidden(session, herself, observation) is True
    session.commit()
    session.expunge_all()
    assert len(list_observations(session, cast.participant.id)) == 1
    set_actor(session, cast.actor("guide"))
    assert list_observations(session, cast.participant.id) == []
    set_actor(session, herself)
    again = session.scalars(select(Observation)).one()
    assert commands.toggle_hidden(session, herself, again) is False


@pytest.mark.parametrize("name", ["guide", "admin", "cooperative"])
def test_nobody_hides_for_her(session, cast, name):
    observation = told(session, cast, "guide")
    with pytest.raises(NotFound):
        commands.toggle_hidden(session, cast.actor(name), observation)


def test_staff_do_not_state_steps_1_and_2(session, cast):
    values = {"enrolment_id": cast.enrolment.id, "step": 2, "stated_on": clock.today()}
    set_actor(session, cast.actor("guide"))
    with pytest.raises(RuleBroken, match="step 1 or 2"):
        commands.state_step(session, cast.actor("guide"), **values)
    set_actor(session, cast.actor("participant"))
    assert commands.state_step(session, cast.actor("participant"), **values).step == 2


def test_voices_stand_beside_each_other_on_the_stair(session, cast):
    today = clock.today()
    for name, step, days in (
        ("guide", 3, 90), ("guide", 4, 0), ("participant", 2, 90),
        ("participant", 2, 1),
    ):  # fmt: skip
        set_actor(session, cast.actor(name))
        commands.state_step(
            session, cast.actor(name), enrolment_id=cast.enrolment.id, step=step,
            stated_on=today - timedelta(days=days),
        )  # fmt: skip
    row = list_steps(session, cast.participant.id)[0]
    about = {
        name: getattr(row, name) for name in ("organisation_id", "participant_id", "enrolment_id")
    }
    session.add(LadderStep(**about, step=4, stated_on=today, voice=Voice.EXPERT))
    set_actor(session, cast.actor("guide"))
    said = stairs(list_steps(session, cast.participant.id))
    assert [(s.voice, s.first.step, s.last.step, s.change) for s in said] == [
        (Voice.PARTICIPANT, 2, 2, LadderChange.HELD),
        (Voice.GUIDE, 3, 4, LadderChange.ROSE),
        (Voice.EXPERT, 4, 4, LadderChange.UNKNOWN),
    ]


def test_outflow_without_a_document_is_told(session, cast):
    set_actor(session, cast.actor("guide"))
    outflow = commands.tell_outflow(
        session, cast.actor("guide"), enrolment_id=cast.enrolment.id,
        kind=OutflowKind.EDUCATION, started_on=clock.today(),
    )  # fmt: skip
    assert (outflow.document_seen_on, outflow.document_seen_by) == (None, "")


def test_outflow_is_told_of_what_began_and_not_of_what_may(session, cast):
    set_actor(session, cast.actor("guide"))
    told = {"enrolment_id": cast.enrolment.id, "kind": OutflowKind.EDUCATION}
    with pytest.raises(RuleBroken, match="in the past"):
        commands.tell_outflow(
            session, cast.actor("guide"), started_on=clock.today() + timedelta(days=1), **told
        )


def test_a_participant_does_not_tell_her_own_outflow(session, cast):
    with pytest.raises(NotAllowed):
        commands.tell_outflow(
            session, cast.actor("participant"), enrolment_id=cast.enrolment.id,
            kind=OutflowKind.EDUCATION, started_on=clock.today(),
        )  # fmt: skip
