"""calendars of staff, and activities that are saved."""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None

_ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_NAMES = {"participant": "CASCADE", "organisation": None, "offering": "CASCADE"}


def upgrade() -> None:
    """Bring the database to this version."""
    op.add_column("membership", sa.Column("calendar_hash", sa.String(64), nullable=True))
    op.create_table(
        "saved_offering",
        *(sa.Column(f"{name}_id", _ROW_ID, nullable=False) for name in _NAMES),
        sa.Column("id", _ROW_ID, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        *(
            sa.ForeignKeyConstraint(
                [f"{name}_id"],
                [f"{name}.id"],
                name=op.f(f"fk_saved_offering_{name}_id_{name}"),
                ondelete=then,
            )
            for name, then in _NAMES.items()
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_offering")),
    )
    op.create_index(op.f("ix_saved_offering_participant_id"), "saved_offering", ["participant_id"])


def downgrade() -> None:
    """Take it back to the version before."""
    op.drop_table("saved_offering")
    op.drop_column("membership", "calendar_hash")
