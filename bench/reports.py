"""How long reports take among a million marks, beside the best SQL that we could write by hand.

Processor and wall clock are nearly the same here, as nothing waits. For an organisation `by hand`
reads all that registers say, as its report needs it: by person, since few people are hidden. It
weighs no minutes of sessions at once, and gives rows and no report; the other figures have no rows
here. For the city it reads headlines: people, newcomers, hours by month, visits, sessions.
"""

import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy import insert, text
from sqlalchemy.orm import Session

from bench.inside import get_times
from portal import create_app
from portal.config import Settings
from portal.core import clock
from portal.core.actor import HOUSE, Actor, ActorKind, Role
from portal.core.guard import set_actor
from portal.enrolments.models import Enrolment
from portal.enrolments.rules import EnrolmentStatus
from portal.extensions import db
from portal.impact.commands import compile_report
from portal.impact.models import ImpactReport
from portal.impact.queries.counting import count_period
from portal.impact.rules import Period, ReportStatus
from portal.impact.rules.documents import recognised_document
from portal.migration import upgrade
from portal.organisations.models import Organisation
from portal.participants.models import Participant
from portal.schedule.models import OfferingSession
from tests import databases, factories as make

_YEAR = Period(date(2025, 1, 1), date(2025, 12, 31))
_RECOGNISED_AT = datetime(2026, 2, 1, tzinfo=UTC)  # so its people are counted once each, too
_ORGANISATIONS, _PEOPLE, _SESSIONS, _TRIES = 50, 50, 400, 15  # of each; two years

_MARKS = """
INSERT INTO attendance_mark (created_at, organisation_id, participant_id, session_id,
  enrolment_id, status, minutes, how, recorded_at, has_rivals, is_disputed, is_counted)
SELECT s.ends_at, s.organisation_id, e.participant_id, s.id, e.id,
  CASE (s.id + 7 * e.id) % 6 WHEN 0 THEN 'absent' WHEN 1 THEN 'excused' ELSE 'present' END,
  CASE WHEN (s.id + 7 * e.id) % 6 < 2 THEN 0 ELSE 120 END,
  'by_hand', s.ends_at, {false}, {false}, {true}
FROM offering_session s JOIN enrolment e ON e.offering_id = s.offering_id
"""
_BY_HAND = """
SELECT {month} AS month, m.status, count(*), sum(m.minutes), count(DISTINCT m.participant_id),
  count(DISTINCT m.session_id)
FROM offering_session s JOIN attendance_mark m ON m.session_id = s.id
WHERE s.organisation_id {whose} AND s.starts_at >= :since AND s.starts_at < :until
  AND s.status <> 'cancelled' AND m.is_counted AND NOT m.is_disputed
GROUP BY 1, 2
"""
_PEOPLE_BY_HAND = """
SELECT count(*), sum(CASE WHEN first >= :since THEN 1 ELSE 0 END) FROM (
  SELECT m.participant_id, min(s.starts_at) AS first, max(s.starts_at) AS last
  FROM offering_session s JOIN attendance_mark m ON m.session_id = s.id
  WHERE s.organisation_id {whose} AND s.starts_at < :until AND s.status <> 'cancelled'
    AND m.is_counted AND NOT m.is_disputed AND m.status = 'present'
  GROUP BY 1
) AS hers WHERE last >= :since
"""

_IN_YEAR = """
FROM offering_session s JOIN attendance_mark m ON m.session_id = s.id
WHERE s.organisation_id {whose} AND s.starts_at >= :since AND s.starts_at < :until
  AND s.status <> 'cancelled'
"""
# Visits and minutes by person; registers by how they were kept; who was here before.
_REGISTERS_BY_HAND = (
    "SELECT m.participant_id, {month} AS month, m.status, m.is_counted AND NOT m.is_disputed, "
    f"count(*), sum(m.minutes) {_IN_YEAR} GROUP BY 1, 2, 3, 4",
    "SELECT s.id, m.how, m.is_counted AND NOT m.is_disputed, "
    "max(CASE WHEN m.status = 'present' THEN m.recorded_at END) "
    f"{_IN_YEAR} GROUP BY 1, 2, 3",
    """
    SELECT e.participant_id, e.created_at, e.started_on, EXISTS (
      SELECT 1 FROM attendance_mark m JOIN offering_session s ON s.id = m.session_id
      WHERE m.enrolment_id = e.id AND s.starts_at < :since AND s.status <> 'cancelled'
        AND m.is_counted AND NOT m.is_disputed AND m.status = 'present')
    FROM enrolment e WHERE e.organisation_id {whose} AND :until > :since
    """,
)


