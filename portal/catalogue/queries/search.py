"""Which offerings have these words, made in Python: FTS5 on SQLite, a tsvector on PostgreSQL."""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from portal.core import past_guard

Groups = Sequence[Collection[str]]

# One row with all ids: ten thousand rows take longer to fetch than to find.
_FTS5 = text("SELECT group_concat(rowid) FROM search_fts WHERE search_fts MATCH :asked")
_TSVECTOR = text(
    "SELECT string_agg(CAST(offering_id AS text), ',') FROM search_text"
    " WHERE lexemes @@ CAST(:asked AS tsquery)"
)

# The planner does not count what it costs to unpack each row's words, and would read them all.
_BY_INDEX, _AS_BEFORE = (
    text("SET LOCAL enable_seqscan = off"),
    text("SET LOCAL enable_seqscan = on"),
)


def ids_with(session: Session, groups: Groups) -> list[int]:
    """The offerings that have at least one token of every group; public or not."""
    if not all(groups):
        return []
    connection = past_guard(session)
    if connection.dialect.name == "sqlite":
        query, asked = _FTS5, _spelled(groups, '"', " OR ", " AND ")
    else:
        query, asked = _TSVECTOR, _spelled(groups, "'", " | ", " & ")
        connection.execute(_BY_INDEX)
    found: str | None = connection.scalar(query, {"asked": asked})
    if query is _TSVECTOR:
        connection.execute(_AS_BEFORE)
    return [int(id_) for id_ in found.split(",")] if found else []


def _spelled(groups: Groups, quote: str, either: str, both: str) -> str:
    """A question in a database's own words. A token holds letters, digits and `:` only, so that
    nothing a visitor types can be an operator."""
    return both.join(
        f"({either.join(f'{quote}{token}{quote}' for token in sorted(group))})" for group in groups
    )


def is_not_of_fts5(name: str | None, kind: str, _parents: Any) -> bool:
    """Say whether a table is none of those that FTS5 keeps."""
    return not (kind == "table" and (name or "").startswith("search_fts"))
