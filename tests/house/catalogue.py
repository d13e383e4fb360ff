"""The texts of the portal: what code and templates ask for, and what each language gives."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_keywords, parse_mapping_cfg
from babel.messages.pofile import read_po

from portal.config import ROOT

_TRANSLATIONS = ROOT / "portal" / "translations"
MsgId = str | tuple[str, ...]


@dataclass(frozen=True)
class Text:
    """One text and the files that ask for it."""

    msgid: MsgId
    files: frozenset[str]


def _is_ours(path: str) -> bool:
    """Babel by itself leaves out directories that begin with "_": our frames and macros."""
    return not Path(path).name.startswith(".")


@cache
def asked_for() -> tuple[Text, ...]:
    """Every text that the code and the templates mark, by pybabel's own rules."""
    with (ROOT / "babel.cfg").open() as file:
        methods, options = parse_mapping_cfg(file)
    keywords = {**DEFAULT_KEYWORDS, **parse_keywords(["_l", "lazy_gettext"])}
    found: dict[MsgId, set[str]] = {}
    for name, _line, msgid, _comments, _context in extract_from_dir(
        ROOT, methods, options, keywords, directory_filter=_is_ours
    ):
        found.setdefault(msgid, set()).add(name)
    return tuple(Text(msgid, frozenset(files)) for msgid, files in sorted(found.items(), key=str))


@cache
def translations(language: str) -> Catalog:
    """The texts in one language."""
    with (_TRANSLATIONS / language / "LC_MESSAGES" / "messages.po").open("rb") as file:
        return read_po(file, locale=language)


def said_in(language: str, text: Text) -> Message | None:
    """What a text is in one language."""
    key = text.msgid[0] if isinstance(text.msgid, tuple) else text.msgid
    return translations(language).get(key)


def dutch_of(text: Text) -> Message | None:
    """The Dutch entry of a text."""
    return said_in("nl", text)


def strings(message: Message) -> tuple[str, ...]:
    """All its Dutch strings: one, or one per plural form."""
    found = message.string
    return (found or "",) if isinstance(found, str | None) else tuple(found)
