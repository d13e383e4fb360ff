"""attendance anywhere."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_FILL_IN = (
    "UPDATE attendance_change SET event_id = RANDOM_ID",
    "UPDATE attendance_change SET is_cleared = true WHERE how = 'taken_back'",
    "UPDATE attendance_mark SET event_id = (SELECT change.event_id FROM attendance_change AS change"
    " WHERE change.session_id = attendance_mark.session_id"
    " AND change.enrolment_id = attendance_mark.enrolment_id ORDER BY change.id DESC LIMIT 1)",
    "UPDATE attendance_mark SET event_id = RANDOM_ID WHERE event_id IS NULL",
    "INSERT INTO register (session_id, organisation_id, version, disputes, closed_at, created_at)"
    " SELECT session_id, organisation_id, 1, 0, max(recorded_at), min(recorded_at)"
    " FROM attendance_mark WHERE session_id IN"
    " (SELECT id FROM offering_session WHERE ends_at < CURRENT_TIMESTAMP)"
    " GROUP BY session_id, organisation_id",
    "UPDATE attendance_mark SET is_counted = false"
    " WHERE session_id NOT IN (SELECT session_id FROM register)",
)


def upgrade() -> None:
    """Bring the tables to this version."""
    op.create_table(
        "hours_overview",
        sa.Column("number", sa.String(length=32), nullable=False),
        sa.Column(
            "participant_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("organisation_id", sa.Integer(), nullable=True),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.Column("signature", sa.Text(), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["participant_id"],
            ["participant.id"],
            name=op.f("fk_hours_overview_participant_id_participant"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hours_overview")),
        sa.UniqueConstraint("number", name=op.f("uq_hours_overview_number")),
        sa.UniqueConstraint("uuid", name=op.f("uq_hours_overview_uuid")),
    )
    with op.batch_alter_table("hours_overview", schema=None) as batch_op:
        batch_op.create_index("ix_hours_overview_participant_id", ["participant_id"], unique=False)

    op.create_table(
        "register_import",
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column(
            "offering_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "read",
                "applying",
                "applied",
                "taking_back",
                "taken_back",
                name="importstatus",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("batch_id", sa.Uuid(), nullable=False),
        sa.Column("reading", sa.JSON(), nullable=False),
        sa.Column("choices", sa.JSON(), nullable=False),
        sa.Column("days", sa.JSON(), nullable=False),
        sa.Column("made", sa.JSON(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("applied_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("taken_back_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["offering_id"], ["offering.id"], name=op.f("fk_register_import_offering_id_offering")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_register_import")),
        sa.UniqueConstraint("uuid", name=op.f("uq_register_import_uuid")),
    )
    with op.batch_alter_table("register_import", schema=None) as batch_op:
        batch_op.create_index(
            "ix_register_import_organisation_id", ["organisation_id"], unique=False
        )

    op.create_table(
        "absence_follow_up",
        sa.Column(
            "enrolment_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("participant_id", sa.Integer(), nullable=False),
        sa.Column(
            "session_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "step",
            sa.Enum("call", "message", "visit", name="followup", native_enum=False, length=32),
            nullable=False,
        ),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["enrolment_id"],
            ["enrolment.id"],
            name=op.f("fk_absence_follow_up_enrolment_id_enrolment"),
        ),
        sa.ForeignKeyConstraint(
            ["session_id"],
            ["offering_session.id"],
            name=op.f("fk_absence_follow_up_session_id_offering_session"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_absence_follow_up")),
    )
    with op.batch_alter_table("absence_follow_up", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_absence_follow_up_enrolment_id"), ["enrolment_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_absence_follow_up_participant_id"), ["participant_id"], unique=False
        )

    op.create_table(
        "register",
        sa.Column(
            "session_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("disputes", sa.Integer(), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_by_id", sa.Integer(), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["session_id"],
            ["offering_session.id"],
            name=op.f("fk_register_session_id_offering_session"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_register")),
        sa.UniqueConstraint("session_id", name=op.f("uq_register_session_id")),
    )
    with op.batch_alter_table("register", schema=None) as batch_op:
        batch_op.create_index("ix_register_organisation_id", ["organisation_id"], unique=False)

    with op.batch_alter_table("attendance_change", schema=None) as batch_op:
        batch_op.add_column(sa.Column("event_id", sa.Uuid(), nullable=True))
        batch_op.add_column(sa.Column("replaces", sa.JSON(none_as_null=True), nullable=True))
        batch_op.add_column(sa.Column("tapped_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("batch_id", sa.Uuid(), nullable=True))
        batch_op.add_column(
            sa.Column(
                "reason",
                sa.Enum(
                    "wrong_tap",
                    "heard_later",
                    "from_paper",
                    "sent_later",
                    "settled",
                    "not_held",
                    "moved",
                    name="correctionreason",
                    native_enum=False,
                    length=32,
                ),
                nullable=True,
            )
        )
        batch_op.add_column(
            sa.Column("is_cleared", sa.Boolean(), nullable=False, server_default=sa.false())
        )
        batch_op.add_column(sa.Column("cooperative_id", sa.Integer(), nullable=True))
        batch_op.create_index(
            batch_op.f("ix_attendance_change_event_id"), ["event_id"], unique=True
        )

    with op.batch_alter_table("attendance_mark", schema=None) as batch_op:
        batch_op.add_column(sa.Column("event_id", sa.Uuid(), nullable=True))
        batch_op.add_column(
            sa.Column("has_rivals", sa.Boolean(), nullable=False, server_default=sa.false())
        )
        batch_op.add_column(
            sa.Column("is_disputed", sa.Boolean(), nullable=False, server_default=sa.false())
        )
        batch_op.add_column(
            sa.Column("is_counted", sa.Boolean(), nullable=False, server_default=sa.true())
        )

    with op.batch_alter_table("offering", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("absences_signal", sa.Integer(), nullable=False, server_default="3")
        )

    with op.batch_alter_table("offering_session", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "not_held_reason",
                sa.Enum(
                    "no_guide",
                    "no_room",
                    "too_few_people",
                    "holiday",
                    "weather",
                    "other_plans",
                    name="notheldreason",
                    native_enum=False,
                    length=32,
                ),
                nullable=True,
            )
        )

    with op.batch_alter_table("participant", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("has_only_name", sa.Boolean(), nullable=False, server_default=sa.false())
        )

    _fill_in()


def _fill_in() -> None:
    """What was written before counts, as it did, and each change gets a name of its own."""
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    random_id = "lower(hex(randomblob(16)))" if is_sqlite else "gen_random_uuid()"
    for statement in _FILL_IN:
        op.execute(statement.replace("RANDOM_ID", random_id))


def downgrade() -> None:
    """Take them back to the version before."""
    with op.batch_alter_table("participant", schema=None) as batch_op:
        batch_op.drop_column("has_only_name")

    with op.batch_alter_table("offering_session", schema=None) as batch_op:
        batch_op.drop_column("not_held_reason")

    with op.batch_alter_table("offering", schema=None) as batch_op:
        batch_op.drop_column("absences_signal")

    with op.batch_alter_table("attendance_mark", schema=None) as batch_op:
        batch_op.drop_column("is_counted")
        batch_op.drop_column("is_disputed")
        batch_op.drop_column("has_rivals")
        batch_op.drop_column("event_id")

    with op.batch_alter_table("attendance_change", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_attendance_change_event_id"))
        batch_op.drop_column("cooperative_id")
        batch_op.drop_column("is_cleared")
        batch_op.drop_column("reason")
        batch_op.drop_column("batch_id")
        batch_op.drop_column("tapped_at")
        batch_op.drop_column("replaces")
        batch_op.drop_column("event_id")

    with op.batch_alter_table("register", schema=None) as batch_op:
        batch_op.drop_index("ix_register_organisation_id")

    op.drop_table("register")
    with op.batch_alter_table("absence_follow_up", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_absence_follow_up_participant_id"))
        batch_op.drop_index(batch_op.f("ix_absence_follow_up_enrolment_id"))

    op.drop_table("absence_follow_up")
    with op.batch_alter_table("register_import", schema=None) as batch_op:
        batch_op.drop_index("ix_register_import_organisation_id")

    op.drop_table("register_import")
    with op.batch_alter_table("hours_overview", schema=None) as batch_op:
        batch_op.drop_index("ix_hours_overview_participant_id")

    op.drop_table("hours_overview")
