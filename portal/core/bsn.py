"""No citizen service number (BSN) enters this house, not even inside a sentence.

Outside government a BSN may only be used where a law says so, and consent does not repair that
(UAVG article 46; Autoriteit Persoonsgegevens). A nine-digit number that passes the "elfproef" is
treated as one. The number itself is never stored, logged or repeated in a message.
"""

from __future__ import annotations

import re

from stdnum.nl import bsn

from portal.core.errors import N_

# Nine digits, however they are spaced, that are not part of a longer number (a phone number has
# ten) nor of an identifier.
_NINE_DIGITS = re.compile(r"(?<![\w+])\d(?:[ .\-]?\d){8}(?![ .\-]?\d)(?!\w)")

REFUSAL = N_(
    "This looks like a citizen service number (BSN). We never keep a BSN. Please take it out."
)


def holds_bsn(text: str) -> bool:
    """Whether a text holds a number that may be a BSN."""
    digits = text.translate(_PLAIN_DIGITS)
    return any(bsn.is_valid(re.sub(r"\D", "", found)) for found in _NINE_DIGITS.findall(digits))


# A number typed with an Arabic or Persian keyboard is the same number.
_PLAIN_DIGITS = {
    **{zero + n: str(n) for zero in (0x0660, 0x06F0, 0xFF10) for n in range(10)},
    0x00A0: " ", 0x2009: " ", 0x202F: " ", 0x2010: "-", 0x2011: "-", 0x2013: "-",
}  # fmt: skip
