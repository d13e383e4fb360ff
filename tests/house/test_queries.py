"""A list of twenty rows asks the database as often as a list of two."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from sqlalchemy import Engine, event
from sqlalchemy.orm import Session

from portal.accounts.models import User
from portal.attendance.commands import record_everyone
from portal.attendance.models import AttendanceMark
from portal.attendance.rules import AttendanceStatus, RecordedHow
from portal.core import clock
from portal.core.actor import HOUSE, Role
from portal.core.guard import set_actor
from portal.duplicates.models import MergeSay, ParticipantMerge
from portal.duplicates.rules import MergeStatus
from portal.enrolments.models import Enrolment
from portal.enrolments.rules import EnrolmentStatus
from portal.notices.models import Notice
from portal.notices.rules import Channel, NoticeStatus
from portal.organisations.models import CooperativeTie, Membership
from portal.organisations.rules import OrganisationKind, OrganisationStatus
from portal.participants.commands import make_known
from portal.participants.models import Programme
from portal.progress.models import LadderStep, Observation
from portal.progress.rules import SkillLevel, Voice
from portal.referrals.models import Referral
from portal.referrals.rules import AgreedHow
from tests import factories as make
from tests.calls.made import call_of
from tests.cast import Cast
from tests.imports import sheets
from tests.recognition.made import submitted_report
from tests.social_return.made import sent_line

AddRow = Callable[[Session, Cast, int], object]


def _offering(session: Session, cast: Cast, number: int) -> None:
    offering = make.offering(session, cast.enterprise, title=f"Aanbod {number}")
    make.offering_session(session, offering, clock.now() + timedelta(days=number))


def _session_today(session: Session, cast: Cast, number: int) -> None:
    offering = make.offering(session, cast.enterprise, title=f"Groep {number}")
    make.enrolment(session, offering)
    make.offering_session(session, offering, clock.now() + timedelta(minutes=number))


def _application(session: Session, cast: Cast, number: int) -> None:
    offering = make.offering(session, cast.enterprise, title=f"Aanbod {number}")
    make.enrolment(session, offering, None, EnrolmentStatus.APPLIED)


def _taking_part(session: Session, cast: Cast, number: int) -> None:
    cast.offering.places = 40
    make.enrolment(session, cast.offering, make.participant(session, f"Deelnemer {number}"))


def _referral(session: Session, cast: Cast, number: int) -> None:
    cast.offering.places = 40
    enrolment = make.enrolment(
        session, cast.offering, make.participant(session, f"Verwezen {number}")
    )
    _refer(session, cast, enrolment)


def _own_referral(session: Session, cast: Cast, number: int) -> None:
    offering = make.offering(session, cast.enterprise, title=f"Aanbod {number}")
    _refer(session, cast, make.enrolment(session, offering, cast.participant))


def _refer(session: Session, cast: Cast, enrolment: Enrolment) -> None:
    session.add(
        Referral(
            enrolment=enrolment,
            participant_id=enrolment.participant_id,
            from_organisation_id=cast.actor("referrer").organisation_id,
            to_organisation_id=enrolment.organisation_id,
            agreed_how=AgreedHow.SPOKEN,
            outcome_until=clock.today(),
            told_status=enrolment.status,
        )
    )


def _own_enrolment(session: Session, cast: Cast, number: int) -> None:
    offering = make.offering(session, cast.enterprise, title=f"Aanbod {number}")
    make.offering_session(session, offering, clock.now() + timedelta(days=number))
    enrolment = make.enrolment(session, offering, cast.participant)
    about = {
        "organisation_id": cast.enterprise.id,
        "participant_id": cast.participant.id,
        "enrolment_id": enrolment.id,
        "voice": Voice.GUIDE,
    }
    session.add(
        Observation(
            competence="samenwerken",
            example="Zij hielp een nieuwe collega.",
            level=SkillLevel.ALONE,
            observed_on=clock.today(),
            **about,
        )
    )
    session.add(LadderStep(step=4, stated_on=clock.today(), **about))


def _marked(session: Session, cast: Cast, number: int) -> None:
    """Somebody else on the register, and a mark of hers that replaced another."""
    _taking_part(session, cast, number)
    set_actor(session, cast.actor("cooperative"))
    record_everyone(session, cast.actor("cooperative"), cast.offering_session)
    set_actor(session, HOUSE)


def _own_turn(session: Session, cast: Cast, number: int) -> None:
    offering = make.offering(session, cast.enterprise, title=f"Rij {number}")
    make.enrolment(session, offering, cast.participant, EnrolmentStatus.WAITING)


def _import(session, cast, number):
    offering = make.offering(session, cast.enterprise, title=f"Klas {number}")
    sheets.imported(session, cast.actor("coordinator"), offering, sheets.read("Hendrik", "x", "a"))


def _member_of_team(session: Session, cast: Cast, number: int) -> None:
    user = User(email=f"guide-{number}@example.org", name=f"Begeleider {number}")
    session.add(Membership(user=user, organisation=cast.enterprise, role=Role.GUIDE))


def _registered(session: Session, _cast: Cast, number: int) -> None:
    make.organisation(session, f"Nieuw {number}", status=OrganisationStatus.REGISTERED)


def _tie(session: Session, cast: Cast, number: int) -> None:
    cooperative = make.organisation(session, f"Coop {number}", OrganisationKind.COOPERATIVE)
    session.add(
        CooperativeTie(
            cooperative_id=cooperative.id, member_id=cast.enterprise.id, from_on=clock.today()
        )
    )


def _programme(session: Session, _cast: Cast, number: int) -> None:
    session.add(Programme(name=f"Programma {number}", valid_from=clock.today()))


def _undelivered(session: Session, cast: Cast, number: int) -> None:
    _notice(session, cast, number, Channel.SMS, NoticeStatus.FAILED)


def _letter(session: Session, cast: Cast, number: int) -> None:
    _notice(session, cast, number, Channel.LETTER, NoticeStatus.WAITING)


def _notice(
    session: Session, cast: Cast, number: int, channel: Channel, status: NoticeStatus
) -> None:
    cast.offering.places = 40
    person = make.participant(session, f"Deelnemer {number}")
    make.enrolment(session, cast.offering, person)
    session.add(
        Notice(
            kind="enrolments/accepted",
            channel=channel,
            status=status,
            name=person.name,
            participant_id=person.id,
            organisation_id=cast.enterprise.id,
            not_before=clock.now(),
        )
    )


def _twins(session: Session, cast: Cast, number: int) -> None:
    for _ in range(2):
        twin = make.participant(session, f"Tweeling {number}", phone=f"+316{number:08d}")
        make.enrolment(session, make.offering(session, cast.enterprise), twin)


def _asked(session: Session, cast: Cast, number: int) -> None:
    kept, merged = (make.participant(session, f"Persoon {number}") for _ in range(2))
    make_known(session, cast.enterprise.id, kept.id)
    merge = ParticipantMerge(
        kept_id=kept.id,
        merged_id=merged.id,
        organisation_id=cast.other_enterprise.id,
        status=MergeStatus.ASKED,
    )
    session.add(merge)
    session.flush()
    session.add(MergeSay(merge_id=merge.id, organisation_id=cast.enterprise.id))


def _report(session: Session, cast: Cast, number: int) -> None:
    submitted_report(session, cast, number)


def _unconfirmed(session: Session, cast: Cast, number: int) -> None:
    long_ago = clock.now() - timedelta(days=100)
    make.offering(session, cast.enterprise, title=f"Aanbod {number}", published_at=long_ago)


def _long_absent(session: Session, cast: Cast, number: int) -> None:
    person = make.participant(session, f"Weg {number}", has_only_name=True)
    offering = make.offering(session, cast.enterprise, absences_signal=2)
    enrolment = make.enrolment(session, offering, person)
    for days in (1, 8):
        at = make.offering_session(session, offering, clock.now() - timedelta(days=days))
        session.add(
            AttendanceMark(
                session_id=at.id, enrolment_id=enrolment.id, participant_id=person.id,
                organisation_id=cast.enterprise.id, status=AttendanceStatus.ABSENT, minutes=0,
                recorded_at=clock.now(), how=RecordedHow.BY_HAND,
            )
        )  # fmt: skip


def _member(session: Session, cast: Cast, number: int) -> None:
    member = make.organisation(session, f"Lid {number}")
    session.add(
        CooperativeTie(
            cooperative_id=cast.cooperative.id, member_id=member.id, from_on=clock.today(),
            may_log_attendance=True,
        )
    )  # fmt: skip
    offering = make.offering(session, member)
    make.enrolment(session, offering)
    make.offering_session(session, offering, clock.now() - timedelta(days=5))


def _contract(session: Session, cast: Cast, number: int) -> None:
    sent_line(session, cast, name=f"Persoon {number}")


def _call(session: Session, cast: Cast, number: int) -> None:
    call_of(session, cast, title=f"Oproep {number}")


def _employer(session: Session, _cast: Cast, number: int) -> None:
    make.organisation(session, f"Bedrijf {number}", OrganisationKind.COMPANY)


LISTS: list[tuple[str, str, AddRow]] = [
    ("guide", "/work/messages", _undelivered),
    ("guide", "/work/letters", _letter),
    ("visitor", "/offerings", _offering),
    ("visitor", "/organisations/{cast.enterprise.slug}", _offering),
    ("visitor", "/feeds/session-series", _offering),
    ("visitor", "/feeds/scheduled-sessions", _offering),
    ("visitor", "/feeds/offerings.json", _offering),
    ("coordinator", "/work", _session_today),
    ("coordinator", "/work", _application),
    ("coordinator", "/work", _unconfirmed),
    ("guide", "/work", _long_absent),
    ("cooperative", "/registers/members", _member),
    ("coordinator", "/work/offerings", _offering),
    ("coordinator", "/work/applications", _application),
    ("coordinator", "/work/offerings/{cast.offering.slug}/people", _taking_part),
    ("coordinator", "/work/offerings/{cast.offering.slug}/people", _referral),
    ("referrer", "/work/referrals", _referral),
    ("participant", "/my/activities", _own_referral),
    ("guide", "/participants", _taking_part),
    ("guide", "/participants/message?group={cast.offering.slug}", _taking_part),
    ("guide", "/participants/{cast.participant.uuid}", _own_enrolment),
    ("guide", "/registers", _session_today),
    ("guide", "/registers/{cast.offering_session.uuid}", _taking_part),
    ("guide", "/registers/{cast.offering_session.uuid}/history", _marked),
    ("participant", "/my", _own_enrolment),
    ("participant", "/my", _own_turn),
    ("participant", "/my/activities", _own_enrolment),
    ("coordinator", "/work", _twins),
    ("coordinator", "/work/duplicates", _twins),
    ("coordinator", "/work/duplicates", _asked),
    ("coordinator", "/registers/imports", _import),
    ("admin", "/work/team", _member_of_team),
    ("admin", "/work/organisation", _tie),
    ("admin", "/work/reports", _report),
    ("recogniser", "/recognition", _report),
    ("employer", "/work/contracts", _contract),
    ("visitor", "/calls", _call),
    ("visitor", "/calls/feed.xml", _call),
    ("visitor", "/network", _employer),
    ("coordinator", "/work/texts", _call),
    ("operator", "/operator/calls", _call),
    ("operator", "/operator/organisations", _registered),
    ("operator", "/operator/programmes", _programme),
]


LOOKED_AT_MOST = {"/my", "/work"}


@pytest.mark.one_database  # it counts what is asked, which is the same of each
@pytest.mark.parametrize(("who", "address", "add"), LISTS)
def test_queries_do_not_grow_with_rows(engine, session, cast, who, address, add):
    url = address.format(cast=cast)
    counts: list[int] = []
    for more in (2, 18):
        for number in range(more):
            add(session, cast, 20 * len(counts) + number + 1)
        session.commit()
        client = cast.client(who)
        client.get(url)  # what a process reads once and keeps may be read now
        with counted(engine) as queries:  # at an address that no kept page answers
            assert client.get(f"{url}{'&' if '?' in url else '?'}fresh={more}").status_code == 200
        counts.append(len(queries))
        if address in LOOKED_AT_MOST:
            assert not [one for one in queries if "1!=1" in one], "of no rows nothing is asked"
    assert counts[0] == counts[1], f"{url}: {counts[0]} queries with 2 rows, {counts[1]} with 20"


@contextmanager
def counted(engine: Engine) -> Iterator[list[str]]:
    """The statements that the application sends meanwhile."""
    statements: list[str] = []

    def note(_connection, _cursor, statement, *_rest):
        statements.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(engine, "before_cursor_execute", note)
