"""A contract's lines: their way past the account manager, and what makes two of them one claim."""

import hmac
import uuid
from datetime import date
from enum import StrEnum

from portal.core.errors import N_, RuleBroken
from portal.core.moves import Moves
from portal.core.names import folded
from portal.core.worded import WordedEnum
from portal.social_return.rules.counting import Claim


class LineStatus(WordedEnum):
    PROMISED = "promised", N_("Waits for who gets it")
    DECLARED = "declared", N_("Not sent yet")
    SENT = "sent", N_("With the municipality")
    ASKED = "asked", N_("A question was asked")
    ACCEPTED = "accepted", N_("Agreed")
    REMOVED = "removed", N_("Removed")


class LineMove(StrEnum):
    CONFIRM = "confirm"
    SEND = "send"
    ASK = "ask"
    ACCEPT = "accept"
    REMOVE = "remove"


NOT_SENT = frozenset({LineStatus.PROMISED, LineStatus.DECLARED})
BY_MANAGER = frozenset({LineMove.ASK, LineMove.ACCEPT})  # the others are the contractor's
_S = LineStatus
LINE = Moves(
    N_("This can't be done any more: somebody decided about it meanwhile."),
    {
        (_S.PROMISED, LineMove.CONFIRM): _S.DECLARED,
        (_S.PROMISED, LineMove.REMOVE): _S.REMOVED,
        (_S.DECLARED, LineMove.SEND): _S.SENT,
        (_S.ASKED, LineMove.SEND): _S.SENT,
        (_S.SENT, LineMove.ASK): _S.ASKED,
        (_S.SENT, LineMove.ACCEPT): _S.ACCEPTED,
        (_S.ASKED, LineMove.ACCEPT): _S.ACCEPTED,
        (_S.DECLARED, LineMove.REMOVE): _S.REMOVED,
        (_S.SENT, LineMove.REMOVE): _S.REMOVED,
        (_S.ASKED, LineMove.REMOVE): _S.REMOVED,
    },
)


def placement_mark(secret: bytes, introduction: uuid.UUID) -> str:
    """Make a placement a mark, so that no table says for which amount somebody works."""
    return mark_of(secret, "placement", str(introduction))


def check_worked(claim: Claim, from_on: date, until_on: date, minutes: int) -> None:
    """Refuse days on which nobody worked yet, and more hours than both sides agreed."""
    if claim.from_on < from_on or claim.until_on > until_on:
        raise RuleBroken("until_on", N_("Only days on which the work was done count."))
    if claim.week_minutes > minutes:
        raise RuleBroken("hours", N_("You agreed on fewer hours."))


def mark_of(secret: bytes, who: str, proof: str) -> str:
    """Make a person or an invoice a mark: always the same, and no name.

    Without the portal's secret nobody can try names against it.
    """
    said = f"social-return|{folded(who)}|{folded(proof)}".encode(errors="replace")
    return hmac.digest(secret, said, "sha256").hex()
