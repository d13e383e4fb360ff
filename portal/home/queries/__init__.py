"""What a day or an organisation shows: other rooms' reads, put together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session, selectinload

from portal.attendance.commands import signals
from portal.attendance.commands.signals import LongAbsent
from portal.attendance.queries import registers
from portal.attendance.queries.registers import RegisterLine
from portal.core import clock
from portal.core.actor import Actor, Permission
from portal.core.errors import NotFound
from portal.duplicates import queries as duplicates
from portal.enrolments import queries as enrolments
from portal.enrolments.models import Enrolment
from portal.hours.queries import Conflict, list_conflicts
from portal.impact.models import ImpactReport
from portal.impact.rules import ReportStatus
from portal.notices import queries as notices
from portal.notices.models import Notice
from portal.offerings import queries as offerings
from portal.offerings.models import Offering
from portal.offerings.rules import TAKES_APPLICATIONS
from portal.organisations.models import Organisation
from portal.organisations.rules import OrganisationStatus
from portal.participants.models import Participant, ParticipantLink
from portal.participants.queries import list_links, list_only_names


@dataclass
class Day:
    """What a member of staff needs to see first; a part that isn't hers stays empty."""

    registers: Sequence[RegisterLine] = ()
    next_registers: Sequence[RegisterLine] = ()
    applications: Sequence[Enrolment] = ()
    unfinished: Sequence[RegisterLine] = ()
    long_absent: Sequence[LongAbsent] = ()
    conflicts: Sequence[Conflict] = ()
    calls: Sequence[Notice] = ()
    to_call: Mapping[int, ParticipantLink] = field(default_factory=dict)
    letters: int = 0
    undelivered: int = 0
    with_room: Sequence[tuple[Offering, int]] = ()
    unconfirmed: Sequence[Offering] = ()
    duplicates: int = 0
    only_names: Sequence[Participant] = ()
    reports_to_review: int = 0
    organisations_to_verify: int = 0
    failed_notices: Sequence[Notice] = ()

    @property
    def has_signals(self) -> bool:
        return bool(
            self.unfinished or self.long_absent or self.calls or self.with_room or self.unconfirmed
            or self.failed_notices or self.letters or self.undelivered or self.duplicates
            or self.only_names or self.conflicts
        )  # fmt: skip


def day_of(session: Session, actor: Actor) -> Day:
    """Today, for one member of staff."""
    day, now, today = Day(), clock.now(), clock.today()
    if actor.may(Permission.RECORD_ATTENDANCE):
        day.registers = registers.list_registers(session, actor, today, today)
        if not day.registers:
            tomorrow = today + timedelta(days=1)
            week = today + timedelta(days=7)
            day.next_registers = registers.list_registers(session, actor, tomorrow, week, 5)
        day.unfinished = registers.list_unfinished(session, actor, today)
        day.long_absent = signals.list_long_absent(session, actor, now)
        day.conflicts = list_conflicts(session, actor, now)
        day.calls = notices.list_calls(session)
        to_call = {row.participant_id or 0 for row in day.calls}
        day.to_call = list_links(session, actor.organisation_id, to_call)
        day.letters = len(notices.list_letters(session))
        day.undelivered = len(notices.list_undelivered(session))
        day.only_names = list_only_names(session, actor.organisation_id or 0)
    if actor.may(Permission.DECIDE_ENROLMENTS):
        day.applications = enrolments.list_applications(session, actor)
        day.with_room = enrolments.list_with_room(session, actor)
    if actor.may(Permission.MANAGE_OFFERINGS):
        day.unconfirmed = offerings.list_unconfirmed(session, now, actor.organisation_id)
    if actor.may(Permission.MERGE_PARTICIPANTS):
        day.duplicates = duplicates.count_for_day(session, actor)
    if actor.may(Permission.RECOGNISE):
        day.reports_to_review = _count(
            session,
            ImpactReport,
            ImpactReport.recogniser_id == actor.organisation_id,
            ImpactReport.status == ReportStatus.SUBMITTED,
        )
    if actor.may(Permission.OPERATE):
        day.organisations_to_verify = _count(
            session, Organisation, Organisation.status == OrganisationStatus.REGISTERED
        )
        day.failed_notices = notices.list_failed(session)
    return day


def get_public_organisation(session: Session, slug: str) -> Organisation:
    """A verified organisation."""
    found = session.scalar(
        select(Organisation).where(
            Organisation.slug == slug, Organisation.status == OrganisationStatus.VERIFIED
        )
    )
    if found is None:
        raise NotFound()
    return found


def list_public_offerings(session: Session, organisation_id: int) -> Sequence[Offering]:
    """What an organisation offers to new people now, by title."""
    return session.scalars(
        select(Offering)
        .where(
            Offering.organisation_id == organisation_id,
            Offering.status.in_(TAKES_APPLICATIONS),
            Offering.goes_on(),
        )
        .order_by(Offering.title)
        .options(selectinload(Offering.texts))
    ).all()


def _count(session: Session, model: type, *where: object) -> int:
    query = select(func.count()).select_from(model).where(*where)  # type: ignore[arg-type]
    return session.scalar(query) or 0
