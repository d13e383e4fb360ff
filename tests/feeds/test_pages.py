"""The open data as it is answered: what stands in it, what never does, and for whom."""

import json
import re
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest

from portal.core import clock
from portal.feeds.rules import Feed
from portal.offerings.models import OfferingText
from portal.offerings.rules import DutchLevel, OfferingKind, OfferingStatus
from portal.organisations.rules import OrganisationStatus
from portal.schedule.models import Series
from portal.schedule.rules import SessionStatus
from tests import factories as make
from tests.feeds.reader import Reader

NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)  # a Monday
ADDRESSES = [f"/feeds/{feed.value}" for feed in Feed]
ADDRESSES += ["/feeds/offerings.json", "/feeds/concepts", "/feeds/offerings.schema.json"]


@pytest.fixture(autouse=True)
def _monday_morning():
    with clock.freeze(NOW):
        yield


@pytest.fixture
def course(session, cast):
    """A pre-trajectory with one series, a postcode, costs and the name of somebody to ask for."""
    row = make.offering(
        session, cast.enterprise, kind=OfferingKind.PRE_TRAJECTORY, slug="koken-leren",
        title='Koken </script><script>alert("x")', costs_cents=250, places=10, places_taken=4,
        address="Kadeweg 1, 3072 AB", contact_name="Yusuf", first_time="Vraag naar Yusuf.",
        place_details="Bel aan bij Yusuf.", dutch_level=DutchLevel.A2,
    )  # fmt: skip
    first = NOW.date() + timedelta(days=1)
    weekly = {"weekdays": [1, 3], "starts": time(9, 30), "ends": time(12), "first_on": first}
    series = Series(offering_id=row.id, last_on=first + timedelta(weeks=9), **weekly)
    session.add(series)
    session.flush()
    at = clock.from_local(first, time(9, 30))
    make.offering_session(session, row, at, 150, series_id=series.id)
    session.commit()
    return row


def _data(cast, feed: Feed) -> list[dict[str, Any]]:
    return list(Reader(cast.client(), feed).follow().data.values())


def test_a_course_as_openactive_models_it(cast, course):
    (data,) = _data(cast, Feed.COURSE_INSTANCES)
    assert (data["startDate"], data["endDate"]) == ("2026-03-03", "2026-05-05")
    assert data["duration"] == "P64D"
    assert data["remainingAttendeeCapacity"] == 4  # or more: nobody counts who came
    assert data["offers"][0]["price"] == 2.5
    assert data["isAccessibleForFree"] is False
    assert data["location"]["address"]["postalCode"] == "3072 AB"
    assert data["location"]["address"]["streetAddress"] == "Kadeweg 1"
    (schedule,) = data["eventSchedule"]
    assert schedule["byDay"] == ["https://schema.org/Tuesday", "https://schema.org/Thursday"]
    assert (schedule["startTime"], schedule["endTime"]) == ("09:30", "12:00")


def test_an_earlier_group_is_no_part_of_the_course_that_one_can_join(session, cast, course):
    weekly = {"weekdays": [0], "starts": time(9), "ends": time(11)}
    first, last = NOW.date() - timedelta(weeks=20), NOW.date() - timedelta(weeks=2)
    session.add(Series(offering_id=course.id, first_on=first, last_on=last, **weekly))
    off = {"days_off": ["2026-03-10"], "skips_school_holidays": True}
    first = NOW.date() + timedelta(days=1)
    other = {"weekdays": [1], "starts": time(13), "ends": time(15), "first_on": first}
    session.add(Series(offering_id=course.id, last_on=date(2026, 5, 19), **other, **off))
    session.commit()
    (data,) = _data(cast, Feed.COURSE_INSTANCES)
    assert (data["startDate"], data["endDate"]) == ("2026-03-03", "2026-05-19")
    schedules = {one["startTime"]: one for one in data["eventSchedule"]}
    assert set(schedules) == {"09:30", "13:00"}
    assert schedules["13:00"]["exceptDate"] == ["2026-03-10", "2026-04-21", "2026-04-28"]
    opening = data["location"]["openingHoursSpecification"]
    assert [one["opens"] for one in opening] == ["09:30", "13:00"]


