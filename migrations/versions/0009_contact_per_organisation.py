"""Let each organisation keep how it reaches a person: contact moves from her to the link.

Revision ID: 0009
Revises: 0008
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_CONTACT = ("contact_way", "phone", "email")

# Who applied and came to nothing left no link; her contact is kept with it, seen by no staff.
_LINKS_OF_APPLICATIONS = """
INSERT INTO participant_link (organisation_id, participant_id, created_at, knows_her)
SELECT e.organisation_id, e.participant_id, min(e.created_at), FALSE FROM enrolment e
WHERE NOT EXISTS (
    SELECT 1 FROM participant_link l
    WHERE l.organisation_id = e.organisation_id AND l.participant_id = e.participant_id
)
GROUP BY e.organisation_id, e.participant_id
"""

_COPY = """
UPDATE participant_link SET
    contact_way = (SELECT p.contact_way FROM participant p WHERE p.id = participant_id),
    phone = (SELECT p.phone FROM participant p WHERE p.id = participant_id),
    email = (SELECT p.email FROM participant p WHERE p.id = participant_id),
    contact_since = (SELECT p.created_at FROM participant p WHERE p.id = participant_id)
"""

# Whose word it is stands in the trail: the staff who wrote it down or changed it last, or herself.
_WHOSE_WORD = """
UPDATE participant_link SET (contact_from_id, contact_since) = (
    SELECT CASE WHEN a.actor_kind = 'staff' THEN a.organisation_id END, a.created_at
    FROM audit_event a
    WHERE a.subject = 'participant' AND a.subject_id = participant_link.participant_id
      AND a.event IN ('participant.registered', 'participant.contact_changed')
    ORDER BY a.id DESC LIMIT 1
)
WHERE EXISTS (
    SELECT 1 FROM audit_event a
    WHERE a.subject = 'participant' AND a.subject_id = participant_link.participant_id
      AND a.event IN ('participant.registered', 'participant.contact_changed')
)
"""


def upgrade() -> None:
    """Bring the database to this version."""
    text = {"nullable": False, "server_default": ""}
    for column in (
        sa.Column("contact_way", sa.String(32), nullable=False, server_default="visit"),
        sa.Column("phone", sa.String(32), **text),
        sa.Column("email", sa.String(254), **text),
        sa.Column("contact_from_id", sa.Integer()),
        sa.Column("contact_since", sa.DateTime(timezone=True)),
        sa.Column("earlier", sa.JSON()),
        sa.Column("knows_her", sa.Boolean(), nullable=False, server_default=sa.true()),
    ):
        op.add_column("participant_link", column)
    for statement in (_LINKS_OF_APPLICATIONS, _COPY, _WHOSE_WORD):
        op.execute(statement)
    op.create_index("ix_participant_link_phone", "participant_link", ["phone"])
    op.create_index("ix_participant_link_email", "participant_link", ["email"])
    for name in _CONTACT:  # not by a copy of the table, which all that is known hangs on
        op.execute(f"ALTER TABLE participant DROP COLUMN {name}")


def downgrade() -> None:
    """Take it back to the version before: one contact, of those that are kept."""
    text = {"nullable": False, "server_default": ""}
    op.add_column(
        "participant",
        sa.Column("contact_way", sa.String(32), nullable=False, server_default="visit"),
    )
    op.add_column("participant", sa.Column("phone", sa.String(32), **text))
    op.add_column("participant", sa.Column("email", sa.String(254), **text))
    for name in _CONTACT:
        op.execute(
            f"UPDATE participant SET {name} = (SELECT l.{name} FROM participant_link l"
            " WHERE l.participant_id = participant.id ORDER BY l.knows_her DESC, l.id LIMIT 1)"
            " WHERE EXISTS (SELECT 1 FROM participant_link l WHERE l.participant_id = participant.id)"
        )
    op.execute("DELETE FROM participant_link WHERE NOT knows_her")
    op.drop_index("ix_participant_link_phone", "participant_link")
    op.drop_index("ix_participant_link_email", "participant_link")
    for name in (*_CONTACT, "contact_from_id", "contact_since", "earlier", "knows_her"):
        op.execute(f"ALTER TABLE participant_link DROP COLUMN {name}")
