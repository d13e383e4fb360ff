"""No citizen service number (BSN) enters this house, not even inside a sentence.

Outside government a BSN may only be used where a law says so, and consent does not repair that
(UAVG article 46; Autoriteit Persoonsgegevens). A nine-digit number that passes the "elfproef" is
treated as one. The number itself is never stored, logged or repeated in a message.
"""

from __future__ import annotations

import re
import unicodedata

from stdnum.nl import bsn

from portal.core.errors import N_

_BETWEEN = r"[ .,/_\-]"
# Nine digits as they stand on paper, whatever follows: in one, by three, or as 1234.56.789.
_WHOLE = (
    rf"(?<!\d)(?:\d{{9}}|\d{{3}}{_BETWEEN}\d{{3}}{_BETWEEN}\d{{3}}"
    rf"|\d{{4}}{_BETWEEN}\d\d{_BETWEEN}\d{{3}})(?!\d)"
)
# Nine digits spaced in any other way, that are not part of a longer number.
_SPACED = rf"(?<!\d)(?<!\d{_BETWEEN})\d(?:{_BETWEEN}?\d){{8}}(?!{_BETWEEN}?\d)"
_NINE_DIGITS = re.compile(f"{_WHOLE}|{_SPACED}")
# A phone number with its country holds nine digits too: 0031 6 12345678, +32 4...
_PHONE = re.compile(r"(?:\+|\b00)\d\d(?:[ .()\-]*\d){9,10}(?!\d)")
_INVISIBLE = {"Cf", "Mn", "Me"}  # joiners, marks of direction, accents

REFUSAL = N_(
    "This looks like a citizen service number (BSN). We never keep a BSN. Please take it out."
)


def holds_bsn(text: str) -> bool:
    """Whether a text holds a number that may be a BSN."""
    plain = text if text.isascii() else "".join(map(_plain, text))
    plain = " ".join(_PHONE.sub("", plain).split())
    return any(bsn.is_valid(re.sub(r"\D", "", found)) for found in _NINE_DIGITS.findall(plain))


def _plain(letter: str) -> str:
    """A number is the same number in the digits of any script, and with any dash."""
    if letter.isascii():
        return letter
    kind = unicodedata.category(letter)
    if kind in _INVISIBLE:
        return ""
    if kind == "Nd":
        return str(unicodedata.decimal(letter))
    return {"Zs": " ", "Pd": "-"}.get(kind, letter)
