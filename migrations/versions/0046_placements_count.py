"""a line of social return may be of a placement, known by a mark."""

import sqlalchemy as sa
from alembic import op

revision = "0046"
down_revision = "0044"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the database to this version."""
    op.add_column("contract_line", sa.Column("placement", sa.String(64)))
    op.create_index(op.f("ix_contract_line_placement"), "contract_line", ["placement"])


def downgrade() -> None:
    """Bring the database back to the version before."""
    op.drop_index(op.f("ix_contract_line_placement"), table_name="contract_line")
    op.drop_column("contract_line", "placement")
