"""up to three pictures of an offering, each in smaller sizes too."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

_ONE, _EACH = "uq_offering_picture_offering_id", "uq_offering_picture_offering_id_place"


def upgrade() -> None:
    """Bring the database to this version."""
    with op.batch_alter_table("offering_picture") as table:  # SQLite changes no constraint in place
        table.add_column(sa.Column("place", sa.Integer(), nullable=False, server_default="1"))
        table.add_column(sa.Column("smaller", sa.JSON(), nullable=True))
        table.add_column(sa.Column("webp_360", sa.LargeBinary(), nullable=True))
        table.add_column(sa.Column("webp_720", sa.LargeBinary(), nullable=True))
        table.drop_constraint(_ONE, type_="unique")
        table.create_unique_constraint(_EACH, ["offering_id", "place"])


def downgrade() -> None:
    """Take it back to the version before."""
    op.execute("DELETE FROM offering_picture WHERE place > 1")
    with op.batch_alter_table("offering_picture") as table:
        table.drop_constraint(_EACH, type_="unique")
        table.create_unique_constraint(_ONE, ["offering_id"])
        for column in ("webp_720", "webp_360", "smaller", "place"):
            table.drop_column(column)
