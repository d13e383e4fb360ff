"""Writes about participants: who she is, who knows her, her programme."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, bindparam, delete, select, update
from sqlalchemy.orm import Session

from portal.core import N_, AuditEvent, RuleBroken, audit, clock, insert_into, is_any, past_guard
from portal.core.actor import Actor
from portal.notices.commands import tell
from portal.notices.rules import Recipient
from portal.participants import queries, rules
from portal.participants.commands import keys
from portal.participants.models import Participant, ParticipantLink, Programme, ProgrammeTerm


def register(session: Session, actor: Actor, *, name: str, **about: Any) -> Participant:
    """Write down a new person: a name, and the language she speaks best."""
    return audit.add(session, actor, "participant.registered", Participant(name=name, **about))


def register_all(
    session: Session, actor: Actor, organisation_id: int, names: Iterable[str]
) -> list[int]:
    """Write down an organisation's new people, names only; returns their ids."""
    people = [Participant(name=name) for name in names]
    session.add_all(people)
    audit.record_all(session, actor, "participant.registered", people)
    ids = [person.id for person in people]
    make_known(session, organisation_id, *ids)
    return ids


def change_contact(
    session: Session,
    actor: Actor,
    participant: Participant,
    *,
    contact_way: rules.ContactWay,
    phone: str,
    email: str,
    language: str,
    name: str | None = None,
) -> None:
    """Change how staff's organisation reaches a person, and what she is called.

    Messages of theirs that wait go the new way, too; those of others go where they went.
    """
    contact = rules.Contact.of(contact_way, phone, email)
    link = queries.get_link(session, actor, participant)
    name = name or participant.name
    renamed = name != participant.name
    if queries.is_known_elsewhere(session, participant.id, actor.organisation_id):
        rules.check_left_alone(rules.ONLY_SHE, renamed, language != participant.language)
    else:
        participant.name, participant.language = name, language
        participant.has_only_name = False
    if renamed:
        audit.record(session, actor, "participant.renamed", participant)
    _change(session, actor, link, contact, actor.organisation_id)


def change_own_contact(
    session: Session,
    actor: Actor,
    participant: Participant,
    *,
    name: str,
    language: str,
    contact: rules.Contact,
) -> None:
    """Change how every organisation that her session opens reaches her.

    The same again confirms what staff wrote down: it is her word from then on.
    """
    from_id = keys.shared_with(session, actor)  # a card that staff made may be in their hands
    if from_id is not None and queries.is_known_elsewhere(session, participant.id, from_id):
        changes = participant.name != name, participant.language != language
        rules.check_left_alone(rules.PROVE_IT, *changes)
    if participant.name != name:
        participant.name = name
        audit.record(session, actor, "participant.renamed", participant)
    participant.language = language
    participant.has_only_name = False
    for link in queries.own_links(session, participant.id):
        _change(session, actor, link, contact, from_id)


def _change(
    session: Session,
    actor: Actor,
    link: ParticipantLink,
    contact: rules.Contact,
    from_id: int | None,
) -> None:
    """Set one organisation's contact, keep the last that was hers, and tell her there.

    What she confirms needs no way back; what changed twice goes back to what it was at first.
    """
    before = link.contact
    if before == contact:
        if from_id is None:
            link.contact_from_id, link.earlier = None, None
        return
    if link.earlier is None:
        link.earlier = {**vars(before), "from": link.contact_from_id}
    _set_contact(link, contact, from_id)
    about = {"organisation_id": link.organisation_id}
    audit.record(session, actor, "participant.contact_changed", link.participant, **about)
    tell_of_key(session, link, "participants/contact_changed", before)


def put_contact_back(session: Session, actor: Actor, link: ParticipantLink) -> None:
    """Put the contact before back, as this isn't hers; nothing without one."""
    before = link.earlier_contact
    if before is None or not actor.is_participant:
        return
    _set_contact(link, before, (link.earlier or {}).get("from"))
    link.earlier = None
    about = {"organisation_id": link.organisation_id}
    audit.record(session, actor, "participant.contact_put_back", link.participant, **about)


def _set_contact(link: ParticipantLink, contact: rules.Contact, from_id: int | None) -> None:
    link.contact_way, link.phone, link.email = contact.way, contact.phone, contact.email
    link.contact_from_id, link.contact_since = from_id, clock.now()


def tell_of_key(session: Session, link: ParticipantLink, kind: str, *at: rules.Contact) -> None:
    """Tell her of a key, at these contacts of one organisation.

    The message keeps the address it gets here, whatever is changed meanwhile, and no staff see it.
    """
    for to in told_of_keys(link, *at):
        tell(session, to, kind, organisation=link.organisation.name)


def told_of_keys(link: ParticipantLink, *at: rules.Contact) -> list[Recipient]:
    """List where she is reached; named none, now and before a change perhaps not hers."""
    contacts = at or filter(None, [link.contact, link.earlier_contact])
    told = dict.fromkeys(map(rules.is_told_at, contacts))
    found = [queries.recipient_at(link.participant, contact) for contact in told]
    return [to for to in found if to.address]


def tell_of_card(session: Session, actor: Actor, participant: Participant) -> None:
    """Tell her that staff made a card, where she is and was reached."""
    tell_of_key(session, queries.get_link(session, actor, participant), "participants/card_made")


def forget_earlier_contacts(session: Session) -> None:
    """Keep no contact that she let pass for so long; a job of the worker."""
    old = ParticipantLink.contact_since < clock.now() - rules.EARLIER_KEPT
    has_one = ParticipantLink.earlier.is_not(None)
    session.execute(update(ParticipantLink).where(has_one, old).values(earlier=None))


