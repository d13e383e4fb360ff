"""Who counts as known: by which organisation, at which contact, with which key."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from portal.core import clock
from portal.core.actor import HOUSE, VISITOR
from portal.core.audit import AuditEvent
from portal.core.errors import NotFound
from portal.core.guard import set_actor
from portal.notices.models import Notice
from portal.participants import commands, queries
from portal.participants.commands import keys, sign_in_links
from portal.participants.models import ParticipantKey
from portal.participants.rules import Contact, ContactWay, KeyKind
from tests import factories as make

PHONE = "+31612345678"


def _elsewhere(session, cast, **values):
    make.known(session, cast.other_enterprise, cast.participant)
    link = make.link(session, cast.participant, cast.other_enterprise)
    for name, value in values.items():
        setattr(link, name, value)
    session.flush()
    return link


@pytest.mark.parametrize(("days", "known"), [(None, True), (1, True), (0, True), (-1, False)])
def test_who_had_her_once_keeps_nobody_from_correcting_her_name(session, cast, days, known):
    until = None if days is None else clock.today() + timedelta(days=days)
    _elsewhere(session, cast, held_until=until)
    ours = cast.enterprise.id
    assert queries.is_known_elsewhere(session, cast.participant.id, ours) is known


def test_who_knows_her_no_more_does_not_remember_her(session, cast):
    guide, her = cast.actor("guide"), cast.participant
    assert queries.get_remembered(session, guide, her.uuid) is her
    make.link(session, her, cast.enterprise).knows_her = False
    session.flush()
    with pytest.raises(NotFound):
        queries.get_remembered(session, guide, her.uuid)


def test_the_contact_she_brings_along_is_the_last_that_reaches_her(session, cast):
    later = clock.now() + timedelta(minutes=1)
    _elsewhere(session, cast, contact_way=ContactWay.VISIT, phone="", contact_since=later)
    her = cast.actor("participant")
    her = replace(her, opens=frozenset({*her.opens, cast.other_enterprise.id}))
    set_actor(session, her)
    found = queries.find_contact_to_give(session, her, cast.participant.id)
    assert found.contact == Contact(ContactWay.PHONE, PHONE)


def test_a_contact_that_is_put_back_is_the_word_of_whose_it_was(session, cast):
    link = make.link(session, cast.participant, cast.enterprise)
    link.contact_from_id = cast.other_enterprise.id
    commands.change_contact(
        session, cast.actor("guide"), cast.participant,
        contact_way=ContactWay.PHONE, phone="+31600000666", email="", language="nl",
    )  # fmt: skip
    assert link.contact_from_id == cast.enterprise.id
    commands.put_contact_back(session, cast.actor("participant"), link)
    assert (link.phone, link.contact_from_id) == (PHONE, cast.other_enterprise.id)


def test_that_she_wants_no_reminders_is_written_down_once(session, cast):
    her, link = cast.actor("participant"), make.link(session, cast.participant)
    for wants in (False, False, True, True):
        commands.want_reminders(session, her, cast.participant, [link], wants=wants)
    session.flush()
    count = select(func.count()).where(AuditEvent.event == "participant.reminders")
    assert session.scalar(count) == 2


@pytest.mark.parametrize("kind", KeyKind)
def test_a_secret_of_one_kind_opens_nothing_of_another(session, cast, kind):
    make.key(session, cast.participant, "a secret", kind)
    assert [one for one in KeyKind if keys.find_key(session, "a secret", one)] == [kind]


def test_an_entry_that_took_another_in_is_not_hers_alone_by_her_own_card(session, cast):
    her = make.participant(session, "Amina B.", card_token="amina")
    make.enrolment(session, cast.offering, her)
    actor = keys.actor_by(session, make.opened(session, "amina"))
    assert keys.shared_with(session, actor) is None
    make.participant(session, "A. B.").merged_into_id = her.id
    session.flush()
    assert keys.shared_with(session, actor) == cast.enterprise.id


def test_a_link_goes_to_nobody_who_is_known_no_more_or_went_into_another(session, cast):
    for name, value in (("knows_her", False), ("merged_into_id", cast.participant.id)):
        her = make.participant(session, f"Weg {name}", phone="+31687654321")
        make.known(session, cast.enterprise, her)
        set_on = make.link(session, her) if name == "knows_her" else her
        setattr(set_on, name, value)
    session.flush()
    sign_in_links.send(session, "+31687654321", "")
    assert session.scalars(select(Notice)).all() == []
    sign_in_links.send(session, PHONE, "")
    assert session.scalars(select(Notice.name)).all() == [cast.participant.name]


def test_only_links_that_nobody_opened_are_forgotten_and_not_before_their_time(session, cast):
    now = clock.now()
    for expires in (None, now + timedelta(minutes=1), now - timedelta(minutes=1)):
        key = keys.add_key(session, VISITOR, cast.participant, KeyKind.LINK, None, [])
        key.expires_at, key.created_at = expires, now - timedelta(hours=1)
    session.flush()
    set_actor(session, HOUSE)
    sign_in_links.forget_unused(session)
    session.expire_all()
    query = select(ParticipantKey).filter_by(kind=KeyKind.LINK)
    left = session.scalars(query.order_by(ParticipantKey.id)).all()
    assert [one.expires_at for one in left] == [None, now + timedelta(minutes=1)]


def test_a_new_calendar_ends_the_one_before(session, cast):
    her = cast.actor("participant")
    set_actor(session, her)
    first, second = (keys.issue_calendar(session, her) for _ in range(2))
    works = [keys.find_key(session, one, KeyKind.CALENDAR) is not None for one in (first, second)]
    assert works == [False, True]
    keys.issue_calendar(session, her, goes_on=False)
    assert keys.find_key(session, second, KeyKind.CALENDAR) is None


def test_who_went_into_another_entry_is_no_namesake(session, cast):
    gone = make.participant(session, "Fatma A.")
    make.known(session, cast.enterprise, gone)
    gone.merged_into_id = cast.participant.id
    session.flush()
    found = queries.list_folded(session, cast.enterprise.id)
    assert cast.participant.id in found
    assert gone.id not in found


def test_what_a_card_replaced_works_again_once_that_is_undone(session, cast):
    staff, her = cast.actor("coordinator"), cast.participant
    first, second = (keys.issue_card(session, staff, her) for _ in range(2))
    assert [keys.find_key(session, one) is not None for one in (first, second)] == [False, True]
    keys.undo_card(session, cast.actor("participant"), make.opened(session, second))
    assert [keys.find_key(session, one) is not None for one in (first, second)] == [True, False]
