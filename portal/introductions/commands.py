"""Writes of introductions: interest, each step, the texts, how it goes, and its end."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from portal.agreements.rules import check_hours, check_is_newest, check_period
from portal.core import N_, Actor, NotAllowed, NotFound, Permission, RuleBroken, audit, clock
from portal.core.database import hold_lock
from portal.core.guard import as_house
from portal.core.reading import hold_row
from portal.introductions import queries, rules
from portal.introductions.models import Introduction, WorkAftercare, WorkAgreement
from portal.introductions.rules import IntroductionMove, IntroductionStatus, Side, WhyNot
from portal.notices.commands import tell
from portal.organisations.queries import list_recipients
from portal.progress.rules import AftercareAnswer
from portal.work_places.commands import show_me
from portal.work_places.models import WorkPlace
from portal.work_places.queries import list_visible
from portal.work_places.rules import INVITES_AGAIN, fit


def want(
    session: Session, actor: Actor, work_place: WorkPlace, *, guide_organisation_id: int | None
) -> Introduction:
    """Say that she wants to meet; whoever asked already stays where she is.

    Who is not visible to the employer yet is so by this, with her first name alone.
    """
    hold_lock(session, f"introduction.{actor.her_id}")  # two taps, one introduction
    found = queries.find_open(session, actor.her_id, work_place.id)
    if found is not None:
        return found
    helpers = queries.list_helpers(session, actor, work_place.organisation_id)
    if guide_organisation_id not in {None, *(one.organisation_id for one in helpers)}:
        raise RuleBroken("guide", N_("Choose one from the list."))
    employer_id = work_place.organisation_id
    seeks = list_visible(session, employer_id).get(actor.her_id)
    if seeks is None:
        show_me(session, actor, employer_id=employer_id, shown=(), can=(), days=90)
    is_lately = work_place.invited_at and work_place.invited_at > clock.now() - INVITES_AGAIN
    was_invited = is_lately and seeks is not None and fit(work_place, seeks).is_whole
    status = IntroductionStatus.AGREED if was_invited else IntroductionStatus.WANTED
    row = Introduction(
        work_place=work_place, organisation_id=employer_id, participant_id=actor.her_id,
        guide_organisation_id=guide_organisation_id,
        status=status, act_by=rules.act_by(status, clock.today()),
    )  # fmt: skip
    audit.add(session, actor, "introduction.wanted", row)
    _tell(session, row, Side.EMPLOYER)
    return row


def take_step(
    session: Session, actor: Actor, introduction: Introduction, move: IntroductionMove, *,
    why: WhyNot | None = None, meets_at: datetime | None = None, meets_where: str = "",
) -> None:  # fmt: skip
    """Do what one side may do by itself now, and tell the other."""
    row, side = _hold(session, actor, introduction)
    rules.MOVES.next(row.status, move)  # in words where it was done meanwhile
    if not rules.may(side, row.status, move):
        raise NotAllowed
    rules.check_why(side, move, why)
    if move is IntroductionMove.MEET:
        on = meets_at and clock.to_local(meets_at).date()
        rules.check_meeting(clock.today(), on, meets_where)
        row.meets_at, row.meets_where = meets_at, meets_where
    other = Side.HER if side is Side.EMPLOYER else Side.EMPLOYER
    go_on(session, actor, row, move, tells=other, why=why)


def write(session: Session, actor: Actor, introduction: Introduction, **texts: Any) -> None:
    """Write what is agreed; the employer's yes is in it."""
    row, side = _hold(session, actor, introduction)
    if side is not Side.EMPLOYER:
        raise NotAllowed
    check_hours(texts["minutes_per_week"])
    check_period(texts["from_on"], texts["until_on"])
    rules.check_text(row.status, texts["leads_to"], texts["until_on"])
    before = queries.find_text(session, row)
    if before is not None:
        before.replaced_at = clock.now()
    version = before.version + 1 if before else 1
    text = WorkAgreement(introduction_id=row.id, version=version, **texts)
    text.confirm(Side.EMPLOYER)
    row.act_by = rules.act_by(row.status, clock.today())
    audit.add(session, actor, "work_agreement.written", text)
    _tell(session, row, Side.HER)


