"""Writes about recognition: the steps of a report's way, each once, its figures and its sample."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import update

from portal.core import N_, Actor, NotAllowed, Permission, RuleBroken, Session, audit, clock
from portal.core.database import hold_lock, insert_into
from portal.core.reading import hold_row
from portal.impact.commands.together import check_parts, check_stands
from portal.impact.models import ImpactReport
from portal.impact.queries.together import providers_of
from portal.impact.rules import UNDECIDED, ReportMove, ReportStatus, next_status
from portal.impact.rules.documents import recognised_document
from portal.notices.commands import tell
from portal.organisations.models import Organisation
from portal.organisations.queries import list_recipients
from portal.recognition import queries
from portal.recognition.models import ReportCounter, ReportDecision, ReportLogLine, SampleItem
from portal.recognition.queries import sample
from portal.recognition.queries.sample import sum_of
from portal.recognition.rules import APPEAL_WITHIN, Decision
from portal.recognition.rules.log import hash_of
from portal.recognition.rules.review import figures_to_look_at
from portal.recognition.rules.sample import drawn, drawn_for, is_all_looked_at, sizes_of


@dataclass(frozen=True)
class _Step:
    """What a decision does, the message of it, what is said without words."""

    move: ReportMove
    tells: str = ""
    wants: str = ""


_STEPS = {
    Decision.SUBMITTED: _Step(ReportMove.SUBMIT, "recognition/submitted"),
    Decision.WITHDRAWN: _Step(ReportMove.WITHDRAW),
    Decision.RETURNED: _Step(
        ReportMove.RETURN, "recognition/returned", N_("Write what has to be looked at.")
    ),
    Decision.DECLINED: _Step(ReportMove.DECLINE, "recognition/declined", N_("Write why.")),
    Decision.APPEALED: _Step(ReportMove.APPEAL, "recognition/appealed", N_("Write why.")),
    Decision.RECOGNISED: _Step(ReportMove.RECOGNISE, "recognition/recognised"),
}
# The other messages go to those who made the report.
_TO_RECOGNISERS = {"recognition/submitted", "recognition/appealed", "recognition/answered"}


def submit(
    session: Session, actor: Actor, *, report: ImpactReport, recogniser_id: int
) -> ImpactReport:
    """Hand a compiled report in with an organisation that may recognise it."""
    report = _held_with_its_days(session, report)
    recognisers = {found.id for found in queries.list_recognisers(session, report)}
    next_status(report.status, ReportMove.SUBMIT)
    if recogniser_id not in recognisers:
        raise RuleBroken("recogniser_id", N_("Choose one from the list."))
    check_stands(session, report)
    report.recogniser_id = recogniser_id
    report.submitted_at = clock.now()
    return _take(session, actor, report, Decision.SUBMITTED)


def withdraw(session: Session, actor: Actor, *, report: ImpactReport) -> None:
    """Take an undecided report back: its days are free again."""
    report = _take(session, actor, hold_row(session, ImpactReport, report.id), Decision.WITHDRAWN)
    if report.status is ReportStatus.COMPILED:
        report.recogniser_id = report.submitted_at = None


def appeal(session: Session, actor: Actor, *, report: ImpactReport, remark: str) -> ImpactReport:
    """Ask that somebody else looks at what was declined: once, and in time."""
    report = _held_with_its_days(session, report)
    next_status(report.status, ReportMove.APPEAL)
    if clock.now() > queries.declined(session, report).created_at + APPEAL_WITHIN:
        raise RuleBroken("remark", N_("That was possible for six weeks. Compile a new report."))
    check_stands(session, report)
    return _take(session, actor, report, Decision.APPEALED, remark)


def send_back(session: Session, actor: Actor, *, report: ImpactReport, remark: str) -> ImpactReport:
    """Return a report with a remark that says what to look at."""
    report = judged(session, actor, report, ReportMove.RETURN)
    return _take(session, actor, report, Decision.RETURNED, remark)


def decline(session: Session, actor: Actor, *, report: ImpactReport, remark: str) -> ImpactReport:
    """Decline a report with reasons; on appeal that is the end."""
    report = judged(session, actor, report, ReportMove.DECLINE)
    return _take(session, actor, report, Decision.DECLINED, remark)


def recognise(session: Session, actor: Actor, *, report: ImpactReport, remark: str) -> ImpactReport:
    """Recognise a report: it gets its number, and from now on everybody can read it."""
    report = judged(session, actor, report, ReportMove.RECOGNISE)
    check_parts(session, report)
    if queries.trail_of(session, report).asked:
        raise RuleBroken("", N_("A question of yours has no answer yet. Wait, or send it back."))
    sample = sum_of(session, report)
    if not remark and sample and not is_all_looked_at(sample):
        raise RuleBroken(
            "remark",
            N_(
                "What was drawn was not looked at yet, or not all of it. Look at it first, or "
                "write why you recognise the report without. Everybody reads that."
            ),
        )
    now = clock.now()
    report.number = next_number(session, clock.today().year)
    report.recognised_at = now
    report.document = recognised_document(
        report.document, number=report.number, by=_recogniser(session, actor, report), at=now,
        remarks=remark, sample=sample,
    )  # fmt: skip
    report.sha256 = report.document["sha256"]
    _retire_previous(session, report)
    return _take(session, actor, report, Decision.RECOGNISED, remark)


def next_number(session: Session, year: int) -> str:
    """The next number of a year (`WW-2026-0001`); the counter's row is locked until the commit."""
    session.execute(
        insert_into(session, ReportCounter).values(year=year, last=0).on_conflict_do_nothing()
    )
    last = session.scalar(
        update(ReportCounter)
        .where(ReportCounter.year == year)
        .values(last=ReportCounter.last + 1)
        .returning(ReportCounter.last)
        .execution_options(synchronize_session=False)
    )
    return f"WW-{year}-{last:04}"


