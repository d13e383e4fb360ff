"""Participants' own words in a report: who may be asked, and words that wait for her answer."""

from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.attendance.models import AttendanceMark
from portal.attendance.rules import AttendanceStatus, RecordedHow
from portal.core import clock
from portal.impact.commands.pictures import seal
from portal.impact.models import ImpactReport, ReportWords
from portal.impact.rules import ReportStatus
from portal.participants.models import Participant
from portal.schedule.models import OfferingSession
from tests import factories as make
from tests.cast import Cast

SAID = "Hier leerde ik brood bakken, en nu durf ik te praten."


def of_many(session: Session, report: ImpactReport) -> ImpactReport:
    """The same as if it told of forty people: the cast alone is too few to speak."""
    shown = {"value": 40, "hidden": False}
    figures = [
        {**row, **shown} if row["id"] == "people" else row for row in report.document["figures"]
    ]
    report.document = {**report.document, "figures": figures}
    seal(session, report, "words", [])
    return report


def came(session: Session, cast: Cast, report: ImpactReport) -> Participant:
    """Somebody who was there in its period, and was not asked yet."""
    count = session.query(OfferingSession).count()
    at = clock.now() - (clock.today() - report.until_on) - timedelta(days=1, minutes=count)
    held = make.offering_session(session, cast.offering, at)
    her = make.participant(session, "Zahra B.")
    enrolment = make.enrolment(session, cast.offering, her)
    session.add(
        AttendanceMark(
            organisation_id=cast.enterprise.id, participant_id=her.id, enrolment_id=enrolment.id,
            session_id=held.id, status=AttendanceStatus.PRESENT, minutes=60,
            how=RecordedHow.BY_HAND, recorded_at=at,
        )
    )  # fmt: skip
    session.flush()
    return her


def came_then(world: Any) -> None:
    """Let somebody have been there in the world's compiled report, of many people."""
    of_many(world.session, world.compiled)
    world.session.info["guest"] = came(world.session, world.cast, world.compiled)


def spoken(session: Session, cast: Cast) -> ReportWords:
    """Words of the cast's participant, in the report that was not handed in; she is asked."""
    own = {"organisation_id": cast.enterprise.id, "status": ReportStatus.COMPILED}
    newest = select(ImpactReport).filter_by(**own).order_by(ImpactReport.id.desc())
    row = ReportWords(
        report_id=session.scalars(newest.limit(1)).one().id, organisation_id=cast.enterprise.id,
        participant_id=cast.participant.id, place=1, words=SAID, language="nl", salt="0" * 32,
    )  # fmt: skip
    row.sha256 = row.hash_now
    session.add(row)
    session.flush()
    return row
