"""what is told of her is written once; what she says beside it stands apart."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

# All but whose it is, as in 0018.
_ABOUT = "id, created_at, organisation_id, enrolment_id, recorded_by_id"
_STAYS = {
    "observation": f"{_ABOUT}, uuid, competence, example, level, voice, observed_on, corrects_id",
    "ladder_step": f"{_ABOUT}, step, stated_on, voice",
    "outflow": f"{_ABOUT}, kind, started_on, document_seen_on, document_seen_by",
}
_ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Bring the database to this version."""
    op.create_table(
        "own_say",
        sa.Column("observation_id", _ROW_ID, nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("participant_id", sa.Integer(), nullable=False),
        sa.Column("hidden_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("objection", sa.String(300), nullable=False),
        sa.Column("id", _ROW_ID, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["observation_id"],
            ["observation.id"],
            name=op.f("fk_own_say_observation_id_observation"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_own_say")),
        sa.UniqueConstraint("observation_id", name=op.f("uq_own_say_observation_id")),
    )
    op.create_index(op.f("ix_own_say_participant_id"), "own_say", ["participant_id"])
    op.execute(
        "INSERT INTO own_say (observation_id, organisation_id, participant_id, hidden_at, objection,"
        " created_at) SELECT id, organisation_id, participant_id, hidden_at, '', hidden_at"
        " FROM observation WHERE hidden_at IS NOT NULL"
    )
    op.drop_column("observation", "hidden_at")
    op.add_column("observation", sa.Column("corrects_id", sa.Integer(), nullable=True))
    op.create_index(op.f("ix_observation_corrects_id"), "observation", ["corrects_id"])
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    for table, columns in _STAYS.items():
        refuse = (
            f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            if is_sqlite
            else "EXECUTE FUNCTION stays_as_it_was()"
        )
        for name, event in (("changed", f"UPDATE OF {columns}"), ("taken_out", "DELETE")):
            op.execute(
                f"CREATE TRIGGER {table}_not_{name} BEFORE {event} ON {table} FOR EACH ROW {refuse}"
            )
        if not is_sqlite:
            op.execute(f"CREATE TRIGGER {table}_not_emptied BEFORE TRUNCATE ON {table} {refuse}")


def downgrade() -> None:
    """Take it back to the version before."""
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    for table in _STAYS:
        for name in ("changed", "taken_out") if is_sqlite else ("changed", "taken_out", "emptied"):
            op.execute(f"DROP TRIGGER {table}_not_{name}" + ("" if is_sqlite else f" ON {table}"))
    op.drop_index(op.f("ix_observation_corrects_id"), "observation")
    op.drop_column("observation", "corrects_id")
    op.add_column("observation", sa.Column("hidden_at", sa.DateTime(timezone=True), nullable=True))
    op.execute(
        "UPDATE observation SET hidden_at ="
        " (SELECT hidden_at FROM own_say WHERE observation_id = observation.id)"
    )
    op.drop_table("own_say")
