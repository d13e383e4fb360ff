"""full-text search over the words of each offering.

It begins empty: the worker fills it at its start, so that this file needs none of the portal's code.
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

# `detail=none`: we ask only whether a token is there, never where. The tokens were made by us, so
# nothing but a space parts them.
_FTS5 = (
    "CREATE VIRTUAL TABLE search_fts USING fts5(tokens, content='search_text',"
    " content_rowid='offering_id', detail=none, columnsize=0, tokenize=\"ascii tokenchars ':'\")",
    "CREATE TRIGGER search_text_added AFTER INSERT ON search_text BEGIN"
    " INSERT INTO search_fts(rowid, tokens) VALUES (new.offering_id, new.tokens); END",
    "CREATE TRIGGER search_text_gone AFTER DELETE ON search_text BEGIN"
    " INSERT INTO search_fts(search_fts, rowid, tokens)"
    " VALUES ('delete', old.offering_id, old.tokens); END",
    "CREATE TRIGGER search_text_changed AFTER UPDATE OF tokens ON search_text BEGIN"
    " INSERT INTO search_fts(search_fts, rowid, tokens)"
    " VALUES ('delete', old.offering_id, old.tokens);"
    " INSERT INTO search_fts(rowid, tokens) VALUES (new.offering_id, new.tokens); END",
)
_TSVECTOR = (
    "ALTER TABLE search_text ADD COLUMN lexemes tsvector"
    " GENERATED ALWAYS AS (array_to_tsvector(string_to_array(tokens, ' '))) STORED",
    "CREATE INDEX ix_search_text_lexemes ON search_text USING gin (lexemes)",
)


def upgrade() -> None:
    """Bring the tables to this version."""
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    for statement in _FTS5 if is_sqlite else _TSVECTOR:
        op.execute(sa.text(statement.replace(":", r"\:")))


def downgrade() -> None:
    """Take this version back."""
    if op.get_bind().dialect.name == "sqlite":
        for name in ("added", "gone", "changed"):
            op.execute(f"DROP TRIGGER search_text_{name}")
        op.execute("DROP TABLE search_fts")
    else:
        op.execute("ALTER TABLE search_text DROP COLUMN lexemes")
