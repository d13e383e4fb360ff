"""One search over what staff may see: each room's own reads, behind the guard."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.attendance.queries.registers import RegisterLine, list_registers
from portal.core import Actor, Permission, clock, folded
from portal.impact.models import ImpactReport
from portal.impact.queries import list_reports
from portal.offerings.models import Offering
from portal.organisations.models import Organisation
from portal.participants.models import ParticipantLink
from portal.participants.queries import list_known_to
from portal.recognition.queries import list_sent_here

MOST = 10  # of each kind; who wants more goes to its own list
_BACK, _AHEAD = timedelta(days=14), timedelta(days=7)  # registers that one looks for


@dataclass
class Everything:
    """What was found, by kind."""

    people: Sequence[ParticipantLink] = field(default_factory=list)
    offerings: Sequence[Offering] = field(default_factory=list)
    registers: Sequence[RegisterLine] = field(default_factory=list)
    reports: Sequence[ImpactReport] = field(default_factory=list)
    organisations: Sequence[Organisation] = field(default_factory=list)

    @property
    def number(self) -> int:
        """How much there is."""
        return sum(len(rows) for rows in vars(self).values())


def find_all(session: Session, actor: Actor, q: str) -> Everything:
    """Find what has each of these words in its name, by kind."""
    found = Everything()
    if not folded(q):
        return found
    ours, today = actor.organisation_id, clock.today()
    if actor.may(Permission.SEE_PARTICIPANTS) and ours:
        found.people = list_known_to(session, ours, q, MOST)
    if ours:
        own = select(Offering).where(Offering.organisation_id == ours).order_by(Offering.title)
        found.offerings = [row for row in session.scalars(own) if _has(q, row.title)][:MOST]
    if actor.may(Permission.RECORD_ATTENDANCE):
        lines = list_registers(session, actor, today - _BACK, today + _AHEAD)
        near = sorted(lines, key=lambda line: abs(line.day - today))
        found.registers = [
            line for line in near if _has(q, f"{line.offering_session.offering.title} {line.day}")
        ][:MOST]
    reports = list_reports(session, actor) if actor.may(Permission.SEE_FIGURES) else ()
    handed_in = list_sent_here(session, actor) if actor.may(Permission.RECOGNISE) else ()
    said = {
        row: f"{row.number or ''} {row.organisation.name} {row.from_on} {row.until_on}"
        for row in (*reports, *handed_in)
    }
    found.reports = [row for row, text in said.items() if _has(q, text)][:MOST]
    if actor.may(Permission.OPERATE):
        every = session.scalars(select(Organisation).order_by(Organisation.name))
        found.organisations = [row for row in every if _has(q, row.name)][:MOST]
    return found


def _has(q: str, text: str) -> bool:
    """Whether a text has each word in it, however either is spelled."""
    within = folded(text)
    return all(word in within for word in folded(q).split())
