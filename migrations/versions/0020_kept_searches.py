"""what somebody looks for and is told of once it comes."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the database to this version."""
    row_id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    channels = ("email", "sms", "call", "letter")
    op.create_table(
        "kept_search",
        sa.Column("participant_id", row_id, nullable=True),
        sa.Column("organisation_id", row_id, nullable=True),
        sa.Column(
            "channel",
            sa.Enum(*channels, name="channel", native_enum=False, length=32),
            nullable=False,
        ),
        sa.Column("address", sa.String(254), nullable=False),
        sa.Column("language", sa.String(8), nullable=False),
        sa.Column("asked", sa.JSON(), nullable=False),
        sa.Column("known", sa.JSON(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("id", row_id, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_kept_search_organisation_id_organisation"),
        ),
        sa.ForeignKeyConstraint(
            ["participant_id"],
            ["participant.id"],
            name=op.f("fk_kept_search_participant_id_participant"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_kept_search")),
        sa.UniqueConstraint("uuid", name=op.f("uq_kept_search_uuid")),
    )
    for column in ("address", "expires_at", "participant_id"):
        op.create_index(op.f(f"ix_kept_search_{column}"), "kept_search", [column])


def downgrade() -> None:
    """Take it back to the version before."""
    op.drop_table("kept_search")