def want_reminders(
    session: Session,
    actor: Actor,
    participant: Participant,
    links: Iterable[ParticipantLink],
    *,
    wants: bool,
) -> None:
    """Let these organisations remind her the day before, or not; what is necessary still comes."""
    for link in links:
        if link.wants_reminders != wants:
            link.wants_reminders = wants
            about = {"organisation_id": link.organisation_id, "wants": wants}
            audit.record(session, actor, "participant.reminders", participant, **about)


def make_known(
    session: Session,
    organisation_id: int,
    *participant_ids: int,
    contact: rules.Contact | None = None,
    from_id: int | None = None,
) -> None:
    """Let an organisation see participants from here on, with one statement for all.

    Who knows one already keeps how it reaches her; else it is this contact, which staff of
    `from_id` wrote down, or she herself.
    """
    contact, now = contact or rules.Contact(), clock.now()
    rows = [
        {
            "organisation_id": organisation_id,
            "participant_id": participant_id,
            "created_at": now,
            "contact_way": contact.way,
            "phone": contact.phone,
            "email": contact.email,
            "contact_from_id": from_id,
            "contact_since": now,
        }
        for participant_id in participant_ids
    ]
    add = insert_into(session, ParticipantLink).on_conflict_do_update(
        index_elements=["organisation_id", "participant_id"], set_={"knows_her": True}
    )
    if rows:
        past_guard(session).execute(add, rows)


def make_acquainted(
    session: Session, actor: Actor, organisation_id: int, participant_id: int
) -> None:
    """Let an organisation know somebody whom the house knew, with the contact that came along.

    Staff who let her move on give theirs; she gives the one that she gave last. Whose word it is
    stays with it: a contact that staff of one organisation wrote down opens no other's pages.
    """
    known = queries.find_contact_to_give(session, actor, participant_id)
    if known is None:
        make_known(session, organisation_id, participant_id)
    else:
        from_id = keys.shared_with(session, actor) or known.contact_from_id
        make_known(session, organisation_id, participant_id, contact=known.contact, from_id=from_id)


def forget_acquaintance(session: Session, organisation_id: int, participant_id: int) -> None:
    """Hide her from staff, as an application failed; her contact is kept."""
    session.execute(
        update(ParticipantLink)
        .filter_by(organisation_id=organisation_id, participant_id=participant_id)
        .values(knows_her=False)
    )


def forget_contacts(session: Session, participant_id: int) -> None:
    """Keep nothing of how anybody reached an entry that went into another."""
    session.execute(
        update(ParticipantLink)
        .where(ParticipantLink.participant_id == participant_id)
        .values(contact_way=rules.ContactWay.VISIT, phone="", email="", earlier=None)
    )


def make_unknown(session: Session, organisation_id: int, participant_id: int) -> None:
    """Take out that an organisation knew a participant: it never did, or not this one."""
    statement = delete(ParticipantLink)
    session.execute(
        statement.filter_by(organisation_id=organisation_id, participant_id=participant_id)
    )


def set_held_until(connection: Connection, rows: Sequence[dict[str, Any]]) -> None:
    """Write down the day `until` which an `organisation` has a `participant`; None is open."""
    if rows:
        connection.execute(_HOLD, rows)


_HOLD = (
    update(ParticipantLink)
    .where(
        ParticipantLink.organisation_id == bindparam("organisation"),
        ParticipantLink.participant_id == bindparam("participant"),
    )
    .values(held_until=bindparam("until"))
)


def add_programme(session: Session, actor: Actor, **values: Any) -> Programme:
    """Add a programme of the city, with its dates and its minutes."""
    programme = Programme(**values)
    rules.check_dates(programme.valid_from, programme.valid_until, "valid_until")
    return audit.add(session, actor, "programme.added", programme)


def end_programme(
    session: Session, actor: Actor, programme: Programme, *, valid_until: date | None
) -> None:
    """Set or clear a programme's last day; its hours stay for old figures."""
    rules.check_dates(programme.valid_from, valid_until, "valid_until")
    programme.valid_until = valid_until
    audit.record(session, actor, "programme.ended", programme, until=str(valid_until or ""))


def assign_programme(
    session: Session,
    actor: Actor,
    participant: Participant,
    *,
    programme: Programme,
    from_on: date,
    until_on: date | None = None,
) -> ProgrammeTerm:
    """Write down from when to when she is in a programme, one only."""
    rules.check_dates(from_on, until_on, "until_on")
    if not clock.is_within(from_on, programme.valid_from, programme.valid_until):
        raise RuleBroken("from_on", N_("The programme is not in force on that day."))
    for term in queries.list_terms(session, [participant.id]):
        _end_before(term, from_on, until_on)
    term = ProgrammeTerm(
        participant_id=participant.id, programme=programme, from_on=from_on, until_on=until_on
    )
    return audit.add(session, actor, "programme.assigned", term, programme=programme.id)


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


VIEWED = "participant.viewed"


def note_view(session: Session, actor: Actor, participant_id: int) -> None:
    """Write down that `actor` looked at a person; once a day is enough to know."""
    midnight, _ = clock.day_bounds(clock.today(), clock.today())
    note_once(session, actor, VIEWED, session.get_one(Participant, participant_id), midnight)


def note_once(session: Session, actor: Actor, event: str, row: Any, since: datetime) -> None:
    """Write an event down unless this actor did the same since then."""
    seen = select(AuditEvent.id).where(
        audit.is_about(row.__tablename__, row.id, event),
        AuditEvent.user_id.is_not_distinct_from(actor.user_id),
        AuditEvent.organisation_id.is_not_distinct_from(actor.organisation_id),
        AuditEvent.created_at >= since,
    )
    if not is_any(session, seen):
        audit.record(session, actor, event, row)
