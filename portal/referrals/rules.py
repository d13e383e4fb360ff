"""How a person agreed to be referred, and for how long others may read of her."""

from __future__ import annotations

from enum import StrEnum


class AgreedHow(StrEnum):
    """In what way the person said yes to this referral."""

    SPOKEN = "spoken"  # she was there and said so
    CARD = "card"  # on her own page
    PAPER = "paper"
