"""a photo of what she made, with an example of hers."""

import sqlalchemy as sa
from alembic import op

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the database to this version."""
    op.add_column("own_say", sa.Column("photo", sa.LargeBinary(), nullable=True))
    op.add_column("own_say", sa.Column("photo_digest", sa.String(length=16), nullable=True))


def downgrade() -> None:
    """Take it back to the version before."""
    op.drop_column("own_say", "photo_digest")
    op.drop_column("own_say", "photo")
