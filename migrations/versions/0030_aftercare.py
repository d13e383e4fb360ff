"""how it goes where she went on to."""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

_ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Bring the database to this version."""
    op.create_table(
        "aftercare",
        sa.Column("organisation_id", _ROW_ID, nullable=False),
        sa.Column("participant_id", _ROW_ID, nullable=False),
        sa.Column("outflow_id", _ROW_ID, nullable=False),
        sa.Column("moment", sa.String(32), nullable=False),
        sa.Column("answer", sa.String(32), nullable=True),
        sa.Column("met_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("id", _ROW_ID, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        *(
            sa.ForeignKeyConstraint(
                [f"{name}_id"], [f"{name}.id"], name=op.f(f"fk_aftercare_{name}_id_{name}")
            )
            for name in ("organisation", "participant", "outflow")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_aftercare")),
        sa.UniqueConstraint("uuid", name=op.f("uq_aftercare_uuid")),
        sa.UniqueConstraint("outflow_id", "moment", name=op.f("uq_aftercare_outflow_id_moment")),
    )
    for name in ("participant_id", "organisation_id"):
        op.create_index(op.f(f"ix_aftercare_{name}"), "aftercare", [name])


def downgrade() -> None:
    """Take it back to the version before."""
    op.drop_table("aftercare")
