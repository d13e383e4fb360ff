"""What an offering is and how it moves from a draft to the archive."""

import re
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from enum import StrEnum

from portal.core.errors import N_, RuleBroken
from portal.core.letters import letters
from portal.core.moves import Moves

WIDTH, HEIGHT = 960, 640  # every picture has this shape, so that cards stand in line
FOCUS = (50, 40)  # of a hundred: less is cut off above a standing photo, where the heads are
SMALLER = (360, 720)  # widths in which it is there too, where it is wider than that
MOST_PICTURES = 3
MOST_UPLOADED = 24 * 1024 * 1024  # bytes of a photo


class OfferingKind(StrEnum):
    PRE_TRAJECTORY = "pre_trajectory"
    DAY_ACTIVITY = "day_activity"


class OfferingStatus(StrEnum):
    DRAFT = "draft"
    PUBLISHED = "published"
    FULL = "full"
    CLOSED = "closed"  # still runs, takes no new people
    HIDDEN = "hidden"  # nobody said for long that it still runs
    ARCHIVED = "archived"


class WorkWord(StrEnum):
    """Five plain words for kinds of work (from the shared municipal data model)."""

    AANPAKKEN = "aanpakken"
    HELPEN = "helpen"
    MAKEN = "maken"
    VERKOPEN = "verkopen"
    VERVOEREN = "vervoeren"


class Domain(StrEnum):
    REINTEGRATION = "reintegration"
    LANGUAGE = "language"
    MAINTENANCE = "maintenance"
    CARE = "care"
    WELFARE = "welfare"
    YOUTH = "youth"


class DutchLevel(StrEnum):
    """The least Dutch one needs to take part."""

    NONE = "none"
    A1 = "a1"
    A2 = "a2"
    B1 = "b1"


class Intake(StrEnum):
    DIRECT = "direct"
    BY_INVITATION = "by_invitation"


class WaitingLine(StrEnum):
    """How a place that came free finds the next person."""

    FIRST_COME = "first_come"  # offered by itself to who waits longest
    BY_STAFF = "by_staff"  # staff choose whom to offer it


class Step(StrEnum):
    """What a coordinator does to an offering; filling up happens by itself."""

    PUBLISH = "publish"
    FILL = "fill"
    FREE = "free"
    CLOSE = "close"
    REOPEN = "reopen"
    HIDE = "hide"  # done by the house to what nobody confirms
    CONFIRM = "confirm"  # the coordinator says that it still runs
    ARCHIVE = "archive"


class Missing(StrEnum):
    """What still stands between an offering and the public."""

    VERIFICATION = "verification"
    TEXTS = "texts"
    SESSIONS = "sessions"
    NO_PAID_WORK = "no_paid_work"


_S = OfferingStatus
TRANSITIONS = Moves(
    N_("This can't be done with the offering as it is now."),
    {
        (_S.DRAFT, Step.PUBLISH): _S.PUBLISHED,
        (_S.DRAFT, Step.ARCHIVE): _S.ARCHIVED,
        (_S.PUBLISHED, Step.FILL): _S.FULL,
        (_S.PUBLISHED, Step.CLOSE): _S.CLOSED,
        (_S.FULL, Step.FREE): _S.PUBLISHED,
        (_S.FULL, Step.CLOSE): _S.CLOSED,
        (_S.CLOSED, Step.REOPEN): _S.PUBLISHED,
        (_S.CLOSED, Step.ARCHIVE): _S.ARCHIVED,
        (_S.PUBLISHED, Step.HIDE): _S.HIDDEN,
        (_S.FULL, Step.HIDE): _S.HIDDEN,
        (_S.CLOSED, Step.HIDE): _S.HIDDEN,
        (_S.HIDDEN, Step.CONFIRM): _S.PUBLISHED,
        (_S.HIDDEN, Step.CLOSE): _S.CLOSED,
        (_S.HIDDEN, Step.ARCHIVE): _S.ARCHIVED,
    },
)
next_status = TRANSITIONS.next

