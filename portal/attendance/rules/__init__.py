"""What a mark says, how many minutes it is worth, and when a register is open."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import pairwise
from typing import Protocol, assert_never

from portal.core.errors import N_, RuleBroken
from portal.core.worded import WordedEnum

OPENS_BEFORE = timedelta(hours=12)  # so that who excuses herself in advance can be marked
LATE_AFTER = timedelta(days=2)  # a register not logged by then is late
WENT_ON_WITHIN = timedelta(days=7)  # so long "it did not go on" can be taken back
_ON_ITS_WAY = timedelta(minutes=2)  # a tap that takes longer stood on a phone without a signal


class AttendanceStatus(WordedEnum):
    """Present, excused or absent, and never why: a reason may be health data."""

    PRESENT = "present", N_("Here")
    EXCUSED = "excused", N_("Excused")
    ABSENT = "absent", N_("Not here")


class RecordedHow(WordedEnum):
    ALL_AT_ONCE = "all_at_once", N_("everyone at once")
    BY_HAND = "by_hand", N_("one by one")
    IMPORTED = "imported", N_("from a file")
    BY_HERSELF = "by_herself", N_("by herself, ahead")  # she said ahead that she does not come
    # she comes after all: only in the history, as no mark is left
    TAKEN_BACK = "taken_back", N_("taken back by herself")
    # she was there and said so, by a code or with her card
    CHECKED_IN = "checked_in", N_("by herself, at the door")
    UNDONE = "undone", N_("taken back")  # what was done together was taken back together
    SETTLED = "settled", N_("settled")  # a person decided between two others
    SHORTENED = "shortened", N_("made as long as the session")


# These say again what an earlier change said, so how an hour came to be is what that one says.
SAY_AGAIN = frozenset({RecordedHow.UNDONE, RecordedHow.SETTLED, RecordedHow.SHORTENED})


class CorrectionReason(WordedEnum):
    """Why a mark changes after closing: a fixed list, never about her."""

    WRONG_TAP = "wrong_tap", N_("The wrong button was tapped")
    HEARD_LATER = "heard_later", N_("We heard it later")
    FROM_PAPER = "from_paper", N_("It stood on a paper list")
    SENT_LATER = "sent_later", N_("It stood on a phone without a signal")
    # this one and those below are the portal's to give
    SETTLED = "settled", N_("Somebody decided between two")
    NOT_HELD = "not_held", N_("The session did not go on")
    MOVED = "moved", N_("The session got another time")
    LEFT = "left", N_("She had stopped by then")  # she had stopped by then


# Those that a person can choose.
REASONS = (
    CorrectionReason.WRONG_TAP,
    CorrectionReason.HEARD_LATER,
    CorrectionReason.FROM_PAPER,
    CorrectionReason.SENT_LATER,
)


class RegisterState(StrEnum):
    """How far a register is, and what it asks."""

    NOT_HELD = "not_held"
    TO_SETTLE = "to_settle"
    CLOSED = "closed"
    NOBODY = "nobody"
    COMING = "coming"
    NOW = "now"
    NEVER_LOGGED = "never_logged"
    INCOMPLETE = "incomplete"
    TO_CLOSE = "to_close"


# What somebody still has to do something for, once the session is over.
ASK_FOR_WORK = frozenset(
    {
        RegisterState.TO_SETTLE,
        RegisterState.NEVER_LOGGED,
        RegisterState.INCOMPLETE,
        RegisterState.TO_CLOSE,
    }
)


class Provenance(WordedEnum):
    """How an hour came to be counted, from the strongest to the weakest."""

    CHECKED_IN = "checked_in", N_("checked in by the person herself")
    WITHIN_TWO_DAYS = "within_two_days", N_("written down within two days")
    LATER = "later", N_("written down later")
    IMPORTED = "imported", N_("taken over from a file")


def provenance(how: RecordedHow, recorded_at: datetime, ends_at: datetime) -> Provenance:
    """Say how a mark came to be, by the portal's clock, not a phone's."""
    match how:
        case RecordedHow.CHECKED_IN:
            return Provenance.CHECKED_IN
        case RecordedHow.IMPORTED:
            return Provenance.IMPORTED
        case (
            RecordedHow.ALL_AT_ONCE | RecordedHow.BY_HAND | RecordedHow.BY_HERSELF
            | RecordedHow.TAKEN_BACK | RecordedHow.UNDONE | RecordedHow.SETTLED
            | RecordedHow.SHORTENED
        ):  # fmt: skip
            is_late = recorded_at > ends_at + LATE_AFTER
            return Provenance.LATER if is_late else Provenance.WITHIN_TWO_DAYS
        case never:
            assert_never(never)


def minutes_credited(
    status: AttendanceStatus, session_minutes: int, minutes: int | None = None
) -> int:
    """Count whole minutes: the session's unless fewer were said, none when not there."""
    if status is not AttendanceStatus.PRESENT:
        return 0
    if minutes is None:
        return session_minutes
    if not 0 < minutes <= session_minutes:
        raise RuleBroken("minutes", N_("Give between 1 and {most} minutes."), most=session_minutes)
    return minutes


