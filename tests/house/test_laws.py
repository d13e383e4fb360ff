"""The laws of the inner house, read from its source: which file stands where."""

from __future__ import annotations

from portal.config import ROOT
from portal.rooms import ROOMS

KINDS = {
    "rules", "models", "queries", "commands", "labels", "forms", "pages", "jobs", "routes",
    "waiting",
}  # fmt: skip
# To come: what reads a spreadsheet takes over the whole of it.
STILL_FREE = {
    "imports/applying.py", "imports/from_shell.py", "imports/matching.py", "imports/plans.py",
    "imports/taking_back.py",
}  # fmt: skip
SHEETS = "imports/sheets/"  # a package of its own, that a contract keeps from the portal


def test_every_file_of_a_room_is_of_a_kind():
    portal = ROOT / "portal"
    files = {
        file.relative_to(portal).as_posix()
        for room in ROOMS
        for file in (portal / room).rglob("*.py")
    }
    free = {
        file
        for file in files
        if file.count("/") > 1 or not file.endswith("/__init__.py")
        if file.split("/")[1].removesuffix(".py") not in KINDS and not file.startswith(SHEETS)
    }
    assert free - STILL_FREE == set(), (
        "No contract of pyproject.toml looks at a file that is of no kind. Say what it is: put it "
        f"in its room as one of {sorted(KINDS)}, or as a file in a folder of that name where the "
        "room needs more of them. docs/architecture.md, Inside a room, says what each may do."
    )
