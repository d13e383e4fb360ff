"""How she is reached each organisation knows for itself: what one writes changes no other's."""

from pathlib import Path

import pytest
from sqlalchemy import select

from portal.core.actor import HOUSE
from portal.core.guard import set_actor
from portal.enrolments import commands as enrolments
from portal.notices.commands import claim_letters, tell
from portal.notices.models import Notice
from portal.participants import commands, queries
from portal.participants.models import ParticipantLink
from portal.participants.rules import Contact, ContactWay
from portal.referrals import commands as referrals
from portal.referrals.rules import AgreedHow
from tests import factories as make

_MAIL = Path(__file__).parents[2] / "templates" / "mail"
# Every message to a participant: they are the ones that have words for an SMS.
KINDS = sorted(
    str(path.relative_to(_MAIL).with_suffix(""))
    for path in _MAIL.glob("*/*.txt")
    if "\nSms:" in path.read_text()
)
THEIRS = {"contact_way": ContactWay.PHONE, "phone": "+31600000666", "email": "", "language": "nl"}


@pytest.fixture
def abroad(session, cast):
    """She takes part at another organisation, too."""
    row = make.enrolment(session, make.offering(session, cast.other_enterprise), cast.participant)
    session.commit()
    return row


def change(session, cast, who="guide", **contact):
    actor = cast.actor(who)
    set_actor(session, actor)
    commands.change_contact(session, actor, cast.participant, **{**THEIRS, **contact})
    session.commit()
    set_actor(session, HOUSE)


@pytest.mark.parametrize("kind", KINDS)
def test_a_changed_contact_moves_the_messages_of_who_changed_it(session, cast, abroad, kind):
    """Of what waits, and of what is told afterwards."""
    ours, others = cast.enterprise.id, cast.other_enterprise.id
    to = make.recipient(cast.participant)

    def say():
        for organisation_id in (ours, others):
            tell(session, to, kind, organisation_id=organisation_id, is_own_action=True)

    say()
    change(session, cast)
    say()
    claim_letters(session, queries.recipients)
    rows = select(Notice.organisation_id, Notice.address).where(Notice.organisation_id.is_not(None))
    went = session.execute(rows).all()
    assert sorted(went) == sorted([(ours, "+31600000666")] * 2 + [(others, "+31612345678")] * 2)


def test_staff_change_the_contact_of_their_own_organisation_only(session, cast, abroad):
    change(session, cast)
    here = make.link(session, cast.participant, cast.enterprise)
    there = make.link(session, cast.participant, cast.other_enterprise)
    assert (here.phone, here.contact_from_id) == ("+31600000666", cast.enterprise.id)
    assert there.contact == make.BY_SMS


@pytest.mark.parametrize("who", ["guide", "stranger", "cooperative", "referrer", "operator"])
def test_staff_see_how_their_own_organisation_reaches_her(session, cast, abroad, who):
    """A cooperative sees that of the member for whom it keeps registers."""
    set_actor(session, cast.actor(who))
    seen = [link.organisation_id for link in session.scalars(select(ParticipantLink))]
    allowed = {
        "guide": [cast.enterprise.id],
        "cooperative": [cast.enterprise.id],
        "stranger": [cast.other_enterprise.id],
    }
    assert seen == allowed.get(who, [])


def test_no_page_of_one_organisation_says_what_another_wrote(session, cast, abroad):
    change(session, cast)
    client = cast.client("stranger")
    for address in ("/participants", f"/participants/{cast.participant.uuid}"):
        words = client.get(address).text
        assert "0600000666" not in words.replace(" ", "")
        assert "+31600000666" not in words


def test_who_lets_her_move_on_gives_the_contact_along_as_their_word(session, cast):
    change(session, cast)
    away = make.offering(session, cast.other_enterprise)
    actor = cast.actor("coordinator")
    set_actor(session, actor)
    referrals.move_on(
        session, actor, old=cast.enrolment, offering_id=away.id, agreed_how=AgreedHow.SPOKEN
    )
    set_actor(session, HOUSE)
    link = make.link(session, cast.participant, cast.other_enterprise)
    assert (link.contact, link.contact_from_id) == (
        Contact(ContactWay.PHONE, "+31600000666"), cast.enterprise.id,
    )  # fmt: skip


def test_who_knew_her_already_keeps_its_own_contact_when_she_is_sent_again(session, cast, abroad):
    change(session, cast)
    actor = cast.actor("coordinator")
    set_actor(session, actor)
    another = make.offering(session, cast.other_enterprise, title="Naaien")
    enrolments.sign_up(session, actor, offering_id=another.id, participant=cast.participant)
    set_actor(session, HOUSE)
    assert make.link(session, cast.participant, cast.other_enterprise).contact == make.BY_SMS


def test_an_application_that_came_to_nothing_keeps_her_contact_for_her_alone(session, cast):
    """She signs up there again by a link from a message, and is reached as before."""
    offering = make.offering(session, cast.other_enterprise)
    someone = make.participant(session, "Semhar G.", phone="+31699999999")
    row = make.enrolment(session, offering, someone)
    session.commit()
    enrolments.leave(session, HOUSE, row)
    session.flush()
    assert not make.link(session, someone).knows_her
    set_actor(session, cast.actor("stranger"))
    assert queries.list_known_to(session, cast.actor("stranger").organisation_id) == []
    set_actor(session, HOUSE)
    enrolments.sign_up_again(session, HOUSE, row)
    link = make.link(session, someone)
    assert (link.knows_her, link.phone) == (True, "+31699999999")
