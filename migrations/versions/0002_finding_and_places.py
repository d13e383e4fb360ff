"""finding and places."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the tables to this version."""
    op.create_table(
        "feed_item",
        sa.Column(
            "feed",
            sa.Enum(
                "session-series",
                "scheduled-sessions",
                "course-instances",
                name="feed",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("modified", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("feed", "uuid", name=op.f("pk_feed_item")),
    )
    with op.batch_alter_table("feed_item", schema=None) as batch_op:
        batch_op.create_index(
            "ix_feed_item_feed_modified_uuid", ["feed", "modified", "uuid"], unique=False
        )

    op.create_table(
        "search_text",
        sa.Column(
            "offering_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("tokens", sa.Text(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("offering_id", name=op.f("pk_search_text")),
    )
    with op.batch_alter_table("search_text", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_search_text_version"), ["version"], unique=False)

    op.create_table(
        "participant_merge",
        sa.Column("kept_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "merged_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "organisation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column(
            "status",
            sa.Enum(
                "asked",
                "done",
                "refused",
                "undone",
                "not_the_same",
                name="mergestatus",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("moved", sa.JSON(), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["kept_id"], ["participant.id"], name=op.f("fk_participant_merge_kept_id_participant")
        ),
        sa.ForeignKeyConstraint(
            ["merged_id"],
            ["participant.id"],
            name=op.f("fk_participant_merge_merged_id_participant"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_participant_merge_organisation_id_organisation"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_participant_merge")),
        sa.UniqueConstraint("uuid", name=op.f("uq_participant_merge_uuid")),
    )
    with op.batch_alter_table("participant_merge", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_participant_merge_kept_id"), ["kept_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_participant_merge_merged_id"), ["merged_id"], unique=False
        )

    op.create_table(
        "merge_say",
        sa.Column("merge_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "organisation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("is_agreed", sa.Boolean(), nullable=True),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["merge_id"],
            ["participant_merge.id"],
            name=op.f("fk_merge_say_merge_id_participant_merge"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_merge_say_organisation_id_organisation"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_merge_say")),
    )
    with op.batch_alter_table("merge_say", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_merge_say_merge_id"), ["merge_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_merge_say_organisation_id"), ["organisation_id"], unique=False
        )

    op.create_table(
        "offering_picture",
        sa.Column(
            "offering_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("alt", sa.String(length=200), nullable=False),
        sa.Column("digest", sa.String(length=16), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("avif", sa.LargeBinary(), nullable=False),
        sa.Column("webp", sa.LargeBinary(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["offering_id"],
            ["offering.id"],
            name=op.f("fk_offering_picture_offering_id_offering"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_offering_picture")),
        sa.UniqueConstraint("offering_id", name=op.f("uq_offering_picture_offering_id")),
    )
    op.create_table(
        "offering_text",
        sa.Column(
            "offering_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("title", sa.String(length=80), nullable=False),
        sa.Column("summary", sa.String(length=200), nullable=False),
        sa.Column("what", sa.String(length=2000), nullable=False),
        sa.Column("for_whom", sa.String(length=1000), nullable=False),
        sa.Column("first_time", sa.String(length=1000), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["offering_id"],
            ["offering.id"],
            name=op.f("fk_offering_text_offering_id_offering"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_offering_text")),
        sa.UniqueConstraint(
            "offering_id", "language", name=op.f("uq_offering_text_offering_id_language")
        ),
    )
    op.create_table(
        "agreement",
        sa.Column(
            "enrolment_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("participant_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("goals", sa.String(length=1000), nullable=False),
        sa.Column("minutes_per_week", sa.Integer(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=True),
        sa.Column("participant_does", sa.String(length=1000), nullable=False),
        sa.Column("guide_does", sa.String(length=1000), nullable=False),
        sa.Column(
            "written_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("participant_confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "participant_confirmed_how",
            sa.Enum("card", "link", "paper", name="confirmedhow", native_enum=False, length=32),
            nullable=True,
        ),
        sa.Column("guide_confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("guide_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("replaced_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["enrolment_id"], ["enrolment.id"], name=op.f("fk_agreement_enrolment_id_enrolment")
        ),
        sa.ForeignKeyConstraint(
            ["guide_id"], ["user_account.id"], name=op.f("fk_agreement_guide_id_user_account")
        ),
        sa.ForeignKeyConstraint(
            ["written_by_id"],
            ["user_account.id"],
            name=op.f("fk_agreement_written_by_id_user_account"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agreement")),
        sa.UniqueConstraint(
            "enrolment_id", "version", name=op.f("uq_agreement_enrolment_id_version")
        ),
        sa.UniqueConstraint("uuid", name=op.f("uq_agreement_uuid")),
    )
    with op.batch_alter_table("agreement", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_agreement_organisation_id"), ["organisation_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_agreement_participant_id"), ["participant_id"], unique=False
        )

    op.create_table(
        "referral",
        sa.Column(
            "enrolment_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "participant_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "from_organisation_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.Column(
            "to_organisation_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.Column("user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("good_to_know", sa.String(length=500), nullable=False),
        sa.Column(
            "agreed_how",
            sa.Enum("spoken", "card", "paper", name="agreedhow", native_enum=False, length=32),
            nullable=False,
        ),
        sa.Column("outcome_until", sa.Date(), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "told_status",
            sa.Enum(
                "applied",
                "waiting",
                "offered",
                "enrolled",
                "completed",
                "ended",
                "declined",
                "withdrawn",
                name="enrolmentstatus",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "from_enrolment_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("shares_history", sa.Boolean(), nullable=False),
        sa.Column("history_until", sa.Date(), nullable=True),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["enrolment_id"], ["enrolment.id"], name=op.f("fk_referral_enrolment_id_enrolment")
        ),
        sa.ForeignKeyConstraint(
            ["from_enrolment_id"],
            ["enrolment.id"],
            name=op.f("fk_referral_from_enrolment_id_enrolment"),
        ),
        sa.ForeignKeyConstraint(
            ["from_organisation_id"],
            ["organisation.id"],
            name=op.f("fk_referral_from_organisation_id_organisation"),
        ),
        sa.ForeignKeyConstraint(
            ["participant_id"],
            ["participant.id"],
            name=op.f("fk_referral_participant_id_participant"),
        ),
        sa.ForeignKeyConstraint(
            ["to_organisation_id"],
            ["organisation.id"],
            name=op.f("fk_referral_to_organisation_id_organisation"),
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_referral_user_id_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_referral")),
        sa.UniqueConstraint(
            "enrolment_id",
            "from_organisation_id",
            name=op.f("uq_referral_enrolment_id_from_organisation_id"),
        ),
        sa.UniqueConstraint("uuid", name=op.f("uq_referral_uuid")),
    )
    with op.batch_alter_table("referral", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_referral_from_organisation_id"), ["from_organisation_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_referral_participant_id"), ["participant_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_referral_to_organisation_id"), ["to_organisation_id"], unique=False
        )

    with op.batch_alter_table("catalogue_stamp", schema=None) as batch_op:
        batch_op.add_column(sa.Column("epoch", sa.Integer(), nullable=False, server_default="0"))

    with op.batch_alter_table("enrolment", schema=None) as batch_op:
        batch_op.add_column(sa.Column("answer_due_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(
            sa.Column("reminders", sa.Integer(), nullable=False, server_default="0")
        )
        batch_op.add_column(sa.Column("offered_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("offer_until", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("together", sa.Uuid(), nullable=True))
        batch_op.create_index(
            batch_op.f("ix_enrolment_answer_due_at"), ["answer_due_at"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_enrolment_offer_until"), ["offer_until"], unique=False)
        batch_op.create_index(batch_op.f("ix_enrolment_together"), ["together"], unique=False)

    with op.batch_alter_table("notice", schema=None) as batch_op:
        batch_op.add_column(sa.Column("not_after", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("letter", sa.Uuid(), nullable=True))
        batch_op.add_column(
            sa.Column("gateway_id", sa.String(length=64), nullable=False, server_default="")
        )
        batch_op.create_index(batch_op.f("ix_notice_address"), ["address"], unique=False)
        batch_op.create_index(batch_op.f("ix_notice_letter"), ["letter"], unique=False)
        batch_op.drop_index("ix_notice_due")
        batch_op.create_index("ix_notice_due", ["status", "channel", "not_before"], unique=False)
        batch_op.create_index("ix_notice_status_not_after", ["status", "not_after"], unique=False)

    with op.batch_alter_table("offering", schema=None) as batch_op:
        batch_op.add_column(sa.Column("publish_on", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(
            sa.Column("confirm_asked_at", sa.DateTime(timezone=True), nullable=True)
        )
        batch_op.add_column(
            sa.Column(
                "waiting_line",
                sa.Enum("first_come", "by_staff", name="waitingline", native_enum=False, length=32),
                nullable=False,
                server_default="by_staff",
            )
        )
        batch_op.add_column(
            sa.Column("offer_hours", sa.Integer(), nullable=False, server_default="48")
        )
        batch_op.add_column(
            sa.Column("answer_days", sa.Integer(), nullable=False, server_default="5")
        )

    with op.batch_alter_table("participant", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("wants_reminders", sa.Boolean(), nullable=False, server_default=sa.true())
        )
        batch_op.add_column(sa.Column("calendar_hash", sa.String(length=64), nullable=True))
        batch_op.add_column(sa.Column("merged_into_id", sa.Integer(), nullable=True))
        batch_op.create_index(
            batch_op.f("ix_participant_calendar_hash"), ["calendar_hash"], unique=True
        )
        batch_op.create_index(
            batch_op.f("ix_participant_merged_into_id"), ["merged_into_id"], unique=False
        )

    with op.batch_alter_table("series", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "skips_school_holidays", sa.Boolean(), nullable=False, server_default=sa.false()
            )
        )
        batch_op.add_column(sa.Column("days_off", sa.JSON(), nullable=False, server_default="[]"))


def downgrade() -> None:
    """Take them back to the version before."""
    with op.batch_alter_table("series", schema=None) as batch_op:
        batch_op.drop_column("days_off")
        batch_op.drop_column("skips_school_holidays")

    with op.batch_alter_table("participant", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_participant_merged_into_id"))
        batch_op.drop_index(batch_op.f("ix_participant_calendar_hash"))
        batch_op.drop_column("merged_into_id")
        batch_op.drop_column("calendar_hash")
        batch_op.drop_column("wants_reminders")

    with op.batch_alter_table("offering", schema=None) as batch_op:
        batch_op.drop_column("answer_days")
        batch_op.drop_column("offer_hours")
        batch_op.drop_column("waiting_line")
        batch_op.drop_column("confirm_asked_at")
        batch_op.drop_column("confirmed_at")
        batch_op.drop_column("publish_on")

    with op.batch_alter_table("notice", schema=None) as batch_op:
        batch_op.drop_index("ix_notice_status_not_after")
        batch_op.drop_index("ix_notice_due")
        batch_op.create_index("ix_notice_due", ["status", "not_before"], unique=False)
        batch_op.drop_index(batch_op.f("ix_notice_letter"))
        batch_op.drop_index(batch_op.f("ix_notice_address"))
        batch_op.drop_column("gateway_id")
        batch_op.drop_column("letter")
        batch_op.drop_column("not_after")

    with op.batch_alter_table("enrolment", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_enrolment_together"))
        batch_op.drop_index(batch_op.f("ix_enrolment_offer_until"))
        batch_op.drop_index(batch_op.f("ix_enrolment_answer_due_at"))
        batch_op.drop_column("together")
        batch_op.drop_column("offer_until")
        batch_op.drop_column("offered_at")
        batch_op.drop_column("reminders")
        batch_op.drop_column("answer_due_at")

    with op.batch_alter_table("catalogue_stamp", schema=None) as batch_op:
        batch_op.drop_column("epoch")

    with op.batch_alter_table("referral", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_referral_to_organisation_id"))
        batch_op.drop_index(batch_op.f("ix_referral_participant_id"))
        batch_op.drop_index(batch_op.f("ix_referral_from_organisation_id"))

    op.drop_table("referral")
    with op.batch_alter_table("agreement", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_agreement_participant_id"))
        batch_op.drop_index(batch_op.f("ix_agreement_organisation_id"))

    op.drop_table("agreement")
    op.drop_table("offering_text")
    op.drop_table("offering_picture")
    with op.batch_alter_table("merge_say", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_merge_say_organisation_id"))
        batch_op.drop_index(batch_op.f("ix_merge_say_merge_id"))

    op.drop_table("merge_say")
    with op.batch_alter_table("participant_merge", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_participant_merge_merged_id"))
        batch_op.drop_index(batch_op.f("ix_participant_merge_kept_id"))

    op.drop_table("participant_merge")
    with op.batch_alter_table("search_text", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_search_text_version"))

    op.drop_table("search_text")
    with op.batch_alter_table("feed_item", schema=None) as batch_op:
        batch_op.drop_index("ix_feed_item_feed_modified_uuid")

    op.drop_table("feed_item")
