"""What somebody did with an earlier provider, while she lets the new one read it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from portal.attendance.queries import minutes_by_enrolment
from portal.core import Actor, as_house
from portal.enrolments.models import Enrolment
from portal.enrolments.queries import list_of_participant
from portal.enrolments.rules import TOOK_PART
from portal.participants.models import Participant
from portal.progress.models import LadderStep, Observation
from portal.progress.queries import list_observations, list_steps
from portal.referrals.models import Referral
from portal.referrals.queries import list_sharing


@dataclass(frozen=True)
class Earlier:
    """Hours, examples and steps at one provider, and until when they may be read here."""

    organisation: str
    until: date | None
    enrolments: Sequence[Enrolment]
    minutes: int
    observations: Sequence[Observation]
    steps: Sequence[LadderStep]


def list_earlier(session: Session, actor: Actor, participant: Participant) -> list[Earlier]:
    """All that she shares now with the actor's organisation; nothing when she shares nothing."""
    sharing = list_sharing(session, actor, participant.id)
    return [_earlier(session, referral) for referral in sharing]


def _earlier(session: Session, referral: Referral) -> Earlier:
    """Read as the house, for which her agreement is the ground; what she hid stays hidden."""
    person_id, provider_id = referral.participant_id, referral.from_organisation_id
    with as_house(session):
        enrolments = [
            row
            for row in list_of_participant(session, person_id)
            if row.organisation_id == provider_id and row.status in TOOK_PART
        ]
        return Earlier(
            organisation=referral.from_organisation.name,
            until=referral.history_until,
            enrolments=enrolments,
            minutes=sum(minutes_by_enrolment(session, [row.id for row in enrolments]).values()),
            observations=[
                row
                for row in list_observations(session, person_id)
                if row.organisation_id == provider_id and row.hidden_at is None
            ],
            steps=[
                row for row in list_steps(session, person_id) if row.organisation_id == provider_id
            ],
        )
