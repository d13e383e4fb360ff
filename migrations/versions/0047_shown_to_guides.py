"""To the guides of which organisation she shows her profile."""

import sqlalchemy as sa
from alembic import op

revision = "0047"
down_revision = "0046"
branch_labels = None
depends_on = None

_ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Bring the database to this version."""
    op.add_column("profile_share", sa.Column("organisation_id", _ROW_ID, nullable=True))
    op.create_index("ix_profile_share_organisation_id", "profile_share", ["organisation_id"])


def downgrade() -> None:
    """Take it back to the version before."""
    op.drop_index("ix_profile_share_organisation_id", "profile_share")
    op.drop_column("profile_share", "organisation_id")
