"""keys."""

import uuid
from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_NUMBERED = {"sqlite_autoincrement": True}
_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_PARTICIPANT = sa.table(
    "participant",
    sa.column("id", sa.Integer),
    sa.column("card_hash", sa.String),
    sa.column("card_version", sa.Integer),
    sa.column("card_issued_at", sa.DateTime(timezone=True)),
    sa.column("calendar_hash", sa.String),
)
_KEY = sa.table(
    "participant_key",
    sa.column("id", sa.Integer),
    sa.column("participant_id", sa.Integer),
    sa.column("kind", sa.String),
    sa.column("token_hash", sa.String),
    sa.column("opens", sa.JSON),
    sa.column("organisation_id", sa.Integer),
    sa.column("user_id", sa.Integer),
    sa.column("ended_at", sa.DateTime(timezone=True)),
    sa.column("uuid", sa.Uuid),
    sa.column("created_at", sa.DateTime(timezone=True)),
)


def upgrade() -> None:
    """Bring the tables to this version."""
    op.create_table(
        "participant_key",
        sa.Column("participant_id", _ID, nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "card",
                "link",
                "calendar",
                "sign_up",
                name="keykind",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("token_hash", sa.String(length=64), nullable=True),
        sa.Column("opens", sa.JSON(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=True),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("replaced_by_id", sa.Integer(), nullable=True),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("id", _ID, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["participant_id"],
            ["participant.id"],
            name=op.f("fk_participant_key_participant_id_participant"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_participant_key")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_participant_key_token_hash")),
        sa.UniqueConstraint("uuid", name=op.f("uq_participant_key_uuid")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        op.f("ix_participant_key_participant_id"), "participant_key", ["participant_id"]
    )
    op.create_table(
        "hours_overview_part",
        sa.Column("overview_id", _ID, nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("id", _ID, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["overview_id"],
            ["hours_overview.id"],
            name=op.f("fk_hours_overview_part_overview_id_hours_overview"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hours_overview_part")),
        sa.UniqueConstraint(
            "overview_id",
            "organisation_id",
            name=op.f("uq_hours_overview_part_overview_id_organisation_id"),
        ),
        sqlite_autoincrement=True,
    )
    op.execute("ALTER TABLE browser_session RENAME COLUMN opens TO keys")
    _carry_keys_over()
    op.execute(
        "INSERT INTO hours_overview_part (overview_id, organisation_id, created_at)"
        " SELECT DISTINCT overview.id, mark.organisation_id, overview.created_at"
        " FROM hours_overview AS overview JOIN attendance_mark AS mark"
        " ON mark.participant_id = overview.participant_id"
        " WHERE overview.organisation_id IS NULL OR overview.organisation_id = mark.organisation_id"
    )
    with op.batch_alter_table("participant", table_kwargs=_NUMBERED) as batch_op:
        batch_op.drop_index(batch_op.f("ix_participant_calendar_hash"))
        batch_op.drop_constraint(batch_op.f("uq_participant_card_hash"), type_="unique")
        batch_op.drop_column("card_hash")
        batch_op.drop_column("card_version")
        batch_op.drop_column("card_issued_at")
        batch_op.drop_column("calendar_hash")


def _carry_keys_over() -> None:
    """A card that staff made opens what is theirs; one that she made, who knows her now.

    The trail knows who made each: whoever did may have kept a copy.
    """
    bind = op.get_bind()
    makers: dict[int, int | None] = {}
    for subject_id, actor_kind, organisation_id in bind.execute(
        sa.text(
            "SELECT subject_id, actor_kind, organisation_id FROM audit_event"
            " WHERE event = 'participant.card_issued' ORDER BY id"
        )
    ):
        makers[subject_id] = organisation_id if actor_kind == "staff" else None
    known: dict[int, list[int]] = {}
    for participant_id, organisation_id in bind.execute(
        sa.text(
            "SELECT participant_id, organisation_id FROM participant_link WHERE knows_her ORDER BY organisation_id"
        )
    ):
        known.setdefault(participant_id, []).append(organisation_id)
    now = datetime.now(UTC)
    keys = []
    for row in bind.execute(sa.select(_PARTICIPANT)):
        maker = makers.get(row.id)
        for kind, token_hash in (("card", row.card_hash), ("calendar", row.calendar_hash)):
            if token_hash:
                keys.append(
                    {
                        "participant_id": row.id,
                        "kind": kind,
                        "token_hash": token_hash,
                        "opens": [maker] if maker else known.get(row.id, []),
                        "organisation_id": maker,
                        "uuid": uuid.uuid4(),
                        "created_at": row.card_issued_at or now,
                    }
                )
    if keys:
        op.bulk_insert(_KEY, keys)


def downgrade() -> None:
    """Take them back to the version before."""
    with op.batch_alter_table("participant", table_kwargs=_NUMBERED) as batch_op:
        batch_op.add_column(sa.Column("calendar_hash", sa.String(length=64), nullable=True))
        batch_op.add_column(sa.Column("card_issued_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(
            sa.Column("card_version", sa.Integer(), nullable=False, server_default="0")
        )
        batch_op.add_column(sa.Column("card_hash", sa.String(length=64), nullable=True))
        batch_op.create_unique_constraint(batch_op.f("uq_participant_card_hash"), ["card_hash"])
        batch_op.create_index(
            batch_op.f("ix_participant_calendar_hash"), ["calendar_hash"], unique=True
        )
    bind = op.get_bind()
    for row in bind.execute(
        sa.select(_KEY).where(_KEY.c.ended_at.is_(None), _KEY.c.token_hash.is_not(None))
        .order_by(_KEY.c.id)
    ).all():  # fmt: skip
        values = {
            "card": {
                "card_hash": row.token_hash, "card_version": 1, "card_issued_at": row.created_at
            },
            "calendar": {"calendar_hash": row.token_hash},
        }.get(row.kind)  # fmt: skip
        if values:
            bind.execute(
                sa.update(_PARTICIPANT)
                .where(_PARTICIPANT.c.id == row.participant_id)
                .values(values)
            )
    op.execute("ALTER TABLE browser_session RENAME COLUMN keys TO opens")
    op.drop_table("hours_overview_part")
    op.drop_table("participant_key")
