"""Reads of introductions: what a side sees of each, who is asked, and who works where."""

import uuid
from collections.abc import Callable, Collection, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, exists, select
from sqlalchemy.orm import Session, joinedload

from portal.core import Actor, Link, NotFound, as_house, clock, is_any, one_or_not_found
from portal.core.actor import participant_actor
from portal.core.asked import asks_all, asks_rows
from portal.introductions.models import Introduction, WorkAftercare, WorkAgreement
from portal.introductions.rules import BEFORE_WORK, HIRED, OPEN, IntroductionStatus, Side
from portal.notices.rules import CARRIED, Recipient
from portal.participants.models import Participant, ParticipantLink
from portal.participants.queries import recipients
from portal.progress import rules as progress
from portal.progress.models import Outflow
from portal.work_places.models import WorkPlace

_BY_DAY = Introduction.act_by.is_(None), Introduction.act_by, Introduction.id.desc()
_STOP, _PLACED = progress.AftercareAnswer.STOP, IntroductionStatus.PLACED


def list_seen(session: Session) -> Sequence[Introduction]:
    """List all that the reader may see, by the day on which somebody acts."""
    return _with_all(session, session.scalars(select(Introduction.id)).all())


def get_seen(session: Session, introduction_uuid: uuid.UUID) -> Introduction:
    """Get one that the reader may see."""
    id_ = one_or_not_found(session, select(Introduction.id).filter_by(uuid=introduction_uuid))
    return _with_all(session, [id_])[0]


def list_placed(session: Session, actor: Actor) -> Sequence[Introduction]:
    """List who works, or worked, at the actor's company."""
    hired = Introduction.status.in_(sorted(HIRED))
    theirs = Introduction.organisation_id == actor.organisation_id
    return _with_all(session, session.scalars(select(Introduction.id).where(hired, theirs)).all())


def list_waiting(session: Session, actor: Actor, *sides: Side) -> Sequence[Row[*tuple[Any, ...]]]:
    """List in short those on which one of these sides has to act."""
    about = actor.organisation_id, clock.now() - progress.ANSWERED_WITHIN
    ids = {id_ for side in sides for id_ in _WAITING[side](session, *about)}
    with as_house(session):
        return _in_short(session, ids) if ids else []


def _with_all(session: Session, ids: Collection[int]) -> Sequence[Introduction]:
    with as_house(session):
        return _of_ids(session, ids) if ids else []


@asks_all
def _of_ids(ids: Collection[int]) -> Select[Introduction]:
    """Read these with all that they are about."""
    about = ("work_place", "participant", "organisation", "guide_organisation")
    loading = [joinedload(getattr(Introduction, name)) for name in about]
    found = select(Introduction).where(Introduction.id.in_(ids))
    return found.options(*loading).order_by(*_BY_DAY)


@asks_rows
def _in_short(ids: Collection[int]) -> Select[*tuple[Any, ...]]:
    row, at = Introduction, WorkPlace
    found = select(row.uuid, row.status, row.act_by, Participant.name, at.title, at.text_language)
    about_both = found.join(row.participant).join(row.work_place)
    return about_both.where(row.id.in_(ids)).order_by(*_BY_DAY)


def _waiting(side: Side) -> Callable[[Session, int | None, datetime], Sequence[int]]:
    text, asked, row = WorkAgreement, WorkAftercare, Introduction

    def has(of: Any, *so: ColumnElement[bool]) -> ColumnElement[bool]:
        return exists().where(of.introduction_id == row.id, *so)

    @asks_all
    def find(organisation_id: int | None, since: datetime) -> Select[int]:
        newest = text.replaced_at.is_(None)
        unread = has(text, newest, text.participant_confirmed_at.is_(None))
        unhelped = has(text, newest, text.guide_confirmed_at.is_(None))
        unhelped &= row.guide_organisation_id.is_not(None)
        question = has(asked, asked.side == side, asked.answer.is_(None), asked.created_at > since)
        signal = has(asked, asked.answer.in_(sorted(progress.RELAPSE)), asked.met_at.is_(None))
        is_before = row.status.in_(sorted(BEFORE_WORK))
        to_write, to_tell = is_before & ~(unread | unhelped), (row.status == _PLACED) & ~told()
        theirs = row.organisation_id == organisation_id
        helped = row.guide_organisation_id == organisation_id
        what = {
            Side.HER: (is_before & unread) | question,
            Side.EMPLOYER: theirs & (to_write | question),
            Side.GUIDE: helped & ((is_before & unhelped) | signal | to_tell),
        }
        return select(row.id).where(what[side])

    return find


