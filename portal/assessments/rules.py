"""A conversation from asking to agreeing, the three piles of cards, and the codes on paper."""

from collections.abc import Iterable, Mapping
from hashlib import sha256

from portal.core.errors import N_, RuleBroken
from portal.core.moves import Moves
from portal.core.worded import WordedEnum

_CODE_LETTERS = "23456789BCDFGHJKLMNPQRSTVWXZ"  # no vowel makes a word, no 0 is an O
_LATER = N_("This can't be done any more. Look again how it stands.")


class Pick(WordedEnum):
    """The pile on which a card lies."""

    MINE = "mine", N_("Mine")
    LEARN = "learn", N_("I want to learn this")
    NOT_NOW = "not_now", N_("Not now")


class AssessmentStatus(WordedEnum):
    ASKED = "asked", N_("asked")  # somebody was asked to hold it
    DECLINED = "declined", N_("can't do it")
    ACCEPTED = "accepted", N_("will do it")
    PLANNED = "planned", N_("planned")
    RUNNING = "running", N_("busy with the cards")
    PAUSED = "paused", N_("paused")
    LAID = "laid", N_("waits for her yes")  # she has the last word
    AGREED = "agreed", N_("agreed")
    STOPPED = "stopped", N_("stopped")


class AssessmentMove(WordedEnum):
    ACCEPT = "accept", N_("Yes, I will do it")
    DECLINE = "decline", N_("No, I can't")
    ASSIGN = "assign", N_("Ask somebody")
    PLAN = "plan", N_("Choose a day")
    BEGIN = "begin", N_("To the cards")
    PAUSE = "pause", N_("Pause")
    LAY = "lay", N_("We are ready")
    AGREE = "agree", N_("Yes, this is right")
    STOP = "stop", N_("Stop for good")


_S, _M = AssessmentStatus, AssessmentMove
OVER = frozenset({_S.AGREED, _S.STOPPED})
# While they hold it, whoever accepted sees the cards; before and after they are hers alone.
HELD = frozenset({_S.ACCEPTED, _S.PLANNED, _S.RUNNING, _S.PAUSED, _S.LAID})
BY_HER = frozenset({_M.BEGIN, _M.PAUSE, _M.LAY, _M.AGREE, _M.STOP})
BY_HOLDER = frozenset({_M.ACCEPT, _M.DECLINE, _M.PLAN, _M.BEGIN, _M.PAUSE, _M.LAY})
BY_TEAM = frozenset({_M.ASSIGN, _M.STOP})

MOVES = Moves(
    _LATER,
    {
        (_S.ASKED, _M.ACCEPT): _S.ACCEPTED,
        (_S.ASKED, _M.DECLINE): _S.DECLINED,
        (_S.ACCEPTED, _M.PLAN): _S.PLANNED,
        (_S.ACCEPTED, _M.BEGIN): _S.RUNNING,
        (_S.ACCEPTED, _M.DECLINE): _S.DECLINED,
        (_S.PLANNED, _M.BEGIN): _S.RUNNING,
        (_S.PLANNED, _M.PLAN): _S.PLANNED,
        (_S.PLANNED, _M.DECLINE): _S.DECLINED,
        (_S.RUNNING, _M.PAUSE): _S.PAUSED,
        (_S.RUNNING, _M.LAY): _S.LAID,
        (_S.PAUSED, _M.BEGIN): _S.RUNNING,
        (_S.PAUSED, _M.LAY): _S.LAID,
        (_S.PAUSED, _M.PLAN): _S.PLANNED,
        (_S.LAID, _M.AGREE): _S.AGREED,
        (_S.LAID, _M.BEGIN): _S.RUNNING,
        **{(state, _M.ASSIGN): _S.ASKED for state in _S if state not in {*OVER, _S.RUNNING}},
        **{(state, _M.STOP): _S.STOPPED for state in _S if state not in OVER},
    },
)


def code_of(competence: str) -> str:
    """Say the code of a word's card on paper: three signs, for ever the same."""
    number = int.from_bytes(sha256(competence.encode()).digest()[:4])
    signs = []
    for _ in range(3):
        number, sign = divmod(number, len(_CODE_LETTERS))
        signs.append(_CODE_LETTERS[sign])
    return "".join(signs)


def read_codes(typed: Mapping[Pick, str], known: Iterable[str]) -> dict[str, Pick]:
    """Read the codes of each pile as words; RuleBroken for what is none."""
    by_code = {code_of(key): key for key in known}
    found: dict[str, Pick] = {}
    for pick, text in typed.items():
        for code in text.upper().replace(",", " ").split():
            if code not in by_code:
                raise RuleBroken(pick.value, N_("We know no card {code}."), code=code)
            if found.setdefault(by_code[code], pick) is not pick:
                raise RuleBroken(pick.value, N_("Card {code} lies on two piles."), code=code)
    return found
