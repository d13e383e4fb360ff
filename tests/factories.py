"""Rows for tests, with sensible values; each is flushed and has its id."""

import itertools
import json
from base64 import urlsafe_b64encode
from datetime import datetime, timedelta
from typing import Any, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.assessments.models import Assessment, LaidCard
from portal.assessments.rules import AssessmentStatus, Pick
from portal.core import clock
from portal.core.guard import as_house
from portal.core.tokens import hash_of
from portal.credentials.models import BroughtBadge
from portal.enrolments.models import Enrolment
from portal.enrolments.rules import HOLDS_PLACE, EnrolmentStatus
from portal.notices.rules import Recipient
from portal.offerings.models import Offering
from portal.offerings.rules import (
    Domain,
    DutchLevel,
    Intake,
    OfferingKind,
    OfferingStatus,
    WorkWord,
)
from portal.organisations.models import Organisation
from portal.organisations.rules import OrganisationKind, OrganisationStatus
from portal.participants.commands import make_known
from portal.participants.commands.keys import find_key
from portal.participants.models import Participant, ParticipantKey, ParticipantLink
from portal.participants.queries import recipient_at
from portal.participants.rules import Contact, ContactWay, KeyKind
from portal.profile.models import ProfileShare
from portal.progress.models import Aftercare, Observation, Outflow, OwnSay, Rating
from portal.progress.rules import AftercareMoment, Face, OutflowKind, SkillLevel, Voice
from portal.schedule.models import OfferingSession
from tests.signed_in import Login

T = TypeVar("T")
_numbers = itertools.count(1)
BY_SMS = Contact(ContactWay.PHONE, "+31612345678")


def organisation(
    session: Session,
    name: str = "Werkplaats",
    kind: OrganisationKind = OrganisationKind.SOCIAL_ENTERPRISE,
    **values: Any,
) -> Organisation:
    """A verified organisation."""
    values.setdefault("slug", f"{name.lower().replace(' ', '-')}-{next(_numbers)}")
    values.setdefault("status", OrganisationStatus.VERIFIED)
    return _added(session, Organisation(name=name, kind=kind, **values))


def offering(session: Session, organisation: Organisation, **values: Any) -> Offering:
    """A published day activity with 12 places and direct sign-up."""
    values = {
        "kind": OfferingKind.DAY_ACTIVITY,
        "status": OfferingStatus.PUBLISHED,
        "slug": f"aanbod-{next(_numbers)}",
        "title": "Samen koken",
        "summary": "Wij koken samen voor de buurt.",
        "what": "Wij snijden, koken en eten samen.",
        "for_whom": "Voor iedereen die van koken houdt.",
        "work_word": WorkWord.HELPEN,
        "domain": Domain.WELFARE,
        "competences": ["samenwerken"],
        "dutch_level": DutchLevel.NONE,
        "area_code": "BU05991080",
        "address": "Kadeweg 1",
        "places": 12,
        "intake": Intake.DIRECT,
        "replaces_no_paid_work": True,
        "published_at": clock.now(),
        **values,
    }
    return _added(session, Offering(organisation_id=organisation.id, **values))


def offering_session(
    session: Session, offering: Offering, starts_at: datetime, minutes: int = 120, **values: Any
) -> OfferingSession:
    """A planned session that begins at an aware moment."""
    return _added(
        session,
        OfferingSession(
            offering_id=offering.id,
            organisation_id=offering.organisation_id,
            starts_at=starts_at.replace(microsecond=0),
            ends_at=starts_at.replace(microsecond=0) + timedelta(minutes=minutes),
            **values,
        ),
    )


def participant(
    session: Session, name: str = "Semhar G.", *, card_token: str | None = None, **values: Any
) -> Participant:
    """Somebody who can be reached by phone, once an organisation comes to know her."""
    contact = Contact(
        values.pop("contact_way", BY_SMS.way),
        values.pop("phone", BY_SMS.phone),
        values.pop("email", BY_SMS.email),
    )
    row = _added(session, Participant(name=name, **values))
    row.reached_by = contact  # type: ignore[attr-defined]
    if card_token:
        key(session, row, card_token)
    return row


