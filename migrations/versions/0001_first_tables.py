"""first tables."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the tables to this version."""
    op.create_table(
        "audit_event",
        sa.Column("event", sa.String(length=64), nullable=False),
        sa.Column("subject", sa.String(length=64), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column(
            "actor_kind",
            sa.Enum(
                "visitor",
                "participant",
                "staff",
                "house",
                name="actorkind",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("participant_id", sa.Integer(), nullable=True),
        sa.Column("organisation_id", sa.Integer(), nullable=True),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_event")),
    )
    with op.batch_alter_table("audit_event", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_audit_event_organisation_id"), ["organisation_id"], unique=False
        )
        batch_op.create_index("ix_audit_event_subject", ["subject", "subject_id"], unique=False)

    op.create_table(
        "catalogue_stamp",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_catalogue_stamp")),
    )
    op.create_table(
        "notice",
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column(
            "channel",
            sa.Enum("email", "call", name="channel", native_enum=False, length=32),
            nullable=False,
        ),
        sa.Column(
            "status",
            sa.Enum("waiting", "sent", "failed", name="noticestatus", native_enum=False, length=32),
            nullable=False,
        ),
        sa.Column("address", sa.String(length=254), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.Column("participant_id", sa.Integer(), nullable=True),
        sa.Column("organisation_id", sa.Integer(), nullable=True),
        sa.Column("is_own_action", sa.Boolean(), nullable=False),
        sa.Column("not_before", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_error", sa.String(length=200), nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice")),
        sa.UniqueConstraint("uuid", name=op.f("uq_notice_uuid")),
    )
    with op.batch_alter_table("notice", schema=None) as batch_op:
        batch_op.create_index("ix_notice_due", ["status", "not_before"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_notice_organisation_id"), ["organisation_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_notice_participant_id"), ["participant_id"], unique=False
        )

    op.create_table(
        "once_key",
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("location", sa.String(length=500), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_once_key")),
    )
    op.create_table(
        "organisation",
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("slug", sa.String(length=80), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "social_enterprise",
                "cooperative",
                "company",
                "municipality",
                "support_organisation",
                name="organisationkind",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "status",
            sa.Enum(
                "registered",
                "verified",
                "refused",
                name="organisationstatus",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("about", sa.String(length=2000), nullable=False),
        sa.Column("area_code", sa.String(length=16), nullable=True),
        sa.Column("address", sa.String(length=200), nullable=False),
        sa.Column("phone", sa.String(length=32), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("verified_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisation")),
        sa.UniqueConstraint("slug", name=op.f("uq_organisation_slug")),
        sa.UniqueConstraint("uuid", name=op.f("uq_organisation_uuid")),
    )
    op.create_table(
        "participant",
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column(
            "contact_way",
            sa.Enum("email", "phone", "visit", name="contactway", native_enum=False, length=32),
            nullable=False,
        ),
        sa.Column("phone", sa.String(length=32), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("birth_year", sa.Integer(), nullable=True),
        sa.Column("card_hash", sa.String(length=64), nullable=True),
        sa.Column("card_version", sa.Integer(), nullable=False),
        sa.Column("card_issued_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_participant")),
        sa.UniqueConstraint("card_hash", name=op.f("uq_participant_card_hash")),
        sa.UniqueConstraint("uuid", name=op.f("uq_participant_uuid")),
    )
    op.create_table(
        "programme",
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("weekly_minutes", sa.Integer(), nullable=True),
        sa.Column("total_minutes", sa.Integer(), nullable=True),
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_programme")),
    )
    op.create_table(
        "report_counter",
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("year", name=op.f("pk_report_counter")),
    )
    op.create_table(
        "throttle_count",
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_throttle_count")),
    )
    op.create_table(
        "user_account",
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("password_hash", sa.String(length=200), nullable=True),
        sa.Column("is_operator", sa.Boolean(), nullable=False),
        sa.Column("session_version", sa.Integer(), nullable=False),
        sa.Column("last_signed_in_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_user_account")),
        sa.UniqueConstraint("email", name=op.f("uq_user_account_email")),
        sa.UniqueConstraint("uuid", name=op.f("uq_user_account_uuid")),
    )
    op.create_table(
        "cooperative_tie",
        sa.Column(
            "cooperative_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "member_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=True),
        sa.Column("may_log_attendance", sa.Boolean(), nullable=False),
        sa.Column("may_see_figures", sa.Boolean(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "cooperative_id <> member_id", name=op.f("ck_cooperative_tie_not_itself")
        ),
        sa.ForeignKeyConstraint(
            ["cooperative_id"],
            ["organisation.id"],
            name=op.f("fk_cooperative_tie_cooperative_id_organisation"),
        ),
        sa.ForeignKeyConstraint(
            ["member_id"],
            ["organisation.id"],
            name=op.f("fk_cooperative_tie_member_id_organisation"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cooperative_tie")),
        sa.UniqueConstraint(
            "cooperative_id",
            "member_id",
            "from_on",
            name=op.f("uq_cooperative_tie_cooperative_id_member_id_from_on"),
        ),
    )
    with op.batch_alter_table("cooperative_tie", schema=None) as batch_op:
        batch_op.create_index("ix_cooperative_tie_member_id", ["member_id"], unique=False)

    op.create_table(
        "impact_report",
        sa.Column(
            "organisation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "recogniser_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column(
            "previous_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column(
            "status",
            sa.Enum(
                "compiled",
                "submitted",
                "returned",
                "recognised",
                "replaced",
                name="reportstatus",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("number", sa.String(length=32), nullable=True),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=False),
        sa.Column("document", sa.JSON(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("compiled_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("compiled_by_id", sa.Integer(), nullable=True),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("recognised_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("from_on <= until_on", name=op.f("ck_impact_report_ends_after_start")),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_impact_report_organisation_id_organisation"),
        ),
        sa.ForeignKeyConstraint(
            ["previous_id"],
            ["impact_report.id"],
            name=op.f("fk_impact_report_previous_id_impact_report"),
        ),
        sa.ForeignKeyConstraint(
            ["recogniser_id"],
            ["organisation.id"],
            name=op.f("fk_impact_report_recogniser_id_organisation"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_impact_report")),
        sa.UniqueConstraint("number", name=op.f("uq_impact_report_number")),
        sa.UniqueConstraint("uuid", name=op.f("uq_impact_report_uuid")),
    )
    with op.batch_alter_table("impact_report", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_impact_report_organisation_id"), ["organisation_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_impact_report_recogniser_id"), ["recogniser_id"], unique=False
        )

    op.create_table(
        "invitation",
        sa.Column(
            "organisation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "admin",
                "coordinator",
                "guide",
                "expert",
                "viewer",
                "recogniser",
                name="role",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column(
            "invited_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["invited_by_id"],
            ["user_account.id"],
            name=op.f("fk_invitation_invited_by_id_user_account"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_invitation_organisation_id_organisation"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitation")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_invitation_token_hash")),
    )
    with op.batch_alter_table("invitation", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_invitation_organisation_id"), ["organisation_id"], unique=False
        )

    op.create_table(
        "membership",
        sa.Column("user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "organisation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "role",
            sa.Enum(
                "admin",
                "coordinator",
                "guide",
                "expert",
                "viewer",
                "recogniser",
                name="role",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_membership_organisation_id_organisation"),
        ),
        sa.ForeignKeyConstraint(
            ["user_id"],
            ["user_account.id"],
            name=op.f("fk_membership_user_id_user_account"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_membership")),
        sa.UniqueConstraint(
            "user_id", "organisation_id", name=op.f("uq_membership_user_id_organisation_id")
        ),
    )
    with op.batch_alter_table("membership", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_membership_organisation_id"), ["organisation_id"], unique=False
        )

    op.create_table(
        "offering",
        sa.Column(
            "organisation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "kind",
            sa.Enum(
                "pre_trajectory", "day_activity", name="offeringkind", native_enum=False, length=32
            ),
            nullable=False,
        ),
        sa.Column(
            "status",
            sa.Enum(
                "draft",
                "published",
                "full",
                "closed",
                "archived",
                name="offeringstatus",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("slug", sa.String(length=120), nullable=False),
        sa.Column("text_language", sa.String(length=8), nullable=False),
        sa.Column("title", sa.String(length=80), nullable=False),
        sa.Column("summary", sa.String(length=200), nullable=False),
        sa.Column("what", sa.String(length=2000), nullable=False),
        sa.Column("for_whom", sa.String(length=1000), nullable=False),
        sa.Column("first_time", sa.String(length=1000), nullable=False),
        sa.Column(
            "work_word",
            sa.Enum(
                "aanpakken",
                "helpen",
                "maken",
                "verkopen",
                "vervoeren",
                name="workword",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "domain",
            sa.Enum(
                "reintegration",
                "language",
                "maintenance",
                "care",
                "welfare",
                "youth",
                name="domain",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("competences", sa.JSON(), nullable=False),
        sa.Column("minutes_per_week", sa.Integer(), nullable=False),
        sa.Column(
            "dutch_level",
            sa.Enum("none", "a1", "a2", "b1", name="dutchlevel", native_enum=False, length=32),
            nullable=False,
        ),
        sa.Column("spoken", sa.JSON(), nullable=False),
        sa.Column("area_code", sa.String(length=16), nullable=False),
        sa.Column("address", sa.String(length=200), nullable=False),
        sa.Column("place_details", sa.String(length=500), nullable=False),
        sa.Column("costs_cents", sa.Integer(), nullable=False),
        sa.Column("has_meal", sa.Boolean(), nullable=False),
        sa.Column("travel", sa.String(length=200), nullable=False),
        sa.Column("contact_name", sa.String(length=80), nullable=False),
        sa.Column("places", sa.Integer(), nullable=False),
        sa.Column("places_taken", sa.Integer(), nullable=False),
        sa.Column(
            "intake",
            sa.Enum("direct", "by_invitation", name="intake", native_enum=False, length=32),
            nullable=False,
        ),
        sa.Column("replaces_no_paid_work", sa.Boolean(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("places > 0", name=op.f("ck_offering_has_places")),
        sa.CheckConstraint(
            "places_taken BETWEEN 0 AND places", name=op.f("ck_offering_never_overfull")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_offering_organisation_id_organisation"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_offering")),
        sa.UniqueConstraint("slug", name=op.f("uq_offering_slug")),
        sa.UniqueConstraint("uuid", name=op.f("uq_offering_uuid")),
    )
    with op.batch_alter_table("offering", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_offering_area_code"), ["area_code"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_offering_organisation_id"), ["organisation_id"], unique=False
        )
        batch_op.create_index("ix_offering_status_kind", ["status", "kind"], unique=False)

    op.create_table(
        "participant_link",
        sa.Column(
            "organisation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "participant_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_participant_link_organisation_id_organisation"),
        ),
        sa.ForeignKeyConstraint(
            ["participant_id"],
            ["participant.id"],
            name=op.f("fk_participant_link_participant_id_participant"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_participant_link")),
        sa.UniqueConstraint(
            "organisation_id",
            "participant_id",
            name=op.f("uq_participant_link_organisation_id_participant_id"),
        ),
    )
    with op.batch_alter_table("participant_link", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_participant_link_participant_id"), ["participant_id"], unique=False
        )

    op.create_table(
        "password_reset",
        sa.Column("user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"],
            ["user_account.id"],
            name=op.f("fk_password_reset_user_id_user_account"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_password_reset")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_password_reset_token_hash")),
    )
    with op.batch_alter_table("password_reset", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_password_reset_user_id"), ["user_id"], unique=False)

    op.create_table(
        "programme_term",
        sa.Column(
            "participant_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "programme_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["participant_id"],
            ["participant.id"],
            name=op.f("fk_programme_term_participant_id_participant"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["programme_id"],
            ["programme.id"],
            name=op.f("fk_programme_term_programme_id_programme"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_programme_term")),
    )
    with op.batch_alter_table("programme_term", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_programme_term_participant_id"), ["participant_id"], unique=False
        )

    op.create_table(
        "enrolment",
        sa.Column(
            "offering_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column(
            "participant_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "status",
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
        sa.Column("status_since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("started_on", sa.Date(), nullable=True),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column(
            "end_reason",
            sa.Enum(
                "found_work",
                "education",
                "other_activity",
                "moved",
                "times_do_not_fit",
                "not_what_she_sought",
                "out_of_reach",
                "offering_stopped",
                "own_choice",
                "unknown",
                name="endreason",
                native_enum=False,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column(
            "decline_reason",
            sa.Enum(
                "group_full",
                "other_offering_fits_better",
                "more_dutch_needed",
                "not_for_this_group",
                "times_do_not_fit",
                "not_reached",
                "offering_stopped",
                name="declinereason",
                native_enum=False,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["offering_id"], ["offering.id"], name=op.f("fk_enrolment_offering_id_offering")
        ),
        sa.ForeignKeyConstraint(
            ["participant_id"],
            ["participant.id"],
            name=op.f("fk_enrolment_participant_id_participant"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_enrolment")),
        sa.UniqueConstraint("uuid", name=op.f("uq_enrolment_uuid")),
    )
    with op.batch_alter_table("enrolment", schema=None) as batch_op:
        batch_op.create_index(
            "ix_enrolment_offering_id_status", ["offering_id", "status"], unique=False
        )
        batch_op.create_index(
            "ix_enrolment_organisation_id_status", ["organisation_id", "status"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_enrolment_participant_id"), ["participant_id"], unique=False
        )
        batch_op.create_index(
            "uq_enrolment_open",
            ["offering_id", "participant_id"],
            unique=True,
            sqlite_where=sa.text("status IN ('applied', 'waiting', 'offered', 'enrolled')"),
            postgresql_where=sa.text("status IN ('applied', 'waiting', 'offered', 'enrolled')"),
        )

    op.create_table(
        "report_decision",
        sa.Column(
            "report_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "decision",
            sa.Enum(
                "submitted", "returned", "recognised", name="decision", native_enum=False, length=32
            ),
            nullable=False,
        ),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("remark", sa.String(length=1000), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["report_id"],
            ["impact_report.id"],
            name=op.f("fk_report_decision_report_id_impact_report"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_decision")),
    )
    with op.batch_alter_table("report_decision", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_report_decision_report_id"), ["report_id"], unique=False
        )

    op.create_table(
        "series",
        sa.Column(
            "offering_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("weekdays", sa.JSON(), nullable=False),
        sa.Column("starts", sa.Time(), nullable=False),
        sa.Column("ends", sa.Time(), nullable=False),
        sa.Column("first_on", sa.Date(), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=True),
        sa.Column("planned_until", sa.Date(), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("starts < ends", name=op.f("ck_series_ends_after_start")),
        sa.ForeignKeyConstraint(
            ["offering_id"], ["offering.id"], name=op.f("fk_series_offering_id_offering")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_series")),
    )
    with op.batch_alter_table("series", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_series_offering_id"), ["offering_id"], unique=False)

    op.create_table(
        "ladder_step",
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("stated_on", sa.Date(), nullable=False),
        sa.Column(
            "voice",
            sa.Enum("participant", "guide", "expert", name="voice", native_enum=False, length=32),
            nullable=False,
        ),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("participant_id", sa.Integer(), nullable=False),
        sa.Column(
            "enrolment_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("recorded_by_id", sa.Integer(), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("step BETWEEN 1 AND 6", name=op.f("ck_ladder_step_on_the_ladder")),
        sa.ForeignKeyConstraint(
            ["enrolment_id"], ["enrolment.id"], name=op.f("fk_ladder_step_enrolment_id_enrolment")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ladder_step")),
    )
    with op.batch_alter_table("ladder_step", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_ladder_step_enrolment_id"), ["enrolment_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_ladder_step_organisation_id"), ["organisation_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_ladder_step_participant_id"), ["participant_id"], unique=False
        )

    op.create_table(
        "observation",
        sa.Column("competence", sa.String(length=64), nullable=False),
        sa.Column("example", sa.String(length=500), nullable=False),
        sa.Column(
            "level",
            sa.Enum(
                "with_help", "alone", "can_teach", name="skilllevel", native_enum=False, length=32
            ),
            nullable=False,
        ),
        sa.Column(
            "voice",
            sa.Enum("participant", "guide", "expert", name="voice", native_enum=False, length=32),
            nullable=False,
        ),
        sa.Column("observed_on", sa.Date(), nullable=False),
        sa.Column("hidden_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("participant_id", sa.Integer(), nullable=False),
        sa.Column(
            "enrolment_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("recorded_by_id", sa.Integer(), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["enrolment_id"], ["enrolment.id"], name=op.f("fk_observation_enrolment_id_enrolment")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_observation")),
        sa.UniqueConstraint("uuid", name=op.f("uq_observation_uuid")),
    )
    with op.batch_alter_table("observation", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_observation_enrolment_id"), ["enrolment_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_observation_organisation_id"), ["organisation_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_observation_participant_id"), ["participant_id"], unique=False
        )

    op.create_table(
        "offering_session",
        sa.Column(
            "offering_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("series_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "status",
            sa.Enum("planned", "cancelled", name="sessionstatus", native_enum=False, length=32),
            nullable=False,
        ),
        sa.Column("place", sa.String(length=200), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "starts_at < ends_at", name=op.f("ck_offering_session_ends_after_start")
        ),
        sa.ForeignKeyConstraint(
            ["offering_id"], ["offering.id"], name=op.f("fk_offering_session_offering_id_offering")
        ),
        sa.ForeignKeyConstraint(
            ["series_id"], ["series.id"], name=op.f("fk_offering_session_series_id_series")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_offering_session")),
        sa.UniqueConstraint(
            "offering_id", "starts_at", name=op.f("uq_offering_session_offering_id_starts_at")
        ),
        sa.UniqueConstraint("uuid", name=op.f("uq_offering_session_uuid")),
    )
    with op.batch_alter_table("offering_session", schema=None) as batch_op:
        batch_op.create_index(
            "ix_offering_session_organisation_id_starts_at",
            ["organisation_id", "starts_at"],
            unique=False,
        )
        batch_op.create_index("ix_offering_session_starts_at", ["starts_at"], unique=False)

    op.create_table(
        "outflow",
        sa.Column(
            "kind",
            sa.Enum(
                "paid_work",
                "paid_work_with_support",
                "education",
                "volunteer_work",
                "next_offering",
                name="outflowkind",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("started_on", sa.Date(), nullable=False),
        sa.Column("document_seen_on", sa.Date(), nullable=True),
        sa.Column("document_seen_by", sa.String(length=80), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("participant_id", sa.Integer(), nullable=False),
        sa.Column(
            "enrolment_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("recorded_by_id", sa.Integer(), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["enrolment_id"], ["enrolment.id"], name=op.f("fk_outflow_enrolment_id_enrolment")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outflow")),
    )
    with op.batch_alter_table("outflow", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_outflow_enrolment_id"), ["enrolment_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_outflow_organisation_id"), ["organisation_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_outflow_participant_id"), ["participant_id"], unique=False
        )

    op.create_table(
        "attendance_change",
        sa.Column(
            "session_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "enrolment_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("participant_id", sa.Integer(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "present",
                "excused",
                "absent",
                name="attendancestatus",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.Integer(), nullable=True),
        sa.Column(
            "how",
            sa.Enum(
                "all_at_once",
                "by_hand",
                "imported",
                name="recordedhow",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["enrolment_id"],
            ["enrolment.id"],
            name=op.f("fk_attendance_change_enrolment_id_enrolment"),
        ),
        sa.ForeignKeyConstraint(
            ["session_id"],
            ["offering_session.id"],
            name=op.f("fk_attendance_change_session_id_offering_session"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attendance_change")),
    )
    with op.batch_alter_table("attendance_change", schema=None) as batch_op:
        batch_op.create_index(
            "ix_attendance_change_session_id", ["session_id", "enrolment_id"], unique=False
        )

    op.create_table(
        "attendance_mark",
        sa.Column(
            "session_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "enrolment_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("participant_id", sa.Integer(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "present",
                "excused",
                "absent",
                name="attendancestatus",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.Integer(), nullable=True),
        sa.Column(
            "how",
            sa.Enum(
                "all_at_once",
                "by_hand",
                "imported",
                name="recordedhow",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("minutes >= 0", name=op.f("ck_attendance_mark_minutes_not_negative")),
        sa.ForeignKeyConstraint(
            ["enrolment_id"],
            ["enrolment.id"],
            name=op.f("fk_attendance_mark_enrolment_id_enrolment"),
        ),
        sa.ForeignKeyConstraint(
            ["session_id"],
            ["offering_session.id"],
            name=op.f("fk_attendance_mark_session_id_offering_session"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attendance_mark")),
        sa.UniqueConstraint(
            "session_id", "enrolment_id", name=op.f("uq_attendance_mark_session_id_enrolment_id")
        ),
    )
    with op.batch_alter_table("attendance_mark", schema=None) as batch_op:
        batch_op.create_index("ix_attendance_mark_enrolment_id", ["enrolment_id"], unique=False)
        batch_op.create_index("ix_attendance_mark_participant_id", ["participant_id"], unique=False)


def downgrade() -> None:
    """Take them back to the version before."""
    with op.batch_alter_table("attendance_mark", schema=None) as batch_op:
        batch_op.drop_index("ix_attendance_mark_participant_id")
        batch_op.drop_index("ix_attendance_mark_enrolment_id")

    op.drop_table("attendance_mark")
    with op.batch_alter_table("attendance_change", schema=None) as batch_op:
        batch_op.drop_index("ix_attendance_change_session_id")

    op.drop_table("attendance_change")
    with op.batch_alter_table("outflow", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_outflow_participant_id"))
        batch_op.drop_index(batch_op.f("ix_outflow_organisation_id"))
        batch_op.drop_index(batch_op.f("ix_outflow_enrolment_id"))

    op.drop_table("outflow")
    with op.batch_alter_table("offering_session", schema=None) as batch_op:
        batch_op.drop_index("ix_offering_session_starts_at")
        batch_op.drop_index("ix_offering_session_organisation_id_starts_at")

    op.drop_table("offering_session")
    with op.batch_alter_table("observation", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_observation_participant_id"))
        batch_op.drop_index(batch_op.f("ix_observation_organisation_id"))
        batch_op.drop_index(batch_op.f("ix_observation_enrolment_id"))

    op.drop_table("observation")
    with op.batch_alter_table("ladder_step", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_ladder_step_participant_id"))
        batch_op.drop_index(batch_op.f("ix_ladder_step_organisation_id"))
        batch_op.drop_index(batch_op.f("ix_ladder_step_enrolment_id"))

    op.drop_table("ladder_step")
    with op.batch_alter_table("series", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_series_offering_id"))

    op.drop_table("series")
    with op.batch_alter_table("report_decision", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_report_decision_report_id"))

    op.drop_table("report_decision")
    with op.batch_alter_table("enrolment", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_enrolment_open",
            sqlite_where=sa.text("status IN ('applied', 'waiting', 'offered', 'enrolled')"),
            postgresql_where=sa.text("status IN ('applied', 'waiting', 'offered', 'enrolled')"),
        )
        batch_op.drop_index(batch_op.f("ix_enrolment_participant_id"))
        batch_op.drop_index("ix_enrolment_organisation_id_status")
        batch_op.drop_index("ix_enrolment_offering_id_status")

    op.drop_table("enrolment")
    with op.batch_alter_table("programme_term", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_programme_term_participant_id"))

    op.drop_table("programme_term")
    with op.batch_alter_table("password_reset", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_password_reset_user_id"))

    op.drop_table("password_reset")
    with op.batch_alter_table("participant_link", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_participant_link_participant_id"))

    op.drop_table("participant_link")
    with op.batch_alter_table("offering", schema=None) as batch_op:
        batch_op.drop_index("ix_offering_status_kind")
        batch_op.drop_index(batch_op.f("ix_offering_organisation_id"))
        batch_op.drop_index(batch_op.f("ix_offering_area_code"))

    op.drop_table("offering")
    with op.batch_alter_table("membership", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_membership_organisation_id"))

    op.drop_table("membership")
    with op.batch_alter_table("invitation", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_invitation_organisation_id"))

    op.drop_table("invitation")
    with op.batch_alter_table("impact_report", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_impact_report_recogniser_id"))
        batch_op.drop_index(batch_op.f("ix_impact_report_organisation_id"))

    op.drop_table("impact_report")
    with op.batch_alter_table("cooperative_tie", schema=None) as batch_op:
        batch_op.drop_index("ix_cooperative_tie_member_id")

    op.drop_table("cooperative_tie")
    op.drop_table("user_account")
    op.drop_table("throttle_count")
    op.drop_table("report_counter")
    op.drop_table("programme")
    op.drop_table("participant")
    op.drop_table("organisation")
    op.drop_table("once_key")
    with op.batch_alter_table("notice", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_notice_participant_id"))
        batch_op.drop_index(batch_op.f("ix_notice_organisation_id"))
        batch_op.drop_index("ix_notice_due")

    op.drop_table("notice")
    op.drop_table("catalogue_stamp")
    with op.batch_alter_table("audit_event", schema=None) as batch_op:
        batch_op.drop_index("ix_audit_event_subject")
        batch_op.drop_index(batch_op.f("ix_audit_event_organisation_id"))

    op.drop_table("audit_event")
