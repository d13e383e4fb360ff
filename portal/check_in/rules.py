"""The code that changes: how it is made, when it is good, and why one is refused."""

import hmac
import re
import unicodedata
import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from portal.core.clock import minutes_between
from portal.core.errors import N_
from portal.core.worded import WordedEnum

STEP = timedelta(seconds=30)
TOLERANCE = 1  # steps, before and after: so a code is good for 90 seconds, 30 of them on screen
OPENS_BEFORE = timedelta(minutes=30)
KNOWN_ELSEWHERE = 20  # steps: for ten minutes a code of another group is told from a wrong one
IN_TIME = timedelta(minutes=15)  # who comes later than this after the start did not have it all
_ROUNDED_TO = 5  # minutes, in her favour
_DIGITS = 6
_TOKEN_LETTERS = 22  # of a card
_FROM_GERMAN = str.maketrans("yzYZß?", "zyZY-_")
_SEPARATORS = frozenset({"Zs", "Pd", "Cf", "Cc"})
_BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)


class Verdict(WordedEnum):
    """What there is to say about a code."""

    ACCEPTED = "accepted", N_("This code is good.")
    # it stood on the screen of this session a while ago
    TOO_OLD = "too_old", N_("The code has changed. Look at the screen again. Type the new code.")
    TOO_EARLY = "too_early", N_("You are early. The code comes later.")
    OVER = "over", N_("This is an old code. That time is over.")
    OTHER_GROUP = (
        "other_group",
        N_("This is the code of another group. You are not on that list. Ask the guide."),
    )
    OTHER_CARD = (
        "other_card",
        N_("Your card is from another place. Scan your card from here, or go to the guide."),
    )  # of an organisation that her keys do not open
    UNKNOWN = "unknown", N_("This code is not right. Look at the screen again. Type six digits.")


class CheckInOutcome(WordedEnum):
    """What came of a check-in."""

    WELCOME = "welcome", N_("Welcome! You are on the list.")
    ALREADY = "already", N_("You are on the list already. Welcome!")
    # the register was closed with another mark
    LEFT_TO_GUIDE = "left_to_guide", N_("Welcome! The list is closed already. Go to the guide.")
    OTHER_GROUP = "other_group", N_("This card belongs to another group. Ask the guide.")
    # it opens nothing of this organisation
    OTHER_CARD = "other_card", N_("This card is from another place. Go to the guide.")
    UNKNOWN_CARD = "unknown_card", N_("We do not know this card. Try again, or ask the guide.")


@dataclass(frozen=True)
class Candidate:
    """A session that a code may be of; `is_hers` when she is on its register."""

    uuid: uuid.UUID
    starts_at: datetime
    ends_at: datetime
    is_hers: bool = True


@dataclass(frozen=True)
class Judgement:
    """A verdict, and the session that it is about where there is one."""

    verdict: Verdict
    about: Candidate | None = None


def opens_at(starts_at: datetime) -> datetime:
    """From when somebody can check in; it ends when the session does."""
    return starts_at - OPENS_BEFORE


def is_open(starts_at: datetime, ends_at: datetime, at: datetime) -> bool:
    """Whether somebody can check in at this moment."""
    return opens_at(starts_at) <= at <= ends_at


def code_at(secret: bytes, session_uuid: uuid.UUID, at: datetime) -> str:
    """The six digits on the screen of a session at a moment."""
    return _code(secret, session_uuid, _step_at(at))


def next_code_in(at: datetime) -> int:
    """After how many seconds there is another code, from 1 to 30."""
    return int(STEP.total_seconds()) - int(at.timestamp()) % int(STEP.total_seconds())


def as_typed(text: str) -> str:
    """Read six digits of any script, spaces and dashes aside; empty without a code."""
    plain = "".join(_plain(letter) for letter in text)
    found = re.fullmatch(rf"(?:.*/checkin/)?([0-9]{{{_DIGITS}}})/?", plain)
    return found[1] if found else ""


def judge(secret: bytes, typed: str, candidates: Collection[Candidate], at: datetime) -> Judgement:
    """Judge a code at this moment, her own sessions first: two may show the same."""
    code, now = as_typed(typed), _step_at(at)
    hers = sorted(
        (one for one in candidates if one.is_hers), key=lambda one: (one.starts_at, one.uuid)
    )
    running = [one for one in hers if is_open(one.starts_at, one.ends_at, at)]
    to_come = [one for one in hers if at < opens_at(one.starts_at)]
    over = [one for one in reversed(hers) if one.ends_at < at]
    others = [one for one in candidates if not one.is_hers]
    near = range(now - TOLERANCE, now + TOLERANCE + 1)
    for verdict, among, steps_of in (
        (Verdict.ACCEPTED, running, lambda one: near),
        (Verdict.TOO_OLD, running, lambda one: range(_step_at(opens_at(one.starts_at)), now)),
        (Verdict.TOO_EARLY, to_come, lambda one: near),
        (Verdict.OVER, over, _all_steps),
        (Verdict.OTHER_GROUP, others, lambda one: range(now - KNOWN_ELSEWHERE, near.stop)),
    ):
        for one in among:
            if any(_code(secret, one.uuid, step) == code for step in steps_of(one)):
                return Judgement(verdict, one)
    if to_come and not running:  # whatever she typed: there is no code for her yet
        return Judgement(Verdict.TOO_EARLY, to_come[0])
    return Judgement(Verdict.UNKNOWN)


def minutes_from(starts_at: datetime, ends_at: datetime, at: datetime) -> int | None:
    """Count the minutes of who checks in late, rounded up to five; None: all."""
    if at <= starts_at + IN_TIME:
        return None
    left = int((ends_at - at).total_seconds())
    fives = max(-(-left // (60 * _ROUNDED_TO)), 1)
    return min(fives * _ROUNDED_TO, minutes_between(starts_at, ends_at))


def card_tokens(typed: str) -> list[str]:
    """List the card's secrets that a scanner may have typed, the likeliest first.

    A scanner types as on an American keyboard. Where the tablet thinks of another one, the signs
    of the address come out wrong, so the secret is found by its place and length; on a German one
    two letters and the dash change places too.
    """
    text = "".join(typed.split()).rstrip("/")
    found = re.search(r"card[^A-Za-z0-9]([A-Za-z0-9_-]{8,})$", text, re.IGNORECASE)
    last = text[-_TOKEN_LETTERS:]
    tokens = [found[1] if found else "", last, last.translate(_FROM_GERMAN), last.swapcase()]
    return [one for one in dict.fromkeys(tokens) if re.fullmatch(r"[A-Za-z0-9_-]{8,64}", one)]


def _plain(letter: str) -> str:
    """A letter as it is meant: a digit of ours, nothing for what only parts, or itself."""
    if unicodedata.category(letter) in _SEPARATORS:
        return ""
    return str(unicodedata.decimal(letter, letter))


def _all_steps(one: Candidate) -> range:
    return range(_step_at(opens_at(one.starts_at)), _step_at(one.ends_at) + 1)


def _step_at(at: datetime) -> int:
    return (at - _BEGINNING) // STEP


def _code(secret: bytes, session_uuid: uuid.UUID, step: int) -> str:
    said = hmac.digest(secret, b"check-in:%s%d" % (session_uuid.bytes, step), "sha256")
    return f"{int.from_bytes(said[:8], 'big') % 10**_DIGITS:0{_DIGITS}d}"
