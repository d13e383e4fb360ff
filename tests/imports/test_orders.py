"""The sheet that was read last stands first."""

from portal.imports.queries import list_imports
from tests.imports import sheets


def test_the_latest_import_stands_first(session, cast):
    coordinator = cast.actor("coordinator")
    rows = [
        sheets.imported(session, coordinator, cast.offering, sheets.read("Hendrik", "x", "a"))
        for _ in range(3)
    ]
    assert list(list_imports(session, coordinator).rows) == rows[::-1]
