"""work places, what she looks for, and to which employers she is visible."""

import sqlalchemy as sa
from alembic import op

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None

_ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_EACH_OF = {  # how long the texts of a work place may be
    "text_language": 8, "title": 80, "summary": 200, "what": 2000, "area_code": 16, "address": 200,
    "place_details": 500, "travel": 200, "licence": 120, "demands": 500, "guidance": 300,
    "pay": 200, "hours": 200, "comes_after": 500,
    "kind": 32, "status": 32, "work_word": 32, "dutch_level": 32,
}  # fmt: skip


def _made(table: str, *columns: str, **of: str) -> list[sa.schema.SchemaItem]:
    """The number of a row, when it was made, and whose it is (`of`: which table)."""
    return [
        sa.Column("id", _ROW_ID, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        *(sa.Column(name, sa.JSON(), nullable=False) for name in columns),
        *(
            sa.ForeignKeyConstraint(
                [name], [f"{other}.id"], name=op.f(f"fk_{table}_{name}_{other}")
            )
            for name, other in of.items()
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    ]


def upgrade() -> None:
    """Bring the database to this version."""
    op.create_table(
        "work_place",
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", _ROW_ID, nullable=False),
        sa.Column("slug", sa.String(120), nullable=False),
        *(sa.Column(name, sa.String(most), nullable=False) for name, most in _EACH_OF.items()),
        *(
            sa.Column(name, sa.DateTime(timezone=True), nullable=True)
            for name in ("published_at", "confirmed_at", "confirm_asked_at", "invited_at")
        ),
        sa.Column("week_minutes", sa.Integer(), nullable=False),
        sa.Column("places", sa.Integer(), nullable=False),
        sa.Column("places_taken", sa.Integer(), nullable=False),
        sa.Column("is_open", sa.Boolean(), nullable=False),
        sa.CheckConstraint("places > 0", name=op.f("ck_work_place_has_places")),
        sa.CheckConstraint(
            "places_taken BETWEEN 0 AND places", name=op.f("ck_work_place_never_overfull")
        ),
        *_made(
            "work_place", "needed", "learned", "times", "spoken",
            organisation_id="organisation",
        ),
        sa.UniqueConstraint("slug", name=op.f("uq_work_place_slug")),
        sa.UniqueConstraint("uuid", name=op.f("uq_work_place_uuid")),
    )  # fmt: skip
    op.create_table(
        "work_wish",
        sa.Column("participant_id", _ROW_ID, nullable=False),
        sa.Column("dutch_level", sa.String(32), nullable=True),
        sa.Column("with_guide", sa.Boolean(), nullable=False),
        *_made("work_wish", "kinds", "times", "districts", participant_id="participant"),
    )
    op.create_table(
        "visibility",
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("participant_id", _ROW_ID, nullable=False),
        sa.Column("employer_id", _ROW_ID, nullable=True),
        sa.Column("until_on", sa.Date(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        *_made(
            "visibility", "shown", "seeks", "opens",
            participant_id="participant", employer_id="organisation",
        ),
        sa.UniqueConstraint("uuid", name=op.f("uq_visibility_uuid")),
    )  # fmt: skip
    for table, names in {
        "work_place": ("organisation_id", "area_code"),
        "work_wish": ("participant_id",),
        "visibility": ("participant_id", "employer_id", "until_on"),
    }.items():
        for name in names:
            op.create_index(op.f(f"ix_{table}_{name}"), table, [name])


def downgrade() -> None:
    """Take it back to the version before."""
    for table in ("visibility", "work_wish", "work_place"):
        op.drop_table(table)
