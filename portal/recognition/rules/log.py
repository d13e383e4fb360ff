"""The public log of recognised reports: how its lines hang together, and what is amiss with them.

A line holds the hash of the one before it, so none can be changed, taken out or put between.
"""

import hashlib
from collections.abc import Iterable
from typing import Any

from portal.core.canonical import canonical, parsed
from portal.core.signing import KeySet, verified
from portal.impact.rules.documents import broken_seals
from portal.recognition.rules import Logged
from portal.recognition.rules.files import document_in, is_paper
from portal.recognition.rules.sample import unfair_of

Entry = dict[str, Any]
NOTHING = "0" * 64  # before the first line


def hash_of(line: str) -> str:
    """Take SHA-256 of a line, without its end."""
    return hashlib.sha256(line.encode()).hexdigest()


def signed_in(signature: object, keys: KeySet) -> Entry | None:
    """Read the line of the log that a signature signs; None: not ours."""
    entry = verified(signature, keys) if isinstance(signature, str) else None
    return entry if isinstance(entry, dict) else None


def entries_of(lines: Iterable[str], keys: KeySet) -> list[Entry]:
    """Read a log; ValueError says at which line the chain or a signature breaks."""
    previous, entries = NOTHING, []
    for position, line in enumerate(lines, 1):
        try:
            entry = parsed(line)
            is_whole = canonical(entry) == line
            unsigned = {name: entry[name] for name in entry if name != "signature"}
            is_next = entry["position"] == position and entry["previous"] == previous
            is_right = is_whole and is_next and signed_in(entry["signature"], keys) == unsigned
        except (ValueError, LookupError, TypeError, AttributeError):
            is_right = False
        if not is_right:
            raise ValueError(f"line {position} of the log was changed, or one before it taken out")
        previous = hash_of(line)
        entries.append(entry)
    return entries


def read_claimed(file: bytes) -> tuple[Entry | None, list[str]]:
    """Read the document in a file, and which of its hashes are wrong."""
    try:
        claimed = document_in(file)
        return claimed, [f"{seal}: the file was changed" for seal in broken_seals(claimed)]
    except ValueError as error:  # rfc8785's and JSON's errors are ValueErrors
        return None, [f"This is not a report's JSON: {error}"]


def unsigned_of(document: Entry, keys: KeySet) -> list[str]:
    """Say what is amiss with the signature in a report's JSON."""
    signed = signed_in(document.get("signature"), keys)
    if signed is None or signed.get("event") != Logged.RECOGNISED:
        return ["signature: none of these keys signed this report"]
    wrong = [name for name in ("number", "sha256") if document.get(name) != signed.get(name)]
    return [f"{name}: not the one that was signed" for name in wrong]


def problems_of(file: bytes, document: Entry, keys: KeySet, lines: list[str]) -> list[str]:
    """Say what a log has against a file whose document is whole and signed."""
    return unsaid_of(document, keys, lines) or changed_pages(file, document["number"], lines) or []


def unsaid_of(document: Entry, keys: KeySet, lines: Iterable[str]) -> list[str]:
    """Say what is amiss with a log, or that a signature is missing."""
    try:
        entries = entries_of(lines, keys)
    except ValueError as error:
        return [str(error)]
    if all(entry["signature"] != document.get("signature") for entry in entries):
        return ["signature: it does not stand in the log"]
    return unfair_of(document, ({**one, "hash": hash_of(canonical(one))} for one in entries))


def changed_pages(file: bytes, number: object, lines: Iterable[str]) -> list[str] | None:
    """Say whether a PDF's own bytes are others than were signed; None: unknown."""
    entries = (entry for entry in map(parsed, lines) if entry["event"] == Logged.PRINTED)
    printed = {entry["pdf_sha256"] for entry in entries if entry["number"] == number}
    if not is_paper(file) or not printed:
        return None
    is_ours = hashlib.sha256(file).hexdigest() in printed
    return [] if is_ours else ["pages: not those of this report's PDF; download it again"]


def successor_in(lines: Iterable[str], number: object) -> str | None:
    """Find the report that took this one's place, in a whole log."""
    for entry in map(parsed, lines):
        if entry["event"] == Logged.REPLACED and entry["number"] == number:
            return str(entry["replaced_by"])
    return None


def verify_alone(
    file: bytes, keys: KeySet, lines: list[str] | None
) -> tuple[list[str], str | None, str | None]:
    """Check a file by published keys alone: problems, number, successor.

    Without a log (None) nothing is said of what took its place.
    """
    claimed, problems = read_claimed(file)
    if claimed is None:
        return problems, None, None
    problems += unsigned_of(claimed, keys)
    if lines is not None and not problems:
        problems = problems_of(file, claimed, keys, lines)
    if problems:
        return problems, None, None
    number = claimed["number"]
    return [], number, successor_in(lines or (), number)
