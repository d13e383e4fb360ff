"""the referrer's own number for a person."""

import sqlalchemy as sa
from alembic import op

revision = "0055"
down_revision = "0054"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the database to this version."""
    op.add_column(
        "referral", sa.Column("reference", sa.String(40), server_default="", nullable=False)
    )


def downgrade() -> None:
    """Take it back to the version before."""
    with op.batch_alter_table("referral") as batch:
        batch.drop_column("reference")
