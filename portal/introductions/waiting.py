"""Introductions on which an employer or a guide has to act."""

from datetime import time

from portal.introductions.queries import list_waiting
from portal.introductions.rules import Side, called_at_work
from portal.web.waiting import Actor, Found, Permission, Session, Waiting, _, clock, waits_for
from portal.web.words import label


@waits_for(Permission.RECORD_PROGRESS, rest="introductions.list_all")
def list_to_act(session: Session, actor: Actor) -> Found:
    """An answer, a day, a text, a word with whom it is hard for."""
    for row in list_waiting(session, actor, Side.EMPLOYER, Side.GUIDE):
        name, step = called_at_work(row.name, row.status), label(row.status)
        by = clock.from_local(row.act_by, time(17)) if row.act_by else None
        yield Waiting(
            _("Introduction of %(name)s: %(step)s", name=name, step=step),
            "introductions.show", _("Look"), {"uuid": row.uuid}, title=row.title,
            title_language=row.text_language, by=by,
            otherwise=_("Two weeks after that it stops by itself.") if by else "",
        )  # fmt: skip
