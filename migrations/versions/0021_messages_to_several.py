"""a message to several people at once, and what each was told with."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the database to this version."""
    op.add_column("message", sa.Column("together", sa.Uuid(), nullable=True))
    op.add_column("message", sa.Column("notice_id", sa.Integer(), nullable=True))
    op.create_index(op.f("ix_message_together"), "message", ["together"])


def downgrade() -> None:
    """Take it back to the version before."""
    op.drop_index(op.f("ix_message_together"), "message")
    op.drop_column("message", "notice_id")
    op.drop_column("message", "together")
