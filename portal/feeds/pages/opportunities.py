"""An offering and a session as OpenActive models them (Modelling Opportunity Data 2.0).

The words are Dutch for every reader; the caller sees to that. `leader` names a role and nobody: the
model wants one to be told, and a guide is no public fact.
"""

from collections.abc import Sequence
from datetime import date, time
from typing import Any

from portal.catalogue.pages import structured
from portal.catalogue.pages.structured import SCHEMA, Thing, absolute, hours_and_minutes
from portal.core.clock import to_local, written
from portal.feeds import queries, rules
from portal.feeds.pages.concepts import concept
from portal.offerings.models import Offering
from portal.offerings.rules import AT_LEAST, Domain
from portal.schedule.models import OfferingSession, Series
from portal.schedule.rules import minutes_between, session_days

_CONTEXT = "https://openactive.io/"
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_LEADER = [{"@type": "Person", "jobTitle": "begeleider"}]


def session_series(planned: queries.Planned) -> Thing:
    """A day activity; its dates are items of the feed of sessions."""
    found = {
        "@context": _CONTEXT,
        "@type": "SessionSeries",
        **_event(planned.offering, rules.Feed.SESSION_SERIES),
        "location": _place_of(planned),
    }
    if planned.series:
        return {**found, "eventSchedule": [_schedule(one) for one in planned.current]}
    sessions = [scheduled_session(one).items() for one in planned.sessions]
    left_out = {"@context", "superEvent"}
    return {**found, "subEvent": [{k: v for k, v in one if k not in left_out} for one in sessions]}


def scheduled_session(row: OfferingSession) -> Thing:
    """One session of a day activity, with whether the group has room."""
    offering = row.offering
    elsewhere = {"location": _place(offering, _times([row]), row)} if row.place else {}
    return {
        "@context": _CONTEXT,
        "@type": "ScheduledSession",
        **_meeting(row),
        "superEvent": _id(rules.Feed.SESSION_SERIES, offering.uuid),
        "leader": _LEADER,
        "isAccessibleForFree": not offering.costs_cents,
        "offers": [_offer(offering)],
        "maximumAttendeeCapacity": offering.places,
        "remainingAttendeeCapacity": AT_LEAST[offering.vacancy],
        **elsewhere,
    }


def course_instance(planned: queries.Planned) -> Thing:
    """A pre-trajectory, from its first day to its last."""
    offering = planned.offering
    first, last = _period(planned)
    found = {
        "@context": _CONTEXT,
        "@type": "CourseInstance",
        **_event(offering, rules.Feed.COURSE_INSTANCES),
        "location": _place_of(planned),
        "startDate": first.isoformat(),
        "endDate": last.isoformat(),
        "duration": f"P{(last - first).days + 1}D",
        "remainingAttendeeCapacity": AT_LEAST[offering.vacancy],
    }
    if planned.series:
        return {**found, "eventSchedule": [_schedule(one) for one in planned.current]}
    meetings = [
        {"@type": "Event", "name": offering.title, **_meeting(row)} for row in planned.sessions
    ]
    return {**found, "subEvent": meetings}


def _event(offering: Offering, feed: rules.Feed) -> Thing:
    organizer = structured.organizer(offering.organisation)
    told = filter(None, (offering.summary, offering.what, offering.for_whom))
    return {
        "@id": _id(feed, offering.uuid),
        "identifier": str(offering.uuid),
        "url": absolute("catalogue.show", slug=offering.slug),
        "name": offering.title,
        "description": "\n\n".join(told),
        "image": _image(offering),
        "activity": [concept(offering.work_word)],
        "category": [concept(offering.kind), concept(offering.domain)],
        "level": [concept(offering.dutch_level)],
        "ageRange": _ages(offering),
        "genderRestriction": "https://openactive.io/NoRestriction",
        "leader": _LEADER,
        "isCoached": True,
        "organizer": {**organizer, "sameAs": [organizer["url"]]},
        "isAccessibleForFree": not offering.costs_cents,
        "offers": [_offer(offering)],
        "maximumAttendeeCapacity": offering.places,
        "eventStatus": f"{SCHEMA}/EventScheduled",
        "eventAttendanceMode": f"{SCHEMA}/OfflineEventAttendanceMode",
    }


