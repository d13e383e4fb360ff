"""Letters as stored and typed ones are compared: one case and form, no accents or apostrophes."""

import re
import unicodedata

from portal.core.visible import DRAWN_AS_NOTHING

APOSTROPHES = "'’‘‛`´ʼʻʽʾʿʹˈ′‵՚׳ꞌ\u1fef\u1ffd"
HYPHENS = "-\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63\uff0d"
_ALONE = re.compile(" [\u0300-\u0314]+")  # an accent with nothing under it is an apostrophe
# Letters that Unicode does not take apart, and Arabic ones that are written for each other.
_ALIKE = str.maketrans(
    {
        **dict.fromkeys(APOSTROPHES + "\u0640"),
        "ø": "o", "ł": "l", "đ": "d", "ð": "d", "ı": "i", "ħ": "h", "ŧ": "t", "ə": "e",
        "æ": "ae", "œ": "oe", "þ": "th",
        "ى": "ي", "ی": "ي", "ک": "ك", "ة": "ه", "ٱ": "ا",
    }
)  # fmt: skip


def letters(text: str) -> str:
    """Fold a text's letters: `Café` and `CAFÉ` are `cafe`, `d'Łódź` is `dlodz`."""
    if not text.isascii():
        text = _ALONE.sub("", unicodedata.normalize("NFKD", text))
        text = unicodedata.normalize("NFKD", text.casefold())
        text = DRAWN_AS_NOTHING.sub("", "".join(sign for sign in text if not _is_accent(sign)))
    return text.casefold().translate(_ALIKE)


def _is_accent(sign: str) -> bool:
    """Whether it is left out by many: no vowel of Hindi, no tone of Thai, no voice of Japanese."""
    kind = unicodedata.combining(sign)
    return kind >= 200 or 10 <= kind <= 35
