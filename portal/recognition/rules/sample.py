"""Which evidence is looked at: drawn by a line of the public log, so that neither side chose."""

import hashlib
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from portal.core.canonical import fingerprint
from portal.core.errors import N_
from portal.core.worded import WordedEnum

PERCENT, _LEAST = 20, 5


class Evidence(WordedEnum):
    """What a figure rests on; each is drawn from as many as that figure shows."""

    REGISTER = "sessions", N_("Register")
    DOCUMENT = "outflow", N_("Document of somebody who went on")


def sizes_of(document: Mapping[str, Any]) -> dict[Evidence, int]:
    """Say how much evidence there is; of a hidden figure nothing, not even that.

    That of a report of several providers was looked at in the report of each.
    """
    if "whose" in document:
        return {}
    values = {figure["id"]: figure["value"] for figure in document["figures"]}
    return {kind: values[kind.value] for kind in Evidence if values.get(kind.value)}


def drawn_for(document: Mapping[str, Any]) -> str:
    """Hash what tells a report from another and holds no figure: whose, of when.

    Its makers read some figures later, and could try guesses against numbers drawn by those.
    """
    return fingerprint({name: document[name] for name in ("organisation", "period", "compiled_at")})


def drawn(seed: str, report: str, kind: str, of: int) -> list[int]:
    """Draw some of 1 to `of`; the same for everybody with the seed."""

    def lot(number: int) -> str:
        return hashlib.sha256(f"{seed}/{report}/{kind}/{number}".encode()).hexdigest()

    most = min(of, max(_LEAST, -(-of * PERCENT // 100)))
    return sorted(sorted(range(1, of + 1), key=lot)[:most])


def is_all_looked_at(sample: Mapping[str, Any]) -> bool:
    """Say whether all that was drawn was seen; no, where nothing is drawn yet."""
    return all(
        part["drawn"] and part["looked_at"] == len(part["drawn"]) + part["kept"]
        for part in sample["kinds"].values()
    )


def unfair_of(document: Mapping[str, Any], lines: Iterable[Mapping[str, Any]]) -> list[str]:
    """Say where a report's sample isn't what the log draws; `lines` have their `hash`."""
    sample = (document.get("recognition") or {}).get("sample")
    if not sample or sample["line"] is None:
        return []
    since = datetime.fromisoformat(sample["submitted_at"])
    signed = (line for line in lines if line["event"] == "countersigned")
    after = (line for line in signed if datetime.fromisoformat(line["at"]) > since)
    first = next(after, None)
    if first is None or (first["position"], first["hash"]) != (sample["line"], sample["seed"]):
        return ["sample: not drawn by the first countersigned line after handing in"]
    wrong = (
        kind for kind, part in sample["kinds"].items()
        if part["drawn"]
        != drawn(sample["seed"], drawn_for(document), kind, part["of"])
    )  # fmt: skip
    return [f"sample.{kind}: the log draws others" for kind in wrong]
