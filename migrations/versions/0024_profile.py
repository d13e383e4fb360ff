"""the profile that she owns, and the links that show it."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

_ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Bring the database to this version."""
    for table, *columns in (
        (
            "profile_choice",
            sa.Column("headline", sa.String(120), nullable=False),
            sa.Column("wish", sa.String(300), nullable=False),
            sa.Column("switched", sa.JSON(), nullable=False),
            sa.Column("first", sa.JSON(), nullable=False),
        ),
        (
            "profile_share",
            sa.Column("for_whom", sa.String(80), nullable=False),
            sa.Column("opens", sa.JSON(), nullable=False),
            sa.Column("until_on", sa.Date(), nullable=False),
            sa.Column("stopped_at", sa.DateTime(timezone=True), nullable=True),
            sa.Column("uuid", sa.Uuid(), nullable=False),
            sa.UniqueConstraint("uuid", name=op.f("uq_profile_share_uuid")),
        ),
    ):
        op.create_table(
            table,
            *columns,
            sa.Column("participant_id", _ROW_ID, nullable=False),
            sa.Column("id", _ROW_ID, nullable=False),
            sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
            sa.ForeignKeyConstraint(
                ["participant_id"],
                ["participant.id"],
                name=op.f(f"fk_{table}_participant_id_participant"),
            ),
            sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        )
        op.create_index(op.f(f"ix_{table}_participant_id"), table, ["participant_id"])


def downgrade() -> None:
    """Take it back to the version before."""
    op.drop_table("profile_share")
    op.drop_table("profile_choice")
