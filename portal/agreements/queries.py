"""Reads of agreements: the text that holds now, and those before it."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from portal.agreements.models import Agreement
from portal.enrolments.models import Enrolment
from portal.offerings.models import Offering


def find_current(session: Session, enrolment_id: int) -> Agreement | None:
    """The newest text for an enrolment."""
    return session.scalar(
        select(Agreement)
        .where(Agreement.enrolment_id == enrolment_id, Agreement.replaced_at.is_(None))
        .options(joinedload(Agreement.guide))
    )


def current_by_enrolment(session: Session, enrolment_ids: Collection[int]) -> dict[int, Agreement]:
    """The newest text of each enrolment that has one, by the enrolment's id."""
    rows = session.scalars(
        select(Agreement).where(
            Agreement.enrolment_id.in_(enrolment_ids), Agreement.replaced_at.is_(None)
        )
    )
    return {row.enrolment_id: row for row in rows}


def list_earlier(session: Session, enrolment_id: int) -> Sequence[Agreement]:
    """The texts that a newer one replaced, the latest first."""
    return session.scalars(
        select(Agreement)
        .where(Agreement.enrolment_id == enrolment_id, Agreement.replaced_at.is_not(None))
        .order_by(Agreement.version.desc())
        .options(joinedload(Agreement.guide))
    ).all()


def lock(session: Session, agreement_id: int) -> Agreement:
    """A text as it is now; nobody else confirms or replaces it until this transaction ends."""
    return session.scalars(
        select(Agreement)
        .where(Agreement.id == agreement_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()


def lock_enrolment(session: Session, enrolment_uuid: uuid.UUID) -> Enrolment:
    """An enrolment as it is now; nobody else writes its agreement until this transaction ends."""
    return session.scalars(
        select(Enrolment)
        .join(Enrolment.offering)
        .where(Enrolment.uuid == enrolment_uuid)
        .with_for_update(of=Enrolment)
        .execution_options(populate_existing=True)
        .options(joinedload(Enrolment.offering).joinedload(Offering.organisation))
    ).one()
