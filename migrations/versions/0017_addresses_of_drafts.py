"""an address that a draft had before leads to it still."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the database to this version."""
    op.create_table(
        "offering_address",
        sa.Column("offering_id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(120), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["offering_id"], ["offering.id"],
            name=op.f("fk_offering_address_offering_id_offering"), ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_offering_address")),
        sa.UniqueConstraint("slug", name=op.f("uq_offering_address_slug")),
    )  # fmt: skip


def downgrade() -> None:
    """Take it back to the version before."""
    op.drop_table("offering_address")
