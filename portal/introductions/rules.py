"""From interest to a place at work: what follows what, who acts, and by when."""

from datetime import date, timedelta
from enum import StrEnum

from portal.core.errors import N_, RuleBroken
from portal.core.moves import Moves
from portal.core.worded import WordedEnum


class IntroductionStatus(WordedEnum):
    WANTED = "wanted", N_("Waits for the employer")
    AGREED = "agreed", N_("Both said yes")
    MEETING = "meeting", N_("First meeting")
    TRIAL = "trial", N_("Trial")
    PLACED = "placed", N_("At work")
    DECLINED = "declined", N_("Does not go on")
    LAPSED = "lapsed", N_("No answer came")
    ENDED = "ended", N_("The work ended")


class IntroductionMove(StrEnum):
    YES = "yes"
    MEET = "meet"  # a day and a place for the first meeting, or another one
    OTHER_DAY = "other_day"  # she can't come then
    TRY = "try"  # all sides said yes to the text of a trial
    PLACE = "place"  # or to that of work
    NO = "no"
    LAPSE = "lapse"  # nobody acted
    END = "end"


class Side(StrEnum):
    """Who looks or acts: she, the employer, or the guide whom she lets help."""

    HER = "her"
    EMPLOYER = "employer"
    GUIDE = "guide"


_S, _M = IntroductionStatus, IntroductionMove
BEFORE_WORK = (_S.WANTED, _S.AGREED, _S.MEETING, _S.TRIAL)
MOVES = Moves(
    N_("This can't be done any more: somebody did something meanwhile."),
    {
        (_S.WANTED, _M.YES): _S.AGREED,
        (_S.AGREED, _M.MEET): _S.MEETING,
        (_S.MEETING, _M.MEET): _S.MEETING,
        (_S.MEETING, _M.OTHER_DAY): _S.AGREED,
        (_S.MEETING, _M.TRY): _S.TRIAL,
        (_S.MEETING, _M.PLACE): _S.PLACED,
        (_S.TRIAL, _M.PLACE): _S.PLACED,
        (_S.PLACED, _M.END): _S.ENDED,
        **{(one, _M.NO): _S.DECLINED for one in BEFORE_WORK},
        **{(one, _M.LAPSE): _S.LAPSED for one in BEFORE_WORK},
    },
)
OPEN = frozenset({*BEFORE_WORK, _S.PLACED})
OVER = frozenset({_S.DECLINED, _S.LAPSED})  # of these no work came
HIRED = frozenset({_S.PLACED, _S.ENDED})
# What an employer may see while she lets herself be seen; of HIRED both sides have a text.
SHOWN = frozenset({_S.WANTED, _S.AGREED, _S.MEETING, _S.TRIAL})
# The text that comes next, and the step that every side's yes to it is.
WRITTEN = {_S.TRIAL: _M.TRY, _S.PLACED: _M.PLACE}

_BOTH = frozenset({Side.HER, Side.EMPLOYER})
_MAY = {
    _M.YES: frozenset({Side.EMPLOYER}),
    _M.MEET: frozenset({Side.EMPLOYER}),
    _M.OTHER_DAY: frozenset({Side.HER}),
    _M.NO: _BOTH,
    _M.END: _BOTH,
    **dict.fromkeys((_M.TRY, _M.PLACE, _M.LAPSE), frozenset()),  # by all, or by time
}
_DAYS = timedelta(days=7)
PATIENCE = timedelta(days=14)  # after the day by which somebody would act
FORGOTTEN_AFTER = timedelta(days=28)  # of what led to nothing


class WhyNot(WordedEnum):
    """Why an introduction or work stops; never health, and she need not say."""

    TIMES = "times", N_("The times do not fit")
    TRAVEL = "travel", N_("It is too far away")
    TASKS = "tasks", N_("The work does not fit")
    OTHER_WORK = "other_work", N_("There is other work or a course")
    NOT_SAID = "not_said", N_("I would rather not say")
    FILLED = "filled", N_("The place is taken")
    NEEDED = "needed", N_("Something is needed that can't be learned here")
    LESS_WORK = "less_work", N_("There is less work")
    AS_AGREED = "as_agreed", N_("It was agreed until this day")


_W = WhyNot
WHY_NOT = {
    Side.HER: (_W.TIMES, _W.TRAVEL, _W.TASKS, _W.OTHER_WORK, _W.NOT_SAID),
    Side.GUIDE: (),
    Side.EMPLOYER: (_W.FILLED, _W.TIMES, _W.NEEDED, _W.LESS_WORK),
}


def act_by(status: IntroductionStatus, since: date) -> date | None:
    """Say by which day somebody acts; None: nobody has to."""
    return since + _DAYS if status in BEFORE_WORK else None


def may(side: Side, status: IntroductionStatus, move: IntroductionMove) -> bool:
    """Whether a side may do this now."""
    return side in _MAY[move] and (status, move) in MOVES


def check_why(side: Side, move: IntroductionMove, why: WhyNot | None) -> None:
    """Refuse a no without a reason from its side's list."""
    if move in (_M.NO, _M.END) and why not in WHY_NOT[side]:
        raise RuleBroken("why", N_("Choose one from the list."))


def check_text(status: IntroductionStatus, to: IntroductionStatus, until: date | None) -> None:
    """Refuse a text that comes too early, or a trial without an end."""
    if to not in WRITTEN or (status, WRITTEN[to]) not in MOVES:
        raise RuleBroken("leads_to", N_("First you meet. Then comes a trial, or work."))
    if to is _S.TRIAL and until is None:
        raise RuleBroken("until_on", N_("A trial has a last day."))


def check_meeting(today: date, on: date | None, where: str) -> None:
    """Refuse a first meeting in the past, or more than two months ahead."""
    if on is None or not today <= on <= today + timedelta(days=62):
        raise RuleBroken("meets_on", N_("Choose a day within two months."))
    if not where:
        raise RuleBroken("meets_where", N_("Say where you meet."))


def check_is_free(places: int) -> None:
    """Refuse one more than a work place has places for."""
    if places <= 0:
        raise RuleBroken("", N_("All places are taken. Stop one, or offer more places."))


def called_at_work(name: str, status: IntroductionStatus) -> str:
    """Her name for an employer: the whole only once she works there."""
    return name if status in HIRED else name.split()[0]
