"""What people bring, and which offering another began as."""

import sqlalchemy as sa
from alembic import op

revision = "0044"
down_revision = "0043"
branch_labels = None
depends_on = None

_ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Bring the database to this version."""
    for table in ("offering", "offering_text"):
        op.add_column(table, sa.Column("bring", sa.String(200), server_default="", nullable=False))
    op.add_column("offering", sa.Column("copied_from_id", _ROW_ID, nullable=True))
    op.create_index("ix_offering_copied_from_id", "offering", ["copied_from_id"])


def downgrade() -> None:
    """Take it back to the version before."""
    op.drop_index("ix_offering_copied_from_id", "offering")
    op.drop_column("offering", "copied_from_id")
    for table in ("offering", "offering_text"):
        op.drop_column(table, "bring")
