"""People, cards and programmes, without HTTP."""

from datetime import date

import pytest
from sqlalchemy import select

from portal.core.audit import AuditEvent
from portal.core.errors import NotFound, RuleBroken
from portal.core.guard import set_actor
from portal.participants import commands, queries
from portal.participants.commands import keys
from portal.participants.models import ParticipantLink
from portal.participants.rules import ContactWay
from tests import factories as make


def test_a_new_card_ends_the_old_one(session, cast):
    staff, person = cast.actor("coordinator"), cast.participant
    token = keys.issue_card(session, staff, person)
    key = make.opened(session, token)
    assert keys.holder_of(session, key) is person
    assert (key.opens, key.organisation_id) == ([cast.enterprise.id], cast.enterprise.id)
    assert keys.find_actor(session, person.id, [key.id]).opens == {cast.enterprise.id}
    newer = keys.issue_card(session, cast.actor("guide"), person)
    assert keys.find_key(session, token) is None
    assert keys.find_actor(session, person.id, [key.id]) is None
    assert keys.find_key(session, newer)
    assert keys.find_key(session, "card-of-fatma")  # her own
    event = session.scalars(select(AuditEvent).order_by(AuditEvent.id.desc())).first()
    assert event.event == "participant.card_issued"
    assert newer not in str(event.data)


@pytest.mark.parametrize(
    ("way", "phone", "email", "address"),
    [
        (ContactWay.EMAIL, "", "a@example.org", "a@example.org"),
        (ContactWay.PHONE, "+31612345678", "", "+31612345678"),
        (ContactWay.CALL, "+31612345678", "", ""),
        (ContactWay.VISIT, "", "", ""),
    ],
)
def test_where_a_message_goes(session, cast, way, phone, email, address):
    person = make.participant(session, contact_way=way, phone=phone, email=email, language="ar")
    make.known(session, cast.enterprise, person)
    to = queries.recipient_of(session, cast.enterprise.id, person)
    assert (to.address, to.language, to.participant_id) == (address, "ar", person.id)


def test_a_name_with_a_bsn_is_refused(session, cast):
    with pytest.raises(RuleBroken):
        commands.register(session, cast.actor("coordinator"), name="Ali 111222333")


def test_known_once_however_often_and_then_unknown(session, cast):
    person = make.participant(session)
    organisation = cast.other_enterprise
    for _ in range(2):
        commands.make_known(session, organisation.id, person.id)
    found = select(ParticipantLink).where(ParticipantLink.participant_id == person.id)
    assert len(session.scalars(found).all()) == 1
    assert queries.get_participant(session, cast.actor("stranger"), person.uuid) is person
    commands.make_unknown(session, organisation.id, person.id)
    session.expunge_all()
    for name in ("stranger", "coordinator", "operator", "cooperative"):
        set_actor(session, cast.actor(name))
        with pytest.raises(NotFound):
            queries.get_participant(session, cast.actor(name), person.uuid)


@pytest.mark.parametrize(("part", "found"), [("fat", 1), ("FATMA", 1), ("%", 0), ("_", 0), ("", 1)])
def test_people_are_found_by_a_part_of_their_name(session, cast, part, found):
    ours = cast.actor("guide").organisation_id
    assert len(queries.list_known_to(session, ours, part)) == found


@pytest.fixture
def programme(session, cast):
    return commands.add_programme(
        session, cast.actor("operator"), name="Meedoen", valid_from=date(2026, 1, 1),
        valid_until=date(2026, 12, 31), weekly_minutes=1200,
    )  # fmt: skip


def _assign(session, cast, programme, first, last=None):
    return commands.assign_programme(
        session, cast.actor("coordinator"), cast.participant, programme=programme,
        from_on=date(2026, *first), until_on=date(2026, *last) if last else None,
    )  # fmt: skip


def test_an_open_term_ends_when_the_next_begins(session, cast, programme):
    first = _assign(session, cast, programme, (1, 5))
    _assign(session, cast, programme, (3, 1))
    assert first.until_on == date(2026, 2, 28)
    assert len(queries.list_terms(session, [cast.participant.id])) == 2


def test_a_term_ends_before_one_that_is_known_of_later_days(session, cast, programme):
    later = _assign(session, cast, programme, (6, 1))
    _assign(session, cast, programme, (2, 5), (5, 31))
    assert later.until_on is None
    assert len(queries.list_terms(session, [cast.participant.id])) == 2


@pytest.mark.parametrize(("first", "last"), [((2, 1), (2, 20)), ((2, 10), None), ((1, 1), None)])
def test_terms_do_not_overlap(session, cast, programme, first, last):
    _assign(session, cast, programme, (2, 5), (2, 15))
    with pytest.raises(RuleBroken):
        _assign(session, cast, programme, first, last)


def test_no_term_outside_the_programme(session, cast, programme):
    with pytest.raises(RuleBroken):
        commands.assign_programme(
            session, cast.actor("coordinator"), cast.participant, programme=programme,
            from_on=date(2027, 1, 1),
        )  # fmt: skip


def test_the_programmes_in_force_on_a_day(session, cast, programme):
    assert queries.list_programmes(session) == [programme]
    with pytest.raises(RuleBroken):
        commands.assign_programme(
            session, cast.actor("coordinator"), cast.participant, programme=programme,
            from_on=date(2027, 1, 1),
        )  # fmt: skip
    commands.end_programme(session, cast.actor("operator"), programme, valid_until=None)
    commands.assign_programme(
        session, cast.actor("coordinator"), cast.participant, programme=programme,
        from_on=date(2027, 1, 1),
    )  # fmt: skip
