"""proofs of what people can."""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

_ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Bring the database to this version."""
    op.create_table(
        "credential",
        sa.Column("number", sa.String(32), nullable=False),
        sa.Column("participant_id", _ROW_ID, nullable=True),
        sa.Column("organisation_id", _ROW_ID, nullable=False),
        sa.Column("competence", sa.String(64), nullable=False),
        sa.Column("voices", sa.JSON(), nullable=False),
        sa.Column("list_index", sa.Integer(), nullable=False),
        sa.Column("token", sa.Text(), nullable=False),
        sa.Column("shows_examples", sa.Boolean(), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("is_withdrawn_by_issuer", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(300), nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("id", _ROW_ID, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["participant_id"],
            ["participant.id"],
            name=op.f("fk_credential_participant_id_participant"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_credential_organisation_id_organisation"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_credential")),
        sa.UniqueConstraint("number", name=op.f("uq_credential_number")),
        sa.UniqueConstraint("uuid", name=op.f("uq_credential_uuid")),
        sa.UniqueConstraint(
            "organisation_id", "list_index", name=op.f("uq_credential_organisation_id_list_index")
        ),
    )
    for name in ("participant_id", "organisation_id"):
        op.create_index(op.f(f"ix_credential_{name}"), "credential", [name])


def downgrade() -> None:
    """Take it back to the version before."""
    op.drop_table("credential")
