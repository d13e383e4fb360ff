"""names as they are found and sorted, the same on both databases.

It asks the portal how a name is folded: what is kept here has to be what the portal asks for.
"""

import sqlalchemy as sa
from alembic import op

from portal.core.names import folded

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

_AT_A_TIME = 1000


def upgrade() -> None:
    """Bring the database to this version; the worker fills the words of the search again."""
    connection = op.get_bind()
    collation = "C" if connection.dialect.name == "postgresql" else None
    column = sa.Column(
        "folded_name", sa.String(collation=collation), nullable=False, server_default=""
    )
    op.add_column("participant", column)
    person = sa.table("participant", *map(sa.column, ("id", "name", "folded_name")))
    fill = sa.update(person).where(person.c.id == sa.bindparam("key"))
    last = 0
    while rows := connection.execute(
        sa.select(person.c.id, person.c.name)
        .where(person.c.id > last)
        .order_by(person.c.id)
        .limit(_AT_A_TIME)
    ).all():
        last = rows[-1].id
        connection.execute(
            fill.values(folded_name=sa.bindparam("folded")),
            [{"key": row.id, "folded": folded(row.name)} for row in rows],
        )
    op.create_index("ix_participant_folded_name", "participant", ["folded_name"])
    op.execute("DELETE FROM search_text")


def downgrade() -> None:
    """Take it back to the version before."""
    op.drop_index("ix_participant_folded_name", "participant")
    op.execute("ALTER TABLE participant DROP COLUMN folded_name")
