"""that an example was taken back stays as it was written, too: the database keeps it."""

from alembic import op

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None

_NAME = "observation_not_taken_otherwise"


def upgrade() -> None:
    """Bring the database to this version."""
    refuse = (
        "BEGIN SELECT RAISE(ABORT, 'observation is append-only'); END"
        if op.get_bind().dialect.name == "sqlite"
        else "EXECUTE FUNCTION stays_as_it_was()"
    )
    op.execute(
        f"CREATE TRIGGER {_NAME} BEFORE UPDATE OF is_taken_back ON observation "
        f"FOR EACH ROW {refuse}"
    )


def downgrade() -> None:
    """Take it back to the version before."""
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    op.execute(f"DROP TRIGGER {_NAME}" + ("" if is_sqlite else " ON observation"))
