"""Reads of agreements: the text that holds now, and those before it."""

import uuid
from collections.abc import Collection, Iterable, Sequence
from datetime import date

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from portal.agreements.models import Agreement
from portal.agreements.rules.facts import Facts, HalfDay
from portal.core import asks_rare, asks_rows
from portal.enrolments.models import Enrolment
from portal.enrolments.rules import EnrolmentStatus
from portal.offerings.models import Offering
from portal.participants.models import Participant
from portal.schedule.models import Series
from portal.schedule.queries import list_series

_NEWEST = select(Agreement).where(Agreement.replaced_at.is_(None))


def find_current(session: Session, enrolment_id: int) -> Agreement | None:
    """The newest text for an enrolment."""
    return session.scalar(_NEWEST.where(Agreement.enrolment_id == enrolment_id))


def current_by_enrolment(session: Session, enrolment_ids: Collection[int]) -> dict[int, Agreement]:
    """The newest text of each enrolment that has one, by the enrolment's id."""
    return {row.enrolment_id: row for row in _current(session, enrolment_ids)}


@asks_rare
def _current(enrolment_ids: Collection[int]) -> Select[Agreement]:
    return _NEWEST.where(Agreement.enrolment_id.in_(enrolment_ids))


@asks_rows
def list_half_confirmed(organisation_id: int | None) -> Select[uuid.UUID, int, str]:
    """List sign-ups whose text she said yes to, and an organisation not yet."""
    return (
        select(Enrolment.uuid, Enrolment.participant_id, Participant.name)
        .select_from(Agreement)
        .join(Agreement.enrolment)
        .join(Enrolment.participant)
        .where(
            Agreement.organisation_id == organisation_id,
            Agreement.replaced_at.is_(None),
            Agreement.participant_confirmed_at.is_not(None),
            Agreement.guide_confirmed_at.is_(None),
            Enrolment.status == EnrolmentStatus.ENROLLED,
        )
        .order_by(Agreement.participant_confirmed_at)
    )


def list_versions(session: Session, enrolment_id: int) -> Sequence[Agreement]:
    """All versions of the text for an enrolment, the newest first."""
    return session.scalars(
        select(Agreement).filter_by(enrolment_id=enrolment_id).order_by(Agreement.version.desc())
    ).all()


def facts_now(
    session: Session, enrolment: Enrolment, from_on: date, until_on: date | None
) -> Facts:
    """Read which activity, whose, when and where it is now, for these days."""
    series = list_series(session, [enrolment.offering_id])
    return facts_of(enrolment.offering, series, from_on, until_on)


def facts_of(
    offering: Offering, series: Iterable[Series], from_on: date, until_on: date | None
) -> Facts:
    """What these are today, for an agreement over these days."""
    running = {
        HalfDay(tuple(sorted(one.weekdays)), one.starts, one.ends, bool(one.skips_school_holidays))
        for one in series
        if (one.last_on is None or one.last_on >= from_on)
        and (until_on is None or one.first_on <= until_on)
    }
    return Facts(
        offering.title,
        offering.text_language,
        offering.organisation.name,
        offering.address,
        tuple(sorted(running)),
    )
