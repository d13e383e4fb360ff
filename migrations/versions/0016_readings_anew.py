"""what was read of spreadsheets is kept in another shape: it is read anew, or forgotten sooner."""

from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the database to this version."""
    _forget()


def downgrade() -> None:
    """Take it back to the version before."""
    _forget()


def _forget() -> None:
    """Throw away what was not applied, as its file is at hand; keep of the rest what it made."""
    op.execute("DELETE FROM register_import WHERE status = 'read'")
    op.execute("UPDATE register_import SET reading = '{}', choices = '{}'")
