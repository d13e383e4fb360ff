"""Until when an organisation has somebody who is there no more.

Revision ID: 0012
Revises: 0011
"""

from datetime import date, timedelta

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

_HOLD = timedelta(days=90)
_LAST_DAYS = """
SELECT organisation_id, participant_id, max(ended_on) AS last_on FROM enrolment
GROUP BY organisation_id, participant_id
HAVING sum(CASE WHEN status IN ('applied', 'waiting', 'offered', 'enrolled') THEN 1 ELSE 0 END) = 0
   AND max(ended_on) IS NOT NULL
"""


def upgrade() -> None:
    """Bring the database to this version."""
    op.add_column("participant_link", sa.Column("held_until", sa.Date()))
    link = sa.table(
        "participant_link",
        sa.column("organisation_id", sa.Integer),
        sa.column("participant_id", sa.Integer),
        sa.column("held_until", sa.Date),
    )
    connection = op.get_bind()
    for row in connection.execute(sa.text(_LAST_DAYS)).all():
        last_on = row.last_on if isinstance(row.last_on, date) else date.fromisoformat(row.last_on)
        connection.execute(
            sa.update(link)
            .where(
                link.c.organisation_id == row.organisation_id,
                link.c.participant_id == row.participant_id,
            )
            .values(held_until=last_on + _HOLD)
        )


def downgrade() -> None:
    """Take it back to the version before."""
    op.execute("ALTER TABLE participant_link DROP COLUMN held_until")
