"""People who were chosen, one by one, as a group, or as the list showed them; and their places."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session, contains_eager, joinedload

from portal.core import Actor
from portal.enrolments.models import Enrolment
from portal.enrolments.rules import EnrolmentStatus
from portal.offerings.models import Offering
from portal.participants.models import Participant, ParticipantLink


@dataclass(frozen=True)
class Chosen:
    """People by name, with each one's place: in one group, or the latest."""

    links: Sequence[ParticipantLink]
    places: Mapping[int, Enrolment]  # by the participant's id

    @property
    def enrolments(self) -> list[Enrolment]:
        """The places of those who have one, in the order of their names."""
        ids = [link.participant_id for link in self.links]
        return [self.places[id_] for id_ in ids if id_ in self.places]


def choose(
    session: Session, actor: Actor, whom: ColumnElement[bool], offering: Offering | None = None
) -> Chosen:
    """Those of the actor's organisation of whom this holds, with their places in this group."""
    links = session.scalars(
        select(ParticipantLink)
        .join(ParticipantLink.participant)
        .where(ParticipantLink.organisation_id == actor.organisation_id, whom)
        .options(contains_eager(ParticipantLink.participant))
        .order_by(Participant.folded_name, Participant.id)
    ).all()
    places = session.scalars(
        select(Enrolment)
        .where(
            Enrolment.participant_id.in_({link.participant_id for link in links}),
            Enrolment.organisation_id == actor.organisation_id,
            Enrolment.status == EnrolmentStatus.ENROLLED,
            *([Enrolment.offering_id == offering.id] if offering else []),
        )
        .order_by(Enrolment.id)
        .options(
            joinedload(Enrolment.participant),
            joinedload(Enrolment.offering).joinedload(Offering.organisation),
        )
    )
    return Chosen(links, {row.participant_id: row for row in places})
