"""Of several that say the same thing of her, the newest counts.

Who breaks the order notices it on PostgreSQL, which gives rows as they were made: SQLite turns
them round in tests, and so gives the newest first by itself.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from portal.core import clock
from portal.core.signing_keys import open_keys, rotate
from portal.enrolments.queries import find_latest
from portal.enrolments.rules import EnrolmentStatus
from portal.impact.models import ImpactReport
from portal.profile.models import ProfileChoice, ProfileShare
from portal.profile.queries import find_choice, find_shown
from portal.progress.queries import list_newest as newest_example
from portal.recognition.models import ReportLogLine
from portal.recognition.queries import last_line
from portal.recognition.queries.sample import first_line_after
from portal.recognition.rules import Logged
from portal.talks.models import Message
from portal.talks.queries import list_newest as newest_message
from portal.work_places.models import WorkWish
from portal.work_places.queries import find_wish
from tests import factories as make

Case = Callable[[Any, Any, str], Any]


def choice(session, cast, said):
    whose = {"participant_id": cast.participant.id, "switched": [], "first": []}
    session.add(ProfileChoice(**whose, headline=said, wish=""))
    return lambda: find_choice(session, cast.participant.id).headline


def wish(session, cast, said):
    whose = {"participant_id": cast.participant.id, "times": [], "districts": []}
    session.add(WorkWish(**whose, kinds=[said], with_guide=False))
    return lambda: find_wish(session, cast.participant.id).kinds[0]


def share(session, cast, said):
    opens = {"organisation_id": cast.enterprise.id, "opens": [cast.enterprise.id]}
    until = clock.today() + timedelta(days=9)
    whose = {"participant_id": cast.participant.id, "for_whom": said, "until_on": until}
    session.add(ProfileShare(**whose, **opens))
    return lambda: find_shown(session, cast.participant).for_whom


def example(session, cast, said):
    make.observation(session, cast.enrolment, example=said)
    return lambda: newest_example(session, cast.participant.id)[0].example


def message(session, cast, said):
    whose = {"organisation_id": cast.enterprise.id, "participant_id": cast.participant.id}
    session.add(Message(**whose, enrolment_id=cast.enrolment.id, name="Anna", body=said))
    return lambda: newest_message(session, cast.participant.id)[0].body


def enrolment(session, cast, said):
    made = make.enrolment(session, cast.offering, cast.participant, EnrolmentStatus.WITHDRAWN)
    hers = cast.offering.id, cast.participant.id
    return lambda: said if find_latest(session, *hers) is made else ""


def key(session, _cast, said):
    made = rotate(session, "s" * 32)
    kid = made.thumbprint()
    return lambda: said if open_keys(session, "s" * 32).current.thumbprint() == kid else ""


@pytest.mark.parametrize("make_one", [choice, wish, share, example, message, enrolment, key])
def test_the_newest_of_two_counts(session, cast, make_one: Case):
    for said in ("first", "then"):
        found = make_one(session, cast, said)
        session.flush()
    assert found() == "then"


def test_a_sample_is_drawn_by_the_first_line_and_the_log_goes_on_behind_the_last(session):
    for position in (1, 2, 3):
        session.add(ReportLogLine(position=position, event=Logged.COUNTERSIGNED, line="{}"))
        session.flush()
    report = ImpactReport(submitted_at=clock.now() - timedelta(days=1))
    first, last = first_line_after(session, report), last_line(session)
    assert (first and first.position, last and last.position) == (1, 3)
