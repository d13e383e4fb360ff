"""Reminders: a message of each organisation about her sessions of tomorrow, the afternoon before.

What it says is looked up when it leaves the house, not when it is put in the outbox: what was
cancelled, excused or moved since is not in it.
"""

from collections.abc import Collection, Iterable
from datetime import date, time, timedelta
from typing import Any, NamedTuple

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session, joinedload

from portal.attendance.models import AttendanceMark
from portal.attendance.rules import AttendanceStatus
from portal.core import clock, hold_lock
from portal.core.grouped import grouped
from portal.enrolments.models import Enrolment
from portal.enrolments.queries import expected_at
from portal.notices.commands import lapse, say_anew, tell
from portal.notices.models import Notice
from portal.notices.queries import list_told_since
from portal.notices.rules import CARRIED
from portal.offerings.models import Offering
from portal.offerings.queries.texts import texts_in, title_in
from portal.participants.models import Participant, ParticipantLink
from portal.participants.queries import Pair, recipients
from portal.schedule.models import OfferingSession
from portal.schedule.rules import SessionStatus

KIND = "enrolments/reminder"
_FROM, _UNTIL = time(14), time(20)


class Expected(NamedTuple):
    """That somebody comes to a session."""

    at: OfferingSession
    enrolment: Enrolment
    participant: Participant


def remind(session: Session) -> int:
    """Remind who wants it and comes tomorrow, once; how many. Only in the afternoon.

    Nobody is called or written a letter for it: then it would come too late.
    """
    if not _FROM <= clock.to_local(clock.now()).time() < _UNTIL:
        return 0
    hold_lock(session, KIND)
    today = clock.today()
    day = today + timedelta(days=1)
    lines = _lines(session, day)
    reminded = list_told_since(session, KIND, clock.day_bounds(today, today)[0])
    told = 0
    by_pair = _by_pair(lines)
    reached = recipients(session, by_pair.keys())
    for pair, hers in by_pair.items():
        first, to = hers[0], reached.get(pair)
        if to is not None and to.channel in CARRIED and pair not in reminded:
            tell(
                session,
                to,
                KIND,
                organisation_id=first.enrolment.organisation_id,
                not_after=first.at.starts_at,
                **_words(day, hers),
            )
            told += 1
    return told


def freshen(session: Session, notices: Iterable[Notice]) -> None:
    """Let reminders about to be sent say what is true now, or lapse."""
    reminders = [notice for notice in notices if notice.kind == KIND and notice.data]
    for day_text in {str(notice.data["day"]) for notice in reminders}:
        day = date.fromisoformat(day_text)
        of_day = [notice for notice in reminders if notice.data["day"] == day_text]
        hers = _by_pair(_lines(session, day, [notice.participant_id or 0 for notice in of_day]))
        for notice in of_day:
            if lines := hers.get((notice.participant_id or 0, notice.organisation_id or 0)):
                say_anew(notice, lines[0].at.starts_at, **_words(day, lines))
            else:
                lapse(notice)


def _lines(session: Session, day: date, only: Collection[int] | None = None) -> list[Expected]:
    """Who comes to which session on a day and wants to be reminded, in order of time."""
    from_at, until_at = clock.day_bounds(day, day)
    query = (
        select(OfferingSession, Enrolment, Participant)
        .join(Enrolment, and_(*expected_at(OfferingSession.offering_id, day)))
        .join(Participant, Participant.id == Enrolment.participant_id)
        .join(
            ParticipantLink,
            (ParticipantLink.participant_id == Participant.id)
            & (ParticipantLink.organisation_id == Enrolment.organisation_id),
        )
        .outerjoin(
            AttendanceMark,
            (AttendanceMark.session_id == OfferingSession.id)
            & (AttendanceMark.enrolment_id == Enrolment.id),
        )
        .where(
            OfferingSession.starts_at >= from_at,
            OfferingSession.starts_at < until_at,
            OfferingSession.status == SessionStatus.PLANNED,
            ParticipantLink.wants_reminders,
            or_(AttendanceMark.id.is_(None), AttendanceMark.status != AttendanceStatus.EXCUSED),
        )
        .options(joinedload(OfferingSession.offering).selectinload(Offering.texts))
        .order_by(OfferingSession.starts_at, OfferingSession.id)
    )
    if only is not None:
        query = query.where(Participant.id.in_(only))
    return [Expected(*row) for row in session.execute(query)]


def _by_pair(lines: Iterable[Expected]) -> dict[Pair, list[Expected]]:
    """By person and organisation: each reminds her of its own, where it reaches her."""
    return grouped(((one.participant.id, one.enrolment.organisation_id), one) for one in lines)


def _words(day: date, lines: list[Expected]) -> dict[str, Any]:
    return {
        "day": day.isoformat(),
        "participant": str(lines[0].participant.uuid),
        "times": [
            {
                "title": str(title_in(line.at.offering, line.participant.language)),
                "starts_at": line.at.starts_at.isoformat(),
                "ends_at": line.at.ends_at.isoformat(),
                "place": line.at.place or line.at.offering.address,
                "bring": str(texts_in(line.at.offering, line.participant.language).bring),
                "enrolment": str(line.enrolment.uuid),
            }
            for line in lines
        ],
    }
