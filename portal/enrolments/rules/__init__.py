"""The life of an enrolment, as one table, and the fixed lists of reasons (never health)."""

from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum

from portal.core import clock
from portal.core.errors import N_, NotAllowed, RuleBroken
from portal.core.moves import Moves
from portal.core.worded import WordedEnum
from portal.notices.rules import is_quiet, next_daytime
from portal.offerings.rules import PUBLIC, TAKES_APPLICATIONS, Intake, OfferingStatus, WaitingLine


class EnrolmentStatus(WordedEnum):
    APPLIED = "applied", N_("Signed up, no answer yet")
    WAITING = "waiting", N_("On the waiting list")
    OFFERED = "offered", N_("A place is offered")
    ENROLLED = "enrolled", N_("Takes part")
    COMPLETED = "completed", N_("Completed")
    ENDED = "ended", N_("Stopped")
    DECLINED = "declined", N_("No place given")
    WITHDRAWN = "withdrawn", N_("Taken back by herself")


class Move(StrEnum):
    """What can happen to an enrolment."""

    ACCEPT = "accept"  # staff gives an applicant a place
    WAIT = "wait"  # staff puts an applicant on the waiting list
    OFFER = "offer"  # a free place for somebody on the list; the house does it where it may
    CONFIRM = "confirm"  # the participant takes the offered place
    RETURN = "return"  # the offer was not taken, or never reached her: back to the list
    LAPSE = "lapse"  # she was told of the offer and let its time go by
    DECLINE = "decline"
    EXPIRE = "expire"  # nobody answered her within what was promised, nor after reminders
    WITHDRAW = "withdraw"  # the participant, before she started
    COMPLETE = "complete"
    END = "end"  # stopped before the end


_S = EnrolmentStatus
BY_ITSELF = frozenset({Move.LAPSE, Move.EXPIRE})  # done by the house when time has gone by
TRANSITIONS = Moves(
    N_("This can't be done any more: the sign-up has changed."),
    {
        (_S.APPLIED, Move.ACCEPT): _S.ENROLLED,
        (_S.APPLIED, Move.WAIT): _S.WAITING,
        (_S.APPLIED, Move.DECLINE): _S.DECLINED,
        (_S.APPLIED, Move.EXPIRE): _S.DECLINED,
        (_S.APPLIED, Move.WITHDRAW): _S.WITHDRAWN,
        (_S.WAITING, Move.ACCEPT): _S.ENROLLED,
        (_S.WAITING, Move.OFFER): _S.OFFERED,
        (_S.WAITING, Move.DECLINE): _S.DECLINED,
        (_S.WAITING, Move.WITHDRAW): _S.WITHDRAWN,
        (_S.OFFERED, Move.CONFIRM): _S.ENROLLED,
        (_S.OFFERED, Move.RETURN): _S.WAITING,
        (_S.OFFERED, Move.LAPSE): _S.DECLINED,
        (_S.OFFERED, Move.DECLINE): _S.DECLINED,
        (_S.OFFERED, Move.WITHDRAW): _S.WITHDRAWN,
        (_S.ENROLLED, Move.WITHDRAW): _S.WITHDRAWN,
        (_S.ENROLLED, Move.COMPLETE): _S.COMPLETED,
        (_S.ENROLLED, Move.END): _S.ENDED,
    },
    BY_ITSELF,
)
next_status = TRANSITIONS.next

HOLDS_PLACE = frozenset({_S.OFFERED, _S.ENROLLED})
OPEN = frozenset({_S.APPLIED, _S.WAITING, _S.OFFERED, _S.ENROLLED})
TOOK_PART = frozenset({_S.ENROLLED, _S.COMPLETED, _S.ENDED})

STOPPED = frozenset({OfferingStatus.HIDDEN, OfferingStatus.ARCHIVED})  # no hope of a place

FRESH = timedelta(days=7)  # so long ago somebody walked in who stays

HERS = frozenset({Move.CONFIRM, Move.WITHDRAW, Move.END})  # what a participant may do herself
ENDINGS = frozenset({Move.COMPLETE, Move.END})


class EndReason(WordedEnum):
    FOUND_WORK = "found_work", N_("Found work")
    EDUCATION = "education", N_("Began a course or school")
    OTHER_ACTIVITY = "other_activity", N_("Went to another activity")
    MOVED = "moved", N_("Moved house")
    TIMES_DO_NOT_FIT = "times_do_not_fit", N_("The times do not fit")
    NOT_WHAT_SHE_SOUGHT = "not_what_she_sought", N_("Not what she was looking for")
    OUT_OF_REACH = "out_of_reach", N_("We can't reach her any more")
    OFFERING_STOPPED = "offering_stopped", N_("The activity stopped")
    OWN_CHOICE = "own_choice", N_("Her own choice")
    # a guest for one day, who had no place to give up
    CAME_ONCE = "came_once", N_("Came once, as a guest")
    UNKNOWN = "unknown", N_("Not known")


class DeclineReason(WordedEnum):
    GROUP_FULL = "group_full", N_("The group is full")
    OTHER_OFFERING_FITS_BETTER = "other_offering_fits_better", N_("Another activity fits better")
    MORE_DUTCH_NEEDED = "more_dutch_needed", N_("More Dutch is needed")
    NOT_FOR_THIS_GROUP = "not_for_this_group", N_("The activity is for another group")
    TIMES_DO_NOT_FIT = "times_do_not_fit", N_("The times do not fit")
    NOT_REACHED = "not_reached", N_("We could not reach her")
    OFFERING_STOPPED = "offering_stopped", N_("The activity stopped")
    NO_ANSWER = "no_answer", N_("She did not answer in time")  # she did not answer an offer in time
    NOT_ANSWERED = "not_answered", N_("Nobody answered her")  # the organisation did not answer her


