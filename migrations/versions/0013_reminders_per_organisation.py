"""reminders per organisation."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

_WANTS = "wants_reminders"
_COPY = (
    "UPDATE participant_link SET wants_reminders ="
    " (SELECT p.wants_reminders FROM participant p WHERE p.id = participant_link.participant_id)"
)
_COPY_BACK = (
    "UPDATE participant SET wants_reminders = :no WHERE id IN"
    " (SELECT participant_id FROM participant_link WHERE wants_reminders = :no)"
)


def upgrade() -> None:
    """Bring the database to this version."""
    column = sa.Column(_WANTS, sa.Boolean(), nullable=False, server_default=sa.true())
    op.add_column("participant_link", column)
    op.execute(_COPY)
    op.execute(f"ALTER TABLE participant DROP COLUMN {_WANTS}")


def downgrade() -> None:
    """Take it back to the version before: one no is a no to all."""
    column = sa.Column(_WANTS, sa.Boolean(), nullable=False, server_default=sa.true())
    op.add_column("participant", column)
    op.get_bind().execute(sa.text(_COPY_BACK), {"no": False})
    op.execute(f"ALTER TABLE participant_link DROP COLUMN {_WANTS}")
