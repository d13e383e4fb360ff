"""participants' own words in a report, at her own yes."""

import sqlalchemy as sa
from alembic import op

revision = "0054"
down_revision = "0051"
branch_labels = None
depends_on = None

_ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Bring the database to this version."""
    op.create_table(
        "report_words",
        sa.Column("organisation_id", _ROW_ID, nullable=False),
        sa.Column("participant_id", _ROW_ID, nullable=True),
        sa.Column("words", sa.String(300), nullable=False),
        sa.Column("language", sa.String(8), nullable=False),
        sa.Column("salt", sa.String(32), nullable=False),
        sa.Column("agreed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("report_id", _ROW_ID, nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("id", _ROW_ID, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_report_words_organisation_id_organisation"),
        ),
        sa.ForeignKeyConstraint(
            ["participant_id"],
            ["participant.id"],
            name=op.f("fk_report_words_participant_id_participant"),
        ),
        sa.ForeignKeyConstraint(
            ["report_id"],
            ["impact_report.id"],
            name=op.f("fk_report_words_report_id_impact_report"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_words")),
        sa.UniqueConstraint("report_id", "place", name=op.f("uq_report_words_report_id_place")),
        sa.UniqueConstraint("uuid", name=op.f("uq_report_words_uuid")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_report_words_participant_id"), "report_words", ["participant_id"])


def downgrade() -> None:
    """Take it back to the version before."""
    op.drop_table("report_words")
