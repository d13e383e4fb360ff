"""conversations about what somebody can, and goals."""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

_ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Bring the tables to this version."""
    op.create_table(
        "assessment",
        sa.Column("organisation_id", _ROW_ID, nullable=False),
        sa.Column("participant_id", _ROW_ID, nullable=False),
        sa.Column("enrolment_id", _ROW_ID, nullable=False),
        sa.Column("holder_id", _ROW_ID, nullable=False),
        sa.Column(
            "voice",
            sa.Enum("participant", "guide", "expert", name="voice", native_enum=False, length=32),
            nullable=False,
        ),
        sa.Column(
            "status",
            sa.Enum(
                "asked",
                "declined",
                "accepted",
                "planned",
                "running",
                "paused",
                "laid",
                "agreed",
                "stopped",
                name="assessmentstatus",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("status_since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("place", sa.String(length=120), nullable=False),
        sa.Column("third", sa.String(length=80), nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("id", _ROW_ID, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_assessment_organisation_id_organisation"),
        ),
        sa.ForeignKeyConstraint(
            ["enrolment_id"], ["enrolment.id"], name=op.f("fk_assessment_enrolment_id_enrolment")
        ),
        sa.ForeignKeyConstraint(
            ["holder_id"], ["user_account.id"], name=op.f("fk_assessment_holder_id_user_account")
        ),
        sa.ForeignKeyConstraint(
            ["participant_id"],
            ["participant.id"],
            name=op.f("fk_assessment_participant_id_participant"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assessment")),
        sa.UniqueConstraint("uuid", name=op.f("uq_assessment_uuid")),
    )
    with op.batch_alter_table("assessment", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_assessment_at"), ["at"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_assessment_enrolment_id"), ["enrolment_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_assessment_holder_id"), ["holder_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_assessment_organisation_id"), ["organisation_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_assessment_participant_id"), ["participant_id"], unique=False
        )

    op.create_table(
        "laid_card",
        sa.Column("assessment_id", _ROW_ID, nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("participant_id", sa.Integer(), nullable=False),
        sa.Column("competence", sa.String(length=64), nullable=False),
        sa.Column(
            "pick",
            sa.Enum("mine", "learn", "not_now", name="pick", native_enum=False, length=32),
            nullable=False,
        ),
        sa.Column("example", sa.String(length=500), nullable=False),
        sa.Column(
            "level",
            sa.Enum(
                "with_help", "alone", "can_teach", name="skilllevel", native_enum=False, length=32
            ),
            nullable=True,
        ),
        sa.Column("said", sa.String(length=500), nullable=False),
        sa.Column(
            "said_level",
            sa.Enum(
                "with_help", "alone", "can_teach", name="skilllevel", native_enum=False, length=32
            ),
            nullable=True,
        ),
        sa.Column("objection", sa.String(length=300), nullable=False),
        sa.Column("id", _ROW_ID, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["assessment_id"], ["assessment.id"], name=op.f("fk_laid_card_assessment_id_assessment")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_laid_card")),
        sa.UniqueConstraint(
            "assessment_id", "competence", name=op.f("uq_laid_card_assessment_id_competence")
        ),
    )
    with op.batch_alter_table("laid_card", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_laid_card_participant_id"), ["participant_id"], unique=False
        )

    op.create_table(
        "goal",
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("participant_id", sa.Integer(), nullable=False),
        sa.Column("enrolment_id", _ROW_ID, nullable=False),
        sa.Column("words", sa.String(length=200), nullable=False),
        sa.Column("competence", sa.String(length=64), nullable=False),
        sa.Column(
            "hers",
            sa.Enum(
                "reached", "partly", "not_yet", name="goaloutcome", native_enum=False, length=32
            ),
            nullable=True,
        ),
        sa.Column("her_why", sa.String(length=300), nullable=False),
        sa.Column(
            "theirs",
            sa.Enum(
                "reached", "partly", "not_yet", name="goaloutcome", native_enum=False, length=32
            ),
            nullable=True,
        ),
        sa.Column("their_why", sa.String(length=300), nullable=False),
        sa.Column("their_user_id", sa.Integer(), nullable=True),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("id", _ROW_ID, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["enrolment_id"], ["enrolment.id"], name=op.f("fk_goal_enrolment_id_enrolment")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_goal")),
        sa.UniqueConstraint("uuid", name=op.f("uq_goal_uuid")),
    )
    with op.batch_alter_table("goal", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_goal_enrolment_id"), ["enrolment_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_goal_participant_id"), ["participant_id"], unique=False
        )


def downgrade() -> None:
    """Take them back to the version before."""
    op.drop_table("goal")
    with op.batch_alter_table("laid_card", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_laid_card_participant_id"))

    op.drop_table("laid_card")
    with op.batch_alter_table("assessment", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_assessment_participant_id"))
        batch_op.drop_index(batch_op.f("ix_assessment_organisation_id"))
        batch_op.drop_index(batch_op.f("ix_assessment_holder_id"))
        batch_op.drop_index(batch_op.f("ix_assessment_enrolment_id"))
        batch_op.drop_index(batch_op.f("ix_assessment_at"))

    op.drop_table("assessment")
