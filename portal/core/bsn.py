"""No citizen service number (BSN) enters this house, not even inside a sentence.

Outside government a BSN may only be used where a law says so, and consent does not repair that
(UAVG article 46; Autoriteit Persoonsgegevens). A nine-digit number that passes the "elfproef" is
treated as one. The number itself is never stored, logged or repeated in a message.
"""

import re
import unicodedata

from stdnum import iban
from stdnum.nl import bsn

from portal.core.errors import N_

# What stands between digits on paper and in forms, once every dash, dot and slash is a plain one.
_BETWEEN = r"[ .,/\\_'|*~=+:\-]"
_APART = r"(?:,|[ ./\\_'|*~=+:\-]{1,3})"  # a comma and a space make a list of other numbers
# The ways in which nine digits are parted, whatever follows: in one, by three, as 1234.56.789, one
# by one. Between the parts there may be more than one sign: "123 - 456 - 782".
_GROUPS = ((9,), (3, 3, 3), (4, 2, 3), (1,) * 9)
_WHOLE = "|".join(_APART.join(rf"\d{{{size}}}" for size in group) for group in _GROUPS)
# Nine digits parted in any other way by one sign each, that are not part of a longer number.
_ONE = r"[ ./_\-]"
_SPACED = rf"(?<!\d{_ONE})\d(?:{_ONE}?\d){{8}}(?!{_ONE}?\d)"
# Looked for at each digit: the year before a number may begin a match that fails.
_NINE_DIGITS = re.compile(rf"(?<!\d)(?=((?:{_WHOLE})(?!\d)|{_SPACED}))")
# One who writes "BSN" leaves out the nought that it may begin with.
_NAMED_EIGHT = re.compile(
    rf"(?:bsn|burgerservicenummer|sofi(?:nummer|nr)?)\W{{0,4}}(\d(?:{_BETWEEN}?\d){{7}})(?!{_BETWEEN}?\d)",
    re.I,
)
# Typed for a nought, at either side of a digit and beside no other letter.
_LETTER_O = re.compile(r"(?<=\d)[oO]+(?![^\W\d_])|(?<![^\W\d_])[oO]+(?=\d)")
_JOINED = r"(?![-./_:]?\d)"  # a number that goes on is no date and no time
# Numbers of other kinds, which are taken out first: nine digits of them may pass by chance.
_OTHERS = re.compile(
    "|".join(
        (
            r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}",  # a UUID
            r"(?:\+|\b00)[1-9]\d(?:[ .()\-]*\d){9,10}(?!\d)",  # a phone number with its country
            r"(?<!\d)(?<!\d[ .\-])0[1-9](?:[ .()\-]{0,2}\d){8}(?![ .\-]?\d)",  # and a Dutch one
            rf"(?<![\d./-])(?:[0-2]?\d|3[01])([-./])(?:0?\d|1[0-2])\1(?:(?:19|20)\d\d|\d\d){_JOINED}",
            rf"(?<![\d./-])(?:19|20)\d\d([-./])(?:0?\d|1[0-2])\2(?:[0-2]?\d|3[01])(?:T(?=\d))?{_JOINED}",
            rf"(?<![\d:.])(?:[01]?\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:\.\d+)?)?{_JOINED}",
            r"(?:€|\beuro?\b) ?\d[\d.,]*",  # an amount
            r"(?<![\d.])\d{1,3}(?:\.\d{3})+,\d\d(?!\d)",
            r"\bkvk\D{0,12}\d{8}(?!\d)",
        )
    ),
    re.I,
)
_IBAN = re.compile(r"\b[a-z]{2}\d\d(?: ?[a-z0-9]){11,30}\b", re.I)
_INVISIBLE = {"Cf", "Mn", "Me"}  # joiners, marks of direction, accents
_AS_SIGN = {
    **dict.fromkeys("\u00b7\u2022\u2024\u2027\u2219\u22c5\u30fb\uff0e\u3002\u2026\u25cf", "."),
    **dict.fromkeys("\u2044\u2215\u29f8\uff0f\u2571", "/"),
    **dict.fromkeys("\u2212\u02d7\u2043\u30fc\u2500\u2501", "-"),
    **dict.fromkeys("\u060c\u066b\u066c\uff0c\u3001\u201a", ","),
    **dict.fromkeys("\u2018\u2019\u02bc\u00b4`", "'"),
    **dict.fromkeys("\uff1a\u2236;", ":"),
    **dict.fromkeys("\u3164\u115f\u1160\u2800\uffa0", " "),  # what nobody sees
}

REFUSAL = N_(
    "This looks like a citizen service number (BSN). We never keep a BSN. Please take it out."
)


def holds_bsn(text: str) -> bool:
    """Whether a text holds a number that may be a BSN."""
    plain = "".join(map(_plain, text)) if not text.isascii() or ";" in text else text
    plain = _LETTER_O.sub(lambda found: "0" * len(found[0]), " ".join(plain.split()))
    if sum(map(str.isdigit, plain)) < 8:
        return False
    named = [f"0{found}" for found in _NAMED_EIGHT.findall(plain)]
    plain = _OTHERS.sub(" ; ", _IBAN.sub(_without_iban, plain))
    return any(
        bsn.is_valid(re.sub(r"\D", "", found)) for found in (*named, *_NINE_DIGITS.findall(plain))
    )


def _without_iban(found: re.Match[str]) -> str:
    """Nothing for an IBAN, which has a check of its own; whatever else was found stays."""
    words = found[0].split()
    for end in range(len(words), 0, -1):  # what follows it may look like more of it
        if iban.is_valid("".join(words[:end])):
            return " ; ".join(("", *words[end:]))
    return found[0]


def _plain(letter: str) -> str:
    """A number is the same number in the digits of any script, and with any dash."""
    if letter in _AS_SIGN:
        return _AS_SIGN[letter]
    if letter.isascii():
        return letter
    kind = unicodedata.category(letter)
    if kind in _INVISIBLE:
        return ""
    digit = unicodedata.digit(letter, None)  # also small and circled ones
    if digit is not None:
        return str(digit)
    return {"Pd": "-", "Pc": "_"}.get(kind, letter)  # what parts words is split at anyhow
