"""Reads of calls, their answers, and the employers of the network."""

import uuid
from collections.abc import Sequence

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session, joinedload

from portal.calls.models import Call, CallAnswer
from portal.calls.rules import CallStatus
from portal.core import Actor, as_house, clock, one_or_not_found
from portal.offerings.rules import PUBLIC
from portal.organisations.models import Organisation
from portal.work_places.models import WorkPlace
from portal.work_places.rules import EMPLOYING_KINDS

_MOST = 60  # on a page


def _public() -> Select[Call]:
    return (
        select(Call)
        .join(Call.organisation)
        .where(
            Call.status == CallStatus.PUBLIC,
            or_(Call.until_on.is_(None), Call.until_on >= clock.today()),
            Organisation.is_verified,
        )
        .options(joinedload(Call.organisation))
    )


def list_public(session: Session) -> Sequence[Call]:
    """List what is public now, the newest first."""
    query = _public().order_by(Call.published_at.desc(), Call.id.desc()).limit(_MOST)
    return session.scalars(query).all()


def get_public(session: Session, call_uuid: uuid.UUID) -> Call:
    """Get one of what is public now."""
    return one_or_not_found(session, _public().where(Call.uuid == call_uuid))


def list_own(session: Session, actor: Actor) -> Sequence[Call]:
    """List all of the actor's organisation, the newest first."""
    query = select(Call).where(Call.organisation_id == actor.organisation_id)
    return session.scalars(query.order_by(Call.id.desc())).all()


def list_to_check(session: Session) -> Sequence[Call]:
    """List what waits for an operator, the longest first, then what is public."""
    statuses = (CallStatus.WAITING, CallStatus.PUBLIC)
    query = select(Call).where(Call.status.in_(statuses)).options(joinedload(Call.organisation))
    return session.scalars(query.order_by(Call.status.desc(), Call.id)).all()


def list_answers(session: Session, call: Call) -> Sequence[CallAnswer]:
    """List the answers that the reader may see, the newest first."""
    query = select(CallAnswer).where(CallAnswer.call_id == call.id)
    return session.scalars(query.order_by(CallAnswer.id.desc())).all()


def count_answers(session: Session, call: Call) -> int:
    """Count the answers to a call; as the house."""
    with as_house(session):
        query = select(func.count()).select_from(CallAnswer).where(CallAnswer.call_id == call.id)
        return session.scalar(query) or 0


def list_employers(session: Session) -> Sequence[tuple[Organisation, int]]:
    """List the checked employers by name, each with its places that are free for all."""
    free = func.coalesce(func.sum(WorkPlace.places - WorkPlace.places_taken), 0)
    is_public = WorkPlace.status.in_(PUBLIC) & WorkPlace.is_open
    query = (
        select(Organisation, free)
        .outerjoin(WorkPlace, (WorkPlace.organisation_id == Organisation.id) & is_public)
        .where(
            Organisation.kind.in_(EMPLOYING_KINDS),
            Organisation.is_verified,
        )
        .group_by(Organisation.id)
        .order_by(Organisation.name, Organisation.id)
    )
    return [(row[0], row[1]) for row in session.execute(query)]