def judged(session: Session, actor: Actor, report: ImpactReport, move: ReportMove) -> ImpactReport:
    """Hold the report for somebody who may judge it so; RuleBroken otherwise."""
    report = hold_row(session, ImpactReport, report.id)
    next_status(report.status, move)
    is_left = actor.is_operator and queries.is_left_to_operator(session, report)
    if not is_left and actor.organisation_id != report.recogniser_id:
        raise NotAllowed()
    if not is_left and not session.get_one(Organisation, actor.organisation_id).is_verified:
        raise RuleBroken("", N_("Your organisation can't recognise reports now. Ask the operator."))
    is_own = actor.organisation_id in providers_of(session, report)
    if is_own or queries.is_party_to(session, actor.user_id, report):
        raise RuleBroken(
            "",
            N_(
                "You work for this organisation or made this report. "
                "A colleague who didn't has to look at it."
            ),
        )
    is_again = report.status is ReportStatus.APPEALED
    if is_again and queries.declined(session, report).user_id == actor.user_id:
        raise RuleBroken("", N_("You declined this report. Somebody else looks at it again."))
    return report


def write_down(
    session: Session,
    actor: Actor,
    report: ImpactReport,
    decision: Decision,
    remark: str = "",
    **said: Any,
) -> None:
    """Add a step to the report's own trail; `about` what, and when it was seen."""
    of = actor.organisation_id or report.recogniser_id
    said |= {"organisation_id": of, "user_id": actor.user_id, "remark": remark}
    session.add(ReportDecision(report_id=report.id, decision=decision, **said))


def tell_of(session: Session, report: ImpactReport, kind: str) -> None:
    """Write to those who have to act or wait; the words stay in the portal."""
    is_theirs = kind in _TO_RECOGNISERS
    house = report.recogniser_id if is_theirs else report.organisation_id
    assert house is not None  # one was asked
    to = Permission.RECOGNISE if is_theirs else Permission.COMPILE_REPORT
    for recipient in list_recipients(session, house, to):
        tell(
            session, recipient, kind,
            organisation_id=house, report=str(report.uuid), number=report.number or "",
        )  # fmt: skip


def _take(
    session: Session, actor: Actor, report: ImpactReport, decision: Decision, remark: str = ""
) -> ImpactReport:
    """Take a step: where it leads, the trail, and a message to who has to act."""
    step = _STEPS[decision]
    status = next_status(report.status, step.move)
    if step.wants and not remark:
        raise RuleBroken("remark", step.wants)
    report.status = status
    write_down(session, actor, report, decision, remark)
    audit.record(session, actor, f"report.{decision.value}", report)
    if step.tells:
        tell_of(session, report, step.tells)
    return report


def _held_with_its_days(session: Session, report: ImpactReport) -> ImpactReport:
    hold_lock(session, f"recognition.submit.{report.organisation_id}")
    return hold_row(session, ImpactReport, report.id)


def _recogniser(session: Session, actor: Actor, report: ImpactReport) -> str:
    """Who recognises, as the document says it for ever: in Dutch."""
    by = session.get_one(Organisation, report.recogniser_id).name
    is_of_it = actor.organisation_id == report.recogniser_id
    return by if is_of_it else f"de beheerder van dit portaal, nadat {by} nee zei"


def _retire_previous(session: Session, report: ImpactReport) -> None:
    if report.previous_id is None:
        return
    previous = session.get(ImpactReport, report.previous_id)
    if previous is not None and previous.status is ReportStatus.RECOGNISED:
        previous.status = next_status(previous.status, ReportMove.REPLACE)


def explain(
    session: Session, actor: Actor, *, report: ImpactReport, words: Mapping[str, str]
) -> int:
    """Write the makers' remarks, or their answers once it is handed in; count."""
    report = hold_row(session, ImpactReport, report.id)
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
        write_down(session, actor, report, decision, text, about=figure)
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
        write_down(session, actor, report, Decision.ASKED, text, about=figure)
    looked = [one for one in seen if one in trail.shown.keys() - trail.looked]
    for name in looked:
        write_down(session, actor, report, Decision.LOOKED, about=name)
    if asked:
        tell_of(session, report, "recognition/asked")
    if asked or right or looked:
        audit.record(session, actor, "report.looked_at", report)
    return len(asked) + len(right) + len(looked)


def draw(session: Session, report: ImpactReport, line: ReportLogLine) -> None:
    """Draw what has to be shown; what was drawn before of these days stays drawn.

    So who hands in again until the sample suits has more to show each time.
    """
    for kind, of in sizes_of(report.document).items():
        rows = sample.LISTS[kind](session, report)
        numbers = drawn(hash_of(line.line), drawn_for(report.document), kind.value, of)
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
    report = hold_row(session, ImpactReport, report.id)
    to_show = sample.list_to_show(session, report)
    new = [name for name in names if name in to_show]
    if new and not seen_by:
        raise RuleBroken("seen_by", N_("Who saw it?"))
    if new and (seen_on is None or seen_on > clock.today()):
        raise RuleBroken("seen_on", N_("Choose a day that is not in the future."))
    for name in new:
        write_down(
            session, actor, report, Decision.SHOWN, seen_by, about=name, seen_on=seen_on
        )  # fmt: skip
    if new:
        audit.record(session, actor, "report.shown", report)
    return len(new)