def agree(session: Session, actor: Actor, introduction: Introduction, version: str) -> None:
    """Say yes to the text that was read; with every side's yes its step begins."""
    row, side = _hold(session, actor, introduction)
    text = queries.find_text(session, row)
    if text is None or str(text.version) != version or row.status not in rules.BEFORE_WORK:
        check_is_newest(is_replaced=True)
    assert text is not None
    text.confirm(side)
    audit.record(session, actor, "work_agreement.confirmed", text)
    if not text.unsaid(row):
        row.from_on, row.until_on = text.from_on, text.until_on
        row.week_minutes = text.minutes_per_week
        go_on(session, actor, row, rules.WRITTEN[text.leads_to], tells=Side.EMPLOYER)


def go_on(
    session: Session, actor: Actor, row: Introduction, move: IntroductionMove, *,
    tells: Side, why: WhyNot | None = None,
) -> None:  # fmt: skip
    """Take a step that is allowed, and tell a side.

    The caller holds it (`hold`).
    """
    was_shown = queries.is_so(session, row, Introduction.is_shown())
    row.status, row.why = rules.MOVES.next(row.status, move), why
    row.status_since = clock.now()
    row.act_by = rules.act_by(row.status, row.waits_until)
    if row.status is IntroductionStatus.PLACED:
        rules.check_is_free(row.work_place.places_free)
        row.work_place.take(1)
    if move is IntroductionMove.END:
        row.until_on = min(row.until_on or clock.today(), clock.today())
        row.work_place.take(-1)
    audit.record(session, actor, f"introduction.{row.status.value}", row)
    if tells is Side.HER or was_shown:
        _tell(session, row, tells)


def ask(session: Session, row: Introduction, moment: Any, side: Side) -> None:
    """Ask a side how the work goes."""
    asked = WorkAftercare(introduction_id=row.id, moment=moment, side=side)
    session.add(asked)
    session.flush()
    _tell(session, row, side, asked)


def answer(session: Session, actor: Actor, asked: WorkAftercare, said: AftercareAnswer) -> None:
    """Say how the work goes; until the question is over one may say otherwise."""
    row = hold_row(session, WorkAftercare, asked.id)
    if row.side is not _hold(session, actor, row.introduction)[1]:
        raise NotFound("aftercare")
    row.say(said)
    audit.record(session, actor, "work_aftercare.answered", row)


def meet(session: Session, actor: Actor, asked: WorkAftercare) -> None:
    """Note that her guide got in touch after a signal."""
    row = hold_row(session, WorkAftercare, asked.id)
    if _hold(session, actor, row.introduction)[1] is not Side.GUIDE:
        raise NotAllowed
    row.met_at = row.met_at or clock.now()
    audit.record(session, actor, "work_aftercare.met", row)


def _hold(session: Session, actor: Actor, introduction: Introduction) -> tuple[Introduction, Side]:
    """Lock one that the actor sees, as it is now, and say on which side she is."""
    row = hold(session, queries.get_seen(session, introduction.uuid))
    return row, row.side_of(actor)


def hold(session: Session, introduction: Introduction) -> Introduction:
    """Lock a work place, then one of its introductions, as it is now."""
    with as_house(session):  # of a place that is closed by now, too
        hold_row(session, WorkPlace, introduction.work_place_id)
    return hold_row(session, Introduction, introduction.id)


def _tell(
    session: Session, row: Introduction, side: Side, asked: WorkAftercare | None = None
) -> None:
    """Tell a side that there is news; an employer reads of a place, and of nobody's name."""
    if is_hers := side is Side.HER:
        to = queries.reach_of(session, row.participant_id)
    else:
        to = list_recipients(session, row.organisation_id, Permission.RECORD_PROGRESS)
    about: dict[str, Any] = {"title": row.work_place.title, "introduction": str(row.uuid)}
    kind = "introductions/news"
    if asked and is_hers:
        kind, about["work"] = "introductions/asked", str(asked.uuid)
    elif row.status not in rules.OPEN:
        kind = "introductions/stopped"
        about["why"] = "" if row.why in (None, WhyNot.NOT_SAID) else row.why
    for one in to:
        tell(session, one, kind, is_hers=is_hers, **about)
