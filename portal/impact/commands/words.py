"""Writes about participants' own words in a report: asked, agreed to by her alone, taken back."""

from secrets import token_hex
from uuid import UUID

from sqlalchemy import select

from portal.core import N_, Actor, NotFound, RuleBroken, Session, as_house, audit, clock
from portal.core.reading import hold_row, pick
from portal.impact.commands.pictures import (
    check_nobody_named,
    own,
    own_draft,
    place_after,
    seal_parts,
)
from portal.impact.models import ImpactReport, ReportWords
from portal.impact.rules import MOST_WORDS, ReportStatus, check_words
from portal.impact.rules.documents import has_too_few
from portal.notices.commands import tell
from portal.participants.models import Participant
from portal.participants.queries import recipient_of


def ask_words(
    session: Session,
    actor: Actor,
    *,
    report: ImpactReport,
    person: Participant,
    words: str,
    language: str,
) -> ReportWords:
    """Ask somebody whether her words may stand in a report."""
    report = own_draft(session, actor, report)
    check_words(words, person.name)
    check_nobody_named(session, report, "words", words)
    if has_too_few(report.document):
        raise RuleBroken("", N_("So few people are in this report that words give one away."))
    if any(one.participant_id == person.id for one in report.words):
        raise RuleBroken("person", N_("She was asked already."))
    if sum(not one.withdrawn_at for one in report.words) >= MOST_WORDS:
        raise RuleBroken("", N_("A report has words of at most {most} people."), most=MOST_WORDS)
    row = ReportWords(
        report_id=report.id,
        organisation_id=report.organisation_id,
        participant_id=person.id,
        place=place_after(report.words),
        words=words,
        language=language,
        salt=token_hex(16),
    )
    row.sha256 = row.hash_now
    audit.add(session, actor, "report.words_asked", row)
    session.expire(report, ["words"])
    name = report.organisation.name
    to = recipient_of(session, report.organisation_id, person)
    tell(session, to, "impact/words", organisation_id=report.organisation_id, organisation=name)
    return row


def agree(session: Session, actor: Actor, row: ReportWords, words: str) -> None:
    """Note her yes to these words, until the report is handed in."""
    report, row = _hold(session, actor, row)
    if report.status is not ReportStatus.COMPILED or row.withdrawn_at:
        raise RuleBroken("", N_("This can't be done any more: the report has changed."))
    check_words(words, actor.name)
    row.words, row.agreed_at = words, clock.now()
    row.sha256 = row.hash_now
    with as_house(session):
        seal_parts(session, report, "words")
    audit.record(session, actor, "report.words_agreed", row)


def take_back(session: Session, actor: Actor, row: ReportWords) -> None:
    """She says no, or takes her words back, wherever the same stand."""
    _, row = _hold(session, actor, row)
    _empty(session, row)
    audit.record(session, actor, "report.words_taken_back", row)


def remove_words(session: Session, actor: Actor, *, report: ImpactReport, uuid: UUID) -> None:
    """Who makes the report takes somebody's words away, as she asked."""
    report = own(session, actor, report)
    row = pick(report.words, uuid=uuid, withdrawn_at=None)
    audit.record(session, actor, "report.words_removed", row)
    if row.agreed_at:
        _empty(session, row)
    else:
        session.delete(row)
        session.flush()


def _hold(session: Session, actor: Actor, row: ReportWords) -> tuple[ImpactReport, ReportWords]:
    """Lock her words and their report, which she reads only in parts."""
    if row.participant_id != actor.her_id:
        raise NotFound("words")
    with as_house(session):
        report = hold_row(session, ImpactReport, row.report_id)
        return report, hold_row(session, ReportWords, row.id)


def _empty(session: Session, row: ReportWords) -> None:
    """Keep nothing of the words but a hash that tells nobody anything."""
    with as_house(session):
        same = session.scalars(select(ReportWords).filter_by(sha256=row.sha256).order_by("id"))
        for one in same.all():
            one.words, one.salt, one.withdrawn_at = "", "", clock.now()
            if one.agreed_at:
                one.participant_id = None
            report = hold_row(session, ImpactReport, one.report_id)
            if report.status is ReportStatus.COMPILED:
                seal_parts(session, report, "words")
