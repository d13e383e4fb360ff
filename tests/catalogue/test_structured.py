"""Each offering's page tells search engines the same, in the words of schema.org."""

import json
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from portal.catalogue.pages.structured import hours_and_minutes, postal_address
from portal.core import clock
from portal.offerings.rules import OfferingKind, OfferingStatus
from portal.schedule.rules import SessionStatus
from tests import factories as make

NOW = datetime(2026, 3, 27, 8, 0, tzinfo=UTC)  # the Friday before summer time


@pytest.fixture(autouse=True)
def _friday():
    with clock.freeze(NOW):
        yield


def _told(cast, slug: str) -> dict[str, Any]:
    page = cast.client().page(f"/offerings/{slug}")
    (block,) = page.find_all("script", type="application/ld+json")
    found: dict[str, Any] = json.loads(block.string)
    return found


def test_a_day_activity_is_a_series_of_events(session, cast):
    row = make.offering(session, cast.enterprise, slug="soep", costs_cents=0)
    make.offering_session(session, row, NOW + timedelta(days=1))
    make.offering_session(
        session, row, NOW + timedelta(days=4), place="De buren"
    ).status = SessionStatus.CANCELLED
    make.offering_session(session, row, NOW + timedelta(days=5))
    session.commit()
    told = _told(cast, "soep")
    assert told["@type"] == "EventSeries"
    assert told["isAccessibleForFree"] is True
    days = [(one["startDate"], one["eventStatus"].rpartition("/")[2]) for one in told["subEvent"]]
    assert days == [
        ("2026-03-28T09:00:00+01:00", "EventScheduled"),
        ("2026-03-31T10:00:00+02:00", "EventCancelled"),
        ("2026-04-01T10:00:00+02:00", "EventScheduled"),
    ]
    assert told["subEvent"][1]["location"]["name"] == "De buren"
    assert told["organizer"]["url"].endswith(f"/organisations/{cast.enterprise.slug}")


def test_a_pre_trajectory_is_a_course_with_an_instance(session, cast):
    full = {"places": 4, "places_taken": 4, "status": OfferingStatus.FULL, "minutes_per_week": 330}
    row = make.offering(
        session, cast.enterprise, slug="koken", kind=OfferingKind.PRE_TRAJECTORY, **full
    )
    make.offering_session(session, row, NOW + timedelta(days=1))
    session.commit()
    told = _told(cast, "koken")
    assert told["@type"] == "Course"
    assert told["provider"]["name"] == cast.enterprise.name
    (instance,) = told["hasCourseInstance"]
    assert instance["courseMode"] == "Onsite"
    assert instance["courseWorkload"] == "PT5H30M"
    assert instance["offers"]["availability"] == "https://schema.org/SoldOut"


def test_a_title_can_not_break_out_of_its_block(session, cast):
    title = '</script><script>alert("x")</script>'
    make.offering(session, cast.enterprise, slug="boos", title=title, summary="<!-- <script>")
    session.commit()
    assert _told(cast, "boos")["name"] == 'alert("x")'
    page = cast.client().page("/offerings/boos")
    assert not page.find_all("script", src=False, type=False)


def test_an_offering_without_dates_promises_none(session, cast):
    make.offering(session, cast.enterprise, slug="later", kind=OfferingKind.PRE_TRAJECTORY)
    session.commit()
    assert "hasCourseInstance" not in _told(cast, "later")


@pytest.mark.parametrize(
    ("address", "street", "code"),
    [
        ("Kadeweg 1", "Kadeweg 1", None),
        ("Kadeweg 1, 3072 AB", "Kadeweg 1", "3072 AB"),
        ("Kadeweg 1, 3072AB Rotterdam", "Kadeweg 1", "3072 AB"),
        ("3072 AB, Kadeweg 1", "Kadeweg 1", "3072 AB"),
        ("Kadeweg 1, Rotterdam", "Kadeweg 1", None),
        ("Kadeweg 3072", "Kadeweg 3072", None),
    ],
)
def test_a_postcode_is_found_in_an_address(address, street, code):
    found = postal_address(SimpleNamespace(address=address))  # type: ignore[arg-type]
    assert (found["streetAddress"], found.get("postalCode")) == (street, code)
    next_door = postal_address(SimpleNamespace(address=address), "De buren")  # type: ignore[arg-type]
    assert next_door == found


@pytest.mark.parametrize(
    ("minutes", "written"), [(0, "PT0M"), (30, "PT30M"), (60, "PT1H"), (150, "PT2H30M")]
)
def test_a_length_of_time(minutes, written):
    assert hours_and_minutes(minutes) == written
