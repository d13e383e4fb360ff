"""Writing goals down, and what became of them."""

from collections.abc import Mapping, Sequence

from sqlalchemy.orm import Session

from portal.core import N_, Actor, NotAllowed, Permission, RuleBroken, audit, hold_row
from portal.enrolments.commands.steps import check_has_her
from portal.enrolments.models import Enrolment
from portal.goals.models import Goal
from portal.goals.queries import list_goals
from portal.goals.rules import GoalOutcome, check_goals, check_may_judge
from portal.offerings.rules.competences import competences


def write(
    session: Session, actor: Actor, enrolment: Enrolment, goals: Sequence[tuple[str, str]]
) -> None:
    """Write two to four goals in place of those before, each with a word."""
    row = _held(session, actor, enrolment)
    before = list_goals(session, row.id)
    is_judged = any(goal.hers or goal.theirs for goal in before)
    check_goals([words for words, _ in goals], row.status, is_judged=is_judged)
    if not {key for _, key in goals if key} <= set(competences()):
        raise RuleBroken("", N_("Choose one from the list."))
    for goal in before:
        session.delete(goal)
    for words, competence in goals:
        session.add(Goal(**row.whose, words=words, competence=competence))
    audit.record(session, actor, "goal.written", row, how_many=len(goals))


def judge(
    session: Session,
    actor: Actor,
    enrolment: Enrolment,
    said: Mapping[str, tuple[GoalOutcome, str]],
) -> None:
    """Say what became of goals and why, in the actor's own voice."""
    row = _held(session, actor, enrolment)
    check_may_judge(row.status)
    for goal in list_goals(session, row.id):
        if (found := said.get(str(goal.uuid))) is None:
            continue
        if actor.is_participant:
            goal.hers, goal.her_why = found
        else:
            goal.theirs, goal.their_why = found
            goal.their_user_id = actor.user_id
    audit.record(session, actor, "goal.judged", row, how_many=len(said))


def _held(session: Session, actor: Actor, enrolment: Enrolment) -> Enrolment:
    """Her own place, or one of the organisation that has her; it waits for this transaction."""
    if not (actor.is_participant or actor.may(Permission.RECORD_PROGRESS)):
        raise NotAllowed
    row = hold_row(session, Enrolment, enrolment.id)
    check_has_her(session, actor, row)
    return row
