"""What was done with her keys is told where she was reached before, and undone by her."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from portal.core import clock
from portal.core.actor import HOUSE
from portal.core.errors import NotAllowed
from portal.core.guard import set_actor
from portal.duplicates import commands as duplicates
from portal.home.commands import answers
from portal.notices.commands import claim_letters
from portal.notices.models import Notice
from portal.participants import commands, queries
from portal.participants.commands import keys
from portal.participants.models import Participant
from portal.participants.queries import own_links
from portal.participants.queries.happened import list_happened
from portal.participants.rules import EARLIER_KEPT, Contact, ContactWay
from tests import factories as make
from tests.duplicates.doing import ask

THEIRS = "+31600000666"


@pytest.fixture
def abroad(session, cast):
    row = make.enrolment(session, make.offering(session, cast.other_enterprise), cast.participant)
    session.commit()
    return row


def change(session, cast, phone=THEIRS, who="guide"):
    address = f"/participants/{cast.participant.uuid}/contact"
    session.commit()
    client = cast.client(who)
    form = client.page(address)
    assert client.submit(form, contact_way="phone", phone=phone).status_code == 200


def told(session, kind):
    """Where messages of a kind are sent to, after all that is looked up at the last moment."""
    claim_letters(session, queries.recipients)
    rows = session.scalars(select(Notice).where(Notice.kind == f"participants/{kind}"))
    found = [row.address for row in rows]
    session.commit()
    return found


def here(session, cast):
    session.commit()
    return make.link(session, cast.participant, cast.enterprise)


def undo(session, cast):
    session.commit()
    client = cast.client("participant")
    return client.page(client.submit("/my", form="form[action^='/my/happened/']"))


def test_the_contact_before_a_change_is_told_and_no_other(session, cast, abroad):
    change(session, cast)
    assert told(session, "contact_changed") == [make.BY_SMS.phone]
    assert [row.organisation_id for row in session.scalars(select(Notice))] == [None]


def test_no_staff_see_that_she_was_told(session, cast, abroad):
    change(session, cast)
    for who in ("guide", "stranger"):
        set_actor(session, cast.actor(who))
        assert session.scalars(select(Notice)).all() == []


@pytest.mark.parametrize(
    ("before", "address"),
    [
        (Contact(ContactWay.CALL, "+31611111111"), ["+31611111111"]),
        (Contact(ContactWay.CALL, "+31101234567"), []),
        (Contact(ContactWay.EMAIL, "", "fatma@example.org"), ["fatma@example.org"]),
        (Contact(), []),
    ],
)
def test_who_is_called_gets_an_sms_of_it_and_no_staff_have_to_tell(session, cast, before, address):
    make.reach(
        session, cast.participant, contact_way=before.way, phone=before.phone, email=before.email
    )
    session.commit()
    change(session, cast)
    assert told(session, "contact_changed") == address


def test_a_card_is_told_where_they_reach_her_and_where_they_did_before(session, cast, abroad):
    make.reach(session, cast.participant, phone="+31611111111")
    theirs = make.link(session, cast.participant, cast.other_enterprise)
    theirs.phone = "+31622222222"
    session.commit()
    change(session, cast)
    session.commit()
    address = f"/participants/{cast.participant.uuid}/card"
    session.commit()
    cast.client("guide").submit(address)
    assert sorted(told(session, "card_made")) == sorted([THEIRS, "+31611111111"])


def test_she_puts_the_contact_back_and_the_operator_is_told(session, cast, abroad):
    change(session, cast)
    change(session, cast, "+31600000777")
    session.commit()
    page = cast.client("participant").page("/my")
    assert page.words.count("Dit was ik niet") == 1  # only of the last; it goes back to the first
    assert "Guide" in page.words
    undo(session, cast)
    assert here(session, cast).contact == make.BY_SMS
    notices = session.scalars(select(Notice).where(Notice.kind == "participants/not_her")).all()
    [notice] = notices
    assert notice.address == "operator@example.org"
    assert cast.participant.name not in str(notice.data)
    session.commit()
    assert "Dit was ik niet" not in cast.client("participant").page("/my").words


@pytest.mark.slow
def test_what_another_organisation_wrote_down_stays_as_it_is(session, cast, abroad):
    change(session, cast)
    change(session, cast, "+31600000777", who="stranger")
    undo(session, cast)  # the last
    there = make.link(session, cast.participant, cast.other_enterprise)
    assert there.contact == make.BY_SMS
    assert here(session, cast).phone == THEIRS


def test_she_ends_a_card_that_she_did_not_ask_for(session, cast):
    """From a browser that another key opened: the card that was made is of no use then."""
    session.commit()
    person = session.get_one(Participant, cast.participant.id)
    token = keys.issue_card(session, cast.actor("guide"), person)
    set_actor(session, cast.actor("participant"))
    links = own_links(session, person.id)
    happened = list_happened(session, cast.actor("participant"), links)
    [one] = [row for row in happened if row.can_undo]
    answers.undo(session, cast.actor("participant"), one)
    set_actor(session, HOUSE)
    session.flush()
    assert keys.find_key(session, token) is None


def test_she_undoes_a_merge(session, cast):
    twin = make.participant(session, "Fatma A.", phone="+31655555555")
    make.enrolment(session, make.offering(session, cast.enterprise), twin)
    session.commit()
    ask(session, cast, cast.participant, twin)
    assert sorted(told(session, "merged")) == [make.BY_SMS.phone, "+31655555555"]
    undo(session, cast)
    session.expire_all()
    assert session.get_one(Participant, twin.id).merged_into_id is None


def test_she_undoes_nothing_of_another(session, cast):
    one, other = (make.participant(session, "Semhar G.") for _ in range(2))
    for person in (one, other):
        make.enrolment(session, make.offering(session, cast.enterprise), person)
    session.commit()
    merge = ask(session, cast, one, other)
    with pytest.raises(NotAllowed):
        duplicates.undo(session, cast.actor("participant"), merge)
    session.rollback()
    assert cast.client("participant").post("/my/happened/1").status_code in (400, 403, 404)


def test_she_says_how_she_is_reached_and_it_is_her_word(session, cast, abroad):
    change(session, cast)
    client = cast.client("participant")
    client.submit(client.page("/my/contact"), contact_way="phone", phone="0612345678")
    for organisation in (cast.enterprise, cast.other_enterprise):
        link = make.link(session, cast.participant, organisation)
        assert (link.phone, link.contact_from_id) == ("+31612345678", None)


def test_the_same_again_confirms_what_staff_wrote_down(session, cast):
    change(session, cast)
    assert here(session, cast).contact_from_id == cast.enterprise.id
    session.commit()
    client = cast.client("participant")
    client.submit(client.page("/my/contact"))
    link = here(session, cast)
    assert (link.phone, link.contact_from_id, link.earlier) == (THEIRS, None, None)
    session.commit()
    assert "Dit was ik niet" not in client.page("/my").words


def test_an_earlier_contact_is_kept_as_long_as_she_can_put_it_back(session, cast):
    change(session, cast)
    set_actor(session, HOUSE)
    for days, kept in ((EARLIER_KEPT.days - 1, True), (EARLIER_KEPT.days + 1, False)):
        with clock.freeze(clock.now() + timedelta(days=days)):
            commands.forget_earlier_contacts(session)
            session.flush()
        assert (here(session, cast).earlier is not None) is kept
