"""what was sent with a form, as a digest."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the tables to this version; forms sent before it are answered as they were."""
    op.add_column(
        "once_key", sa.Column("content", sa.String(length=64), server_default="", nullable=False)
    )


def downgrade() -> None:
    """Take it back."""
    op.drop_column("once_key", "content")
