"""on what an organisation is verified, and why it is suspended."""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

_LENGTHS = {
    "kvk": 8, "website": 200, "contact_person": 80, "guides_whom": 500, "guided_by": 500,
    "suspended_for": 1000,
}  # fmt: skip


def upgrade() -> None:
    """Bring the database to this version."""
    for name, length in _LENGTHS.items():
        column = sa.Column(name, sa.String(length), nullable=False, server_default="")
        op.add_column("organisation", column)


def downgrade() -> None:
    """Take it back to the version before."""
    for name in _LENGTHS:
        op.drop_column("organisation", name)
