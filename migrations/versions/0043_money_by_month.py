"""what an organisation put in and was paid, by month."""

import sqlalchemy as sa
from alembic import op

revision = "0043"
down_revision = "0042"
branch_labels = None
depends_on = None

_TABLE = "investment_entry"
_ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Bring the database to this version."""
    op.create_table(
        _TABLE,
        sa.Column("organisation_id", _ROW_ID, nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("figure", sa.String(32), nullable=False),
        sa.Column("amount", sa.Integer(), nullable=False),
        sa.Column("id", _ROW_ID, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_investment_entry_organisation_id_organisation"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_investment_entry")),
        sa.UniqueConstraint(
            "organisation_id",
            "month",
            "figure",
            name=op.f("uq_investment_entry_organisation_id_month_figure"),
        ),
    )


def downgrade() -> None:
    """Take it back to the version before."""
    op.drop_table(_TABLE)
