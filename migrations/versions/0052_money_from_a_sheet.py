"""money of several months from a bookkeeper's sheet."""

import sqlalchemy as sa
from alembic import op

revision = "0052"
down_revision = "0050"
branch_labels = None
depends_on = None

_ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Bring the database to this version."""
    op.create_table(
        "money_sheet",
        sa.Column("organisation_id", _ROW_ID, nullable=False),
        sa.Column("user_id", _ROW_ID, nullable=True),
        sa.Column("status", sa.String(32), nullable=False),
        *(sa.Column(name, sa.JSON(), nullable=False) for name in ("reading", "choices", "made")),
        *(
            sa.Column(name, sa.DateTime(timezone=True), nullable=True)
            for name in ("applied_at", "taken_back_at")
        ),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("id", _ROW_ID, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_money_sheet_organisation_id_organisation"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_money_sheet")),
        sa.UniqueConstraint("uuid", name=op.f("uq_money_sheet_uuid")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_money_sheet_organisation_id"), "money_sheet", ["organisation_id"])


def downgrade() -> None:
    """Take it back to the version before."""
    op.drop_table("money_sheet")
