"""badges that others gave her."""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None

_ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Bring the database to this version."""
    op.create_table(
        "brought_badge",
        sa.Column("participant_id", _ROW_ID, nullable=False),
        sa.Column("token", sa.Text(), nullable=False),
        sa.Column("opens", sa.JSON(), nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("id", _ROW_ID, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["participant_id"],
            ["participant.id"],
            name=op.f("fk_brought_badge_participant_id_participant"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_brought_badge")),
        sa.UniqueConstraint("uuid", name=op.f("uq_brought_badge_uuid")),
    )
    op.create_index(op.f("ix_brought_badge_participant_id"), "brought_badge", ["participant_id"])


def downgrade() -> None:
    """Take it back to the version before."""
    op.drop_table("brought_badge")
