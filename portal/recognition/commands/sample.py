"""Writes about the sample of evidence: drawn by the house, shown by one side, seen by the other."""

from collections.abc import Iterable
from datetime import date

from portal.core import N_, Actor, RuleBroken, Session, audit, clock
from portal.impact.models import ImpactReport
from portal.recognition.commands import held, write_down
from portal.recognition.models import ReportLogLine, SampleItem
from portal.recognition.queries import sample
from portal.recognition.rules import Decision
from portal.recognition.rules.log import hash_of
from portal.recognition.rules.sample import drawn, sizes_of


def draw(session: Session, report: ImpactReport, line: ReportLogLine) -> None:
    """Draw what has to be shown; what was drawn before of these days stays drawn.

    So who hands in again until the sample suits has more to show each time.
    """
    for kind, of in sizes_of(report.document).items():
        rows = sample.LISTS[kind](session, report)
        numbers = drawn(hash_of(line.line), report.document["figures_sha256"], kind.value, of)
        now = {number: rows[number - 1] if number <= len(rows) else None for number in numbers}
        before = sample.list_drawn_before(session, report, kind) - {*now.values()}
        kept = dict(enumerate((row for row in rows if row in before), 1))
        for position, items in ((line.position, now), (None, kept)):
            for number, row_id in items.items():
                session.add(
                    SampleItem(
                        report_id=report.id, kind=kind, number=number, line=position, row_id=row_id
                    )
                )
    session.flush()


def show(
    session: Session,
    actor: Actor,
    *,
    report: ImpactReport,
    names: Iterable[str],
    seen_by: str,
    seen_on: date | None,
) -> int:
    """Say that evidence was seen, by whom, when; nothing is kept."""
    report = held(session, report)
    to_show = sample.list_to_show(session, report)
    new = [name for name in names if name in to_show]
    if new and not seen_by:
        raise RuleBroken("seen_by", N_("Who saw it?"))
    if new and (seen_on is None or seen_on > clock.today()):
        raise RuleBroken("seen_on", N_("Choose a day that is not in the future."))
    for name in new:
        write_down(session, actor, report, Decision.SHOWN, seen_by, name, seen_on)
    if new:
        audit.record(session, actor, "report.shown", report)
    return len(new)
