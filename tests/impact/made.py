"""An organisation with a quarter of activity, for tests of reports."""

from datetime import UTC, date, datetime

from sqlalchemy.orm import Session

from portal.attendance.models import AttendanceMark
from portal.attendance.rules import AttendanceStatus, RecordedHow
from portal.core import clock
from portal.core.actor import Actor
from portal.enrolments.models import Enrolment
from portal.enrolments.rules import EndReason, EnrolmentStatus
from portal.impact import commands
from portal.impact.models import ImpactReport, InvestmentEntry
from portal.impact.rules import Period
from portal.impact.rules.investment import COSTS, HOURS, PAID, RATE, whole_months
from portal.organisations.models import Organisation
from portal.progress.models import LadderStep, Observation, Outflow
from portal.progress.rules import OutflowKind, SkillLevel, Voice
from tests import factories as make

QUARTER = Period(date(2026, 1, 1), date(2026, 3, 31))
# A month took 20 and 4 hours at € 60.00, and € 1000.00, of which € 400.00 was paid.
MONTH = {
    **dict(zip(HOURS, (1200, 240), strict=True)),
    RATE: 6000,
    **dict(zip(COSTS, (60_000, 30_000, 10_000, 0), strict=True)),
    **dict(zip(PAID, (25_000, 15_000, 0, 0), strict=True)),
}


def entry(
    session: Session, organisation: Organisation, month: date, figure: str, amount: int
) -> None:
    session.add(
        InvestmentEntry(organisation_id=organisation.id, month=month, figure=figure, amount=amount)
    )


def money(session: Session, organisation: Organisation, period: Period = QUARTER) -> None:
    """The same in each month of a period."""
    for month in whole_months(period):
        for figure, amount in MONTH.items():
            entry(session, organisation, month, figure, amount)
    session.flush()


def quarter(session: Session, organisation: Organisation) -> list[Enrolment]:
    """30 people: 20 go on, 6 completed, 4 found work; two sessions; some stated a step.

    The first of the list was never there. Returned in that order.
    """
    offering = make.offering(session, organisation, places=40)
    statuses = (
        [(EnrolmentStatus.ENROLLED, None)] * 20
        + [(EnrolmentStatus.COMPLETED, None)] * 6
        + [(EnrolmentStatus.ENDED, EndReason.FOUND_WORK)] * 4
    )
    enrolments = [
        make.enrolment(
            session,
            offering,
            make.participant(session, f"Persoon {number}"),
            status,
            started_on=date(2026, 1, 5) if number % 2 else date(2025, 12, 1),
            ended_on=None if status is EnrolmentStatus.ENROLLED else date(2026, 3, 20),
            end_reason=reason,
        )
        for number, (status, reason) in enumerate(statuses)
    ]
    for month in (1, 2):
        starts_at = datetime(2026, month, 12, 9, 30, tzinfo=UTC)
        offering_session = make.offering_session(session, offering, starts_at, 120)
        for enrolment in enrolments[1:]:
            mark(session, offering_session.id, enrolment, AttendanceStatus.PRESENT, 120)
        mark(session, offering_session.id, enrolments[0], AttendanceStatus.ABSENT, 0)
    for enrolment in enrolments[1:15]:
        for day, step in ((date(2026, 1, 6), 2), (date(2026, 3, 6), 3)):
            session.add(
                LadderStep(step=step, stated_on=day, voice=Voice.PARTICIPANT, **_of(enrolment))
            )
    for enrolment in enrolments[1:9]:
        session.add(
            Observation(
                competence="working-together",
                example="Opende zes weken lang de keuken.",
                level=SkillLevel.ALONE,
                voice=Voice.GUIDE,
                observed_on=date(2026, 2, 2),
                **_of(enrolment),
            )
        )
    for number, enrolment in enumerate(enrolments[20:30]):
        session.add(
            Outflow(
                kind=OutflowKind.PAID_WORK,
                started_on=date(2026, 3, 21),
                document_seen_on=date(2026, 3, 22) if number < 6 else None,
                document_seen_by="Anna" if number < 6 else "",
                **_of(enrolment),
            )
        )
    session.flush()
    return enrolments


def mark(
    session: Session,
    session_id: int,
    enrolment: Enrolment,
    status: AttendanceStatus,
    minutes: int,
    is_counted: bool = True,
) -> AttendanceMark:
    row = AttendanceMark(
        session_id=session_id,
        status=status,
        minutes=minutes,
        recorded_at=clock.now(),
        how=RecordedHow.BY_HAND,
        is_counted=is_counted,
        enrolment_id=enrolment.id,
        organisation_id=enrolment.organisation_id,
        participant_id=enrolment.participant_id,
    )
    session.add(row)
    return row


def _of(enrolment: Enrolment) -> dict[str, int]:
    return {
        "enrolment_id": enrolment.id,
        "organisation_id": enrolment.organisation_id,
        "participant_id": enrolment.participant_id,
    }


def report(
    session: Session,
    actor: Actor,
    period: Period = QUARTER,
    *,
    replaces: ImpactReport | None = None,
) -> ImpactReport:
    """A compiled report, flushed."""
    row = commands.compile_report(
        session,
        actor,
        period=period,
        small_count=5,
        replaces=replaces,
    )
    session.flush()
    return row


def figures(row: ImpactReport) -> dict[str, object]:
    """Its values by id; None is hidden."""
    return {figure["id"]: figure["value"] for figure in row.document["figures"]}