def key(
    session: Session,
    participant: Participant,
    token: str | None,
    kind: KeyKind = KeyKind.CARD,
    **values: Any,
) -> ParticipantKey:
    """A key that she made herself; it opens the organisations where she is enrolled after it."""
    values = {"opens": [], **values}
    return _added(
        session,
        ParticipantKey(
            participant_id=participant.id,
            kind=kind,
            token_hash=token and hash_of(token),
            **values,
        ),
    )


def keys_of(session: Session, participant: Participant) -> list[ParticipantKey]:
    """All keys of hers, the oldest first."""
    query = select(ParticipantKey).where(ParticipantKey.participant_id == participant.id)
    with as_house(session):
        return list(session.scalars(query.order_by(ParticipantKey.id)))


def opened(session: Session, token: str) -> ParticipantKey:
    """The card with this token, which must still work."""
    found = find_key(session, token)
    assert found is not None, "this card does not work"
    return found


def card_login(session: Session, participant: Participant) -> Login:
    """How a browser is signed in with the first key of hers."""
    return Login("card", participant.id, 0, keys=(keys_of(session, participant)[0].id,))


def known(session: Session, organisation: Organisation, participant: Participant) -> None:
    """Let an organisation know somebody, and reach her as she was made."""
    contact = getattr(participant, "reached_by", BY_SMS)
    make_known(session, organisation.id, participant.id, contact=contact)


def link(
    session: Session, participant: Participant, organisation: Organisation | None = None
) -> ParticipantLink:
    """How an organisation reaches her; of several the first, as it is in the database by now."""
    query = select(ParticipantLink).where(ParticipantLink.participant_id == participant.id)
    if organisation is not None:
        query = query.where(ParticipantLink.organisation_id == organisation.id)
    fresh = query.order_by(ParticipantLink.id).execution_options(populate_existing=True)
    with as_house(session):
        return session.scalars(fresh).first()  # type: ignore[return-value]


def recipient(participant: Participant) -> Recipient:
    """Where she is reached, as she was made."""
    return recipient_at(participant, getattr(participant, "reached_by", BY_SMS))


def reach(session: Session, participant: Participant, **contact: Any) -> None:
    """Let every organisation that knows her reach her in this way."""
    with as_house(session):
        links = session.scalars(
            select(ParticipantLink).where(ParticipantLink.participant_id == participant.id)
        ).all()
    for row in links:
        for name, value in contact.items():
            setattr(row, name, value)
    session.flush()


def reminded_by(session: Session, participant: Participant) -> list[int]:
    """The organisations that remind her, as the database has it now."""
    link = ParticipantLink
    query = select(link.organisation_id).where(
        link.participant_id == participant.id, link.wants_reminders
    )
    with as_house(session):
        return sorted(session.scalars(query))


def enrolment(
    session: Session,
    offering: Offering,
    participant: Participant | None = None,
    status: EnrolmentStatus = EnrolmentStatus.ENROLLED,
    **values: Any,
) -> Enrolment:
    """An enrolment in a status, with the place it takes and the link it makes."""
    participant = participant or globals()["participant"](session)
    if status is EnrolmentStatus.ENROLLED:
        values.setdefault("started_on", clock.today() - timedelta(days=30))
    if status is EnrolmentStatus.OFFERED:
        values.setdefault("offered_at", clock.now())
        values.setdefault("offer_until", clock.now() + timedelta(days=2))
    if status in HOLDS_PLACE:
        offering.places_taken += 1
    known(session, offering.organisation, participant)
    for one in keys_of(session, participant):
        if one.organisation_id is None:
            one.opens = sorted({*one.opens, offering.organisation_id})
    return _added(
        session,
        Enrolment(
            offering_id=offering.id,
            organisation_id=offering.organisation_id,
            participant_id=participant.id,
            status=status,
            **values,
        ),
    )


def observation(session: Session, enrolment: Enrolment, **values: Any) -> Observation:
    """An example of what she does, by a guide."""
    told = {
        "competence": "samenwerken",
        "example": "Zij hielp een nieuwe collega.",
        "level": SkillLevel.ALONE,
        "voice": Voice.GUIDE,
        "observed_on": clock.today(),
        "organisation_id": enrolment.organisation_id,
        "participant_id": enrolment.participant_id,
        "enrolment_id": enrolment.id,
    }
    return _added(session, Observation(**{**told, **values}))


