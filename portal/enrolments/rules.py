"""The life of an enrolment, as one table, and the fixed lists of reasons (never health)."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from portal.core.errors import N_, NotAllowed, RuleBroken
from portal.offerings.rules import TAKES_APPLICATIONS, Intake, OfferingStatus


class EnrolmentStatus(StrEnum):
    APPLIED = "applied"
    WAITING = "waiting"
    OFFERED = "offered"
    ENROLLED = "enrolled"
    COMPLETED = "completed"
    ENDED = "ended"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


class Move(StrEnum):
    """What can happen to an enrolment."""

    ACCEPT = "accept"  # staff gives an applicant a place
    WAIT = "wait"  # staff puts an applicant on the waiting list
    OFFER = "offer"  # staff offers somebody on the list a free place
    CONFIRM = "confirm"  # the participant takes the offered place
    RETURN = "return"  # the offer was not taken: back to the list
    DECLINE = "decline"
    WITHDRAW = "withdraw"  # the participant, before she started
    COMPLETE = "complete"
    END = "end"  # stopped before the end


_S = EnrolmentStatus
TRANSITIONS: dict[tuple[EnrolmentStatus, Move], EnrolmentStatus] = {
    (_S.APPLIED, Move.ACCEPT): _S.ENROLLED,
    (_S.APPLIED, Move.WAIT): _S.WAITING,
    (_S.APPLIED, Move.DECLINE): _S.DECLINED,
    (_S.APPLIED, Move.WITHDRAW): _S.WITHDRAWN,
    (_S.WAITING, Move.ACCEPT): _S.ENROLLED,
    (_S.WAITING, Move.OFFER): _S.OFFERED,
    (_S.WAITING, Move.DECLINE): _S.DECLINED,
    (_S.WAITING, Move.WITHDRAW): _S.WITHDRAWN,
    (_S.OFFERED, Move.CONFIRM): _S.ENROLLED,
    (_S.OFFERED, Move.RETURN): _S.WAITING,
    (_S.OFFERED, Move.WITHDRAW): _S.WITHDRAWN,
    (_S.ENROLLED, Move.COMPLETE): _S.COMPLETED,
    (_S.ENROLLED, Move.END): _S.ENDED,
}

HOLDS_PLACE = frozenset({_S.OFFERED, _S.ENROLLED})
OPEN = frozenset({_S.APPLIED, _S.WAITING, _S.OFFERED, _S.ENROLLED})
TOOK_PART = frozenset({_S.ENROLLED, _S.COMPLETED, _S.ENDED})


HERS = frozenset({Move.CONFIRM, Move.WITHDRAW})  # what a participant may do herself
ENDINGS = frozenset({Move.COMPLETE, Move.END})


class EndReason(StrEnum):
    FOUND_WORK = "found_work"
    EDUCATION = "education"
    OTHER_ACTIVITY = "other_activity"
    MOVED = "moved"
    TIMES_DO_NOT_FIT = "times_do_not_fit"
    NOT_WHAT_SHE_SOUGHT = "not_what_she_sought"
    OUT_OF_REACH = "out_of_reach"
    OFFERING_STOPPED = "offering_stopped"
    OWN_CHOICE = "own_choice"
    UNKNOWN = "unknown"


class DeclineReason(StrEnum):
    GROUP_FULL = "group_full"
    OTHER_OFFERING_FITS_BETTER = "other_offering_fits_better"
    MORE_DUTCH_NEEDED = "more_dutch_needed"
    NOT_FOR_THIS_GROUP = "not_for_this_group"
    TIMES_DO_NOT_FIT = "times_do_not_fit"
    NOT_REACHED = "not_reached"
    OFFERING_STOPPED = "offering_stopped"


def next_status(status: EnrolmentStatus, move: Move) -> EnrolmentStatus:
    """Where `move` leads from `status`; `RuleBroken` when the table has no such move."""
    try:
        return TRANSITIONS[status, move]
    except KeyError:
        raise RuleBroken("", N_("This can't be done any more: the sign-up has changed.")) from None


def moves_from(status: EnrolmentStatus) -> list[Move]:
    """What can happen next, in the table's order."""
    return [move for (start, move) in TRANSITIONS if start is status]


def places_change(before: EnrolmentStatus | None, after: EnrolmentStatus) -> int:
    """How many places a change of status takes (1), gives back (-1) or leaves alone (0)."""
    return (after in HOLDS_PLACE) - (before in HOLDS_PLACE)


def first_status(
    offering: OfferingStatus, intake: Intake, places_free: int, waiting: int
) -> EnrolmentStatus:
    """How a new sign-up begins: decided by staff, at once with a place, or on the list.

    A place that came free is for those who wait already; who comes new does not overtake them.
    """
    check_takes_people(offering)
    if intake is Intake.BY_INVITATION:
        return EnrolmentStatus.APPLIED
    return EnrolmentStatus.ENROLLED if places_free > waiting else EnrolmentStatus.WAITING


def check_takes_people(offering: OfferingStatus) -> None:
    """Only an offering that is open, if only its waiting list, takes new people."""
    if offering not in TAKES_APPLICATIONS:
        raise RuleBroken("", N_("This activity takes no new people now."))


def check_free_place(change: int, places_free: int) -> None:
    """Nobody gets a place that isn't there."""
    if change > places_free:
        raise RuleBroken("", N_("There is no free place now. The waiting list is possible."))


def check_mover(move: Move, is_participant: bool) -> None:
    """A participant takes or leaves what is offered to her; the rest is for staff."""
    if is_participant and move not in HERS:
        raise NotAllowed()


def check_last_day(started_on: date | None, last_on: date, today: date) -> None:
    """Somebody's last day lies between her first one and today."""
    if last_on > today:
        raise RuleBroken("ended_on", N_("The last day can't be after today."))
    if started_on is not None and last_on < started_on:
        raise RuleBroken("ended_on", N_("The last day can't be before the first day."))
