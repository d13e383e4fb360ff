"""What a day or an organisation shows: other rooms' reads, put together."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.attendance.queries import registers
from portal.attendance.queries.registers import RegisterLine
from portal.core import Actor, Permission, clock, one_or_not_found
from portal.organisations.models import Organisation
from portal.organisations.rules import OrganisationStatus


@dataclass(frozen=True)
class RegistersOfDay:
    """The registers of a member of staff: today's, or the next ones."""

    today: Sequence[RegisterLine] = ()
    coming: Sequence[RegisterLine] = ()


def day_of(session: Session, actor: Actor) -> RegistersOfDay:
    """Which registers one member of staff keeps today, or else within a week."""
    if not actor.may(Permission.RECORD_ATTENDANCE):
        return RegistersOfDay()
    today = clock.today()
    if lines := registers.list_registers(session, actor, today, today):
        return RegistersOfDay(lines)
    first, last = today + timedelta(days=1), today + timedelta(days=7)
    return RegistersOfDay((), registers.list_registers(session, actor, first, last, 5))


def get_public_organisation(session: Session, slug: str) -> Organisation:
    """A verified organisation."""
    return one_or_not_found(
        session,
        select(Organisation).where(
            Organisation.slug == slug, Organisation.status == OrganisationStatus.VERIFIED
        ),
    )
