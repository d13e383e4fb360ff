"""The city's groups: an offering with its series and its sessions, past and to come."""

from __future__ import annotations

import random
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from portal.city import texts
from portal.city.days import Calendar
from portal.city.houses import House, Staff, Team, area_code, numbered
from portal.city.rows import Rows
from portal.core.clock import monday_of
from portal.enrolments.rules import HOLDS_PLACE
from portal.offerings.models import Offering, OfferingPicture, OfferingText
from portal.offerings.queries.texts import PARTS
from portal.offerings.rules import PUBLIC, OfferingKind, OfferingStatus, WaitingLine, slug_of
from portal.schedule import rules
from portal.schedule.models import OfferingSession, Series

if TYPE_CHECKING:
    from portal.city.stays import Stay

# In its eighth week: the cast's participant is well on her way.
_RUNNING_SINCE = {"volle-zaal": 7, "jam-en-zuur": 3}
_LAST_ARCHIVED = 14  # weeks ago
# What a row has as offerings.toml has it.
_AS_WRITTEN = (
    "title", "summary", "what", "for_whom", "first_time", "bring", "competences", "address",
    "costs_cents", "travel", "places", "kind", "work_word", "domain", "dutch_level", "intake",
)  # fmt: skip


@dataclass
class Meeting:
    """One session."""

    day: date
    starts_at: datetime
    ends_at: datetime
    is_cancelled: bool = False
    place: str = ""
    revision: int = 0
    id: int = 0

    @property
    def minutes(self) -> int:
        return int((self.ends_at - self.starts_at).total_seconds()) // 60


@dataclass
class Round:
    """One series: a cohort of a pre-trajectory, or a day activity that goes on."""

    first_on: date
    last_on: date | None
    meetings: list[Meeting] = field(default_factory=list)

    def pattern(self, times: rules.Pattern) -> rules.Pattern:
        """Its half-days from its first day to its last."""
        return replace(times, first_on=self.first_on, last_on=self.last_on)


@dataclass
class Group:
    """An offering as it runs, and all that came of it."""

    entry: texts.Entry
    house: House
    guide: Staff
    times: rules.Pattern
    rounds: list[Round]
    stays: list[Stay] = field(default_factory=list)
    held: list[Meeting] = field(default_factory=list)  # and written down
    id: int = 0

    @property
    def key(self) -> str:
        return str(self.entry["key"])

    @property
    def status(self) -> OfferingStatus:
        return OfferingStatus(self.entry["state"])

    @property
    def is_pre_trajectory(self) -> bool:
        return OfferingKind(self.entry["kind"]) is OfferingKind.PRE_TRAJECTORY

    @property
    def meetings(self) -> list[Meeting]:
        """All sessions, in the order of time."""
        return [meeting for one in self.rounds for meeting in one.meetings]

    @property
    def weekly(self) -> int:
        """Its minutes a week."""
        return rules.minutes_in_week([self.times], self.times.first_on)

    def sort(self) -> None:
        """Put who signed up in that order, which is the line's."""
        self.stays.sort(key=lambda stay: stay.created_at)


def plan_group(
    calendar: Calendar, entry: texts.Entry, house: House, team: Team, draw: random.Random
) -> Group:
    """Lay out an offering's series and sessions."""
    weekdays = sorted(texts.WEEKDAYS.index(day) for day in entry["weekdays"])
    first_off = monday_of(calendar.today) + timedelta(days=weekdays[0])
    times = rules.Pattern(
        tuple(weekdays), time.fromisoformat(entry["starts_at"]),
        time.fromisoformat(entry["ends_at"]), calendar.begins_on,
        skips_school_holidays=entry.get("skips_school_holidays", False),
        days_off=frozenset(
            first_off + timedelta(weeks=weeks) for weeks in entry.get("days_off_in_weeks", ())
        ),
    )  # fmt: skip
    plan = _cohorts if entry["kind"] == OfferingKind.PRE_TRAJECTORY else _open_round
    group = Group(entry, house, team[entry["guide"]], times, plan(calendar, entry, draw))
    for one in group.rounds:
        last_on = rules.plan_until(one.last_on, max(calendar.today, one.first_on))
        one.meetings = [
            _meeting(calendar, group, day, draw)
            for day in one.pattern(times).days(one.first_on, last_on)
        ]
    return group


