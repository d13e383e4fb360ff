"""How an agreement comes to be confirmed by both."""

from datetime import date, timedelta

from portal.core.errors import N_, RuleBroken
from portal.core.worded import WordedEnum
from portal.enrolments.rules import EnrolmentStatus
from portal.offerings.rules import OfferingKind

_MOST_WEEKLY_MINUTES = 40 * 60
_LONGEST = timedelta(days=2 * 366)


class ConfirmedHow(WordedEnum):
    """In what way the participant said yes."""

    CARD = "card", N_("on her own page")  # on her own page
    LINK = "link", N_("by the link in a message")  # from a message
    PAPER = "paper", N_("on paper")  # she signed, and staff wrote down when


def may_have_agreement(kind: OfferingKind, status: EnrolmentStatus) -> bool:
    """An agreement is for a pre-trajectory, and for somebody who has a place in it."""
    return kind is OfferingKind.PRE_TRAJECTORY and status is EnrolmentStatus.ENROLLED


def check_may_write(kind: OfferingKind, status: EnrolmentStatus) -> None:
    """Refuse an agreement for somebody who has no place in a pre-trajectory."""
    if not may_have_agreement(kind, status):
        raise RuleBroken("", N_("Only who has a place in a pre-trajectory has an agreement."))


def check_hours(minutes_per_week: int) -> None:
    """Between some minutes and a whole working week."""
    if not 0 < minutes_per_week <= _MOST_WEEKLY_MINUTES:
        raise RuleBroken("minutes_per_week", N_("Give a number of hours up to 40."))


def check_period(from_on: date, until_on: date | None) -> None:
    """It ends after it begins, and within two years."""
    if until_on is None:
        return
    if until_on < from_on:
        raise RuleBroken("until_on", N_("The last day can't be before the first day."))
    if until_on - from_on > _LONGEST:
        raise RuleBroken("until_on", N_("An agreement lasts at most two years."))


def check_is_newest(is_replaced: bool) -> None:
    """Nobody confirms a text that a newer one replaced meanwhile."""
    if is_replaced:
        raise RuleBroken("", N_("The agreement has changed. Read the new text first."))


def check_signed_on(signed_on: date, written_on: date, today: date) -> None:
    """Paper is signed after the text was written, and not in the future."""
    if signed_on > today:
        raise RuleBroken("signed_on", N_("This day is still to come."))
    if signed_on < written_on:
        raise RuleBroken("signed_on", N_("This text is newer. Print it and let her sign again."))
