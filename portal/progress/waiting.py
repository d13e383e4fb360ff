"""Who went on, and says that it is hard or over."""

from portal.progress import queries
from portal.progress.rules import AftercareAnswer
from portal.web.waiting import Actor, Found, Permission, Session, Waiting, _, waits_for


@waits_for(Permission.RECORD_PROGRESS)
def list_relapses(session: Session, actor: Actor) -> Found:
    """Get in touch with who went on: nothing else would follow."""
    for row in queries.list_relapses(session, actor):
        is_hard = row.answer is AftercareAnswer.HARD
        yield Waiting(
            _("went on, and says that it is hard") if is_hard else _("is not there any more"),
            "progress.aftercare", _("Get in touch"), {"uuid": row.uuid}, who=row.participant,
        )  # fmt: skip
