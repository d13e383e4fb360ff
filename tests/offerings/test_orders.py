"""In which order a coordinator finds her own offerings: by where they stand, then by title."""

from portal.offerings.queries import list_own
from portal.offerings.rules import OfferingStatus as Stands
from tests import factories as make


def test_by_where_they_stand_and_then_by_title(session, cast):
    expected = [
        (Stands.DRAFT, "A"), (Stands.DRAFT, "C"), (Stands.PUBLISHED, "B"), (Stands.FULL, "A"),
        (Stands.CLOSED, "D"), (Stands.HIDDEN, "A"),
    ]  # fmt: skip
    for status, title in sorted(expected, key=lambda pair: pair[1], reverse=True):
        make.offering(session, cast.other_enterprise, title=title, status=status)
    make.offering(session, cast.other_enterprise, status=Stands.ARCHIVED)
    stranger = cast.actor("stranger")
    found = list_own(session, stranger, archived=False).rows
    assert [(row.status, row.title) for row in found] == expected
    archive = list_own(session, stranger, archived=True).rows
    assert [row.status for row in archive] == [Stands.ARCHIVED]
