"""an example that was about somebody else."""

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the database to this version."""
    no = sa.false()
    op.add_column(
        "observation", sa.Column("is_taken_back", sa.Boolean(), nullable=False, server_default=no)
    )


def downgrade() -> None:
    """Take it back to the version before."""
    op.drop_column("observation", "is_taken_back")
