"""What who holds a link sees and may do: one enrolment; and undoing what was not her doing."""

import uuid
from dataclasses import dataclass
from datetime import timedelta
from typing import assert_never

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from portal.accounts.queries import list_operators
from portal.agreements import commands as agreements, queries as agreed
from portal.agreements.models import Agreement
from portal.agreements.rules import ConfirmedHow, check_is_newest
from portal.agreements.rules.facts import Facts
from portal.attendance import queries as visits
from portal.core import Actor, NotFound, as_house, audit, clock, or_not_found, participant_actor
from portal.core.links import Link
from portal.duplicates.commands import undo as undo_merge
from portal.duplicates.queries import list_own as list_own_merges
from portal.enrolments import commands as enrolments, queries as line
from portal.enrolments.models import Enrolment
from portal.enrolments.rules import OPEN, EnrolmentStatus
from portal.notices.commands import tell
from portal.notices.rules import Channel
from portal.offerings.models import Offering
from portal.participants import commands, queries
from portal.participants.commands import keys, sign_in_links
from portal.participants.models import Participant, ParticipantKey, ParticipantLink
from portal.participants.queries import happened
from portal.progress.queries import find_face, is_to_rate
from portal.progress.rules import Face
from portal.schedule.models import OfferingSession
from portal.schedule.queries import next_sessions

_S = EnrolmentStatus
_TELLS = timedelta(days=30)  # how long a link still says what became of an enrolment
_MOST_COMING = 3


@dataclass
class Answerable:
    """One enrolment as its link shows it; nothing else of her."""

    her: Actor
    language: str
    enrolment: Enrolment
    next_session: OfferingSession | None = None
    coming: list[visits.Coming] | None = None
    place_in_line: int = 0
    comes_by: bool = False  # no message reaches her: she hears when she comes
    agreement: Agreement | None = None
    facts_now: Facts | None = None  # what the agreement copied, as it is today
    is_to_rate: bool = False  # it ended lately
    face: Face | None = None  # how she found it

    @property
    def offering(self) -> Offering:
        return self.enrolment.offering


def find_enrolment(session: Session, link: Link, token: str) -> Answerable:
    """Find a link's enrolment; `NotFound` when long over, or she is reached elsewhere."""
    with as_house(session):  # whoever holds the link has not said who she is
        enrolment = session.scalar(
            select(Enrolment)
            .where(Enrolment.uuid == link.row)
            .options(
                joinedload(Enrolment.participant),
                joinedload(Enrolment.offering).joinedload(Offering.organisation),
            )
        )
    told_until = clock.now() - _TELLS
    if enrolment is None or (enrolment.status not in OPEN and enrolment.status_since < told_until):
        raise NotFound("link")
    to = queries.recipient_of(session, enrolment.organisation_id, enrolment.participant)
    if not link.is_for(to.contact, token):
        raise NotFound("link")
    her = participant_actor(
        enrolment.participant_id, enrolment.participant.name, [enrolment.organisation_id]
    )
    return Answerable(
        her, enrolment.participant.language, enrolment, comes_by=to.channel is Channel.LETTER
    )


def find_reminded(
    session: Session, link: Link, token: str
) -> tuple[Participant, list[ParticipantLink]]:
    """Find whose reminders a link is about, at organisations that reach her there.

    Who was entered twice is found as the one that is left; `NotFound` when none reaches her there.
    """
    with as_house(session):
        found = session.scalar(select(Participant).where(Participant.uuid == link.row))
    who = or_not_found(queries.who_stayed(session, found) if found else None, "link")
    with as_house(session):
        known = queries.own_links(session, who.id)
    reached = [
        one for one in known if link.is_for(queries.recipient_at(who, one.contact).contact, token)
    ]
    if not reached:
        raise NotFound("link")
    return who, reached


def look_up(session: Session, found: Answerable) -> None:
    """Add what the page needs now; read as her whom it is about."""
    enrolment, now = found.enrolment, clock.now()
    match enrolment.status:
        case _S.ENROLLED:
            found.coming = visits.list_coming(
                session, enrolment.participant_id, now, enrolment_id=enrolment.id, most=_MOST_COMING
            )
            found.agreement = agreed.find_current(session, enrolment.id)
            if found.agreement is not None:
                first, last = found.agreement.from_on, found.agreement.until_on
                found.facts_now = agreed.facts_now(session, enrolment, first, last)
        case _S.WAITING:
            found.place_in_line = line.place_in_line(session, enrolment)
        case _S.OFFERED:
            found.next_session = next_sessions(session, [enrolment.offering_id], now).get(
                enrolment.offering_id
            )
        case _S.COMPLETED | _S.ENDED:
            found.is_to_rate = is_to_rate(enrolment)
            found.face = find_face(session, enrolment.id)
        case _S.APPLIED | _S.DECLINED | _S.WITHDRAWN:
            pass  # the page says so
        case never:
            assert_never(never)


def sign_up_again(session: Session, found: Answerable, link: Link) -> None:
    """Sign her up anew for what she left; her link is about that then."""
    link.row = enrolments.sign_up_again(session, found.her, found.enrolment).uuid


def agree(session: Session, found: Answerable, version: str) -> None:
    """She says yes to the agreement that she read."""
    agreement = or_not_found(agreed.find_current(session, found.enrolment.id), "agreement")
    check_is_newest(version != str(agreement.version))
    agreements.confirm(session, found.her, agreement, ConfirmedHow.LINK)


def session_of(session: Session, found: Answerable, session_uuid: uuid.UUID) -> OfferingSession:
    """A session of this enrolment's group, by its address."""
    row = visits.get_session(session, session_uuid)
    if row.offering_id != found.enrolment.offering_id:
        raise NotFound("session")
    return row


def undo(session: Session, actor: Actor, one: happened.Happened) -> None:
    """Put back what was done, and tell the operators: which organisation, what, never whom."""
    her = queries.get_own_self(session, actor)
    match one.event:
        case "participant.card_issued":
            keys.undo_card(session, actor, session.get_one(ParticipantKey, one.about_id))
        case "participant.contact_changed":
            for link in queries.own_links(session, her.id):
                if link.organisation_id == one.organisation_id:
                    commands.put_contact_back(session, actor, link)
        case happened.NEW_DEVICE:
            sign_in_links.end(session, one.about_id or 0)
        case "participant.merged":
            merges = [row for row in list_own_merges(session, actor) if row.id == one.about_id]
            if not merges:
                raise NotFound("merge")
            undo_merge(session, actor, merges[0])
    about = {"organisation_id": one.organisation_id, "of": one.id}
    audit.record(session, actor, sign_in_links.NOT_HER, her, **about)
    for to in list_operators(session):
        tell(session, to, "participants/not_her", organisation=one.organisation, what=one.event)
