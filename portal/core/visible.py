"""What of a text can be seen: a name of blanks, fillers or a lone accent is no name.

Python knows what prints, not what shows: a Hangul filler is a letter to it, and the blank cell of
braille a symbol. `Default_Ignorable_Code_Point` of Unicode is what is drawn as nothing.
"""

import re
import unicodedata

DRAWN_AS_NOTHING = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e"
    "\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufff8\U0001bca0-\U0001bca3"
    "\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
    "\u2800\ufffc\U00013441\U00013442\U0001d159]"  # and what is blank for another reason
)
# Control characters, and marks that turn the words after them around in somebody else's list.
_NOBODY_TYPES = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
_SHOWS_BY_ITSELF = ("Lu", "Ll", "Lt", "Lo", "Nd", "Nl", "No", "P", "Sm", "Sc", "So")


def is_seen(text: str) -> bool:
    """Say whether a text shows anything by itself: a letter, a number, punctuation."""
    return any(
        unicodedata.category(letter).startswith(_SHOWS_BY_ITSELF)
        for letter in DRAWN_AS_NOTHING.sub("", text)
    )


def readable(text: str) -> str:
    """Take out what nobody types; empty where nothing of it can be seen.

    What joins or parts letters stays: in Persian and Hindi, and in many an emoji, it spells.
    """
    text = _NOBODY_TYPES.sub("", text).strip()  # a return before the end of a line, too
    return text if is_seen(text) else ""
