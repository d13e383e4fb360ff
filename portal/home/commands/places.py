"""Moving the places of several people at once."""

from collections.abc import Sequence

from portal.core import Actor, Session
from portal.enrolments.commands import move, sign_up
from portal.enrolments.models import Enrolment
from portal.enrolments.rules import EndReason, EnrolmentStatus, Move
from portal.offerings.queries import lock_offering


def move_places(
    session: Session, actor: Actor, enrolments: Sequence[Enrolment], *, offering_id: int
) -> int:
    """Move people to another group, or into its line; returns how many got a place."""
    for id_ in sorted({offering_id, *(row.offering_id for row in enrolments)}):
        lock_offering(session, id_)  # in one order, so that nobody waits for somebody who waits
    moved = 0
    for row in enrolments:
        new = sign_up(session, actor, offering_id=offering_id, participant=row.participant)
        if new is not row and new.status is EnrolmentStatus.ENROLLED:
            move(session, actor, row, Move.END, end_reason=EndReason.OTHER_ACTIVITY)
            moved += 1
    return moved
