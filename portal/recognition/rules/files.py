"""What is in a file that says it is a recognised report, and where it differs from another."""

import json
import re
import zlib
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

from portal.core.canonical import parsed

_PAPER = b"%PDF-"
_STREAM = re.compile(rb"stream\r?\n(.*?)endstream", re.DOTALL)
_MOST_BYTES = 10_000_000  # of what is unpacked from one part of a paper


def is_paper(file: bytes) -> bool:
    """Whether a file is a report on paper, whose JSON is attached to it."""
    return file.startswith(_PAPER)


def document_in(file: bytes) -> dict[str, Any]:
    """Read a report's JSON, or a PDF's, its numbers as in RFC 8785; else ValueError."""
    claimed = parsed(
        (_attached(file) if is_paper(file) else file).decode("utf-8-sig"),
        object_pairs_hook=_no_twins,
        parse_constant=_no_constant,
        parse_int=_as_written(int),
        parse_float=_as_written(float),
    )
    if not isinstance(claimed, dict):
        raise ValueError("it is not an object")
    return claimed


def _attached(paper: bytes) -> bytes:
    """The only part of a paper that is JSON; as it was attached, whole or packed."""
    for found in _STREAM.finditer(paper):
        body = found[1]
        with suppress(zlib.error):  # it stands there as it is
            body = zlib.decompressobj().decompress(body, _MOST_BYTES)
        if body.lstrip().startswith(b"{") and b'"sha256"' in body:
            return body.strip()
    raise ValueError("no report is attached to this PDF")


def _as_written(parse: Callable[[str], float]) -> Callable[[str], float]:
    import rfc8785

    def read(text: str) -> float:
        value = parse(text)
        if rfc8785.dumps(value).decode() != text:
            raise ValueError(f"{text[:40]} is not how a number is written in it")
        return value

    return read


def _no_twins(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name comes twice in one object")
    return found


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is not a number")


def differences_of(claimed: Any, kept: Any, path: str = "") -> Iterator[str]:
    """Say in words where a file is not what was recognised."""
    if isinstance(claimed, dict) and isinstance(kept, dict):
        for key in sorted(claimed.keys() | kept.keys()):
            where = f"{path}.{key}" if path else key
            if key not in kept:
                yield f"{where}: only in the file"
            elif key not in claimed:
                yield f"{where}: not in the file"
            else:
                yield from differences_of(claimed[key], kept[key], where)
    elif isinstance(claimed, list) and isinstance(kept, list):
        if len(claimed) != len(kept):
            yield f"{path}: {len(claimed)} in the file, {len(kept)} recognised"
        for index, (one, other) in enumerate(zip(claimed, kept, strict=False)):
            name = other.get("id", index) if isinstance(other, dict) else index
            yield from differences_of(one, other, f"{path}[{name}]")
    elif claimed != kept or isinstance(claimed, bool) != isinstance(kept, bool):
        yield f"{path}: {_short(claimed)} in the file, {_short(kept)} recognised"


def _short(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 80 else f"{text[:77]}..."
