"""Marks and overviews for tests of hours."""

from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from portal.attendance.models import AttendanceMark
from portal.attendance.rules import AttendanceStatus, RecordedHow
from portal.core import clock
from portal.core.signing_keys import open_keys
from portal.enrolments.models import Enrolment
from portal.hours import commands
from portal.hours.models import HoursOverview, OverviewPart
from portal.hours.rules import Tally
from portal.participants.models import Participant, Programme, ProgrammeTerm
from portal.schedule.models import OfferingSession
from tests import factories as make
from tests.cast import Cast


def mark(
    session: Session,
    enrolment: Enrolment,
    starts_at: datetime,
    *,
    lasts: int = 120,
    minutes: int | None = None,
    how: RecordedHow = RecordedHow.BY_HAND,
    recorded_at: datetime | None = None,
    **values: object,
) -> OfferingSession:
    """A session at which she was, on a register that is closed unless `is_counted` says no."""
    row = make.offering_session(session, enrolment.offering, starts_at, lasts)
    session.add(
        AttendanceMark(
            **{
                "session_id": row.id,
                "enrolment_id": enrolment.id,
                "organisation_id": enrolment.organisation_id,
                "participant_id": enrolment.participant_id,
                "status": AttendanceStatus.PRESENT,
                "minutes": lasts if minutes is None else minutes,
                "recorded_at": recorded_at or row.ends_at,
                "how": how,
                "is_counted": True,
                **values,
            }
        )
    )
    session.flush()
    return row


def term(session: Session, participant: Participant, from_on: date) -> ProgrammeTerm:
    """She is in a programme of 20 hours a week and 800 in all."""
    programme = Programme(
        name="Z-route", valid_from=date(2022, 1, 1), weekly_minutes=1200, total_minutes=48000
    )
    row = ProgrammeTerm(participant_id=participant.id, programme=programme, from_on=from_on)
    session.add(row)
    session.flush()
    return row


def overview(session: Session, cast: Cast, who: str, day: date) -> HoursOverview:
    """An overview of one day without hours, signed, made by one of the cast."""
    signing = open_keys(session, cast.app.config["SETTINGS"].secret_key)
    actor = cast.actor(who)
    data = {
        "kind": "hours-overview", "version": 1, "number": f"U-2026-{who}",
        "issuer": "http://localhost", "made_at": "2026-03-02T09:00:00+01:00",
        "made_by": actor.organisation_name or None, "from": day.isoformat(),
        "until": day.isoformat(), "programme": None, **commands.of_hours(Tally()),
    }  # fmt: skip
    row = HoursOverview(
        number=data["number"], participant_id=cast.participant.id,
        organisation_id=actor.organisation_id, user_id=actor.user_id, from_on=day, until_on=day,
        minutes=0, data=data, signature=signing.sign(data),
    )  # fmt: skip
    session.add(row)
    session.flush()
    session.add(OverviewPart(overview_id=row.id, organisation_id=cast.enterprise.id))
    session.flush()
    return row


def many_days(_world: Any) -> dict[str, Any]:
    """What is filled in for an overview of more than a year."""
    today = clock.today()
    return {
        "period": "days",
        "from_on": (today - timedelta(days=400)).isoformat(),
        "until_on": today.isoformat(),
    }
