"""pictures in a report, with the agreement of who is in them."""

import sqlalchemy as sa
from alembic import op

revision = "0053"
down_revision = "0052"
branch_labels = None
depends_on = None

_ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Bring the database to this version."""
    op.create_table(
        "report_picture",
        sa.Column("report_id", _ROW_ID, nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("alt", sa.String(200), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("webp", sa.LargeBinary(), nullable=True),
        sa.Column("agreed_by_id", _ROW_ID, nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", _ROW_ID, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["report_id"],
            ["impact_report.id"],
            name=op.f("fk_report_picture_report_id_impact_report"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_picture")),
        sa.UniqueConstraint("report_id", "place", name=op.f("uq_report_picture_report_id_place")),
        sqlite_autoincrement=True,
    )


def downgrade() -> None:
    """Take it back to the version before."""
    op.drop_table("report_picture")
