"""What time does to the money room: a sheet that was read and not applied is forgotten."""

from sqlalchemy import delete

from portal.core import Session, clock
from portal.impact.models import MoneySheet
from portal.imports.rules import FORGET_READ, ImportStatus


def forget_sheets(session: Session) -> None:
    """Forget sheets that nobody applied, a week after they were read; a job."""
    session.execute(
        delete(MoneySheet).where(
            MoneySheet.status == ImportStatus.READ,
            MoneySheet.created_at < clock.now() - FORGET_READ,
        )
    )
