"""a report's trail says of which figure it is."""

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the database to this version."""
    op.add_column(
        "report_decision", sa.Column("about", sa.String(64), nullable=False, server_default="")
    )


def downgrade() -> None:
    """Take it back to the version before."""
    op.drop_column("report_decision", "about")
