"""Writes about a report's story and pictures: given with it; taken away when somebody asks."""

from collections.abc import Sequence
from hashlib import sha256

from portal.core import N_, Actor, NotAllowed, RuleBroken, Session, audit, clock, hold_row, pick
from portal.impact.models import ImpactReport, ReportPart, ReportPicture
from portal.impact.queries.words import list_to_ask
from portal.impact.rules import MOST_PICTURES, ReportStatus, check_names
from portal.impact.rules.documents import Document, has_too_few, sealed_with
from portal.offerings.rules.pictures import SmallPicture


def tell_story(session: Session, actor: Actor, *, report: ImpactReport, story: str) -> None:
    """Put what was done in words in a report not handed in, sealed with it."""
    report = own_draft(session, actor, report)
    check_nobody_named(session, report, "story", story)
    seal(session, report, "story", story)
    audit.record(session, actor, "report.story_told", report)


def give_picture(
    session: Session,
    actor: Actor,
    *,
    report: ImpactReport,
    small: SmallPicture,
    alt: str,
    agreed: bool,
) -> ReportPicture:
    """Put a picture in a report that was not handed in, sealed with it."""
    report = own_draft(session, actor, report)
    if not agreed:
        raise RuleBroken("agreed", N_("Say that everybody in the picture agreed."))
    check_nobody_named(session, report, "alt", alt)
    if len(report.pictures) >= MOST_PICTURES:
        raise RuleBroken("file", N_("A report has at most {most} pictures."), most=MOST_PICTURES)
    picture = ReportPicture(
        report_id=report.id,
        place=place_after(report.pictures),
        alt=alt,
        agreed_by_id=actor.user_id,
        sha256=sha256(small.webp).hexdigest(),
        width=small.width,
        height=small.height,
        webp=small.webp,
    )
    session.add(picture)
    seal_parts(session, report, "pictures")
    audit.record(session, actor, "report.picture_given", report)
    return picture


def remove_picture(session: Session, actor: Actor, *, report: ImpactReport, place: int) -> None:
    """Take a picture away for good; the seal of what was handed in holds."""
    report = own(session, actor, report)
    picture = pick(report.shown_pictures, place=place)
    if report.status is ReportStatus.COMPILED:
        session.delete(picture)
        seal_parts(session, report, "pictures")
    else:
        picture.webp, picture.alt, picture.withdrawn_at = None, "", clock.now()
    audit.record(session, actor, "report.picture_removed", report)


def carry_told(session: Session, before: ImpactReport, report: ImpactReport) -> None:
    """Give a report compiled anew the story, pictures and words of the one before it.

    Words only over the same days: who said them said yes to the days that she read.
    """
    session.flush()
    seal(session, report, "story", before.story)
    parts: dict[str, Sequence[ReportPart]] = {"pictures": before.pictures}
    if before.period == report.period and not has_too_few(report.document):
        parts["words"] = before.words
    for name, rows in parts.items():
        standing = [one.again(report) for one in rows if one.is_sealed_as_it_is]
        if standing:
            session.add_all(standing)
            seal_parts(session, report, name)


def own(session: Session, actor: Actor, report: ImpactReport) -> ImpactReport:
    """Lock a report of the actor's organisation."""
    if report.organisation_id != actor.organisation_id:
        raise NotAllowed()
    return hold_row(session, ImpactReport, report.id)


def check_nobody_named(session: Session, report: ImpactReport, field: str, text: str) -> None:
    """Refuse a text for everybody in which somebody of the report's period is named."""
    check_names(field, text, (one.name for one in list_to_ask(session, report)))


def own_draft(session: Session, actor: Actor, report: ImpactReport) -> ImpactReport:
    """Lock a report of the actor's organisation that was not handed in."""
    report = own(session, actor, report)
    if report.status is not ReportStatus.COMPILED:
        raise RuleBroken("", N_("This can't be done any more: the report has changed."))
    return report


def place_after(parts: Sequence[ReportPart]) -> int:
    """Give the next place in a report."""
    return max((one.place for one in parts), default=0) + 1


def seal_parts(session: Session, report: ImpactReport, name: str) -> None:
    """Seal a report with the `pictures` or `words` that stand in it now."""
    session.flush()
    session.expire(report, [name])
    told = [one.as_sealed for one in getattr(report, name) if one.is_sealed_as_it_is]
    seal(session, report, name, told)


def seal(session: Session, report: ImpactReport, name: str, told: str | list[Document]) -> None:
    """Seal a report with its `story`, `pictures` or `words`."""
    report.document = sealed_with(report.document, name, told)
    report.sha256 = report.document["sha256"]
    session.flush()
