"""What fits in an SMS, and what it costs.

A text in GSM 03.38's own alphabet has 160 characters a part, any other 70; a text of several parts
loses some of each for putting them together. One letter outside the alphabet more than halves it,
so that accents are taken off where that saves a whole text, and never where letters would be lost.
"""

import unicodedata

MOST_PARTS = 3
_ALPHABET = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_TAKES_TWO = frozenset("^{}\\[~]|€")
_TYPEWRITTEN = str.maketrans("‘’“”–—\u00a0ı", "''\"\"-- i") | {ord("…"): "..."}


def plain(text: str) -> str:
    """Write it in an SMS's alphabet where no letter is lost, else as is."""
    typed = text.translate(_TYPEWRITTEN)
    bare = "".join(letter if _is_plain(letter) else _without_accent(letter) for letter in typed)
    return bare if all(map(_is_plain, bare)) else text


def count_parts(text: str) -> int:
    """How many messages a text is sent as, and paid for."""
    if all(map(_is_plain, text)):
        length, one, of_many = len(text) + sum(map(_TAKES_TWO.__contains__, text)), 160, 153
    else:
        length, one, of_many = len(text.encode("utf-16-be")) // 2, 70, 67
    return 1 if length <= one else -(-length // of_many)


def fits(text: str) -> bool:
    """Whether a text is short enough to be sent."""
    return count_parts(text) <= MOST_PARTS


def _is_plain(letter: str) -> bool:
    return letter in _ALPHABET or letter in _TAKES_TWO


def _without_accent(letter: str) -> str:
    apart = unicodedata.normalize("NFKD", letter)
    return "".join(sign for sign in apart if not unicodedata.combining(sign))
