"""A number as people write it: "1.250,00", "1,250.00", "€ 12,-" and "12 euro"."""

import re
from contextlib import suppress
from decimal import Decimal

from babel.numbers import NumberFormatError, parse_decimal

from portal.core.visible import DRAWN_AS_NOTHING

_AROUND = re.compile(r"€|\beuros?\b|\beur\b|['\u2019\s]|(?<=\d)[.,][-–—]+$", re.IGNORECASE)
_LIKE_OURS = {0x66B: ",", 0x66C: "."}
_NUMBER = re.compile(r"[0-9][0-9.,]{,14}")
_EITHER_WAY = re.compile(r"[1-9][0-9]{,2},[0-9]{3}")


def bare(text: str) -> str:
    """Take away what stands around a number: the euro, gaps, the stroke for no cents."""
    seen = _AROUND.sub("", DRAWN_AS_NOTHING.sub("", text)).translate(_LIKE_OURS)
    return re.sub(r"\d", lambda digit: str(int(digit[0])), seen)


def decimal_in(text: str) -> Decimal | None:
    """Read a number, in Dutch where that can be; None for none."""
    number = bare(text)
    if _NUMBER.fullmatch(number):
        for language in ("nl", "en"):
            with suppress(NumberFormatError):
                return parse_decimal(number, locale=language, strict=True)
    return None


def euros_in(text: str) -> Decimal | None:
    """Read an amount; None too for "1,250", which can be read in two ways."""
    return None if _EITHER_WAY.fullmatch(bare(text)) else decimal_in(text)
