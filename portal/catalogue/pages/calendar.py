"""An offering's sessions as an iCalendar file (RFC 5545)."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from portal.core import clock
from portal.core.areas import area_of
from portal.core.plain import plain
from portal.offerings.models import Offering
from portal.schedule.models import OfferingSession

if TYPE_CHECKING:
    from icalendar import Calendar, Event

# The rule of the European Union since 1996; icalendar would list every year's two days.
_AMSTERDAM = Path(__file__).with_name("amsterdam.ics")


def calendar_of(
    offering: Offering, sessions: Iterable[OfferingSession], *, host: str, url: str
) -> bytes:
    """Make an event a session: what, when and where, never why somebody comes.

    `host` makes the identifiers ours, so that a calendar that reads the file again changes the
    event it has instead of adding one.
    """
    calendar = _begun(offering.title)
    for row in sessions:
        event = _event(offering, row, host)
        event.add("DTSTAMP", clock.now())
        event.add("DESCRIPTION", f"{plain(offering.organisation.name)}\n{url}")
        event.add("URL", url)
        calendar.add_component(event)
    return bytes(calendar.to_ical())


def own_calendar_of(sessions: Iterable[OfferingSession], *, host: str) -> bytes:
    """One person's sessions, each with its offering, for a calendar that asks again and again.

    It holds a title, a time and a place only: others may look at her calendar. It is the same text
    all day while nothing changes, so that who has it already need not get it again.
    """
    calendar = _begun("Warm Werkt")
    calendar.add("X-PUBLISHED-TTL", "PT4H")
    stamp = clock.day_bounds(clock.today(), clock.today())[0]
    for row in sessions:
        event = _event(row.offering, row, host)
        event.add("DTSTAMP", stamp)
        calendar.add_component(event)
    return bytes(calendar.to_ical())


def _begun(name: str) -> Calendar:
    from icalendar import Calendar, Timezone

    calendar = Calendar()
    calendar.add("PRODID", "-//Warm Werkt//NL")
    calendar.add("VERSION", "2.0")
    calendar.add("CALSCALE", "GREGORIAN")
    calendar.add("X-WR-CALNAME", plain(name))
    calendar.add_component(Timezone.from_ical(_AMSTERDAM.read_text(encoding="ascii")))
    return calendar


def _event(offering: Offering, row: OfferingSession, host: str) -> Event:
    from icalendar import Event

    places = (row.place or offering.address, area_of(offering.area_code).name)
    event = Event()
    event.add("UID", f"{row.uuid}@{host}")
    event.add("SEQUENCE", row.revision)
    event.add("DTSTART", clock.to_local(row.starts_at))
    event.add("DTEND", clock.to_local(row.ends_at))
    event.add("SUMMARY", plain(offering.title))
    event.add("LOCATION", plain(", ".join(filter(None, places))))
    event.add("STATUS", "CANCELLED" if row.is_cancelled else "CONFIRMED")
    return event
