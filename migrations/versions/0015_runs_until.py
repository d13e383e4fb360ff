"""until when an offering runs."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

_FILL = (
    "UPDATE offering SET runs_until ="
    " (SELECT max(s.ends_at) FROM offering_session s"
    " WHERE s.offering_id = offering.id AND s.status = 'planned')"
)


def upgrade() -> None:
    """Bring the database to this version."""
    op.add_column("offering", sa.Column("runs_until", sa.DateTime(timezone=True), nullable=True))
    op.execute(_FILL)


def downgrade() -> None:
    """Take it back to the version before."""
    op.execute("ALTER TABLE offering DROP COLUMN runs_until")
