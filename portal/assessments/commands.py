"""Asking somebody to hold a conversation, laying cards, and what she agrees on."""

from collections.abc import Mapping, Sequence
from datetime import date, time
from typing import Any

from sqlalchemy import select

from portal.accounts.models import User
from portal.assessments import queries
from portal.assessments.models import Assessment, LaidCard
from portal.assessments.rules import (
    BY_HER,
    BY_HOLDER,
    BY_TEAM,
    MOVES,
    AssessmentMove,
    AssessmentStatus,
    Pick,
)
from portal.core import N_, Actor, NotAllowed, Permission, Role, RuleBroken, Session, audit, clock
from portal.core.database import insert_into
from portal.core.guard import as_house
from portal.core.reading import hold_row
from portal.enrolments.commands.steps import check_has_her
from portal.enrolments.models import Enrolment
from portal.notices.commands import tell
from portal.notices.rules import Recipient
from portal.offerings.rules.competences import competences
from portal.organisations.models import Membership
from portal.participants.models import Participant
from portal.participants.queries import recipient_of
from portal.progress.commands import tell_agreed
from portal.progress.rules import Voice

_M, _S = AssessmentMove, AssessmentStatus


def ask(session: Session, actor: Actor, enrolment: Enrolment, holder: Membership) -> Assessment:
    """Ask somebody of the team to hold a conversation with her.

    Whoever asks herself says yes by it. One that is not over yet changes hands.
    """
    if not actor.may(Permission.RECORD_PROGRESS):
        raise NotAllowed
    hold_row(session, Enrolment, enrolment.id)
    check_has_her(session, actor, enrolment)
    row = queries.find_open(session, enrolment)
    if row is None:
        row = Assessment(
            **enrolment.whose, holder_id=holder.user_id, voice=Voice.GUIDE, status=_S.ASKED
        )
        session.add(row)
    else:
        row.status, row.status_since = MOVES.next(row.status, _M.ASSIGN), clock.now()
    row.holder_id, row.at = holder.user_id, None
    row.voice = Voice.EXPERT if holder.role is Role.EXPERT else Voice.GUIDE
    audit.record(session, actor, "assessment.asked", row, holder=holder.user_id)
    if holder.user_id == actor.user_id:
        _go(session, actor, row, _M.ACCEPT)
    else:
        to = Recipient(holder.user.name, holder.user.email, holder.user.language)
        tell(session, to, "assessments/asked", organisation=actor.organisation_name)
    return row


def move(session: Session, actor: Actor, assessment: Assessment, move: AssessmentMove) -> None:
    """Take one step; what she agrees on becomes lines of her profile."""
    row = hold_row(session, Assessment, assessment.id)
    if move not in may_do(actor, row):
        raise RuleBroken("", N_("Use one of the buttons."))
    _go(session, actor, row, move)
    if move is _M.LAY and not actor.is_participant:
        _tell_her(session, row, "assessments/laid")
    if move is _M.AGREE:
        _agree(session, actor, row)


def may_do(actor: Actor, assessment: Assessment) -> list[AssessmentMove]:
    """List what an actor may do next, the usual first."""
    if actor.is_participant:
        hers = BY_HER
    else:
        holds = assessment.holder_id == actor.user_id
        of_team = actor.may(Permission.RECORD_PROGRESS)
        hers = (BY_HOLDER if holds else frozenset()) | (BY_TEAM if of_team else frozenset())
    return [one for one in MOVES.open_from(assessment.status) if one in hers]


def plan(
    session: Session,
    actor: Actor,
    assessment: Assessment,
    *,
    day: date,
    starts: time,
    place: str,
    third: str,
) -> None:
    """Say when, where and who sits with them; she is told."""
    row = hold_row(session, Assessment, assessment.id)
    if _M.PLAN not in may_do(actor, row):
        raise RuleBroken("", N_("Use one of the buttons."))
    at = clock.from_local(day, starts)
    if at <= clock.now():
        raise RuleBroken("day", N_("Choose a moment that is still to come."))
    _go(session, actor, row, _M.PLAN)
    row.at, row.place, row.third = at, place, third
    _tell_her(session, row, "assessments/planned")


