"""what is written once stays as it was: the database keeps it, whoever writes."""

from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

# All but whose it is: two entries of one person become one, and may become two again.
_STAYS = {
    "attendance_change": (
        "id, created_at, session_id, enrolment_id, organisation_id, status, minutes, recorded_at, "
        "recorded_by_id, how, event_id, replaces, tapped_at, batch_id, reason, is_cleared, "
        "cooperative_id"
    ),
    "absence_follow_up": "id, created_at, enrolment_id, organisation_id, session_id, step, user_id",
    "report_decision": None,
    "audit_event": None,
}
# A file that was taken over can be taken back, with what it wrote of whom only it brought.
_GOES = {"attendance_change": "OLD.how <> 'imported'"}


def upgrade() -> None:
    """Bring the database to this version."""
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    if not is_sqlite:
        op.execute(
            "CREATE FUNCTION stays_as_it_was() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$"
        )
    for table, columns in _STAYS.items():
        refuse = (
            f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            if is_sqlite
            else "EXECUTE FUNCTION stays_as_it_was()"
        )
        when = f"WHEN ({_GOES[table]}) " if table in _GOES else ""
        changed = f"UPDATE OF {columns}" if columns else "UPDATE"
        for name, event in (("changed", changed), ("taken_out", "DELETE")):
            only = when if name == "taken_out" else ""
            op.execute(
                f"CREATE TRIGGER {table}_not_{name} BEFORE {event} ON {table} "
                f"FOR EACH ROW {only}{refuse}"
            )
        if not is_sqlite:
            op.execute(f"CREATE TRIGGER {table}_not_emptied BEFORE TRUNCATE ON {table} {refuse}")


def downgrade() -> None:
    """Take it back to the version before."""
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    for table in _STAYS:
        for name in ("changed", "taken_out") if is_sqlite else ("changed", "taken_out", "emptied"):
            op.execute(f"DROP TRIGGER {table}_not_{name}" + ("" if is_sqlite else f" ON {table}"))
    if not is_sqlite:
        op.execute("DROP FUNCTION stays_as_it_was()")