def _meeting(row: OfferingSession) -> Thing:
    return {
        "@id": _id(rules.Feed.SCHEDULED_SESSIONS, row.uuid),
        "identifier": str(row.uuid),
        "url": absolute("catalogue.show", slug=row.offering.slug),
        "startDate": written(row.starts_at),
        "endDate": written(row.ends_at),
        "duration": hours_and_minutes(row.minutes),
        "eventStatus": structured.status_of(row),
    }


def _schedule(series: Series) -> Thing:
    until = {"endDate": series.last_on.isoformat()} if series.last_on else {}
    first, last = series.first_on, queries.last_day(series)
    off = {*session_days(first, last, series.weekdays)} - {*series.pattern.days(first, last)}
    except_days = {"exceptDate": [day.isoformat() for day in sorted(off)]} if off else {}
    return {
        "@type": "PartialSchedule",
        "startDate": series.first_on.isoformat(),
        **until,
        "startTime": series.starts.isoformat("minutes"),
        "endTime": series.ends.isoformat("minutes"),
        "duration": hours_and_minutes(minutes_between(series.starts, series.ends)),
        "repeatFrequency": "P1W",
        "byDay": _days(series.weekdays),
        "scheduleTimezone": "Europe/Amsterdam",
        **except_days,
    }


def _period(planned: queries.Planned) -> tuple[date, date]:
    """The days of the last group that was planned; who joins a course joins that one."""
    if planned.series:
        return planned.series[-1].first_on, max(map(queries.last_day, planned.current))
    days = [to_local(row.starts_at).date() for row in planned.sessions]
    return min(days), max(days)


def _place(offering: Offering, opening: list[Thing], row: OfferingSession | None = None) -> Thing:
    """Where it is; `row` is a session that is held elsewhere."""
    page = absolute("catalogue.show", slug=offering.slug)
    name = row.place if row else structured.place_name(offering)
    address = structured.postal_address(offering, row.place if row else "")
    # The model knows an address in parts with a postcode, or else as one text.
    whole = f"{address['streetAddress']}, {address['addressLocality']}"
    phone = offering.organisation.phone
    return {
        "@type": "Place",
        "@id": f"{page}#place-{row.uuid}" if row else f"{page}#place",
        "url": page,
        "name": name,
        "description": f"{offering.organisation.name}, {structured.place_name(offering)}",
        "address": address if "postalCode" in address else whole,
        "image": _image(offering),
        **({"telephone": phone} if phone else {}),
        **({"openingHoursSpecification": opening} if opening else {}),
        "amenityFeature": [
            {
                "@type": "LocationFeatureSpecification",
                "name": "Maaltijd",
                "value": offering.has_meal,
            }
        ],
    }


def _opening(days: list[int], opens: time, closes: time) -> Thing:
    return {
        "@type": "OpeningHoursSpecification",
        "dayOfWeek": _days(days),
        "opens": opens.isoformat("minutes"),
        "closes": closes.isoformat("minutes"),
    }


def _times(rows: Sequence[OfferingSession]) -> list[Thing]:
    """When the place is open for these sessions: a line for each weekday and time."""
    found = {
        (local.weekday(), local.time(), to_local(row.ends_at).time())
        for row in rows
        for local in [to_local(row.starts_at)]
    }
    return [_opening([day], opens, closes) for day, opens, closes in sorted(found)]


def _place_of(planned: queries.Planned) -> Thing:
    weekly = [_opening(one.weekdays, one.starts, one.ends) for one in planned.current]
    return _place(planned.offering, weekly or _times(planned.sessions))


def _offer(offering: Offering) -> Thing:
    of_page = f"{absolute('catalogue.show', slug=offering.slug)}#offer"
    return {**structured.offer(offering), "@id": of_page, "ageRestriction": _ages(offering)}


def _image(offering: Offering) -> list[Thing]:
    return [{"@type": "ImageObject", "url": structured.picture_url(offering)}]


def _ages(offering: Offering) -> Thing:
    youngest = 16 if offering.domain is Domain.YOUTH else 18
    return {"@type": "QuantitativeValue", "minValue": youngest}


def _days(weekdays: list[int]) -> list[str]:
    return [f"{SCHEMA}/{_DAYS[day]}" for day in sorted(set(weekdays))]


def _id(feed: rules.Feed, uuid: Any) -> str:
    return f"{absolute('feeds.page_of', name=feed.value)}#{uuid}"
