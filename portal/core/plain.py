"""Texts as other programs get them: nothing in them that a program takes for markup.

On our own pages a text stands as it was typed. Others' programs draw what they get as HTML, or
refuse it: tags go, entities become their letter, a sign that would begin either is kept apart.
"""

import html
import re
from html.entities import html5
from typing import Any

_INLINE = (
    "a abbr b bdi bdo big cite code del dfn em font i ins kbd label mark q s samp small span "
    "strike strong sub sup tt u var wbr"
)
_APART = (
    "address article aside audio blockquote body br button canvas caption center dd details div "
    "dl dt embed figcaption figure footer form h[1-6] head header hr html iframe img input legend "
    "li link main meta nav object ol option p pre script section select source style summary svg "
    "table tbody td textarea tfoot th thead title tr ul video"
)


def _tags(names: str) -> re.Pattern[str]:
    return re.compile(rf"</?(?:{names.replace(' ', '|')})(?:\s[^<>]*)?/?>", re.IGNORECASE)


_INLINE_TAGS, _TAGS_APART = _tags(_INLINE), _tags(_APART)
_NO_TEXT = re.compile(r"<!--.*?-->|<!doctype[^<>]*>", re.DOTALL | re.IGNORECASE)
_ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_BEGUN_ENTITY = re.compile(r"&(?=(#?\w+))", re.ASCII)
_BEGUN_TAG = re.compile(r"<(?! )")
_LOOKS_ALIKE = str.maketrans("<>&", "‹›＆")
_BLANKS = re.compile(r"[ \t]{2,}")


def plain(text: str) -> str:
    """A text without markup; what is only markup keeps its words, with other signs."""
    if "<" not in text and "&" not in text:
        return text
    return _without_markup(text) or text.translate(_LOOKS_ALIKE)


def plain_values(value: Any) -> Any:
    """JSON-like data with all its texts plain; addresses stay as they are."""
    if isinstance(value, str):
        is_address = "://" in value and " " not in value and "<" not in value
        return value if is_address else plain(value)
    if isinstance(value, dict):
        return {key: plain_values(one) for key, one in value.items()}
    return [plain_values(one) for one in value] if isinstance(value, list) else value


def _without_markup(text: str) -> str:
    """Again until nothing changes: an entity may hide a tag, or another entity."""
    before = None
    while text != before:
        before = text
        text = _INLINE_TAGS.sub("", _TAGS_APART.sub(" ", _NO_TEXT.sub(" ", text)))
        text = _ENTITY.sub(lambda found: html.unescape(found[0]), text)
    text = _BLANKS.sub(" ", text).strip()
    return _BEGUN_ENTITY.sub(_apart, _BEGUN_TAG.sub("‹", text))


def _apart(found: re.Match[str]) -> str:
    name, begun = found[1], f"&{found[1]}"
    is_one = name[0] == "#" or f"{name};" in html5 or html.unescape(begun) != begun
    return "& " if is_one else "&"