def told() -> ColumnElement[bool]:
    """That her guide's organisation wrote down that she went on to this work."""
    return exists().where(
        Outflow.participant_id == Introduction.participant_id,
        Outflow.organisation_id == Introduction.guide_organisation_id,
        Outflow.started_on >= Introduction.from_on,
    )


_WAITING = {side: _waiting(side) for side in Side}


def is_so(session: Session, introduction: Introduction, what: ColumnElement[bool]) -> bool:
    """Whether something that a query can ask holds of one."""
    query = select(Introduction.id).where(Introduction.id == introduction.id, what)
    with as_house(session):
        return is_any(session, query)


def find_open(session: Session, participant_id: int, work_place_id: int) -> Introduction | None:
    """Find the one that runs between a person and a work place."""
    of = {"participant_id": participant_id, "work_place_id": work_place_id}
    running = Introduction.status.in_(sorted(OPEN))
    return session.scalar(select(Introduction).filter_by(**of).where(running))


def list_helpers(session: Session, actor: Actor, employer_id: int) -> Sequence[ParticipantLink]:
    """List whose guides could help her with an employer: those that have her now."""
    hers = ParticipantLink.participant_id == actor.participant_id
    query = select(ParticipantLink).where(hers, ParticipantLink.has_her())
    query = query.where(ParticipantLink.organisation_id != employer_id)
    loading = joinedload(ParticipantLink.organisation)
    return session.scalars(query.options(loading).order_by(ParticipantLink.id)).all()


def find_text(session: Session, introduction: Introduction) -> WorkAgreement | None:
    """Find the newest text of one."""
    query = select(WorkAgreement).filter_by(introduction_id=introduction.id, replaced_at=None)
    return session.scalar(query)


def unsaid(introduction: Introduction, text: WorkAgreement | None) -> frozenset[Side]:
    """Whose yes to a text is still to come; none where none waits."""
    waits = text is not None and introduction.status in BEFORE_WORK
    return text.unsaid(introduction) if text is not None and waits else frozenset()


def list_asked(session: Session, introduction: Introduction) -> Sequence[WorkAftercare]:
    """List how it went as far as the reader may know, the newest first."""
    query = select(WorkAftercare).filter_by(introduction_id=introduction.id)
    return session.scalars(query.order_by(WorkAftercare.id.desc())).all()


def reach_of(session: Session, participant_id: int) -> Sequence[Recipient]:
    """Where a message gets to her by itself; nowhere: she finds it on her page.

    No staff are to read for her what she lets none of them see.
    """
    knowing = ParticipantLink.knows_her & (ParticipantLink.participant_id == participant_id)
    with as_house(session):
        ids = session.scalars(select(ParticipantLink.organisation_id).where(knowing)).all()
    found = recipients(session, {(participant_id, one) for one in sorted(ids)})
    return [one for one in found.values() if one.channel in CARRIED][:1]


def find_asked(
    session: Session, link: Link, token: str
) -> tuple[WorkAftercare, Introduction, Actor]:
    """Find what a link asks, and whom.

    `NotFound` once it is over, or she is reached elsewhere.
    """
    query = select(WorkAftercare).filter_by(uuid=link.row, side=Side.HER)
    with as_house(session):  # whoever holds the link has not said who she is
        row = one_or_not_found(session, query.options(joinedload(WorkAftercare.introduction)))
    [of] = _with_all(session, [row.introduction_id])
    reached = reach_of(session, of.participant_id)
    if not row.is_open or not any(link.is_for(one.contact, token) for one in reached):
        raise NotFound("link")
    helping = [of.guide_organisation_id] if of.guide_organisation_id else []
    return row, of, participant_actor(of.participant_id, of.participant.name, helping)


def list_to_ask(
    session: Session, today: date
) -> list[tuple[Introduction, progress.AftercareMoment, Side]]:
    """List whom to ask how the work goes, and for which moment; for the house.

    Where a guide wrote down that she went on, she is asked about that, and not here too.
    """
    first = today - max(progress.ASKED_AFTER.values()) - progress.ASKED_WITHIN
    query = select(Introduction, told()).where(
        Introduction.status == _PLACED,
        Introduction.from_on.between(first, today - min(progress.ASKED_AFTER.values())),
    )
    rows = session.execute(query.order_by(Introduction.id)).all()
    of = WorkAftercare.introduction_id.in_([row.id for row, _ in rows])
    asked = {
        (one.introduction_id, one.side, one.moment if one.answer is not _STOP else None)
        for one in session.scalars(select(WorkAftercare).where(of))
    }
    return [
        (row, moment, side)
        for row, is_told in rows
        for side in ((Side.EMPLOYER,) if is_told else (Side.HER, Side.EMPLOYER))
        if (moment := progress.moment_due(row.from_on or today, today)) is not None
        and not asked & {(row.id, side, moment), (row.id, side, None)}
    ]
