"""What time does: the paper of each recognised report is known by its own bytes."""

from collections.abc import Callable
from hashlib import sha256

from sqlalchemy import select

from portal.core import Session, as_house, hold_lock
from portal.core.signing import Keys
from portal.impact.models import ImpactReport
from portal.impact.queries import document_before
from portal.impact.rules.documents import Document
from portal.recognition import queries
from portal.recognition.commands.log import append
from portal.recognition.rules import Logged

# What a paper is drawn from, in a few letters, and how it is drawn.
Draw = Callable[[ImpactReport, Document | None, Document], tuple[str, Callable[[], bytes]]]


def print_reports(session: Session, keys: Callable[[], Keys], issuer: str, draw: Draw) -> int:
    """Say in the log how each report's PDF reads today; count new lines.

    A paper is drawn before the log is locked, and anew only when what it is drawn from changed.
    """
    written = 0
    with as_house(session):
        numbered = select(ImpactReport.id).where(ImpactReport.number.is_not(None))
        ids = session.scalars(numbered.order_by(ImpactReport.id)).all()
    for report in (session.get_one(ImpactReport, id_) for id_ in ids):
        document, said = (
            queries.public_of(session, report),
            queries.list_lines_of(session, report.id),
        )
        mark, printed = draw(report, document_before(session, report), document)
        if "signature" not in document or any(line.method_version == mark for line in said):
            continue
        paper, opened = printed(), keys()
        hold_lock(session, "report.log")
        values = {"number": report.number, "pdf_sha256": sha256(paper).hexdigest()}
        append(session, opened, issuer, Logged.PRINTED, report, values, mark)
        session.commit()
        written += 1
    return written
