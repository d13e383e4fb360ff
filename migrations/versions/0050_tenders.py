"""opportunities of municipalities and funds, and dossiers for them."""

import sqlalchemy as sa
from alembic import op

revision = "0050"
down_revision = "0048"
branch_labels = None
depends_on = None

_ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Bring the database to this version."""
    numbers = ("volume", "reference_people", "satisfaction", "completion", "pso_step")
    op.create_table(
        "opportunity",
        sa.Column("organisation_id", _ROW_ID, nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("status", sa.String(32), nullable=False),
        sa.Column("title", sa.String(120), nullable=False),
        sa.Column("body", sa.String(4000), nullable=False),
        sa.Column("closes_on", sa.Date(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        *(sa.Column(name, sa.Integer(), nullable=True) for name in numbers),
        sa.Column("reserved_percent", sa.Integer(), nullable=True),
        sa.Column("amount_cents", sa.BigInteger(), nullable=True),
        sa.Column("competences", sa.JSON(), nullable=False),
        sa.Column("asks_trend", sa.Boolean(), nullable=False),
        sa.Column("certificates", sa.String(500), nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("id", _ROW_ID, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_opportunity_organisation_id_organisation"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_opportunity")),
        sa.UniqueConstraint("uuid", name=op.f("uq_opportunity_uuid")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_opportunity_organisation_id"), "opportunity", ["organisation_id"])
    op.create_table(
        "dossier",
        sa.Column("organisation_id", _ROW_ID, nullable=False),
        sa.Column("opportunity_id", _ROW_ID, nullable=False),
        sa.Column("words", sa.String(2000), nullable=False),
        sa.Column("chosen", sa.JSON(), nullable=False),
        sa.Column("declared", sa.JSON(), nullable=False),
        sa.Column("id", _ROW_ID, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        *(
            sa.ForeignKeyConstraint(
                [f"{name}_id"], [f"{name}.id"], name=op.f(f"fk_dossier_{name}_id_{name}")
            )
            for name in ("organisation", "opportunity")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dossier")),
        sa.UniqueConstraint(
            "organisation_id",
            "opportunity_id",
            name=op.f("uq_dossier_organisation_id_opportunity_id"),
        ),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_dossier_opportunity_id"), "dossier", ["opportunity_id"])


def downgrade() -> None:
    """Take it back to the version before."""
    op.drop_table("dossier")
    op.drop_table("opportunity")
