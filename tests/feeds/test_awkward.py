"""What looks like markup is on the page what was typed, and elsewhere plain text."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

import pytest
from icalendar import Calendar

from portal.core import clock
from portal.core.plain import plain
from portal.feeds.rules import Feed
from portal.offerings.models import OfferingText
from portal.offerings.rules import OfferingKind
from tests import factories as make

NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
TITLE = "<b>Soep</b> &amp; brood, 3<5 < 6 voor R&D"
PLAIN = "Soep & brood, 3‹5 < 6 voor R&D"
BOTH = pytest.mark.parametrize("kind", list(OfferingKind))


@pytest.fixture(autouse=True)
def _monday_morning():
    with clock.freeze(NOW):
        yield


def awkward(session, cast, kind: OfferingKind) -> None:
    """An offering of which every text looks like markup somewhere."""
    cast.enterprise.name = f"Huis {TITLE}"
    row = make.offering(
        session, cast.enterprise, kind=kind, slug="soep", title=TITLE, summary=f"Kort: {TITLE}",
        what=f"Wat: {TITLE}\nen <script>alert(1)</script>", for_whom=TITLE,
        address=f"Weg 1 {TITLE}",
    )  # fmt: skip
    texts = {"title": TITLE, "summary": TITLE, "what": TITLE, "for_whom": TITLE}
    session.add(OfferingText(offering_id=row.id, language="en", **texts))
    for day in (3, 10):
        place = TITLE if day == 10 else ""
        make.offering_session(session, row, datetime(2026, 3, day, 9, tzinfo=UTC), place=place)
    session.commit()


def texts_in(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        for one in value:
            yield from texts_in(one)
    elif isinstance(value, str):
        yield value


def fetched(cast, kind: OfferingKind) -> dict[str, Any]:
    """All that leaves about it, by where it was got."""
    client = cast.client()
    addresses = [f"/feeds/{feed}" for feed in Feed] + ["/feeds/offerings.json", "/feeds/concepts"]
    found = {one: client.get(one).get_json(force=True) for one in addresses}
    page = client.page("/offerings/soep")
    found["the page"] = json.loads(page.find("script", type="application/ld+json").string)
    return found


@BOTH
def test_each_feed_holds_plain_text(session, cast, kind):
    awkward(session, cast, kind)
    found = fetched(cast, kind)
    for where, body in found.items():
        for text in texts_in(body):
            assert "://" in text or plain(text) == text, where
    own = Feed.COURSE_INSTANCES if kind is OfferingKind.PRE_TRAJECTORY else Feed.SESSION_SERIES
    for body in (found[f"/feeds/{own}"], found["/feeds/offerings.json"], found["the page"]):
        assert PLAIN in list(texts_in(body))
    calendar = Calendar.from_ical(cast.client().get("/offerings/soep.ics").data)
    events = calendar.walk("VEVENT")
    assert [str(one["SUMMARY"]) for one in events] == [PLAIN, PLAIN]
    for one in (calendar["X-WR-CALNAME"], *(e[key] for e in events for key in ("LOCATION",))):
        assert plain(str(one)) == str(one)
    assert f"Huis {PLAIN}" in str(events[0]["DESCRIPTION"])


@BOTH
def test_the_page_says_what_was_typed(session, cast, kind):
    awkward(session, cast, kind)
    page = cast.client().page("/offerings/soep")
    assert page.h1.get_text(strip=True) == TITLE
    assert f"Kort: {TITLE}" in page.main.get_text()
    assert TITLE in cast.client().page("/offerings").main.get_text()


@pytest.mark.slow
@BOTH
def test_each_address_of_ours_that_data_names_answers(session, cast, kind):
    awkward(session, cast, kind)
    client = cast.client()
    named = {text for body in fetched(cast, kind).values() for text in texts_in(body)}
    about = client.page("/feeds/")
    named |= {str(a["href"]) for a in about.select("a[href]")}
    named |= set(texts_in(json.loads(about.find("script", type="application/ld+json").string)))
    host = urlsplit(client.application.config["SETTINGS"].base_url).netloc
    ours = {one for one in named if urlsplit(one).netloc == host or one.startswith("/")}
    assert len(ours) > 8
    for address in ours:
        path = urlsplit(address)._replace(scheme="", netloc="", fragment="").geturl()
        with client.get(path) as answer:
            assert answer.status_code == 200, address
