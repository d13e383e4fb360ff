"""keys that sign, and the public log of recognised reports, which is written once."""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

_ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_TABLE = "report_log"


def upgrade() -> None:
    """Bring the database to this version."""
    op.create_table(
        "signing_key",
        sa.Column("kid", sa.String(64), nullable=False),
        sa.Column("public", sa.JSON(), nullable=False),
        sa.Column("private", sa.Text(), nullable=True),
        sa.Column("id", _ROW_ID, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signing_key")),
        sa.UniqueConstraint("kid", name=op.f("uq_signing_key_kid")),
    )
    op.create_table(
        _TABLE,
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column(
            "event",
            sa.Enum(
                "recognised", "replaced", "countersigned",
                name="logged", native_enum=False, length=32,
            ),
            nullable=False,
        ),
        sa.Column("report_id", _ROW_ID, nullable=True),
        sa.Column("method_version", sa.String(16), nullable=True),
        sa.Column("line", sa.Text(), nullable=False),
        sa.Column("id", _ROW_ID, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["report_id"], ["impact_report.id"], name=op.f("fk_report_log_report_id_impact_report")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_log")),
        sa.UniqueConstraint("position", name=op.f("uq_report_log_position")),
    )  # fmt: skip
    op.create_index("ix_report_log_report_id", _TABLE, ["report_id"])
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    refuse = (
        f"BEGIN SELECT RAISE(ABORT, '{_TABLE} is append-only'); END"
        if is_sqlite
        else "EXECUTE FUNCTION stays_as_it_was()"
    )
    for name, event in (("changed", "UPDATE"), ("taken_out", "DELETE")):
        op.execute(
            f"CREATE TRIGGER {_TABLE}_not_{name} BEFORE {event} ON {_TABLE} FOR EACH ROW {refuse}"
        )
    if not is_sqlite:
        op.execute(f"CREATE TRIGGER {_TABLE}_not_emptied BEFORE TRUNCATE ON {_TABLE} {refuse}")


def downgrade() -> None:
    """Take it back to the version before; what was signed is gone with it."""
    op.drop_table(_TABLE)
    op.drop_table("signing_key")