def measure() -> dict[str, Any]:
    """Medians in milliseconds, ours and by hand, by database."""
    found: dict[str, Any] = {"report_marks": _ORGANISATIONS * _PEOPLE * _SESSIONS}
    for kind in ("sqlite", "postgresql"):
        with databases.started(kind) as url, tempfile.TemporaryDirectory() as instance:
            environment = {"PORTAL_DATABASE_URL": url, "PORTAL_INSTANCE": instance}
            app = create_app(Settings.from_environment(environment))
            with app.app_context():
                upgrade()
                session = db.session()
                set_actor(session, HOUSE)
                first = _fill(session)
                _recognise_all(session, first)
                ours = {
                    "report": _median(partial(count_period, session, first, _YEAR)),
                    "report_by_hand": _by_hand(
                        session, _REGISTERS_BY_HAND, "= :organisation", first
                    ),
                    "report_of_all_by_hand": _by_hand(
                        session, (_BY_HAND, _PEOPLE_BY_HAND), "> 0", first
                    ),
                }
                session.rollback()
            pages = [f"/reports?year=2025&of_try={number}" for number in range(_TRIES + 5)]
            ours["report_of_all"] = statistics.median(get_times(app, pages)[5:])
            found |= {f"{name}_ms_{kind}": round(ms, 1) for name, ms in ours.items()}
            with app.app_context():
                db.engine.dispose()
    return found


def _fill(session: Session) -> int:
    """Write organisations, people, sessions and a mark of everybody at each; give the first."""
    begins = datetime(2024, 1, 2, 9, 0, tzinfo=UTC)
    moments = [begins + timedelta(hours=44 * number) for number in range(_SESSIONS)]
    houses = []
    for number in range(_ORGANISATIONS):
        house = make.organisation(session, f"Huis {number}", slug=f"huis-{number}")
        offering = make.offering(session, house, places=_PEOPLE)
        of = {"offering_id": offering.id, "organisation_id": house.id}
        people = [Participant(name=f"Deelnemer {one}") for one in range(_PEOPLE)]
        session.add_all(people)
        session.flush()
        status = EnrolmentStatus.ENROLLED
        stays = [
            {**of, "participant_id": one.id, "status": status, "started_on": begins.date()}
            for one in people
        ]
        session.execute(insert(Enrolment), stays)
        held = [{**of, "starts_at": at, "ends_at": at + timedelta(hours=2)} for at in moments]
        session.execute(insert(OfferingSession), held)
        houses.append(house.id)
    is_sqlite = session.get_bind().dialect.name == "sqlite"
    words = {"true": "1", "false": "0"} if is_sqlite else {"true": "true", "false": "false"}
    session.execute(text(_MARKS.format(**words)))
    session.execute(text("ANALYZE"))
    session.commit()
    return int(houses[0])


def _recognise_all(session: Session, first: int) -> None:
    """Compile one organisation's year, and give everybody one like it that is recognised."""
    admin = Actor(kind=ActorKind.STAFF, user_id=1, organisation_id=first, role=Role.ADMIN)
    report = compile_report(session, admin, period=_YEAR, small_count=5)
    session.flush()
    for house in session.query(Organisation).order_by(Organisation.id):
        number = f"B-2026-{house.id:010}"
        document = recognised_document(
            {**report.document, "organisation": house.name}, number=number, by="Gemeente",
            at=clock.now(), remarks="",
        )  # fmt: skip
        session.add(
            ImpactReport(
                organisation_id=house.id, recogniser_id=first, status=ReportStatus.RECOGNISED,
                from_on=_YEAR.from_on, until_on=_YEAR.until_on, document=document,
                sha256=document["sha256"], number=number, compiled_at=clock.now(),
                recognised_at=_RECOGNISED_AT,
            )
        )  # fmt: skip
    session.commit()


def _by_hand(session: Session, by_hand: Sequence[str], whose: str, organisation: int) -> float:
    is_sqlite = session.get_bind().dialect.name == "sqlite"
    month = "substr(s.starts_at, 1, 7)" if is_sqlite else "date_trunc('month', s.starts_at)"
    statements = [text(one.format(month=month, whose=whose)) for one in by_hand]
    since, until = clock.day_bounds(_YEAR.from_on, _YEAR.until_on)
    ends = [f"{one:%Y-%m-%d %H:%M:%S}" if is_sqlite else one for one in (since, until)]
    values = {"organisation": organisation, "since": ends[0], "until": ends[1]}
    if "organisation" not in whose:
        del values["organisation"]

    def read() -> None:
        for statement in statements:
            session.execute(statement, values).all()

    return _median(read)


def _median(do: Callable[[], object]) -> float:
    times = []
    for _ in range(_TRIES):
        begin = time.perf_counter()
        do()
        times.append((time.perf_counter() - begin) * 1000)
    return statistics.median(times[3:])
