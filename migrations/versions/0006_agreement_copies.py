"""what was agreed is a copy."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_AGREEMENTS = sa.text(
    "SELECT agreement.id, agreement.from_on, agreement.until_on, agreement.guide_confirmed_at,"
    " offering.id AS offering_id, offering.title, offering.text_language, offering.address,"
    " organisation.name AS organisation, user_account.name AS guide FROM agreement"
    " JOIN enrolment ON enrolment.id = agreement.enrolment_id"
    " JOIN offering ON offering.id = enrolment.offering_id"
    " JOIN organisation ON organisation.id = offering.organisation_id"
    " LEFT JOIN user_account ON user_account.id = agreement.guide_id"
).columns(from_on=sa.Date, until_on=sa.Date)
_SERIES = sa.text(
    "SELECT offering_id, weekdays, starts, ends, first_on, last_on, skips_school_holidays"
    " FROM series WHERE offering_id IN (SELECT offering_id FROM enrolment JOIN agreement"
    " ON agreement.enrolment_id = enrolment.id)"
).columns(
    weekdays=sa.JSON, starts=sa.Time, ends=sa.Time, first_on=sa.Date, last_on=sa.Date,
    skips_school_holidays=sa.Boolean,
)  # fmt: skip
_KEEP = sa.text("UPDATE agreement SET copied = :copied, guide_name = :guide WHERE id = :id")


def upgrade() -> None:
    """Bring the tables to this version; what was agreed before is copied as it is called today."""
    op.add_column("agreement", sa.Column("guide_name", sa.String(length=80), nullable=True))
    op.add_column("agreement", sa.Column("copied", sa.JSON(), nullable=True))
    connection = op.get_bind()
    series = connection.execute(_SERIES).all()
    keep = _KEEP.bindparams(sa.bindparam("copied", type_=sa.JSON))
    for row in connection.execute(_AGREEMENTS).all():
        half_days = {
            (tuple(sorted(one.weekdays)), one.starts, one.ends, bool(one.skips_school_holidays))
            for one in series
            if one.offering_id == row.offering_id
            and (one.last_on is None or one.last_on >= row.from_on)
            and (row.until_on is None or one.first_on <= row.until_on)
        }
        copied = {
            "title": row.title,
            "language": row.text_language,
            "organisation": row.organisation,
            "place": row.address,
            "half_days": [
                {
                    "days": list(days),
                    "starts": f"{starts:%H:%M}",
                    "ends": f"{ends:%H:%M}",
                    "skips_school_holidays": skips,
                }
                for days, starts, ends, skips in sorted(half_days)
            ],
        }
        guide = row.guide if row.guide_confirmed_at else None
        connection.execute(keep, {"copied": copied, "guide": guide, "id": row.id})


def downgrade() -> None:
    """Take them back to the version before."""
    op.drop_column("agreement", "copied")
    op.drop_column("agreement", "guide_name")
