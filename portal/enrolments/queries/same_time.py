"""Two activities of hers at the same time: she may, and she is told."""

from datetime import datetime

from sqlalchemy import Select, exists, select
from sqlalchemy.orm import Session, aliased, selectinload

from portal.core import as_house, asks_rare, clock
from portal.enrolments.models import Enrolment
from portal.enrolments.rules import EnrolmentStatus
from portal.offerings.models import Offering
from portal.schedule.models import OfferingSession
from portal.schedule.rules import SessionStatus


@asks_rare
def list_same_time(participant_id: int, offering_id: int, now: datetime) -> Select[Offering]:
    """List her other places at this offering's times to come, as the reader sees them."""
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
        found = list_same_time(
            session, enrolment.participant_id, enrolment.offering_id, clock.now()
        )
    own = (one.title for one in found if one.organisation_id == enrolment.organisation_id)
    return ", ".join(own)
