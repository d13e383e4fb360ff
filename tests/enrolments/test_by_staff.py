"""A line in which staff choose who is next, and who comes together in it."""

import pytest

from portal.core import clock
from portal.core.actor import HOUSE
from portal.core.errors import RuleBroken
from portal.enrolments import commands, queries
from portal.enrolments.rules import EndReason, EnrolmentStatus, Move
from portal.offerings.rules import WaitingLine
from tests import factories as make
from tests.enrolments.waiting import sign_up

S = EnrolmentStatus


def _offering(session, cast, places, waiting):
    offering = make.offering(
        session, cast.enterprise, places=places, waiting_line=WaitingLine.BY_STAFF
    )
    rows = [make.enrolment(session, offering, status=S.WAITING) for _ in range(waiting)]
    session.commit()
    return offering, rows


@pytest.mark.parametrize(("waiting", "left"), [(0, 2), (1, 1), (2, 0), (3, 0)])
def test_places_for_who_comes_new_are_those_that_the_line_leaves(session, cast, waiting, left):
    offering, _ = _offering(session, cast, 2, waiting)
    assert queries.places_for_new(session, offering) == left


def test_who_joins_somebody_in_line_waits_with_her_though_a_place_is_free(session, cast):
    offering, [waits] = _offering(session, cast, 3, 1)
    assert sign_up(session, offering, "friend", waits.uuid).status is S.WAITING
    assert sign_up(session, offering, "alone").status is S.ENROLLED


def test_nobody_comes_together_with_who_left(session, cast):
    offering, [one, _] = _offering(session, cast, 4, 2)
    commands.move(session, HOUSE, one, Move.WITHDRAW)
    assert sign_up(session, offering, "late", one.uuid).together is None


def test_all_who_come_together_are_offered_a_place_or_nobody(session, cast):
    offering, [one, _] = _offering(session, cast, 2, 2)
    sign_up(session, offering, "friend", one.uuid)
    make.enrolment(session, offering)
    with pytest.raises(RuleBroken) as refused:
        commands.offer_together(session, HOUSE, one)
    assert refused.value.values == {"people": 2}


def test_a_line_is_shown_with_its_length_while_a_place_is_free(session, cast):
    offering, _ = _offering(session, cast, 1, 2)

    def shown():
        rows = queries.list_with_room(session, cast.enterprise.id, clock.now())
        return [(row.title, number) for row, number in rows]

    assert shown() == [(offering.title, 2)]
    make.enrolment(session, offering)
    session.flush()
    assert shown() == []


def test_who_came_once_as_a_guest_had_no_place_to_look_back_on(session, cast):
    offering, _ = _offering(session, cast, 2, 0)
    her = make.participant(session, "Gast G.")
    stay = make.enrolment(session, offering, her, S.ENDED, end_reason=EndReason.MOVED)
    make.enrolment(session, offering, her, S.ENDED, end_reason=EndReason.CAME_ONCE)
    assert queries.find_latest(session, offering.id, her.id) is stay
