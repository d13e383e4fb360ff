"""Somebody comes who was not expected: she gets a place, or is a guest for the day."""

from __future__ import annotations

import uuid

from sqlalchemy.orm import Session

from portal.core.actor import Actor
from portal.enrolments.models import Enrolment
from portal.participants.models import Participant
from portal.schedule.models import OfferingSession


def walk_in(
    session: Session,
    actor: Actor,
    offering_session: OfferingSession,
    *,
    name: str | None = None,
    participant: Participant | None = None,
    enrolment_uuid: uuid.UUID | None = None,
    language: str = "nl",
) -> Enrolment:
    """Put somebody on a register who was not expected: a known person, or a first name.

    The same `enrolment_uuid` again gives the same enrolment. It marks nobody: a tap does.
    The offering is locked first, then the session: call it before the session is locked.
    """
    raise NotImplementedError
