"""Public offerings in the words of schema.org, for the pages and, as far as shared, the feeds.

Nothing here names a person: no contact, no guide, and no text that is written to be read on the day
itself (the first time, how to find the door), because those tell whom to ask for.
"""

import re
from collections.abc import Sequence
from typing import Any

from flask import url_for

from portal.core.areas import area_of
from portal.core.clock import written
from portal.offerings.models import Offering, Posted
from portal.offerings.rules import AT_LEAST, OfferingKind, OfferingStatus
from portal.organisations.models import Organisation
from portal.schedule.models import OfferingSession
from portal.web.current import settings

SCHEMA = "https://schema.org"
Thing = dict[str, Any]

_POSTCODE = re.compile(r",?\s*\b([1-9]\d{3})\s?([A-Z]{2})\b,?")
_CITY = re.compile(r",?\s*\bRotterdam$")


def absolute(endpoint: str, **values: Any) -> str:
    """The whole address of a page, for who reads it elsewhere."""
    return settings().base_url + url_for(endpoint, **values)


def describe(offering: Offering, upcoming: Sequence[OfferingSession]) -> Thing:
    """Describe an offering as a Course, or as events with the coming ones."""
    if offering.kind is OfferingKind.DAY_ACTIVITY:
        return {
            "@context": SCHEMA,
            "@type": "EventSeries",
            **_event(offering),
            **_period(upcoming),
            "subEvent": [_meeting(offering, row) for row in upcoming],
        }
    course = {
        "@context": SCHEMA,
        "@type": "Course",
        **_about(offering),
        "provider": organizer(offering.organisation),
        "isAccessibleForFree": not offering.costs_cents,
        "offers": {**offer(offering), "category": "Paid" if offering.costs_cents else "Free"},
    }
    instance = {
        "@type": "CourseInstance",
        **_event(offering),
        **_period(upcoming),
        "courseMode": "Onsite",
        "courseWorkload": hours_and_minutes(offering.minutes_per_week),
    }
    return {**course, "hasCourseInstance": [instance]} if upcoming else course


def hours_and_minutes(minutes: int) -> str:
    """A length of time as ISO 8601 writes it: `PT2H30M`."""
    hours, rest = divmod(minutes, 60)
    return "PT" + (f"{hours}H" if hours else "") + (f"{rest}M" if rest or not hours else "")


def status_of(row: OfferingSession) -> str:
    """Whether a session goes on."""
    return f"{SCHEMA}/{'EventCancelled' if row.is_cancelled else 'EventScheduled'}"


def located(posted: Posted, place: str = "") -> Thing:
    """Name the neighbourhood, or another place, with the address."""
    name = place or place_name(posted)
    return {"@type": "Place", "name": name, "address": postal_address(posted, place)}


def postal_address(offering: Posted, place: str = "") -> Thing:
    """Make an address of where it is; a postcode only if the provider wrote one."""
    text = place if _POSTCODE.search(place) else offering.address
    found = _POSTCODE.search(text)
    address = {
        "@type": "PostalAddress",
        "streetAddress": _CITY.sub("", " ".join(_POSTCODE.sub(" ", text).split())) or text,
        "addressLocality": "Rotterdam",
        "addressRegion": "Zuid-Holland",
        "addressCountry": "NL",
    }
    return {**address, "postalCode": f"{found[1]} {found[2]}"} if found else address


def organizer(organisation: Organisation) -> Thing:
    """The organisation, by its own page."""
    page = absolute("home.organisation", slug=organisation.slug)
    return {
        "@type": "Organization",
        "@id": page,
        "name": organisation.name,
        "url": page,
        **({"telephone": organisation.phone} if organisation.phone else {}),
    }


def offer(offering: Offering) -> Thing:
    """What one time costs, and where to sign up."""
    return {
        "@type": "Offer",
        "name": "Meedoen",
        "price": offering.costs_cents / 100 if offering.costs_cents else 0,
        "priceCurrency": "EUR",
        "url": absolute("catalogue.show", slug=offering.slug),
    }


def picture_url(offering: Offering) -> str:
    """The offering's own picture, or the portal's mark."""
    if offering.picture is None:
        return absolute("static", filename="img/mark.svg")
    page = absolute("catalogue.show", slug=offering.slug)
    return f"{page}/picture-{offering.picture.digest}.webp"


def place_name(offering: Posted) -> str:
    """The neighbourhood, as people call it."""
    return area_of(offering.area_code).name or "Rotterdam"


def _about(offering: Offering) -> Thing:
    return {
        "name": offering.title,
        "description": offering.summary,
        "url": absolute("catalogue.show", slug=offering.slug),
        "inLanguage": offering.text_language,
        **({"image": picture_url(offering)} if offering.picture else {}),
    }


def _event(offering: Offering) -> Thing:
    return {
        **_about(offering),
        "eventStatus": f"{SCHEMA}/EventScheduled",
        "eventAttendanceMode": f"{SCHEMA}/OfflineEventAttendanceMode",
        "location": located(offering),
        "organizer": organizer(offering.organisation),
        "isAccessibleForFree": not offering.costs_cents,
        "maximumAttendeeCapacity": offering.places,
        "remainingAttendeeCapacity": AT_LEAST[offering.vacancy],
        "offers": {**offer(offering), "availability": f"{SCHEMA}/{_availability(offering)}"},
    }


def _meeting(offering: Offering, row: OfferingSession) -> Thing:
    return {
        "@type": "Event",
        "name": offering.title,
        "startDate": written(row.starts_at),
        "endDate": written(row.ends_at),
        "eventStatus": status_of(row),
        "location": located(offering, row.place),
    }


def _period(rows: Sequence[OfferingSession]) -> Thing:
    if not rows:
        return {}
    return {"startDate": written(rows[0].starts_at), "endDate": written(rows[-1].ends_at)}


def _availability(offering: Offering) -> str:
    if offering.status is OfferingStatus.CLOSED or offering.is_over:
        return "Discontinued"
    return "InStock" if offering.places_free > 0 else "SoldOut"
