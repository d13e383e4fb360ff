"""In which order each list of enrolments stands: who waits longest first, who left last first."""

from datetime import timedelta

from portal.core import clock
from portal.enrolments import queries
from portal.enrolments.models import Enrolment
from portal.enrolments.rules import EndReason, EnrolmentStatus
from tests import factories as make

S = EnrolmentStatus


def test_each_list_stands_in_its_own_order_whatever_the_names(session, cast):
    actor, today = cast.actor("coordinator"), clock.today()
    offering = make.offering(session, cast.enterprise, places=20)
    names = ("Zahra", "Bilal", "Anna", "Bilal")
    people = [make.participant(session, name) for name in names]
    rows = {
        status: [
            make.enrolment(session, offering, make.participant(session, name), status)
            for name in names
        ]
        for status in (S.APPLIED, S.WAITING, S.OFFERED)
    }
    another = make.enrolment(session, cast.offering, people[0], S.APPLIED)
    ended = [
        make.enrolment(
            session, offering, one, S.ENDED, started_on=today - timedelta(days=40),
            ended_on=today - timedelta(days=days), end_reason=EndReason.MOVED,
        )
        for one, days in zip(people, (9, 2, 9, 30), strict=True)
    ]  # fmt: skip
    came = sorted((row for some in rows.values() for row in some), key=lambda row: row.id)
    assert list(queries.list_applications(session, actor.organisation_id)) == [
        *rows[S.APPLIED],
        another,
    ]
    here = Enrolment.offering_id == offering.id
    assert list(queries.list_as_now(session, here, Enrolment.status.in_(queries.HOPING))) == came
    assert list(queries.list_open(session, offering)) == came
    turned = Enrolment.id.in_([row.id for row in reversed(came)])
    assert list(queries.list_as_now(session, turned)) == came
    assert list(queries.list_former(session, offering)) == [ended[i] for i in (1, 2, 0, 3)]
    of_one = [row.id for row in queries.list_of_participant(session, people[0].id)]
    assert of_one == [ended[0].id, another.id]
    to_join = [row.participant.name for row in queries.list_to_join(session, offering)]
    assert to_join == sorted(2 * names)
    assert queries.find_latest(session, offering.id, people[3].id) is ended[3]
