"""What time does to imports: what is under way goes on, and what was read is forgotten."""

from sqlalchemy import delete, select, update

from portal.core import Session, clock, one_by_one
from portal.imports.commands import go_on
from portal.imports.models import RegisterImport
from portal.imports.rules import FORGET_DONE, FORGET_READ, UNDER_WAY, ImportStatus


def carry_on(session: Session) -> None:
    """Go on with what is under way, a day in each transaction; a job."""

    def finish(import_id: int) -> None:
        while go_on(session, None, import_id):
            session.commit()

    under_way = select(RegisterImport.id).where(RegisterImport.status.in_(UNDER_WAY))
    one_by_one(session, session.scalars(under_way.order_by(RegisterImport.id)).all(), finish)


def forget(session: Session) -> None:
    """Empty what files said, a week after reading or two after applying; a job."""
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
