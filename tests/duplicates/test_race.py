"""Two at one moment about the same entry: one of them is first, and nobody is lost."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.core.actor import HOUSE
from portal.core.guard import set_actor
from portal.duplicates.models import ParticipantMerge
from portal.duplicates.rules import MergeStatus
from portal.enrolments.models import Enrolment
from portal.participants.models import Participant
from tests import factories as make
from tests.house.test_races import sender, together

pytestmark = pytest.mark.slow


@pytest.fixture
def twins(session, cast):
    """The cast's participant entered twice more."""
    twins = []
    for title in ("Naaien", "Fietsen"):
        twin = make.participant(session, "Fatma A.")
        make.enrolment(session, make.offering(session, cast.enterprise, title=title), twin)
        twins.append(twin)
    session.commit()
    return twins


def test_two_merges_of_one_entry(cast, engine, twins):
    one, other = twins
    statuses = together(
        [
            sender(
                cast.client(who), f"/work/duplicates/{one.uuid}/{with_.uuid}",
                do="together", keep=str(with_.uuid),
            )
            for who, with_ in (("coordinator", cast.participant), ("admin", other)) * 3
        ]
    )  # fmt: skip
    assert statuses.count(303) == 1
    assert set(statuses) <= {303, 404, 422}
    with Session(engine) as session:
        set_actor(session, HOUSE)
        (merge,) = session.scalars(select(ParticipantMerge))
        assert merge.status is MergeStatus.DONE
        gone = session.scalars(
            select(Participant.id).where(Participant.merged_into_id.is_not(None))
        ).all()
        assert gone == [one.id]
        assert one.id not in session.scalars(select(Enrolment.participant_id)).all()


def test_a_merge_against_signing_up(cast, engine, session, twins):
    """She is in the group once, whichever was first."""
    twin = twins[0]
    offering = make.offering(session, cast.enterprise, title="Nieuw")
    make.enrolment(session, offering, cast.participant)
    taken = offering.places_taken
    session.commit()
    compare = f"/work/duplicates/{cast.participant.uuid}/{twin.uuid}"
    sign_up = f"/work/offerings/{offering.slug}/sign-up/known"
    statuses = together(
        [
            sender(cast.client("coordinator"), compare, do="together", keep=str(twin.uuid)),
            *(sender(cast.client("coordinator"), sign_up, person=str(twin.uuid)) for _ in range(3)),
        ]
    )
    assert set(statuses) <= {303, 404, 422}
    with Session(engine) as house:
        set_actor(house, HOUSE)
        rows = house.scalars(select(Enrolment).where(Enrolment.offering_id == offering.id)).all()
        people = [row.participant_id for row in rows]
        assert len(people) == len(set(people))
        assert house.get_one(type(offering), offering.id).places_taken == len(rows) >= taken
        if house.scalar(select(ParticipantMerge.status)) is MergeStatus.DONE:
            assert people == [twin.id]