def assessment(
    session: Session,
    enrolment: Enrolment,
    holder_id: int | None,
    status: AssessmentStatus = AssessmentStatus.RUNNING,
    **values: Any,
) -> Assessment:
    """A conversation that an expert by experience holds."""
    about = {name: getattr(enrolment, name) for name in ("organisation_id", "participant_id")}
    held = {"enrolment_id": enrolment.id, "holder_id": holder_id, "voice": Voice.EXPERT}
    return _added(session, Assessment(status=status, **{**about, **held, **values}))


def card(session: Session, assessment: Assessment, **values: Any) -> LaidCard:
    """A card of hers with an example, and what the other says of it."""
    names = ("organisation_id", "participant_id")
    laid = {name: getattr(assessment, name) for name in names}
    laid |= {"assessment_id": assessment.id, "competence": "samenwerken", "pick": Pick.MINE}
    laid |= {"example": "Ik hielp mijn buurvrouw.", "level": SkillLevel.ALONE}
    laid |= {"said": "Zij vertelt het rustig.", "said_level": SkillLevel.CAN_TEACH}
    return _added(session, LaidCard(**{**laid, **values}))


def own_say(session: Session, observation: Observation, **values: Any) -> OwnSay:
    """What she does with it: by default she keeps it to herself."""
    about = {name: getattr(observation, name) for name in ("organisation_id", "participant_id")}
    told = {"observation_id": observation.first_id, "hidden_at": clock.now(), **about}
    return _added(session, OwnSay(**{**told, **values}))


def outflow(
    session: Session,
    enrolment: Enrolment,
    days: int = 30,
    *,
    left: bool = False,
    **values: Any,
) -> Outflow:
    """She began paid work so many days ago; `left`: after an earlier stay in this group."""
    if left:
        days_of = {"started_on": clock.today() - timedelta(days=10), "ended_on": clock.today()}
        stay = EnrolmentStatus.COMPLETED
        her = enrolment.participant
        enrolment = globals()["enrolment"](session, enrolment.offering, her, stay, **days_of)
    told = {"kind": OutflowKind.PAID_WORK, "started_on": clock.today() - timedelta(days=days)}
    told |= {name: getattr(enrolment, name) for name in ("organisation_id", "participant_id")}
    return _added(session, Outflow(**{**told, "enrolment_id": enrolment.id, **values}))


def aftercare(session: Session, outflow: Outflow, **values: Any) -> Aftercare:
    """She was asked how it goes there."""
    about = {name: getattr(outflow, name) for name in ("organisation_id", "participant_id")}
    asked = {"outflow_id": outflow.id, "moment": AftercareMoment.WEEKS_4, **about}
    return _added(session, Aftercare(**{**asked, **values}))


def rating(session: Session, stay: Enrolment, face: Face = Face.GOOD) -> Rating:
    """She tapped how she found a stay that ended."""
    about = {name: getattr(stay, name) for name in ("organisation_id", "participant_id")}
    return _added(session, Rating(enrolment_id=stay.id, face=face, **about))


def brought_badge(session: Session, participant: Participant, opens: list[int]) -> BroughtBadge:
    """A badge that a school gave her, signed with a key that it does not bring."""
    about = {
        "issuer": "Vakschool De Vonk",
        "credentialSubject": {"achievement": {"name": "Lassen"}},
    }
    body = urlsafe_b64encode(json.dumps(about).encode()).rstrip(b"=").decode()
    return _added(
        session, BroughtBadge(participant_id=participant.id, token=f"e30.{body}.c2ln", opens=opens)
    )


def profile_share(
    session: Session, participant: Participant, opens: int, **values: Any
) -> ProfileShare:
    """What she shows of one organisation, for a month."""
    until = clock.today() + timedelta(days=30)
    values = {"for_whom": "Bakkerij Zonderdak", "opens": [opens], "until_on": until, **values}
    return _added(session, ProfileShare(participant_id=participant.id, **values))


def _added(session: Session, row: T) -> T:
    session.add(row)
    session.flush()
    return row
