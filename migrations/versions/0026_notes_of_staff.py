"""notes of staff about a participant, and what they mean to do."""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

_ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Bring the database to this version."""
    op.create_table(
        "note",
        sa.Column("organisation_id", _ROW_ID, nullable=False),
        sa.Column("participant_id", _ROW_ID, nullable=False),
        sa.Column("user_id", _ROW_ID, nullable=True),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("body", sa.String(1000), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("id", _ROW_ID, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["participant_id"], ["participant.id"], name=op.f("fk_note_participant_id_participant")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_note")),
        sa.UniqueConstraint("uuid", name=op.f("uq_note_uuid")),
    )
    op.create_index(op.f("ix_note_participant_id"), "note", ["participant_id"])


def downgrade() -> None:
    """Take it back to the version before."""
    op.drop_table("note")
