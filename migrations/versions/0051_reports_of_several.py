"""reports of several providers, and what each of those says to it."""

import sqlalchemy as sa
from alembic import op

revision = "0051"
down_revision = "0053"
branch_labels = None
depends_on = None

_ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Bring the database to this version."""
    op.create_table(
        "provider_set",
        sa.Column("organisation_id", _ROW_ID, nullable=False),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("district_code", sa.String(16), nullable=True),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("id", _ROW_ID, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_provider_set_organisation_id_organisation"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_provider_set")),
        sa.UniqueConstraint("uuid", name=op.f("uq_provider_set_uuid")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_provider_set_organisation_id"), "provider_set", ["organisation_id"])
    op.create_table(
        "provider_say",
        sa.Column("provider_set_id", _ROW_ID, nullable=False),
        sa.Column("organisation_id", _ROW_ID, nullable=False),
        sa.Column("answer", sa.String(32), nullable=False),
        sa.Column("id", _ROW_ID, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        *(
            sa.ForeignKeyConstraint(
                [f"{name}_id"], [f"{name}.id"], name=op.f(f"fk_provider_say_{name}_id_{name}")
            )
            for name in ("provider_set", "organisation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_provider_say")),
        sa.UniqueConstraint(
            "provider_set_id",
            "organisation_id",
            name=op.f("uq_provider_say_provider_set_id_organisation_id"),
        ),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_provider_say_organisation_id"), "provider_say", ["organisation_id"])
    with op.batch_alter_table("impact_report") as batch:
        batch.add_column(sa.Column("provider_set_id", _ROW_ID, nullable=True))
        batch.create_foreign_key(
            op.f("fk_impact_report_provider_set_id_provider_set"),
            "provider_set",
            ["provider_set_id"],
            ["id"],
        )
        batch.create_index(op.f("ix_impact_report_provider_set_id"), ["provider_set_id"])


def downgrade() -> None:
    """Take it back to the version before."""
    with op.batch_alter_table("impact_report") as batch:
        batch.drop_index(op.f("ix_impact_report_provider_set_id"))
        batch.drop_constraint(
            op.f("fk_impact_report_provider_set_id_provider_set"), type_="foreignkey"
        )
        batch.drop_column("provider_set_id")
    op.drop_table("provider_say")
    op.drop_table("provider_set")