def opens_at(starts_at: datetime) -> datetime:
    """From when people can be marked."""
    return starts_at - OPENS_BEFORE


def moment_tapped(
    tapped_at: datetime, sent_at: datetime, begins: datetime, now: datetime
) -> datetime:
    """Say when something was tapped on a phone whose clock says `sent_at` now.

    Whatever that clock says, it was after the register opened and not later than now.
    """
    try:
        corrected = now - (sent_at - tapped_at)
    except OverflowError:
        return now
    return min(max(corrected, begins), now)


def came_later(tapped_at: datetime | None, recorded_at: datetime) -> bool:
    """Say whether a tap is told with two moments: made, and come here."""
    return tapped_at is not None and recorded_at - tapped_at > _ON_ITS_WAY


def register_state(
    starts_at: datetime,
    ends_at: datetime,
    now: datetime,
    *,
    marked: int,
    people: int,
    disputes: int,
    is_cancelled: bool,
    is_closed: bool,
) -> RegisterState:
    """What a register asks now; the first of these that is true says it."""
    states = (
        (RegisterState.NOT_HELD, is_cancelled),
        (RegisterState.TO_SETTLE, disputes > 0),
        (RegisterState.CLOSED, is_closed),
        (RegisterState.COMING, now < starts_at),
        (RegisterState.NOBODY, not people),
        (RegisterState.NOW, now < ends_at),
        (RegisterState.NEVER_LOGGED, not marked and now > ends_at + LATE_AFTER),
        (RegisterState.INCOMPLETE, marked < people),
    )
    return next((state for state, holds in states if holds), RegisterState.TO_CLOSE)


def check_register_open(starts_at: datetime, is_cancelled: bool, now: datetime) -> None:
    """Refuse marks for a session that was cancelled or is still far off."""
    if is_cancelled:
        raise RuleBroken("", N_("This session was cancelled. Nobody can be marked."))
    if now < opens_at(starts_at):
        raise RuleBroken("", N_("This register is not open yet."))


def check_may_close(starts_at: datetime, disputes: int, now: datetime) -> None:
    """A register counts once it can be right: it has begun, and nobody contradicts anybody."""
    if now < starts_at:
        raise RuleBroken("", N_("It has not begun yet. Close the register afterwards."))
    if disputes:
        raise RuleBroken("", N_("Two people wrote down something else. Settle that first."))


def check_nobody_came(is_cancelled: bool, somebody_was: bool) -> None:
    """Where somebody was present, something went on."""
    if is_cancelled:
        raise RuleBroken("", N_("This session was cancelled already."))
    if somebody_was:
        raise RuleBroken("", N_("Somebody is marked as here. Change that first."))


def check_may_go_on(
    starts_at: datetime, ends_at: datetime, has_reason: bool, now: datetime
) -> None:
    """Refuse that it went on after all where people were told beforehand."""
    if not has_reason or now < starts_at:
        raise RuleBroken("", N_("This session was cancelled, and people were told."))
    if now > ends_at + WENT_ON_WITHIN:
        raise RuleBroken("", N_("This is too long ago. It can't be changed any more."))


