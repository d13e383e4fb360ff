"""links."""

import hashlib

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_PURPOSE = sa.Enum(
    "enrolment",
    "reminders",
    "reset",
    "invitation",
    "sign_in",
    "kiosk",
    name="purpose",
    native_enum=False,
    length=32,
)
# Links that are in somebody's mailbox go on to work. They are tied to no contact: that can be
# done with the secret only.
_TAKE_OVER = (
    "INSERT INTO link"
    " (purpose, row, token_hash, contact_hash, expires_at, used_at, created_at)"
    " SELECT 'invitation', uuid, token_hash, '', expires_at, NULL, created_at FROM invitation"
    " WHERE accepted_at IS NULL AND withdrawn_at IS NULL",
    "INSERT INTO link"
    " (purpose, row, token_hash, contact_hash, expires_at, used_at, created_at)"
    " SELECT 'reset', user_account.uuid, token_hash, '', expires_at, used_at,"
    " password_reset.created_at FROM password_reset"
    " JOIN user_account ON user_account.id = password_reset.user_id",
    "DELETE FROM once_key",  # it held where a form led to, and so links
)
_NAMES = {"invitation": "invitation", "reset": "user"}


def upgrade() -> None:
    """Bring the tables to this version."""
    op.create_table(
        "link",
        sa.Column("purpose", _PURPOSE, nullable=False),
        sa.Column("row", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("contact_hash", sa.String(length=64), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", _ROW_ID, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_link")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_link_token_hash")),
    )
    op.create_index("ix_link_expires_at", "link", ["expires_at"])
    op.create_index("ix_link_purpose_row", "link", ["purpose", "row"])

    op.add_column("invitation", sa.Column("uuid", sa.Uuid(), nullable=True))
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    random_id = "lower(hex(randomblob(16)))" if is_sqlite else "gen_random_uuid()"
    op.execute(f"UPDATE invitation SET uuid = {random_id}")
    for statement in _TAKE_OVER:
        op.execute(statement)
    _take_out_of_the_outbox()
    with op.batch_alter_table("invitation", schema=None) as batch_op:
        batch_op.alter_column("uuid", existing_type=sa.Uuid(), nullable=False)
        batch_op.drop_constraint(batch_op.f("uq_invitation_token_hash"), type_="unique")
        batch_op.create_unique_constraint(batch_op.f("uq_invitation_uuid"), ["uuid"])
        batch_op.drop_column("token_hash")
    op.drop_table("password_reset")


def _take_out_of_the_outbox() -> None:
    """A message that waits named its link's secret; from here on it names what that opens."""
    connection = op.get_bind()
    notice = sa.table(
        "notice",
        sa.column("id"),
        sa.column("kind"),
        sa.column("data", sa.JSON),
        sa.column("status"),
    )
    link = sa.table(
        "link", sa.column("purpose"), sa.column("row", sa.Uuid), sa.column("token_hash")
    )
    kinds = ("accounts/reset", "organisations/invitation", "organisations/registered")
    for row in connection.execute(sa.select(notice).where(notice.c.kind.in_(kinds))).all():
        token = row.data.pop("token", None)
        if token is None:
            continue
        found = connection.execute(
            sa.select(link).where(link.c.token_hash == hashlib.sha256(token.encode()).hexdigest())
        ).first()
        if found is not None:
            values = {"data": {**row.data, _NAMES[found.purpose]: str(found.row)}}
        else:
            values = {"data": {}, "status": "lapsed"}
        connection.execute(sa.update(notice).where(notice.c.id == row.id).values(values))


def downgrade() -> None:
    """Take them back to the version before; links that were sent are of no use there."""
    with op.batch_alter_table("invitation", schema=None) as batch_op:
        batch_op.add_column(sa.Column("token_hash", sa.String(length=64), nullable=True))
    op.execute("UPDATE invitation SET token_hash = CAST(uuid AS VARCHAR(64))")
    with op.batch_alter_table("invitation", schema=None) as batch_op:
        batch_op.alter_column("token_hash", existing_type=sa.String(length=64), nullable=False)
        batch_op.drop_constraint(batch_op.f("uq_invitation_uuid"), type_="unique")
        batch_op.create_unique_constraint(batch_op.f("uq_invitation_token_hash"), ["token_hash"])
        batch_op.drop_column("uuid")
    op.create_table(
        "password_reset",
        sa.Column("user_id", _ROW_ID, nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", _ROW_ID, nullable=False),
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
    op.create_index("ix_password_reset_user_id", "password_reset", ["user_id"])
    op.drop_table("link")
