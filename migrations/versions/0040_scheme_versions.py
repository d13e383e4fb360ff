"""amounts of social return that an operator enters, and who else says something of a line."""

import sqlalchemy as sa
from alembic import op

revision = "0040"
down_revision = "0039"
branch_labels = None
depends_on = None

_ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Bring the database to this version."""
    op.create_table(
        "scheme_version",
        sa.Column("key", sa.String(40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("id", _ROW_ID, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scheme_version")),
        sa.UniqueConstraint("key", "version", name=op.f("uq_scheme_version_key_version")),
        sqlite_autoincrement=True,
    )
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    refuse = (
        "BEGIN SELECT RAISE(ABORT, 'scheme_version is append-only'); END"
        if is_sqlite
        else "EXECUTE FUNCTION stays_as_it_was()"
    )
    for name, event in (("changed", "UPDATE"), ("taken_out", "DELETE")):
        op.execute(
            f"CREATE TRIGGER scheme_version_not_{name} BEFORE {event} ON scheme_version "
            f"FOR EACH ROW {refuse}"
        )
    if not is_sqlite:
        op.execute(
            f"CREATE TRIGGER scheme_version_not_emptied BEFORE TRUNCATE ON scheme_version {refuse}"
        )
    op.add_column(
        "contract_line", sa.Column("words", sa.String(4000), nullable=False, server_default="")
    )
    op.execute(
        f"ALTER TABLE contract_line ADD COLUMN provider_id {'INTEGER' if is_sqlite else 'BIGINT'} "
        "CONSTRAINT fk_contract_line_provider_id_organisation REFERENCES organisation (id)"
    )
    op.create_index(op.f("ix_contract_line_provider_id"), "contract_line", ["provider_id"])


def downgrade() -> None:
    """Take it back to the version before."""
    op.drop_index(op.f("ix_contract_line_provider_id"), "contract_line")
    op.drop_column("contract_line", "provider_id")
    op.drop_column("contract_line", "words")
    op.drop_table("scheme_version")
