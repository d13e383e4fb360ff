"""How an agreement comes to be confirmed by both."""

from __future__ import annotations

from enum import StrEnum


class ConfirmedHow(StrEnum):
    """In what way the participant said yes."""

    CARD = "card"  # on her own page
    LINK = "link"  # from a message
    PAPER = "paper"  # she signed, and staff wrote down when
