"""What time does to imports: what is under way goes on, and what was read is forgotten."""

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from portal.core import clock
from portal.imports.commands import go_on
from portal.imports.models import RegisterImport
from portal.imports.rules import FORGET_DONE, FORGET_READ, UNDER_WAY, ImportStatus


def carry_on(session: Session) -> int:
    """Go on with what is under way, a day in each transaction; a job. How many days were done.

    An import that fails stops no other; it is tried again.
    """
    ids = session.scalars(
        select(RegisterImport.id)
        .where(RegisterImport.status.in_(UNDER_WAY))
        .order_by(RegisterImport.id)
    ).all()
    session.commit()
    done = 0
    failed: Exception | None = None
    for import_id in ids:
        try:
            while go_on(session, None, import_id):
                session.commit()
                done += 1
            session.commit()
        except Exception as error:
            session.rollback()
            failed = failed or error
    if failed is not None:
        raise failed
    return done


def forget(session: Session) -> None:
    """Empty what the files said: a week after it was read, two after it was applied; a job."""
    now = clock.now()
    session.execute(
        delete(RegisterImport).where(
            RegisterImport.status == ImportStatus.READ,
            RegisterImport.created_at < now - FORGET_READ,
        )
    )
    session.execute(
        update(RegisterImport)
        .where(
            RegisterImport.status.not_in({ImportStatus.READ, *UNDER_WAY}),
            RegisterImport.applied_at < now - FORGET_DONE,
        )
        .values(reading={}, choices={})
    )
