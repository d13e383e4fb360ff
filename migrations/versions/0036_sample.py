"""a sample of evidence, and on what day it was seen."""

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None

_TABLE = "report_sample"
_ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Bring the database to this version."""
    op.add_column("report_decision", sa.Column("seen_on", sa.Date(), nullable=True))
    op.create_table(
        _TABLE,
        sa.Column("report_id", _ROW_ID, nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("line", sa.Integer(), nullable=True),
        sa.Column("row_id", sa.Integer(), nullable=True),
        sa.Column("id", _ROW_ID, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["report_id"],
            ["impact_report.id"],
            name=op.f("fk_report_sample_report_id_impact_report"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_sample")),
    )
    op.create_index(op.f("ix_report_sample_report_id"), "report_sample", ["report_id"])
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
    """Take it back to the version before."""
    op.drop_table(_TABLE)
    op.drop_column("report_decision", "seen_on")
