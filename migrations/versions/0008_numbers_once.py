"""numbers once: SQLite gives the number of a row that is gone to no other row."""

from alembic import op
from sqlalchemy import text

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_KEY = "PRIMARY KEY (id)"
_TABLES = "SELECT name, sql FROM sqlite_master WHERE type = 'table' AND instr(sql, :key) > 0"
_HANGS_ON_IT = (
    "SELECT sql FROM sqlite_master WHERE tbl_name = :name AND type IN ('index', 'trigger')"
    " AND sql IS NOT NULL"
)


def upgrade() -> None:
    """Make each numbered table anew as SQLite wants it for that; PostgreSQL does so already."""
    _make_anew(_KEY, "PRIMARY KEY (id AUTOINCREMENT)")


def downgrade() -> None:
    """Take them back to the version before."""
    _make_anew("PRIMARY KEY (id AUTOINCREMENT)", _KEY)


def _make_anew(key: str, new_key: str) -> None:
    """By the letter of the old table, so that nothing else of it changes (sqlite.org: 12 steps)."""
    connection = op.get_bind()
    if connection.dialect.name != "sqlite":
        return
    for name, sql in connection.execute(text(_TABLES), {"key": key}).all():
        hang_on_it = connection.scalars(text(_HANGS_ON_IT), {"name": name}).all()
        body = sql.partition("(")[2].replace(key, new_key)
        for statement in (
            f'CREATE TABLE "new_{name}" ({body}',
            f'INSERT INTO "new_{name}" SELECT * FROM "{name}"',
            f'DROP TABLE "{name}"',
            f'ALTER TABLE "new_{name}" RENAME TO "{name}"',
            *hang_on_it,
        ):
            connection.exec_driver_sql(statement)
