"""Letters as they are compared: in one case and one form, without accents and apostrophes.

What is stored and what is typed go through here, so both databases find the same.
"""

from __future__ import annotations

import unicodedata

from portal.core.visible import DRAWN_AS_NOTHING

_APOSTROPHES = "'’‘‛`´ʼʻʽʾʿʹˈ′‵՚׳ꞌ\u1fef\u1ffd"
_NO_APOSTROPHE = dict.fromkeys(map(ord, _APOSTROPHES))
# Letters that Unicode does not take apart, and Arabic ones that are written for each other.
_ALIKE = str.maketrans(
    {
        **dict.fromkeys(_APOSTROPHES + "\u0640"),
        "ø": "o", "ł": "l", "đ": "d", "ð": "d", "ı": "i", "ħ": "h", "ŧ": "t", "ə": "e",
        "æ": "ae", "œ": "oe", "þ": "th",
        "ى": "ي", "ی": "ي", "ک": "ك", "ة": "ه", "ٱ": "ا",
    }
)  # fmt: skip


def letters(text: str) -> str:
    """Fold a text's letters: `Café` and `CAFÉ` are `cafe`, `d'Łódź` is `dlodz`."""
    if not text.isascii():  # an acute accent by itself falls apart into a space and an accent
        text = unicodedata.normalize("NFKD", text.translate(_NO_APOSTROPHE))
        text = unicodedata.normalize("NFKD", text.casefold())
        text = DRAWN_AS_NOTHING.sub("", "".join(sign for sign in text if not _is_accent(sign)))
    return text.casefold().translate(_ALIKE)


def _is_accent(sign: str) -> bool:
    """Whether it is left out by many: no vowel of Hindi, no tone of Thai, no voice of Japanese."""
    kind = unicodedata.combining(sign)
    return kind >= 200 or 10 <= kind <= 35
