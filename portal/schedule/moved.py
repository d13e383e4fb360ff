"""Who wants to know that a session got another time: a room above says so when it is loaded.

What is kept for a session may hold for its old time only, and this room does not know what that is.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sqlalchemy.orm import Session

from portal.core.actor import Actor
from portal.schedule.models import OfferingSession

Listener = Callable[[Session, Actor, Sequence[OfferingSession]], None]
_listeners: list[Listener] = []


def on_move(listener: Listener) -> Listener:
    """Have this called in the same transaction, after sessions were moved."""
    _listeners.append(listener)
    return listener


def tell_moved(session: Session, actor: Actor, moved: Sequence[OfferingSession]) -> None:
    """Say that these begin at another moment than before."""
    for listener in _listeners if moved else ():
        listener(session, actor, moved)