def _cohorts(calendar: Calendar, entry: texts.Entry, draw: random.Random) -> list[Round]:
    """The groups that followed one another, the last one running or about to."""
    weeks = entry["weeks"]
    monday = monday_of(calendar.today)
    match entry["state"]:
        case "archived":
            monday -= timedelta(weeks=_LAST_ARCHIVED + weeks)
        case "draft":
            monday += timedelta(weeks=4)
        case "closed":
            monday -= timedelta(weeks=draw.randrange(weeks // 2, weeks))
        case _ if entry["key"] in _RUNNING_SINCE:
            monday -= timedelta(weeks=_RUNNING_SINCE[entry["key"]])
        case _ if draw.random() < 0.2:
            monday += timedelta(weeks=draw.randint(1, 4))
        case _:
            since = min(draw.randrange(1, weeks), weeks - 2)  # what takes people is not over
            monday -= timedelta(weeks=since)
    rounds: list[Round] = []
    while monday >= calendar.begins_on or not rounds:
        rounds.insert(0, Round(monday, rules.last_day_of_weeks(monday, weeks)))
        if entry["state"] == "draft":
            break
        monday -= timedelta(weeks=weeks + draw.randint(1, 3))
    return rounds


def _open_round(calendar: Calendar, entry: texts.Entry, draw: random.Random) -> list[Round]:
    """One series; three in ten began later than the city's history does."""
    if entry["state"] == "draft":
        return [Round(calendar.today + timedelta(weeks=3), None)]
    weeks_later = draw.randint(12, 50) if draw.random() < 0.3 else 0
    is_archived = entry["state"] == "archived"
    if is_archived or entry["key"] in (*texts.ON_TODAY, "naaien-deur-open"):
        weeks_later = 0
    first_on = monday_of(calendar.begins_on) + timedelta(weeks=weeks_later + 1)
    last_on = calendar.today - timedelta(weeks=_LAST_ARCHIVED)
    return [Round(first_on, last_on if is_archived else None)]


def _meeting(calendar: Calendar, group: Group, day: date, draw: random.Random) -> Meeting:
    meeting = Meeting(day, *rules.session_times(day, group.times.starts, group.times.ends))
    chance = draw.random()
    is_soon = day < calendar.today + timedelta(weeks=2)
    if day == calendar.today or group.status is OfferingStatus.DRAFT:
        return meeting
    if calendar.is_closed(day, group.house.summer_break) or (is_soon and chance < 0.02):
        meeting.is_cancelled, meeting.revision = True, 1
    elif is_soon and chance < 0.03:
        meeting.starts_at += timedelta(hours=1)
        meeting.ends_at += timedelta(hours=1)
        meeting.revision = 1
    elif is_soon and chance < 0.04:
        meeting.place, meeting.revision = "Een deur verder: de blauwe deur", 1
    return meeting


def write_group(rows: Rows, group: Group, number: int) -> None:
    """Write the offering with its series and sessions."""
    entry, house = group.entry, group.house
    begins_on = min(group.rounds[0].first_on, rows.calendar.today)
    created_at = rows.calendar.start_of(begins_on, 40)
    if is_draft := group.status is OfferingStatus.DRAFT:
        created_at = rows.calendar.before(6, 15)
    days_ahead = entry.get("publish_in_days")
    publish_on = rows.calendar.today + timedelta(days=days_ahead) if days_ahead else None
    group.id = rows.add(
        Offering, created_at=created_at, organisation_id=house.id, status=group.status,
        slug=numbered(slug_of(entry["title"]), number, "-"), text_language="nl",
        minutes_per_week=group.weekly, spoken=entry["languages"],
        area_code=area_code(entry["area"]), place_details=entry["how_to_find"],
        has_meal=entry["meal"].startswith(("U eet mee", "Er is soep")),
        contact_name=group.guide.name.partition(" ")[0],
        places_taken=sum(stay.status in HOLDS_PLACE for stay in group.stays),
        waiting_line=WaitingLine(entry.get("waiting_line", WaitingLine.FIRST_COME)),
        offer_hours=entry.get("offer_hours", 48),
        replaces_no_paid_work=not is_draft or publish_on is not None, publish_on=publish_on,
        published_at=None if is_draft else created_at + timedelta(days=7),
        **{name: entry[name] for name in _AS_WRITTEN},
        **_time_to_confirm(rows.calendar, group, number),
    )  # fmt: skip
    for language, parts in entry.get("texts", {}).items():
        all_parts = dict.fromkeys(PARTS, "") | parts
        about = {"created_at": created_at, "offering_id": group.id, "language": language}
        rows.add(OfferingText, **about, **all_parts)
    if not number:  # the copies are there for their number
        _write_pictures(rows, group, created_at)
    for one in group.rounds:
        _write_round(rows, group, one)


def _write_pictures(rows: Rows, group: Group, created_at: datetime) -> None:
    for place, one in enumerate(group.entry.get("pictures", ()), 1):
        about = {"created_at": created_at, "offering_id": group.id, "place": place}
        rows.add(OfferingPicture, **about, alt=one["alt"], **picture(one["file"]))


@cache
def picture(name: str) -> dict[str, Any]:
    """Make a still life that shows nobody as small as a photo becomes."""
    from portal.offerings.rules.pictures import make_small  # which takes Pillow along

    return make_small(Path(__file__).with_name("pictures").joinpath(name).read_bytes()).columns()


def _time_to_confirm(calendar: Calendar, group: Group, number: int) -> dict[str, datetime | None]:
    """When somebody last said that it runs, mostly within two months, and when she was asked."""
    if group.status not in PUBLIC | {OfferingStatus.HIDDEN}:
        return {"confirmed_at": None, "confirm_asked_at": None}
    asked = group.entry.get("asked_days_ago")
    said = group.entry.get("confirmed_days_ago", number * 7 % 60)
    return {
        "confirmed_at": calendar.now - timedelta(days=said),
        "confirm_asked_at": calendar.before(asked, 9) if asked else None,
    }


def _write_round(rows: Rows, group: Group, one: Round) -> None:
    created_at = rows.calendar.now - timedelta(
        days=max(2, (rows.calendar.today - one.first_on).days + 35)
    )
    pattern = one.pattern(group.times)
    series_id = rows.add(
        Series, created_at=created_at, offering_id=group.id, weekdays=list(pattern.weekdays),
        starts=pattern.starts, ends=pattern.ends, first_on=one.first_on, last_on=one.last_on,
        skips_school_holidays=pattern.skips_school_holidays,
        days_off=sorted(day.isoformat() for day in pattern.days_off),
        planned_until=rules.plan_until(one.last_on, max(rows.calendar.today, one.first_on)),
    )  # fmt: skip
    of = rules.SessionStatus
    for meeting in one.meetings:
        meeting.id = rows.add(
            OfferingSession, created_at=created_at, offering_id=group.id,
            organisation_id=group.house.id, series_id=series_id,
            starts_at=meeting.starts_at, ends_at=meeting.ends_at,
            status=of.CANCELLED if meeting.is_cancelled else of.PLANNED,
            place=meeting.place, revision=meeting.revision,
        )  # fmt: skip
