"""Writes to the public log: what was recognised and replaced, and that it stood so on a day."""

from collections.abc import Callable
from typing import Any

from portal.core import Session, clock, hold_lock
from portal.core.canonical import canonical
from portal.core.signing import Keys
from portal.impact.models import ImpactReport
from portal.impact.rules import ReportStatus
from portal.impact.rules.documents import hash_of, public_document
from portal.impact.rules.figures import method
from portal.recognition import queries
from portal.recognition.commands import draw
from portal.recognition.models import ReportLogLine
from portal.recognition.queries.sample import first_line_after, list_undrawn
from portal.recognition.rules import Logged, log

_AT_ONCE = 50  # reports in one transaction: some hundredths of a second


def keep(session: Session, keys: Callable[[], Keys], issuer: str) -> int:
    """Sign what the log lacks, then its head of today; count lines.

    A job of the worker. Commits between, so that nobody waits for a long list of older reports.
    """
    written = 0
    if queries.list_unsaid(session, 1):
        opened = keys()
        while more := write(session, opened, issuer):
            written += more
            session.commit()
    if _wants_head(session):
        opened = keys()
        hold_lock(session, "report.log")
        if _wants_head(session):
            append(session, opened, issuer, Logged.COUNTERSIGNED, None, {})
            written += 1
        for report in list_undrawn(session):
            if (line := first_line_after(session, report)) is not None:
                draw(session, report, line)
    return written


def write(session: Session, keys: Keys, issuer: str) -> int:
    """Sign some of the reports that the log lacks; count its new lines."""
    hold_lock(session, "report.log")
    written = 0
    for report in queries.list_unsaid(session, _AT_ONCE):
        if hash_of(report.document) != report.sha256:
            continue  # changed by hand in the database: nobody recognised this
        said = queries.list_lines_of(session, report.id)
        if not any(line.method_version == method().version for line in said):
            document = public_document(report.document)
            values = {
                "number": report.number,
                "sha256": document["sha256"],
                "organisation": document["organisation"],
                "by": document["recognition"]["by"],
                "recognised_at": document["recognition"]["at"],
            }
            append(
                session, keys, issuer, Logged.RECOGNISED, report, values, method().version
            )  # fmt: skip
            written += 1
        is_said = any(line.event is Logged.REPLACED for line in said)
        successor = queries.find_successor(session, report)
        if report.status is ReportStatus.REPLACED and successor and not is_said:
            values = {"number": report.number, "replaced_by": successor}
            append(session, keys, issuer, Logged.REPLACED, report, values)
            written += 1
    return written


def _wants_head(session: Session) -> bool:
    """Whether the log is signed for: today, and for each report that waits for its sample."""
    last = queries.last_line(session)
    return bool(list_undrawn(session)) or (last is not None and not _is_of_today(last))


def _is_of_today(line: ReportLogLine) -> bool:
    is_today = clock.to_local(line.created_at).date() == clock.today()
    return line.event is Logged.COUNTERSIGNED and is_today


def append(
    session: Session,
    keys: Keys,
    issuer: str,
    event: Logged,
    report: ImpactReport | None,
    values: dict[str, Any],
    drawn_by: str | None = None,
) -> None:
    """Chain and sign a line; the log is locked. `drawn_by`: what drew it.

    A signature takes a ten thousandth of a second.
    """
    last = queries.last_line(session)
    entry = {
        "issuer": issuer,
        "position": last.position + 1 if last else 1,
        "previous": log.hash_of(last.line) if last else log.NOTHING,
        "event": event.value,
        "at": clock.written(clock.now()),
        **values,
    }
    session.add(
        ReportLogLine(
            position=entry["position"],
            event=event,
            report_id=report.id if report else None,
            method_version=drawn_by,
            line=canonical({**entry, "signature": keys.sign(entry)}),
        )
    )
    session.flush()
