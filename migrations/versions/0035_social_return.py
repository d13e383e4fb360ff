"""contracts with a duty of social return, and their lines."""

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None

_ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _shared(table: str) -> list[sa.schema.SchemaItem]:
    """What both tables have: whose they are, an address, a number."""
    return [
        sa.Column("organisation_id", _ROW_ID, nullable=False),
        sa.Column("manager_id", _ROW_ID, nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("id", _ROW_ID, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        *(
            sa.ForeignKeyConstraint(
                [f"{name}_id"],
                ["organisation.id"],
                name=op.f(f"fk_{table}_{name}_id_organisation"),
            )
            for name in ("organisation", "manager")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint("uuid", name=op.f(f"uq_{table}_uuid")),
    ]


def upgrade() -> None:
    """Bring the database to this version."""
    op.create_table(
        "contract",
        sa.Column("title", sa.String(120), nullable=False),
        sa.Column("number", sa.String(60), nullable=False),
        sa.Column("scheme", sa.String(40), nullable=False),
        sa.Column("value_cents", sa.BigInteger(), nullable=False),
        sa.Column("percent", sa.Integer(), nullable=True),
        sa.Column("duty_cents", sa.BigInteger(), nullable=False),
        *_shared("contract"),
    )
    op.create_table(
        "contract_line",
        sa.Column("contract_id", _ROW_ID, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("tariff", sa.String(80), nullable=False),
        sa.Column("mark", sa.String(64), nullable=False),
        sa.Column("week_minutes", sa.Integer(), nullable=False),
        sa.Column("given", sa.Integer(), nullable=False),
        sa.Column("bonuses", sa.String(300), nullable=False),
        sa.Column("seen_by", sa.String(80), nullable=False),
        sa.Column("seen_on", sa.Date(), nullable=False),
        sa.Column("status", sa.String(32), nullable=False),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["contract_id"], ["contract.id"], name=op.f("fk_contract_line_contract_id_contract")
        ),
        *_shared("contract_line"),
    )
    for table in ("contract", "contract_line"):
        for name in ("organisation_id", "manager_id"):
            op.create_index(op.f(f"ix_{table}_{name}"), table, [name])
    for name in ("contract_id", "mark"):
        op.create_index(op.f(f"ix_contract_line_{name}"), "contract_line", [name])


def downgrade() -> None:
    """Take it back to the version before."""
    op.drop_table("contract_line")
    op.drop_table("contract")
