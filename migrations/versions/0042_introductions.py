"""introductions of people to work places, the texts agreed on, and how the work goes."""

import sqlalchemy as sa
from alembic import op

revision = "0042"
down_revision = "0041"
branch_labels = None
depends_on = None

_ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_AT = sa.DateTime(timezone=True)


def _made(table: str, **of: str) -> list[sa.schema.SchemaItem]:
    """The number of a row, when it was made, and which rows it names (`of`: of which table)."""
    keys = [
        sa.ForeignKeyConstraint([name], [f"{other}.id"], name=op.f(f"fk_{table}_{name}_{other}"))
        for name, other in of.items()
    ]
    return [
        sa.Column("id", _ROW_ID, nullable=False),
        sa.Column("created_at", _AT, nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint("uuid", name=op.f(f"uq_{table}_uuid")),
        *keys,
    ]


def upgrade() -> None:
    """Bring the database to this version."""
    op.create_table(
        "introduction",
        *(
            sa.Column(name, _ROW_ID, nullable=False)
            for name in ("work_place_id", "organisation_id", "participant_id")
        ),
        sa.Column("guide_organisation_id", _ROW_ID, nullable=True),
        sa.Column("status", sa.String(32), nullable=False),
        sa.Column("status_since", _AT, nullable=False),
        sa.Column("act_by", sa.Date(), nullable=True),
        sa.Column("meets_at", _AT, nullable=True),
        sa.Column("meets_where", sa.String(200), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=True),
        sa.Column("until_on", sa.Date(), nullable=True),
        sa.Column("week_minutes", sa.Integer(), nullable=True),
        sa.Column("why", sa.String(32), nullable=True),
        *_made(
            "introduction",
            work_place_id="work_place",
            organisation_id="organisation",
            participant_id="participant",
            guide_organisation_id="organisation",
        ),
        sqlite_autoincrement=True,
    )
    for name in ("work_place_id", "organisation_id", "participant_id", "guide_organisation_id"):
        op.create_index(op.f(f"ix_introduction_{name}"), "introduction", [name])
    op.create_table(
        "work_agreement",
        sa.Column("introduction_id", _ROW_ID, nullable=False),
        sa.Column("leads_to", sa.String(32), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("minutes_per_week", sa.Integer(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=True),
        sa.Column("participant_does", sa.String(1000), nullable=False),
        sa.Column("employer_does", sa.String(1000), nullable=False),
        *(
            sa.Column(f"{name}_at", _AT, nullable=True)
            for name in (
                "participant_confirmed", "employer_confirmed", "guide_confirmed", "replaced",
            )
        ),
        *_made("work_agreement", introduction_id="introduction"),
        sa.UniqueConstraint(
            "introduction_id", "version", name=op.f("uq_work_agreement_introduction_id_version")
        ),
        sqlite_autoincrement=True,
    )  # fmt: skip
    op.create_table(
        "work_aftercare",
        sa.Column("introduction_id", _ROW_ID, nullable=False),
        sa.Column("side", sa.String(32), nullable=False),
        sa.Column("moment", sa.String(32), nullable=False),
        sa.Column("answer", sa.String(32), nullable=True),
        sa.Column("met_at", _AT, nullable=True),
        *_made("work_aftercare", introduction_id="introduction"),
        sa.UniqueConstraint(
            "introduction_id", "moment", "side",
            name=op.f("uq_work_aftercare_introduction_id_moment_side"),
        ),
        sqlite_autoincrement=True,
    )  # fmt: skip


def downgrade() -> None:
    """Take it back to the version before."""
    for name in ("work_aftercare", "work_agreement", "introduction"):
        op.drop_table(name)
