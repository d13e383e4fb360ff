"""Changing a whole series: who is told what, and one message to each."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_

from portal.core import N_, Actor, RuleBroken, Session, clock
from portal.enrolments.commands.steps import with_recipients
from portal.enrolments.models import Enrolment
from portal.enrolments.queries import list_by_name
from portal.enrolments.rules import TOOK_PART
from portal.notices.commands import tell
from portal.notices.rules import Recipient
from portal.schedule.commands.changes import SeriesChange, apply_change

_MOST_NAMED = 6  # sessions in one message; her page has them all


@dataclass(frozen=True)
class Told:
    """One person of the group, and those of the changes that fall in her days."""

    enrolment: Enrolment
    added: tuple[datetime, ...]
    moved: tuple[tuple[datetime, datetime], ...]
    cancelled: tuple[datetime, ...]


def list_told(session: Session, change: SeriesChange) -> list[Told]:
    """List who is told of a change: who comes on one of those days."""
    goes_on = or_(Enrolment.ended_on.is_(None), Enrolment.ended_on >= clock.today())
    here = Enrolment.offering_id == change.series.offering_id
    group = list_by_name(session, here, Enrolment.status.in_(TOOK_PART), goes_on)
    return [told for told in (_told(enrolment, change) for enrolment in group) if told]


def carry_out(
    session: Session, actor: Actor, change: SeriesChange, told: Sequence[Told], seen: str
) -> None:
    """Change the series as it was shown, and tell each person once.

    The caller holds the offering's lock. When something happened since it was shown, it is refused,
    for the page to show it again.
    """
    if seen != print_of(change, told):
        raise RuleBroken("", N_("Something changed meanwhile. Look again, then go on."))
    apply_change(session, actor, change)
    to = dict(with_recipients(session, [one.enrolment for one in told]))
    for one in told:
        _tell(session, change, one, to[one.enrolment])


def print_of(change: SeriesChange, told: Sequence[Told]) -> str:
    """What was shown, as the form carries it."""
    return "-".join([change.fingerprint, *(str(one.enrolment.id) for one in told)])


def _told(enrolment: Enrolment, change: SeriesChange) -> Told | None:
    def is_hers(moment: datetime) -> bool:
        day = clock.to_local(moment).date()
        return (enrolment.started_on or day) <= day <= (enrolment.ended_on or day)

    moves = [(row.starts_at, times[0]) for row, times in change.moved]
    told = Told(
        enrolment,
        tuple(starts_at for starts_at, _ in change.added if is_hers(starts_at)),
        tuple(move for move in moves if any(map(is_hers, move))),
        tuple(row.starts_at for row in change.cancelled if is_hers(row.starts_at)),
    )
    return told if told.added or told.moved or told.cancelled else None


def _tell(session: Session, change: SeriesChange, told: Told, to: Recipient) -> None:
    offering = change.series.offering
    moves = [f"{old.isoformat()}>{new.isoformat()}" for old, new in told.moved[:_MOST_NAMED]]
    pattern = change.pattern
    tell(
        session,
        to,
        "enrolments/series_changed",
        organisation_id=told.enrolment.organisation_id,
        title=offering.title,
        enrolment=str(told.enrolment.uuid),
        weekdays="".join(map(str, pattern.weekdays)) if pattern else "",
        starts=pattern.starts.isoformat() if pattern else "",
        ends=pattern.ends.isoformat() if pattern else "",
        moved=" ".join(moves),
        cancelled=_moments(told.cancelled),
        added=_moments(told.added),
        more=sum(
            max(0, len(some) - _MOST_NAMED) for some in (told.added, told.moved, told.cancelled)
        ),
    )


def _moments(moments: Sequence[datetime]) -> str:
    return " ".join(moment.isoformat() for moment in moments[:_MOST_NAMED])
