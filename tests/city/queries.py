"""What people type in the demo city, and what somebody expects to see first."""

from pathlib import Path

from sqlalchemy.orm import Session

from portal.finding.queries import find
from portal.finding.rules import Filters


def missed(session: Session) -> dict[str, list[str]]:
    """The first five of each question among which nothing is that was expected."""
    lines = Path(__file__).with_name("queries.txt").read_text(encoding="utf-8").splitlines()
    found = {}
    for line in (line for line in lines if not line.startswith("#")):
        asked, _, expected = line.partition(" | ")
        rows = find(session, Filters(q=asked)).page.rows[:5]
        shown = [entry.title for entry in rows]
        marks = [{f"@{value}" for _, value in entry.marks} for entry in rows]
        is_of_kind = bool(rows) and all(expected in of for of in marks)
        if not is_of_kind and not set(expected.split("; ")).intersection(shown):
            found[asked] = shown
    return found
