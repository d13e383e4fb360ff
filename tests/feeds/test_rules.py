"""Where a reader goes on, from what stands in the address."""

import uuid

import pytest

from portal.feeds.rules import FEED_OF, After, Feed, read_after
from portal.offerings.rules import OfferingKind

ID = "6b9b1a34-3c5f-4b6e-9f5f-0d9c2f6a7b10"


def test_a_reader_begins_or_goes_on():
    assert read_after(None, None) is None
    assert read_after("17", ID) == After(17, uuid.UUID(ID))
    assert read_after("17", None) == After(17)
    assert read_after(str(2**63 - 1), ID).modified == 2**63 - 1


@pytest.mark.parametrize(
    ("timestamp", "id_"),
    [
        (None, ID), ("", ID), ("x", ID), ("-1", ID), ("1.5", ID), ("1e3", ID), (" 1", ID),
        ("١٢", ID), (str(2**63), ID), ("9" * 40, ID), ("1; DROP TABLE feed_item", ID),
        ("17", ""), ("17", "x"), ("17", ID.upper()), ("17", ID[:-1]), ("17", f"{{{ID}}}"),
        ("17", ID.replace("-", "")), ("17", f"{ID}\n"),
    ],
)  # fmt: skip
def test_nonsense_is_refused(timestamp, id_):
    words = (
        "afterId needs afterTimestamp" if timestamp is None
        else "afterId must be the id of an item" if timestamp == "17"
        else "afterTimestamp must be a whole number"
    )  # fmt: skip
    with pytest.raises(ValueError, match=f"^{words}$"):
        read_after(timestamp, id_)


def test_each_kind_has_its_feeds_and_each_feed_its_kind():
    assert set(FEED_OF) == set(OfferingKind)
    assert sorted(feed for feeds in FEED_OF.values() for feed in feeds) == sorted(Feed)
