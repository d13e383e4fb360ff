"""Writes about participants: who she is, her card, who knows her, her programme."""

from __future__ import annotations

from datetime import date

from sqlalchemy import delete
from sqlalchemy.orm import Session

from portal.core import audit, clock
from portal.core.actor import Actor
from portal.core.database import insert_into
from portal.core.errors import N_, RuleBroken
from portal.participants import queries
from portal.participants.models import Participant, ParticipantLink, Programme, ProgrammeTerm
from portal.participants.rules import (
    ContactWay,
    card_hash,
    check_dates,
    is_in_force,
    kept_contact,
    new_card_token,
)


def register(
    session: Session,
    actor: Actor,
    *,
    name: str,
    contact_way: ContactWay,
    phone: str = "",
    email: str = "",
    language: str = "nl",
    birth_year: int | None = None,
) -> Participant:
    """Write down a new person: a name to call and the one way to reach her."""
    phone, email = kept_contact(contact_way, phone, email)
    participant = Participant(
        name=name,
        contact_way=contact_way,
        phone=phone,
        email=email,
        language=language,
        birth_year=birth_year,
    )
    session.add(participant)
    audit.record(session, actor, "participant.registered", participant)
    return participant


def change_contact(
    session: Session,
    actor: Actor,
    participant: Participant,
    *,
    contact_way: ContactWay,
    phone: str,
    email: str,
    language: str,
    name: str | None = None,
) -> Participant:
    """Change how a person is reached and called; messages that wait go the new way, too."""
    renamed = name is not None and name != participant.name
    participant.name = name or participant.name
    participant.phone, participant.email = kept_contact(contact_way, phone, email)
    participant.contact_way = contact_way
    participant.language = language
    participant.has_only_name = False
    audit.record(session, actor, "participant.contact_changed", participant, renamed=renamed)
    return participant


def issue_card(
    session: Session, actor: Actor, participant: Participant, token: str | None = None
) -> str:
    """Give a participant a new card and return its token, which is not kept; the old one dies.

    So do the cards of other entries of hers that this one took in.
    """
    token = token or new_card_token()
    for other in queries.list_merged_into(session, participant.id):
        other.card_hash, other.card_version = None, other.card_version + 1
    participant.card_hash = card_hash(token)
    participant.card_version = (participant.card_version or 0) + 1
    participant.card_issued_at = clock.now()
    audit.record(
        session, actor, "participant.card_issued", participant, version=participant.card_version
    )
    return token


def issue_calendar(session: Session, actor: Actor, participant: Participant) -> str:
    """Give a participant a new private address for her calendar; the old one is of no use then."""
    _end_merged_calendars(session, participant)
    token = new_card_token()
    participant.calendar_hash = card_hash(token)
    audit.record(session, actor, "participant.calendar_issued", participant)
    return token


def stop_calendar(session: Session, actor: Actor, participant: Participant) -> None:
    """Let her calendar's address lead nowhere."""
    _end_merged_calendars(session, participant)
    if participant.calendar_hash is not None:
        participant.calendar_hash = None
        audit.record(session, actor, "participant.calendar_stopped", participant)


def _end_merged_calendars(session: Session, participant: Participant) -> None:
    for other in queries.list_merged_into(session, participant.id):
        other.calendar_hash = None


def want_reminders(
    session: Session, actor: Actor, participant: Participant, *, wants: bool
) -> None:
    """A participant wants to be reminded the day before, or not; what is necessary still comes."""
    if participant.wants_reminders != wants:
        participant.wants_reminders = wants
        audit.record(session, actor, "participant.reminders", participant, wants=wants)


def make_known(session: Session, organisation_id: int, participant_id: int) -> None:
    """Let an organisation see a participant from here on."""
    session.execute(
        insert_into(session, ParticipantLink)
        .values(
            organisation_id=organisation_id,
            participant_id=participant_id,
            created_at=clock.now(),
        )
        .on_conflict_do_nothing()
    )


def make_unknown(session: Session, organisation_id: int, participant_id: int) -> None:
    """Let an organisation see a participant no more."""
    session.execute(
        delete(ParticipantLink).where(
            ParticipantLink.organisation_id == organisation_id,
            ParticipantLink.participant_id == participant_id,
        )
    )


def add_programme(
    session: Session,
    actor: Actor,
    *,
    name: str,
    valid_from: date,
    valid_until: date | None = None,
    weekly_minutes: int | None = None,
    total_minutes: int | None = None,
    source: str = "",
) -> Programme:
    """Put a programme of the city on the list, with its dates and its hours in minutes."""
    check_dates(valid_from, valid_until, "valid_until")
    programme = Programme(
        name=name,
        valid_from=valid_from,
        valid_until=valid_until,
        weekly_minutes=weekly_minutes,
        total_minutes=total_minutes,
        source=source,
    )
    session.add(programme)
    audit.record(session, actor, "programme.added", programme)
    return programme


def end_programme(
    session: Session, actor: Actor, programme: Programme, *, valid_until: date | None
) -> Programme:
    """Set or clear the last day of a programme; its hours stay, so that old figures hold."""
    check_dates(programme.valid_from, valid_until, "valid_until")
    programme.valid_until = valid_until
    audit.record(session, actor, "programme.ended", programme, until=str(valid_until or ""))
    return programme


def assign_programme(
    session: Session,
    actor: Actor,
    participant: Participant,
    *,
    programme: Programme,
    from_on: date,
    until_on: date | None = None,
) -> ProgrammeTerm:
    """Write down from when till when a participant is in a programme; one at a time."""
    check_dates(from_on, until_on, "until_on")
    if not is_in_force(from_on, programme.valid_from, programme.valid_until):
        raise RuleBroken("from_on", N_("The programme is not in force on that day."))
    for term in queries.list_terms(session, [participant.id]):
        _end_before(term, from_on, until_on)
    term = ProgrammeTerm(
        participant_id=participant.id, programme=programme, from_on=from_on, until_on=until_on
    )
    session.add(term)
    audit.record(session, actor, "programme.assigned", term, programme=programme.id)
    return term


def _end_before(term: ProgrammeTerm, from_on: date, until_on: date | None) -> None:
    """An open term ends when the next begins; any other overlap is a mistake to be told."""
    is_later = until_on is not None and term.from_on > until_on
    is_over = term.until_on is not None and term.until_on < from_on
    if is_later or is_over:
        return
    if term.until_on is None and term.from_on < from_on:
        term.until_on = date.fromordinal(from_on.toordinal() - 1)
        return
    raise RuleBroken("from_on", N_("She is in a programme on these days already."))
