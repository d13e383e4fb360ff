"""What was asked last about two entries stands first with who asked."""

from portal.duplicates.models import ParticipantMerge
from portal.duplicates.queries import list_recent
from portal.duplicates.rules import MergeStatus
from tests import factories as make


def test_what_was_asked_last_stands_first(session, cast):
    coordinator, merges = cast.actor("coordinator"), []
    for name in ("Zahra", "Anna", "Mehmet"):
        pair = [make.participant(session, name) for _ in range(2)]
        for person in pair:
            make.known(session, cast.enterprise, person)
        merges.append(
            ParticipantMerge(
                kept_id=pair[0].id, merged_id=pair[1].id, status=MergeStatus.ASKED,
                organisation_id=coordinator.organisation_id,
            )
        )  # fmt: skip
        session.add(merges[-1])
        session.flush()
    seen = list_recent(session, coordinator)
    assert [one.merge for one in seen] == merges[::-1]
