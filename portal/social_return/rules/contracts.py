"""A contract's lines: their way past the account manager, and what makes two of them one claim."""

import hmac
from enum import StrEnum

from portal.core.errors import N_
from portal.core.moves import Moves
from portal.core.names import folded
from portal.core.worded import WordedEnum


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


def mark_of(secret: bytes, who: str, proof: str) -> str:
    """Make a person or an invoice a mark: always the same, and no name.

    Without the portal's secret nobody can try names against it.
    """
    said = f"social-return|{folded(who)}|{folded(proof)}".encode(errors="replace")
    return hmac.digest(secret, said, "sha256").hex()