def check_reason(is_closed: bool, has_reason: bool) -> None:
    """What counts already changes only with a reason, which is kept beside both."""
    if is_closed and not has_reason:
        raise RuleBroken("reason", N_("This register is closed. Say why it changes."))


def check_may_excuse(starts_at: datetime, is_cancelled: bool, now: datetime) -> None:
    """Refuse her saying ahead whether she comes once it began: then staff mark."""
    if is_cancelled:
        raise RuleBroken("", N_("This does not take place any more. You need not do anything."))
    if now >= starts_at:
        raise RuleBroken("", N_("It has begun already. Please call."))


def check_still_then(starts_at: datetime, seen_at: datetime | None) -> None:
    """What she read before she answered must be what holds: it may have moved meanwhile."""
    if seen_at is not None and seen_at != starts_at:
        raise RuleBroken("", N_("The time has changed. Look at the new time first."))


def absences_in_a_row(latest_first: Iterable[AttendanceStatus]) -> int:
    """How often somebody was absent since she was last present; excused counts neither way."""
    times = 0
    for status in latest_first:
        if status is AttendanceStatus.PRESENT:
            break
        times += status is AttendanceStatus.ABSENT
    return times


class Stretch(Protocol):
    """A session at which somebody was, and how many of its minutes she was there."""

    @property
    def starts_at(self) -> datetime: ...
    @property
    def ends_at(self) -> datetime: ...
    @property
    def minutes(self) -> int: ...


def length(stretch: Stretch) -> int:
    """How long a session lasts, in whole minutes."""
    return _seconds(stretch.starts_at, stretch.ends_at) // 60


def credit(stretches: Sequence[Stretch]) -> list[int]:
    """Count each stretch's minutes, in the same order, so that none counts twice.

    A mark never counts for more than its session lasts as it is now, also when that was shortened
    after the mark was made. Where sessions of one person overlap, the minutes are laid into the
    time that there was: first those of the session that ends first, which loses the fewest.
    """
    given = [min(stretch.minutes, length(stretch)) for stretch in stretches]
    for together in _overlapping(stretches, given):
        left = {index: given[index] * 60 for index in together}
        moments = sorted(
            {at for i in together for at in (stretches[i].starts_at, stretches[i].ends_at)}
        )
        for begin, end in pairwise(moments):
            room = _seconds(begin, end)
            here = (i for i in together if stretches[i].starts_at <= begin < stretches[i].ends_at)
            for index in sorted(here, key=lambda i: (stretches[i].ends_at, i)):
                taken = min(room, left[index])
                left[index] -= taken
                room -= taken
        for index in together:
            given[index] -= -(-left[index] // 60)
    return given


def conflicts(stretches: Sequence[Stretch]) -> list[tuple[int, int]]:
    """List pairs of sessions at which one person can't have been all the time."""
    order = sorted(range(len(stretches)), key=lambda i: stretches[i].starts_at)
    found = []
    for place, one in enumerate(order):
        for other in order[place + 1 :]:
            if stretches[other].starts_at >= stretches[one].ends_at:
                break
            found.append((one, other))
    return found


def _overlapping(stretches: Sequence[Stretch], minutes: Sequence[int]) -> Iterator[list[int]]:
    """The stretches that share time with another, each with all that it is tied to."""
    order = [i for i in range(len(stretches)) if minutes[i]]
    order.sort(key=lambda i: stretches[i].starts_at)
    together: list[int] = []
    until: datetime | None = None
    for index in order:
        if until is None or stretches[index].starts_at >= until:
            if len(together) > 1:
                yield together
            together, until = [], stretches[index].ends_at
        together.append(index)
        until = max(until, stretches[index].ends_at)
    if len(together) > 1:
        yield together


def _seconds(begin: datetime, end: datetime) -> int:
    return int((end - begin).total_seconds())
