"""What time does to introductions: an end that comes, questions how it goes, forgetting."""

from sqlalchemy import delete, select

from portal.core import HOUSE, Session, clock, hold_lock, one_by_one
from portal.introductions import rules
from portal.introductions.commands import ask, go_on, hold
from portal.introductions.models import Introduction, WorkAgreement
from portal.introductions.queries import list_to_ask
from portal.introductions.rules import IntroductionMove, IntroductionStatus, Side, WhyNot


def keep_going(session: Session) -> None:
    """End what nobody goes on with or was agreed until now; ask; forget."""
    today = clock.today()
    hold_lock(session, "introductions.ask")
    for row, moment, side in list_to_ask(session, today):
        ask(session, row, moment, side)
    _forget(session)
    is_over = (Introduction.status == IntroductionStatus.PLACED) & (Introduction.until_on < today)
    late = is_over | (Introduction.act_by < today - rules.PATIENCE)
    ids = session.scalars(select(Introduction.id).where(late).order_by(Introduction.id)).all()
    one_by_one(session, ids, lambda id_: _end(session, id_))


def _end(session: Session, introduction_id: int) -> None:
    """Let one end by itself, unless somebody went on with it just now."""
    row = hold(session, session.get_one(Introduction, introduction_id))
    today = clock.today()
    if row.status is IntroductionStatus.PLACED and row.until_on and row.until_on < today:
        go_on(session, HOUSE, row, IntroductionMove.END, tells=Side.HER, why=WhyNot.AS_AGREED)
    elif row.act_by and row.act_by < today - rules.PATIENCE:
        go_on(session, HOUSE, row, IntroductionMove.LAPSE, tells=Side.HER)


def _forget(session: Session) -> None:
    """Take out what led to nothing: nobody is to count a no."""
    long_ago = Introduction.status_since < clock.now() - rules.FORGOTTEN_AFTER
    ids = select(Introduction.id).where(Introduction.status.in_(sorted(rules.OVER)), long_ago)
    session.execute(delete(WorkAgreement).where(WorkAgreement.introduction_id.in_(ids)))
    session.execute(delete(Introduction).where(Introduction.id.in_(ids)))
