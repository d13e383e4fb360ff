"""Writes about agreements: a text, and each of the two who says yes to it."""

from datetime import date, time
from typing import Any

from sqlalchemy.orm import joinedload

from portal.agreements import queries, rules
from portal.agreements.models import Agreement
from portal.core import Actor, NotAllowed, NotFound, Permission, Session, audit, clock, hold_row
from portal.enrolments.models import Enrolment
from portal.notices.commands import tell
from portal.offerings.models import Offering
from portal.participants.queries import recipient_of

_TEXTS = ("goals", "minutes_per_week", "from_on", "until_on", "participant_does", "guide_does")


def write(session: Session, actor: Actor, enrolment: Enrolment, **texts: Any) -> Agreement:
    """Write an agreement's text; a changed one is a new version, to be confirmed anew.

    The activity, the organisation, the days and the place are copied as they are now. The
    participant is told that there is something to read. The same text about the same facts again
    changes nothing.
    """
    _check_guides(actor, enrolment.organisation_id)
    rules.check_hours(texts["minutes_per_week"])
    rules.check_period(texts["from_on"], texts["until_on"])
    about = joinedload(Enrolment.offering).joinedload(Offering.organisation)
    locked = hold_row(session, Enrolment, enrolment.id, about)
    rules.check_may_write(locked.offering.kind, locked.status)
    current = queries.find_current(session, locked.id)
    facts = queries.facts_now(session, locked, texts["from_on"], texts["until_on"])
    if current is not None:
        is_same_text = all(getattr(current, name) == texts[name] for name in _TEXTS)
        if is_same_text and current.facts == facts:
            return current
        current.replaced_at = clock.now()
    agreement = Agreement(
        **locked.whose,
        version=1 + current.version if current else 1,
        written_by_id=actor.user_id,
        copied=facts.data,
        **texts,
    )
    audit.add(session, actor, "agreement.written", agreement, version=agreement.version)
    tell(
        session,
        recipient_of(session, locked.organisation_id, locked.participant),
        "agreements/written",
        organisation_id=locked.organisation_id,
        title=locked.offering.title,
        organisation=locked.offering.organisation.name,
        phone=locked.offering.organisation.phone,
        enrolment=str(locked.uuid),
    )
    return agreement


def confirm(session: Session, actor: Actor, agreement: Agreement, how: rules.ConfirmedHow) -> None:
    """Note that the participant says yes to this text, on her page or by link."""
    if not actor.is_participant or how is rules.ConfirmedHow.PAPER:
        raise NotAllowed
    if agreement.participant_id != actor.participant_id:
        raise NotFound("agreement")
    _confirm_hers(session, actor, _lock_newest(session, agreement), how)


def note_paper(session: Session, actor: Actor, agreement: Agreement, *, signed_on: date) -> None:
    """Note on which day the participant signed this version on paper.

    What she signed counts for the version that she signed: of an earlier one it is kept as its
    history, and is no yes to the newer text.
    """
    _check_guides(actor, agreement.organisation_id)
    locked = hold_row(session, Agreement, agreement.id)
    written_on = clock.to_local(locked.created_at).date()
    rules.check_signed_on(signed_on, written_on, clock.today())
    _confirm_hers(session, actor, locked, rules.ConfirmedHow.PAPER, signed_on)


def confirm_as_guide(session: Session, actor: Actor, agreement: Agreement) -> None:
    """The guide says yes to this text, on behalf of the organisation."""
    _check_guides(actor, agreement.organisation_id)
    locked = _lock_newest(session, agreement)
    if locked.guide_confirmed_at is None:
        locked.guide_confirmed_at = clock.now()
        locked.guide_id, locked.guide_name = actor.user_id, actor.name
        audit.record(session, actor, "agreement.confirmed_by_guide", locked)


def _confirm_hers(
    session: Session,
    actor: Actor,
    agreement: Agreement,
    how: rules.ConfirmedHow,
    on: date | None = None,
) -> None:
    """Her first yes counts; a second one changes nothing."""
    if agreement.participant_confirmed_at is None:
        agreement.participant_confirmed_at = clock.from_local(on, time(12)) if on else clock.now()
        agreement.participant_confirmed_how = how
        audit.record(
            session, actor, "agreement.confirmed", agreement,
            how=how.value, version=agreement.version,
        )  # fmt: skip


def _lock_newest(session: Session, agreement: Agreement) -> Agreement:
    """The text as it is now; refused when a newer one replaced it meanwhile."""
    locked = hold_row(session, Agreement, agreement.id)
    rules.check_is_newest(locked.replaced_at is not None)
    return locked


def _check_guides(actor: Actor, organisation_id: int) -> None:
    if not actor.may(Permission.RECORD_PROGRESS):
        raise NotAllowed
    if actor.organisation_id != organisation_id:
        raise NotFound("agreement")
