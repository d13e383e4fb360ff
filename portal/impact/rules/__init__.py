"""The states of a report, its period, and how a change on the ladder is read."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from portal.core.errors import N_, RuleBroken
from portal.core.moves import Moves
from portal.core.names import folded, words_of
from portal.core.worded import WordedEnum
from portal.progress.rules import Voice

MOST_PICTURES = 4  # of a report
MOST_TOLD = 2_000  # characters of its story: a page on paper, beside the figures
MOST_WORDS, MOST_LETTERS = 4, 300  # people who say something in a report, and how much each


class WordsAnswer(WordedEnum):
    """What she says to her words in a report."""

    ASKED = "asked", N_("No answer yet")
    YES = "yes", N_("Yes")
    NO = "no", N_("No")
    TAKEN_BACK = "taken_back", N_("Taken back")


def check_words(words: str, name: str) -> None:
    """Refuse words in which their speaker's own name stands."""
    capitals = " ".join(part for part in name.split() if not part[0].islower())
    parts = {part for part in folded(capitals).split() if len(part) > 1}
    said = words_of(words)
    if parts & {*said, *(word.removesuffix("s") for word in said)}:  # Fatma's
        raise RuleBroken("words", N_("Leave out the name of who says it."))


def check_names(field: str, text: str, names: Iterable[str]) -> None:
    """Refuse a text in which somebody's whole name stands.

    A first name alone is many people's.
    """
    words = words_of(text)
    said = {f" {' '.join(one)} " for one in (words, [word.removesuffix("s") for word in words])}
    for name in names:
        wholes = {folded(name), " ".join(words_of(name))}
        if any(" " in whole and f" {whole} " in one for whole in wholes for one in said):
            raise RuleBroken(field, N_("Everybody can read this: leave out {name}."), name=name)


class ReportStatus(WordedEnum):
    COMPILED = "compiled", N_("Not handed in yet")
    SUBMITTED = "submitted", N_("Handed in")
    RETURNED = "returned", N_("Sent back")
    DECLINED = "declined", N_("Declined")
    APPEALED = "appealed", N_("Looked at again")
    CLOSED = "closed", N_("Declined for good")
    RECOGNISED = "recognised", N_("Recognised")
    REPLACED = "replaced", N_("Replaced")


class ReportMove(StrEnum):
    """What can happen to a report."""

    SUBMIT = "submit"
    WITHDRAW = "withdraw"  # by who handed it in, before it is decided
    RETURN = "return"
    DECLINE = "decline"
    APPEAL = "appeal"  # once: nothing leads back to where it can be done
    RECOGNISE = "recognise"
    REPLACE = "replace"  # by a report compiled anew


_S = ReportStatus
TRANSITIONS = Moves(
    N_("This can't be done any more: the report has changed."),
    {
        (_S.COMPILED, ReportMove.SUBMIT): _S.SUBMITTED,
        (_S.SUBMITTED, ReportMove.WITHDRAW): _S.COMPILED,
        (_S.SUBMITTED, ReportMove.RETURN): _S.RETURNED,
        (_S.SUBMITTED, ReportMove.RECOGNISE): _S.RECOGNISED,
        (_S.SUBMITTED, ReportMove.DECLINE): _S.DECLINED,
        (_S.DECLINED, ReportMove.APPEAL): _S.APPEALED,
        (_S.APPEALED, ReportMove.WITHDRAW): _S.CLOSED,
        (_S.APPEALED, ReportMove.RETURN): _S.RETURNED,
        (_S.APPEALED, ReportMove.RECOGNISE): _S.RECOGNISED,
        (_S.APPEALED, ReportMove.DECLINE): _S.CLOSED,
        (_S.RETURNED, ReportMove.REPLACE): _S.REPLACED,
        (_S.DECLINED, ReportMove.REPLACE): _S.REPLACED,
        (_S.CLOSED, ReportMove.REPLACE): _S.REPLACED,
        (_S.RECOGNISED, ReportMove.REPLACE): _S.REPLACED,
    },
)
next_status = TRANSITIONS.next
# Two reports over overlapping periods can be subtracted from each other, so only one may leave.
BINDING = frozenset({_S.SUBMITTED, _S.APPEALED, _S.RECOGNISED})
UNDECIDED = frozenset(status for status, move in TRANSITIONS if move is ReportMove.RECOGNISE)
REPLACEABLE = frozenset(status for status, move in TRANSITIONS if move is ReportMove.REPLACE)


@dataclass(frozen=True)
class Period:
    """Local days, both included."""

    from_on: date
    until_on: date

    @property
    def iso(self) -> str:
        """Its days as an address holds them."""
        return f"{self.from_on}/{self.until_on}"


_MOST_YEARS = 3


def check_period(period: Period, today: date) -> None:
    """Refuse a period that runs backwards, is too long, or isn't over yet."""
    if period.until_on < period.from_on:
        raise RuleBroken("until_on", N_("The last day must not be before the first day."))
    if period.until_on >= today:
        raise RuleBroken("until_on", N_("The last day must be over: what happens on it counts."))
    end = period.from_on
    most = date(
        end.year + _MOST_YEARS, end.month, 28 if (end.month, end.day) == (2, 29) else end.day
    )
    if period.until_on >= most:
        raise RuleBroken("until_on", N_("A report covers at most three years."))


@dataclass(frozen=True)
class Statement:
    """A step on the ladder, said on a day by a voice."""

    stated_on: date
    voice: Voice
    step: int


LADDER_CHANGES = ("rose", "held", "fell", "unknown")


def ladder_change(statements: Sequence[Statement]) -> str:
    """`rose`, `held`, `fell` or `unknown`, from one person's statements in order of time.

    Only steps stated by the same voice on two different days are compared: her own if she did so,
    else the guide's, else the expert's. Only she can state steps 1 and 2, so a guide's first step
    beside her last would make a difference that nobody saw.
    """
    for voice in (Voice.PARTICIPANT, Voice.GUIDE, Voice.EXPERT):
        said = [statement for statement in statements if statement.voice is voice]
        if said and said[0].stated_on < said[-1].stated_on:
            change = said[-1].step - said[0].step
            return "held" if change == 0 else "rose" if change > 0 else "fell"
    return "unknown"


WAITS = ("week", "month", "longer", "unknown")


def how_long(applied_on: date, started_on: date) -> str:
    """Say how long somebody waited; `unknown` when it was written down later."""
    days = (started_on - applied_on).days
    return "unknown" if days < 0 else "week" if days <= 7 else "month" if days <= 31 else "longer"


def longest_row(numbers: Iterable[int]) -> int:
    """Count the longest row of numbers that follow each other; 0 when there are none."""
    longest, row, last = 0, 0, None
    for number in sorted(numbers):
        row = row + 1 if last is not None and number == last + 1 else 1
        longest, last = max(longest, row), number
    return longest
