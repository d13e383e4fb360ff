"""What an offering is and how it moves from a draft to the archive."""

import re
from collections.abc import Iterable
from datetime import date, datetime, timedelta

from portal.core.errors import N_, RuleBroken
from portal.core.letters import letters
from portal.core.moves import Moves
from portal.core.worded import WordedEnum

WIDTH, HEIGHT = 960, 640  # every picture has this shape, so that cards stand in line
FOCUS = (50, 40)  # of a hundred: less is cut off above a standing photo, where the heads are
SMALLER = (360, 720)  # widths in which it is there too, where it is wider than that
MOST_PICTURES = 3
MOST_UPLOADED = 24 * 1024 * 1024  # bytes of a photo
MOST_SENT = MOST_UPLOADED + 64 * 1024  # with what comes along in the form


class OfferingKind(WordedEnum):
    PRE_TRAJECTORY = "pre_trajectory", N_("pre-trajectory")
    DAY_ACTIVITY = "day_activity", N_("day activity")


class OfferingStatus(WordedEnum):
    DRAFT = "draft", N_("Draft")
    PUBLISHED = "published", N_("Published")
    FULL = "full", N_("Full")
    CLOSED = "closed", N_("Closed")  # still runs, takes no new people
    HIDDEN = "hidden", N_("Hidden")  # nobody said for long that it still runs
    ARCHIVED = "archived", N_("In the archive")


class WorkWord(WordedEnum):
    """Five plain words for kinds of work (from the shared municipal data model)."""

    AANPAKKEN = "aanpakken", N_("getting stuck in")
    HELPEN = "helpen", N_("helping")
    MAKEN = "maken", N_("making")
    VERKOPEN = "verkopen", N_("selling")
    VERVOEREN = "vervoeren", N_("transporting")


class Domain(WordedEnum):
    REINTEGRATION = "reintegration", N_("on the way to work")
    LANGUAGE = "language", N_("learning Dutch")
    MAINTENANCE = "maintenance", N_("maintenance and green")
    CARE = "care", N_("care")
    WELFARE = "welfare", N_("for the neighbourhood")
    YOUTH = "youth", N_("young people")


class DutchLevel(WordedEnum):
    """The least Dutch one needs to take part."""

    NONE = "none", N_("No Dutch needed")
    A1 = "a1", N_("A little Dutch (A1)")
    A2 = "a2", N_("Simple Dutch (A2)")
    B1 = "b1", N_("Good Dutch (B1)")


class Intake(WordedEnum):
    DIRECT = "direct", N_("Sign up and come")
    BY_INVITATION = "by_invitation", N_("First a talk")


class WaitingLine(WordedEnum):
    """How a place that came free finds the next person."""

    FIRST_COME = "first_come", N_("Who waits longest is next")
    BY_STAFF = "by_staff", N_("We choose who is next")  # staff choose whom to offer it


class Step(WordedEnum):
    """What a coordinator does to an offering; filling up happens by itself."""

    PUBLISH = "publish", N_("Publish")
    FILL = "fill", ""
    FREE = "free", ""
    CLOSE = "close", N_("Take no new people")
    REOPEN = "reopen", N_("Open again")
    HIDE = "hide", ""  # done by the house to what nobody confirms
    CONFIRM = "confirm", N_("It still runs")  # the coordinator says that it still runs
    ARCHIVE = "archive", N_("Move to the archive")


class Missing(WordedEnum):
    """What still stands between an offering and the public."""

    VERIFICATION = "verification", N_("The portal must first verify your organisation.")
    TEXTS = "texts", N_("Fill in the texts that visitors read.")
    LEARNED = "learned", N_("Choose what people can learn.")
    ADDRESS = "address", N_("Fill in the address.")
    SESSIONS = "sessions", N_("Plan at least one session that is still to come.")
    NO_PAID_WORK = "no_paid_work", N_("Confirm that the activity does not replace paid work.")


class FormPage(WordedEnum):
    """A page of the form that makes or changes an offering, in order."""

    WHAT = "what", N_("What is it?")
    WORDS = "words", N_("What people read")
    COMING = "coming", N_("Who comes, and what they learn")
    WHEN = "when", N_("When is it?")
    WHERE = "where", N_("Where is it?")
    JOINING = "joining", N_("How do people join?")


ASKED_ON: dict[Missing, FormPage | None] = {
    Missing.VERIFICATION: None,
    Missing.TEXTS: FormPage.WORDS,
    Missing.LEARNED: FormPage.COMING,
    Missing.SESSIONS: FormPage.WHEN,
    Missing.ADDRESS: FormPage.WHERE,
    Missing.NO_PAID_WORK: FormPage.JOINING,
}


def pages_done(missing: Iterable[Missing]) -> dict[FormPage, bool]:
    """Which pages have all that the public needs, in order."""
    lacking = {ASKED_ON[one] for one in missing}
    return {page: page not in lacking for page in FormPage}


def page_after(page: FormPage, done: dict[FormPage, bool]) -> FormPage | None:
    """Find the next page that lacks something; None where one may look and publish."""
    following = list(FormPage)[list(FormPage).index(page) + 1 :]
    return next((one for one in following if not done[one]), None)


_S = OfferingStatus
BY_ITSELF = frozenset({Step.FILL, Step.FREE, Step.HIDE})  # no coordinator's business
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
    BY_ITSELF,
)
next_status = TRANSITIONS.next

# Seen by everybody; a full offering still has a waiting list.
PUBLIC = frozenset({_S.PUBLISHED, _S.FULL, _S.CLOSED})
TAKES_APPLICATIONS = frozenset({_S.PUBLISHED, _S.FULL})


def status_for_places(status: OfferingStatus, places: int, taken: int) -> OfferingStatus:
    """Full when the last place goes, open again when one comes free; otherwise unchanged."""
    if status is _S.PUBLISHED and taken >= places:
        return next_status(status, Step.FILL)
    if status is _S.FULL and taken < places:
        return next_status(status, Step.FREE)
    return status


class Vacancy(WordedEnum):
    """What everybody may know of free places: no number to subtract from."""

    FULL = "full", N_("Full: waiting list")
    FEW = "few", N_("Almost full")
    ROOM = "room", N_("Places left")


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


MOST_COMPETENCES = 6


def missing_to_publish(
    *,
    is_verified: bool,
    texts: dict[str, str],
    learns: bool = True,
    has_session_to_come: bool = True,
    replaces_no_paid_work: bool = True,
) -> list[Missing]:
    """All that still stands between what is posted and the public."""
    is_there = {
        Missing.VERIFICATION: is_verified,
        Missing.TEXTS: all(text.strip() for name, text in texts.items() if name != "address"),
        Missing.LEARNED: learns,
        Missing.ADDRESS: bool(texts["address"].strip()),
        Missing.SESSIONS: has_session_to_come,
        Missing.NO_PAID_WORK: replaces_no_paid_work,
    }
    return [missing for missing, there in is_there.items() if not there]


def slug_of(title: str) -> str:
    """A title as the last part of an address: `Koken & zo` becomes `koken-zo`."""
    return re.sub(r"[^a-z0-9]+", "-", letters(title)).strip("-")[:80].strip("-") or "aanbod"
