"""Writes about single figures: the makers' remarks and answers, the recogniser's questions."""

from collections.abc import Iterable, Mapping

from portal.core import N_, Actor, RuleBroken, Session, audit
from portal.impact.models import ImpactReport
from portal.impact.rules import UNDECIDED, ReportMove, ReportStatus
from portal.recognition import queries
from portal.recognition.commands import held, judged, tell_of, write_down
from portal.recognition.rules import Decision
from portal.recognition.rules.review import figures_to_look_at


def explain(
    session: Session, actor: Actor, *, report: ImpactReport, words: Mapping[str, str]
) -> int:
    """Write the makers' remarks, or their answers once it is handed in; count."""
    report = held(session, report)
    trail = queries.trail_of(session, report)
    if report.status is ReportStatus.COMPILED:
        said, decision = trail.remarks, Decision.REMARKED
        about = figures_to_look_at(report.document)
    elif report.status in UNDECIDED:
        said, decision, about = {}, Decision.ANSWERED, trail.asked
    else:
        raise RuleBroken("", N_("This can't be done any more: the report has changed."))
    new = {one: words[one] for one in about if one in words and words[one] != said.get(one, "")}
    for figure, text in new.items():
        write_down(session, actor, report, decision, text, figure)
    if new:
        audit.record(session, actor, f"report.{decision.value}", report)
    if new and decision is Decision.ANSWERED and len(new) == len(about):
        tell_of(session, report, "recognition/answered")
    return len(new)


def look_at(
    session: Session,
    actor: Actor,
    *,
    report: ImpactReport,
    accepted: Iterable[str],
    questions: Mapping[str, str],
    seen: Iterable[str] = (),
) -> int:
    """Write which figures are all right, what is asked, what was `seen`; count.

    Only the makers change a figure: they answer, or compile the report anew.
    """
    report = judged(session, actor, report, ReportMove.RECOGNISE)
    trail, known = queries.trail_of(session, report), figures_to_look_at(report.document)
    asked = {one: questions[one] for one in known if questions.get(one)}
    right = [
        one for one in known
        if one in set(accepted) - asked.keys() and trail.last(one) is not Decision.ACCEPTED
    ]  # fmt: skip
    for figure in right:
        write_down(session, actor, report, Decision.ACCEPTED, about=figure)
    for figure, text in asked.items():
        write_down(session, actor, report, Decision.ASKED, text, figure)
    looked = [one for one in seen if one in trail.shown.keys() - trail.looked]
    for name in looked:
        write_down(session, actor, report, Decision.LOOKED, about=name)
    if asked:
        tell_of(session, report, "recognition/asked")
    if asked or right or looked:
        audit.record(session, actor, "report.looked_at", report)
    return len(asked) + len(right) + len(looked)