def test_a_session_keeps_the_clock_of_the_wall(session, cast):
    for day in (datetime(2026, 3, 28), datetime(2026, 3, 30)):  # noqa: DTZ001 - a day
        at = clock.from_local(day.date(), time(9, 30))
        make.offering_session(session, cast.offering, at, status=SessionStatus.CANCELLED)
    session.commit()
    found = {one["startDate"]: one for one in _data(cast, Feed.SCHEDULED_SESSIONS)}
    assert {"2026-03-28T09:30:00+01:00", "2026-03-30T09:30:00+02:00"} <= set(found)
    one = found["2026-03-28T09:30:00+01:00"]
    assert one["eventStatus"] == "https://schema.org/EventCancelled"
    assert one["superEvent"].endswith(f"/feeds/session-series#{cast.offering.uuid}")


def test_sessions_without_a_series_are_told_inside(session, cast):
    (data,) = _data(cast, Feed.SESSION_SERIES)
    assert "eventSchedule" not in data
    assert len(data["subEvent"]) == 1
    assert data["location"]["address"] == "Kadeweg 1, Rotterdam", "no postcode is made up"


@pytest.mark.parametrize("status", [OrganisationStatus.REFUSED, OrganisationStatus.REGISTERED])
def test_nothing_of_an_organisation_that_is_not_verified(session, cast, course, status):
    reader = Reader(cast.client(), Feed.COURSE_INSTANCES).follow()
    cast.enterprise.status = status
    session.commit()
    assert not reader.follow().data
    assert reader.gone == {str(course.uuid)}
    assert cast.client().get("/feeds/offerings.json").get_json()["offerings"] == []


@pytest.mark.parametrize("who", ["visitor", "coordinator", "participant", "operator"])
def test_everybody_reads_the_same(session, cast, course, who):
    make.offering(session, cast.enterprise, status=OfferingStatus.DRAFT, published_at=None)
    session.commit()
    for address in ADDRESSES:
        plain, own = (cast.client(name).get(address) for name in ("visitor", who))
        english = cast.client().get(f"{address}?lang=en", headers={"Accept-Language": "en"})
        assert own.data == plain.data == english.data
        assert own.headers["Cache-Control"].startswith("public, max-age=")
        assert own.headers["Access-Control-Allow-Origin"] == "*"
        assert "Set-Cookie" not in own.headers


def test_there_is_never_a_person_in_it(session, cast, course):
    cast.offering.contact_name = "Yusuf"
    session.add(OfferingText(offering_id=course.id, language="en", first_time="Ask for Yusuf."))
    session.commit()
    names = ["Yusuf", cast.participant.name, str(cast.participant.uuid), make.BY_SMS.phone]
    for address in [*ADDRESSES, "/feeds/", "/offerings/koken-leren.ics"]:
        text = cast.client().get(address).get_data(as_text=True)
        assert not [name for name in names if name in text], address
    page = cast.client().page("/offerings/koken-leren")
    assert "Yusuf" not in page.find("script", type="application/ld+json").string
    for feed in Feed:
        for data in _data(cast, feed):
            people = re.findall(r'\{[^{}]*"@type": "Person"[^{}]*\}', json.dumps(data))
            assert set(people) <= {'{"@type": "Person", "jobTitle": "begeleider"}'}


@pytest.mark.parametrize(
    "query",
    ["afterTimestamp=x&afterId=y", "afterId=6b9b1a34-3c5f-4b6e-9f5f-0d9c2f6a7b10",
     "afterTimestamp=1&afterId=y", "afterTimestamp=&afterId=", "afterTimestamp=-1",
     "afterTimestamp=99999999999999999999"],
)  # fmt: skip
def test_a_position_that_cannot_be_is_a_bad_request(cast, query):
    for feed in Feed:
        answer = cast.client().get(f"/feeds/{feed.value}?{query}")
        assert answer.status_code == 400
        assert answer.mimetype == "text/plain"


def test_an_unknown_feed_is_not_there(cast):
    assert cast.client().get("/feeds/facility-uses").status_code == 404


def test_an_empty_feed_leads_to_itself(app, session):
    reader = Reader(app.test_client(), Feed.SESSION_SERIES).follow()
    assert reader.next.endswith("/feeds/session-series")
    far = "?afterTimestamp=9007199254740991&afterId=00000000-0000-0000-0000-000000000000"
    assert reader.read(f"/feeds/session-series{far}")["next"].endswith(far)


def test_the_timestamp_alone_gives_all_of_that_number(cast):
    reader = Reader(cast.client(), Feed.SESSION_SERIES).follow()
    again = Reader(cast.client(), Feed.SESSION_SERIES)
    again.read(f"/feeds/session-series?afterTimestamp={reader.position[0]}")
    assert again.data == reader.data


