"""Rows for tests, with sensible values; each is flushed and has its id."""

from __future__ import annotations

import hashlib
import itertools
from datetime import datetime, timedelta
from typing import Any, TypeVar

from sqlalchemy.orm import Session

from portal.core import clock
from portal.enrolments.models import Enrolment
from portal.enrolments.rules import HOLDS_PLACE, EnrolmentStatus
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
from portal.participants.models import Participant
from portal.participants.rules import ContactWay
from portal.schedule.models import OfferingSession

T = TypeVar("T")
_numbers = itertools.count(1)


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
        "competences": [],
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
    """Somebody who can be reached by phone."""
    values.setdefault("contact_way", ContactWay.PHONE)
    values.setdefault("phone", "+31612345678")
    row = Participant(name=name, **values)
    if card_token:
        row.card_hash = hashlib.sha256(card_token.encode()).hexdigest()
        row.card_version = 1
        row.card_issued_at = clock.now()
    return _added(session, row)


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
    make_known(session, offering.organisation_id, participant.id)
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


def _added(session: Session, row: T) -> T:
    session.add(row)
    session.flush()
    return row
