"""Two activities of hers at the same time: she may, and she is told."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Select, exists, select
from sqlalchemy.orm import Session, aliased, selectinload

from portal.core import as_house, asks_rare, clock
from portal.enrolments.models import Enrolment
from portal.enrolments.rules import EnrolmentStatus
from portal.offerings.models import Offering
from portal.schedule.models import OfferingSession
from portal.schedule.rules import SessionStatus


def list_same_time(session: Session, participant_id: int, offering_id: int) -> Sequence[Offering]:
    """List her other places at this offering's times, as the reader sees them."""
    return _same_time(session, participant_id, offering_id, clock.now())


@asks_rare
def _same_time(participant_id: int, offering_id: int, now: datetime) -> Select[Offering]:
    this, other = aliased(OfferingSession), aliased(OfferingSession)
    overlaps = exists().where(
        this.offering_id == offering_id,
        this.starts_at > now,
        this.status == SessionStatus.PLANNED,
        other.offering_id == Offering.id,
        other.status == SessionStatus.PLANNED,
        other.starts_at < this.ends_at,
        this.starts_at < other.ends_at,
    )
    return (
        select(Offering)
        .join(Enrolment, Enrolment.offering_id == Offering.id)
        .where(
            Enrolment.participant_id == participant_id,
            Enrolment.status == EnrolmentStatus.ENROLLED,
            Offering.id != offering_id,
            overlaps,
        )
        .options(selectinload(Offering.texts))
        .order_by(Offering.title, Offering.id)
    )


def titles_at_same_time(session: Session, enrolment: Enrolment) -> str:
    """The same for a message: those of its own organisation, whose staff may read it."""
    with as_house(session):  # whoever sends it
        found = list_same_time(session, enrolment.participant_id, enrolment.offering_id)
    own = (one.title for one in found if one.organisation_id == enrolment.organisation_id)
    return ", ".join(own)
