"""calls of the network with their answers, and an employer's step of the PSO."""

import sqlalchemy as sa
from alembic import op

revision = "0041"
down_revision = "0040"
branch_labels = None
depends_on = None

_ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _shared(table: str) -> list[sa.schema.SchemaItem]:
    return [
        sa.Column("organisation_id", _ROW_ID, nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("id", _ROW_ID, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f(f"fk_{table}_organisation_id_organisation"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint("uuid", name=op.f(f"uq_{table}_uuid")),
    ]


def upgrade() -> None:
    """Bring the database to this version."""
    op.create_table(
        "network_call",
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("title", sa.String(120), nullable=False),
        sa.Column("body", sa.String(4000), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=True),
        sa.Column("agreed_by", sa.String(200), nullable=False),
        sa.Column("of_id", _ROW_ID, nullable=True),
        sa.Column("status", sa.String(32), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["of_id"], ["network_call.id"], name=op.f("fk_network_call_of_id_network_call")
        ),
        *_shared("network_call"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "call_answer",
        sa.Column("call_id", _ROW_ID, nullable=False),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("company", sa.String(120), nullable=False),
        sa.Column("email", sa.String(254), nullable=False),
        sa.Column("phone", sa.String(32), nullable=False),
        sa.Column("words", sa.String(500), nullable=False),
        sa.ForeignKeyConstraint(
            ["call_id"], ["network_call.id"], name=op.f("fk_call_answer_call_id_network_call")
        ),
        *_shared("call_answer"),
        sqlite_autoincrement=True,
    )
    for table in ("network_call", "call_answer"):
        op.create_index(op.f(f"ix_{table}_organisation_id"), table, ["organisation_id"])
    op.create_index(op.f("ix_call_answer_call_id"), "call_answer", ["call_id"])
    op.add_column("organisation", sa.Column("pso_step", sa.Integer(), nullable=True))


def downgrade() -> None:
    """Take it back to the version before."""
    op.drop_column("organisation", "pso_step")
    op.drop_table("call_answer")
    op.drop_table("network_call")
