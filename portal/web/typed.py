"""What somebody typed, for the answers that keep it: a form that is refused loses nothing."""

import hashlib
import re
from collections.abc import Iterable
from functools import partial

from flask import request

# What a form carries besides what it asks; `drawn_for.py` and `once.py` say what for.
CARRIED = frozenset(
    {"csrf_token", "once", "drawn_for", "act_for_it", "drawn_from", "seen_as", "another"}
)
_NOBODY_TYPED = re.compile(r"[0-9a-f-]{16,}|[a-z]*_[a-z_]+|y|on|")


def typed_values() -> list[tuple[str, str]]:
    """Each answer of the form that was sent, by field name and in order."""
    return [pair for pair in request.form.items(multi=True) if pair[0] not in CARRIED]


def typed_texts() -> list[str]:
    """List what she would know again: no keys, no names of choices."""
    return texts_in(typed_values())


def texts_in(fields: Iterable[tuple[str, str]]) -> list[str]:
    """The same of a form that was kept."""
    typed = (text for name, text in fields if name not in CARRIED)
    return [text for text in typed if not _NOBODY_TYPED.fullmatch(text)]


def digest_of_typed(salt: str) -> str:
    """Digest the answers and files sent, with a salt that is kept nowhere."""
    digest = hashlib.sha256(repr((salt, typed_values())).encode(errors="replace"))
    for name, file in request.files.items(multi=True):
        digest.update(repr((name, file.filename)).encode(errors="replace"))
        for part in iter(partial(file.stream.read, 65_536), b""):
            digest.update(part)
        file.stream.seek(0)
    return digest.hexdigest()