def sit_without_third(session: Session, actor: Actor, assessment: Assessment) -> None:
    """She wants nobody else at the table."""
    row = hold_row(session, Assessment, assessment.id)
    row.third = ""
    audit.record(session, actor, "assessment.third_refused", row)


def lay(session: Session, actor: Actor, assessment: Assessment, picks: Mapping[str, Pick]) -> None:
    """Lay cards on their piles; a conversation that paused goes on by it."""
    row = hold_row(session, Assessment, assessment.id)
    if not set(picks) <= set(competences()):
        raise RuleBroken("", N_("Choose one from the list."))
    _go_on(session, actor, row)
    for card in _cards(session, row, picks):
        card.pick = picks[card.competence]


def tell_example(
    session: Session, actor: Actor, assessment: Assessment, competence: str, **values: Any
) -> None:
    """Write what is told with a card, by her or by whoever holds it."""
    row = hold_row(session, Assessment, assessment.id)
    if row.status is not _S.LAID:
        _go_on(session, actor, row)
    (card,) = _cards(session, row, {competence: Pick.MINE})
    for words, level in (("example", "level"), ("said", "said_level")):
        if values.get(words) and not values.get(level):
            raise RuleBroken(level, N_("Choose how it goes."))
    for name, value in values.items():
        setattr(card, name, value)
    audit.record(session, actor, "laid_card.told", card)


def _go_on(session: Session, actor: Actor, row: Assessment) -> None:
    if row.status is not _S.RUNNING:
        _go(session, actor, row, _M.BEGIN)


def _go(session: Session, actor: Actor, row: Assessment, move: AssessmentMove) -> None:
    row.status = MOVES.next(row.status, move)
    row.status_since = clock.now()
    audit.record(session, actor, f"assessment.{row.status.value}", row)


def _cards(session: Session, row: Assessment, picks: Mapping[str, Pick]) -> Sequence[LaidCard]:
    """The rows of these cards, held; those that did not lie there yet lie where `picks` says."""
    about = {name: getattr(row, name) for name in ("organisation_id", "participant_id")}
    about |= {"assessment_id": row.id, "example": "", "said": "", "objection": ""}
    new = [{**about, "competence": key, "pick": pick} for key, pick in picks.items()]
    if new:
        session.execute(insert_into(session, LaidCard).on_conflict_do_nothing(), new)
    these = LaidCard.assessment_id == row.id, LaidCard.competence.in_(picks)
    return session.scalars(select(LaidCard).where(*these).with_for_update()).all()


def _agree(session: Session, actor: Actor, row: Assessment) -> None:
    """Each of the two voices a line of its own, with what she says against the other's."""
    enrolment = session.get_one(Enrolment, row.enrolment_id)
    for card in queries.list_cards(session, row.id).values():
        if card.pick is not Pick.MINE:
            continue
        hers = Voice.PARTICIPANT, None, card.example, card.level, ""
        other = row.voice, row.holder_id, card.said, card.said_level, card.objection
        for voice, user_id, example, level, objection in (hers, other):
            if example and level:
                tell_agreed(
                    session,
                    actor,
                    enrolment,
                    voice=voice,
                    recorded_by_id=user_id,
                    competence=card.competence,
                    example=example,
                    level=level,
                    objection=objection,
                )


def _tell_her(session: Session, row: Assessment, kind: str) -> None:
    holder = session.get_one(User, row.holder_id)
    with as_house(session):  # an expert sees no participants
        her = session.get_one(Participant, row.participant_id)
    tell(
        session,
        recipient_of(session, row.organisation_id, her),
        kind,
        not_after=row.at if kind != "assessments/laid" else None,
        **words_for(row, holder.name),
    )


def words_for(row: Assessment, holder: str) -> dict[str, Any]:
    """What a message to her about a conversation is about, and what fills it."""
    return {
        "organisation_id": row.organisation_id,
        "state_of": f"assessment {row.uuid}",
        "assessment": str(row.uuid),
        "starts_at": row.at.isoformat() if row.at else "",
        "place": row.place,
        "third": row.third,
        "holder": holder,
    }