def test_the_list_of_offerings_fits_its_schema(session, cast, course):
    session.add(OfferingText(offering_id=course.id, language="en", title="Learn to cook"))
    session.commit()
    body = cast.client().get("/feeds/offerings.json").get_json()
    schema = cast.client().get("/feeds/offerings.schema.json").get_json(force=True)
    assert body["$schema"] == schema["$id"]
    assert len(body["offerings"]) == 2
    assert list(_faults(body, schema, schema)) == []
    body["offerings"][0]["contact_name"] = "Yusuf"
    body["offerings"][1]["places"] = 0
    assert len(list(_faults(body, schema, schema))) == 2, "the test would see it"


def test_the_list_is_not_made_twice_for_who_has_it(session, cast):
    first = cast.client().get("/feeds/offerings.json")
    seen = {"If-None-Match": first.headers["ETag"]}
    assert cast.client().get("/feeds/offerings.json", headers=seen).status_code == 304
    cast.offering.title = "Soep"
    session.commit()
    assert cast.client().get("/feeds/offerings.json", headers=seen).status_code == 200


def test_each_concept_that_a_feed_names_is_in_the_list(cast, course):
    scheme = cast.client().get("/feeds/concepts").get_json(force=True)
    words = {one["id"]: one["prefLabel"] for one in scheme["concept"]}
    assert len(words) == len(scheme["concept"])
    for feed in (Feed.SESSION_SERIES, Feed.COURSE_INSTANCES):
        for data in _data(cast, feed):
            for one in (*data["activity"], *data["category"], *data["level"]):
                assert one["inScheme"] == scheme["id"]
                assert words[one["@id"]] == one["prefLabel"]


def test_the_page_says_what_there_is(cast):
    page = cast.client().page("/feeds/")
    for address in ADDRESSES:
        assert page.select_one(f'main a[href="{address}"]'), address
    assert page.select_one('footer a[href="/feeds/"]')
    dataset = json.loads(page.find("script", type="application/ld+json").string)
    assert dataset["@type"] == "Dataset"


def _faults(value: Any, rule: dict[str, Any], root: dict[str, Any], at: str = "$"):
    """What our own schema has of JSON Schema, and nothing more: an unknown word fails."""
    known = {
        "$ref", "$schema", "$id", "$defs", "title", "description", "type", "required",
        "additionalProperties", "properties", "items", "minItems", "uniqueItems", "minimum",
        "maximum", "minLength", "enum", "anyOf", "format", "pattern",
    }  # fmt: skip
    assert set(rule) <= known, set(rule) - known
    if "$ref" in rule:
        yield from _faults(value, root["$defs"][rule["$ref"].rpartition("/")[2]], root, at)
    if "anyOf" in rule and all(list(_faults(value, one, root, at)) for one in rule["anyOf"]):
        yield f"{at}: {value!r} is none of these"
    if "enum" in rule and value not in rule["enum"]:
        yield f"{at}: {value!r}"
    kinds = {
        "object": dict, "array": list, "string": str, "integer": int, "boolean": bool,
        "null": type(None),
    }  # fmt: skip
    wanted = rule.get("type", [])
    wanted = [wanted] if isinstance(wanted, str) else wanted
    if wanted and not any(type(value) is kinds[kind] for kind in wanted):
        yield f"{at}: {value!r} is no {wanted}"
        return
    if isinstance(value, dict):
        properties = rule.get("properties", {})
        yield from (f"{at}: no {name}" for name in rule.get("required", []) if name not in value)
        for name, inner in value.items():
            if name in properties:
                yield from _faults(inner, properties[name], root, f"{at}.{name}")
            elif rule.get("additionalProperties") is False:
                yield f"{at}: {name} is not in the schema"
    if isinstance(value, list):
        if len(value) < rule.get("minItems", 0):
            yield f"{at}: too few"
        for index, inner in enumerate(value):
            yield from _faults(inner, rule.get("items", {}), root, f"{at}[{index}]")
    if isinstance(value, str):
        if len(value) < rule.get("minLength", 0) or not re.search(rule.get("pattern", ""), value):
            yield f"{at}: {value!r} does not fit"
    elif isinstance(value, int) and value < rule.get("minimum", value):
        yield f"{at}: {value!r} is too small"