REASON_OF = {Move.LAPSE: DeclineReason.NO_ANSWER, Move.EXPIRE: DeclineReason.NOT_ANSWERED}
WHY_SHE_STOPS = [reason for reason in EndReason if reason is not EndReason.CAME_ONCE]
CHOSEN_BY_STAFF = [reason for reason in DeclineReason if reason not in REASON_OF.values()]


def places_change(before: EnrolmentStatus | None, after: EnrolmentStatus) -> int:
    """Count the places a change takes (1), gives back (-1) or leaves (0)."""
    return (after in HOLDS_PLACE) - (before in HOLDS_PLACE)


def first_status(
    offering: OfferingStatus, intake: Intake, places_free: int, ahead: int
) -> EnrolmentStatus:
    """Say how a sign-up begins: decided by staff, with a place, or in line.

    `ahead` are those in the line for whom the free places are: who comes new doesn't overtake them.
    """
    check_takes_people(offering in TAKES_APPLICATIONS)
    if intake is Intake.BY_INVITATION:
        return EnrolmentStatus.APPLIED
    return EnrolmentStatus.ENROLLED if places_free > ahead else EnrolmentStatus.WAITING


def may_stay(offering: OfferingStatus, intake: Intake, places_for_new: int, ago: timedelta) -> bool:
    """Say whether who walks in has a place; by an old list, a guest."""
    takes_people = offering in TAKES_APPLICATIONS and intake is not Intake.BY_INVITATION
    return takes_people and places_for_new > 0 and ago <= FRESH


def fills_by_itself(offering: OfferingStatus, line: WaitingLine) -> bool:
    """Say whether the house offers places to the line, closed or not."""
    return line is WaitingLine.FIRST_COME and offering in PUBLIC


def check_takes_people(takes_people: bool, *, is_verified: bool = True) -> None:
    """Refuse people where nothing is open, not even a line, or the organisation is unchecked."""
    if not takes_people or not is_verified:
        raise RuleBroken("", N_("This activity takes no new people now."))


def check_not_over(after: EnrolmentStatus, is_over: bool) -> None:
    """Nobody gets a place, or is offered one, in a group that is over."""
    if is_over and after in HOLDS_PLACE:
        raise RuleBroken("", N_("This group is over. It has no new dates."))


def check_free_place(change: int, places_free: int) -> None:
    """Nobody gets a place that isn't there."""
    if change > places_free:
        raise RuleBroken("", N_("There is no free place now. The waiting list is possible."))


def check_mover(move: Move, *, is_participant: bool, is_house: bool = False) -> None:
    """Refuse moves to who may not make them: she, the house, or staff."""
    if (is_participant and move not in HERS) or (move in BY_ITSELF and not is_house):
        raise NotAllowed()


def check_offered(status: EnrolmentStatus, reason: DeclineReason | None) -> None:
    """Refuse to take a place that isn't offered to her, and say why."""
    if status is EnrolmentStatus.OFFERED:
        return
    if reason is DeclineReason.NO_ANSWER:
        raise RuleBroken("", N_("Your time to answer is over. You can sign up again."))
    if status is EnrolmentStatus.WAITING:
        raise RuleBroken("", N_("No place is offered to you now. You are still on the list."))
    raise RuleBroken("", N_("No place is offered to you now."))


def check_not_begun(move: Move, before: EnrolmentStatus, has_begun: bool) -> None:
    """Refuse undoing that she took part; she can stop."""
    if move is Move.WITHDRAW and before is EnrolmentStatus.ENROLLED and has_begun:
        raise RuleBroken("", N_("The activity has begun. Write down that she stops."))


def check_last_day(started_on: date | None, last_on: date, today: date) -> None:
    """Somebody's last day lies between her first one and today."""
    if last_on > today:
        raise RuleBroken("ended_on", N_("The last day can't be after today."))
    if started_on is not None and last_on < started_on:
        raise RuleBroken("ended_on", N_("The last day can't be before the first day."))


_OFFICE_CLOSES = time(17)
_LATE_ENOUGH = time(10)  # an hour after the morning's messages, for who hears it only then
UNTIL_COOPERATIVE = timedelta(days=2)
UNTIL_CLOSED = timedelta(days=7)


def offer_deadline(now: datetime, hours: int) -> datetime:
    """Until when somebody may take an offered place.

    The time runs from when she can be told, and never runs out at night. Those are hours that
    pass, not a time on the clock: in the night of the summer time she has as many as in any other.
    """
    until = next_daytime(now).astimezone(UTC) + timedelta(hours=hours)
    if not is_quiet(until):
        return until
    return clock.from_local(clock.to_local(next_daytime(until)).date(), _LATE_ENOUGH)


def answer_due(now: datetime, days: int) -> datetime:
    """By when a sign-up is answered, as it was promised: the end of that day."""
    return clock.from_local(clock.to_local(now).date() + timedelta(days=days), _OFFICE_CLOSES)


class Overdue(StrEnum):
    """What an answer that was not given in time calls for next."""

    REMIND = "remind"
    ASK_COOPERATIVE = "ask_cooperative"
    CLOSE = "close"


def overdue(due_at: datetime, reminders: int, now: datetime) -> Overdue | None:
    """Say what is due next about an answer, in order, none of it twice."""
    step, after = {
        0: (Overdue.REMIND, timedelta()),
        1: (Overdue.ASK_COOPERATIVE, UNTIL_COOPERATIVE),
    }.get(reminders, (Overdue.CLOSE, UNTIL_CLOSED))
    return step if now >= due_at + after else None