BY_ITSELF = frozenset({Step.FILL, Step.FREE, Step.HIDE})  # no coordinator's business

# Seen by everybody; a full offering still has a waiting list.
PUBLIC = frozenset({_S.PUBLISHED, _S.FULL, _S.CLOSED})
TAKES_APPLICATIONS = frozenset({_S.PUBLISHED, _S.FULL})


def steps_from(status: OfferingStatus) -> list[Step]:
    """What a coordinator may do next, in the table's order."""
    return [step for step in TRANSITIONS.open_from(status) if step not in BY_ITSELF]


def status_for_places(status: OfferingStatus, places: int, taken: int) -> OfferingStatus:
    """Full when the last place goes, open again when one comes free; otherwise unchanged."""
    if status is _S.PUBLISHED and taken >= places:
        return next_status(status, Step.FILL)
    if status is _S.FULL and taken < places:
        return next_status(status, Step.FREE)
    return status


class Vacancy(StrEnum):
    """What everybody may know of free places: no number to subtract from."""

    FULL = "full"
    FEW = "few"
    ROOM = "room"


AT_LEAST = {Vacancy.FULL: 0, Vacancy.FEW: 1, Vacancy.ROOM: 4}  # so many places are free


def vacancy(places_free: int) -> Vacancy:
    """How full a group is, as far as everybody may know."""
    return [state for state, least in AT_LEAST.items() if max(places_free, 0) >= least][-1]


LONGEST_AHEAD = timedelta(days=366)  # for which a publication may be planned
CONFIRM_AFTER = timedelta(days=90)  # without a word from who knows, she is asked
HIDE_AFTER = timedelta(days=14)  # unanswered, it is hidden


def is_unconfirmed(confirmed_at: datetime | None, published_at: datetime, now: datetime) -> bool:
    """Whether it is long ago that somebody said it still runs; publishing says so too."""
    return max(confirmed_at or published_at, published_at) <= now - CONFIRM_AFTER


def check_publish_day(status: OfferingStatus, day: date | None, today: date) -> None:
    """A draft may be published by itself on a day that is still to come."""
    if status is not _S.DRAFT:
        raise RuleBroken("", N_("This was published already."))
    if day is not None and day <= today:
        raise RuleBroken("publish_on", N_("Choose a day after today, or publish now."))
    if day is not None and day > today + LONGEST_AHEAD:
        raise RuleBroken("publish_on", N_("This day is more than a year away."))


MISSING_WORDS = {
    Missing.VERIFICATION: N_("The portal must first verify your organisation."),
    Missing.TEXTS: N_("Fill in the texts that visitors read, and the address."),
    Missing.SESSIONS: N_("Plan at least one session that is still to come."),
    Missing.NO_PAID_WORK: N_("Confirm that the activity does not replace paid work."),
}
# What a visitor reads first; a draft may lack them.
PUBLIC_TEXTS = ("title", "summary", "what", "for_whom", "address")
MOST_COMPETENCES = 6


def missing_to_publish(
    *,
    is_verified: bool,
    texts: Iterable[str],
    has_session_to_come: bool,
    replaces_no_paid_work: bool,
) -> list[Missing]:
    """All that still stands between an offering and the public."""
    is_there = {
        Missing.VERIFICATION: is_verified,
        Missing.TEXTS: all(text.strip() for text in texts),
        Missing.SESSIONS: has_session_to_come,
        Missing.NO_PAID_WORK: replaces_no_paid_work,
    }
    return [missing for missing, there in is_there.items() if not there]


def slug_of(title: str) -> str:
    """A title as the last part of an address: `Koken & zo` becomes `koken-zo`."""
    return re.sub(r"[^a-z0-9]+", "-", letters(title)).strip("-")[:80].strip("-") or "aanbod"
