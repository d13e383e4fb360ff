"""How she found a stay that ended."""

import sqlalchemy as sa
from alembic import op

revision = "0048"
down_revision = "0047"
branch_labels = None
depends_on = None

_ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_OF = ("organisation", "participant", "enrolment")


def upgrade() -> None:
    """Bring the database to this version."""
    op.create_table(
        "rating",
        *(sa.Column(f"{name}_id", _ROW_ID, nullable=False) for name in _OF),
        sa.Column("face", sa.String(32), nullable=False),
        sa.Column("id", _ROW_ID, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        *(
            sa.ForeignKeyConstraint(
                [f"{name}_id"], [f"{name}.id"], name=op.f(f"fk_rating_{name}_id_{name}")
            )
            for name in _OF
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rating")),
        sa.UniqueConstraint("enrolment_id", name=op.f("uq_rating_enrolment_id")),
        sqlite_autoincrement=True,
    )
    for name in ("participant_id", "organisation_id"):
        op.create_index(op.f(f"ix_rating_{name}"), "rating", [name])


def downgrade() -> None:
    """Take it back to the version before."""
    op.drop_table("rating")
