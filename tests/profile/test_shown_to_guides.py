"""What she shows the guides of one organisation of elsewhere: to them alone, until a day."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from portal.core import NotFound, clock, participant_actor, reading_as
from portal.enrolments import commands as enrolments
from portal.enrolments.rules import DeclineReason, EndReason, EnrolmentStatus, Move
from portal.participants.models import ParticipantLink
from portal.profile import commands, queries
from portal.profile.models import ProfileShare
from portal.progress.rules import Voice
from tests import factories as make

WORDS = "Kookte voor veertig buren."


@pytest.fixture
def there(session, cast):
    """Her place with another organisation, which knows nothing of her examples."""
    make.observation(session, cast.enrolment, example=WORDS, voice=Voice.GUIDE)
    place = make.enrolment(
        session, make.offering(session, cast.other_enterprise, title="Elders"), cast.participant
    )
    session.commit()
    return place


@pytest.fixture
def pages(cast):
    """Her page with guides, and what she shows there."""
    person = f"/participants/{cast.participant.uuid}"
    return person, f"{person}/shown"


def show(cast, **chosen):
    her = cast.client("participant")
    her.submit("/my/can/share", follow=False, to=cast.other_enterprise.id, **chosen)
    return her


@pytest.mark.slow
def test_its_guides_see_it_and_nobody_else(session, cast, there, pages):
    person, shown = pages
    guide = cast.client("stranger")
    assert guide.get(shown).status_code == 404
    assert WORDS not in guide.page(person).words
    show(cast)
    (link,) = guide.page(person).select(f'a[href="{shown}"]')
    assert guide.page(link["href"]).words.count(WORDS) == 1
    assert WORDS not in guide.page(person).words, "it stands on its own page, where it is noted"
    for name in ("guide", "admin", "cooperative", "employer"):
        assert cast.client(name).get(shown).status_code == 404, name
    for name in ("expert", "viewer", "recogniser", "operator", "participant"):
        assert cast.client(name).get(shown).status_code == 403, name
    assert not cast.client("guide").page(person).select(f'a[href="{shown}"]')


@pytest.mark.slow
def test_she_reads_who_looked_and_stops_it_at_one_tap(session, cast, there, pages):
    _, shown = pages
    her, guide = show(cast), cast.client("stranger")
    page = her.page("/my/can/share")
    assert not page.select("#made"), "there is no link to hand over"
    assert "Nog niemand heeft het geopend" in page.words
    guide.get(shown)
    guide.get(shown)
    said = her.page("/my/can/share").words
    assert said.count(f"Geopend door {cast.actor('stranger').name}") == 1
    assert "kunnen het nu zien: 1" in her.page("/my/can").words
    (form,) = her.page("/my/can/share").select("form[action$='/stop']")
    her.post(form["action"], data={"csrf_token": her.csrf_token()})
    assert guide.get(shown).status_code == 404
    assert "Niemand kan het nu zien" in her.page("/my/can/share").words


@pytest.mark.parametrize("days", [7, 30, 90])
def test_it_ends_on_its_day(cast, there, pages, days):
    person, shown = pages
    show(cast, days=days)
    with clock.freeze(clock.now() + timedelta(days=days)):
        assert cast.client("stranger").get(shown).status_code == 200
    with clock.freeze(clock.now() + timedelta(days=days + 1)):
        guide = cast.client("stranger")
        assert guide.get(shown).status_code == 404
        assert not guide.page(person).select(f'a[href="{shown}"]')


def test_it_ends_as_they_have_her_no_more(session, cast, there, pages):
    _, shown = pages
    her = show(cast, days=90)
    link = session.scalars(
        select(ParticipantLink).filter_by(organisation_id=cast.other_enterprise.id)
    ).one()
    enrolments.move(
        session, cast.actor("stranger"), there, Move.END, end_reason=EndReason.OWN_CHOICE
    )
    session.commit()
    assert cast.client("stranger").get(shown).status_code == 200
    link.held_until = clock.today() - timedelta(days=1)
    session.commit()
    assert cast.client("stranger").get(shown).status_code == 404
    page = her.page("/my/can/share")
    assert "Niemand kan het nu zien" in page.words
    offered = [one["value"] for one in page.select('[name="to"]')]
    assert offered == ["0", str(cast.enterprise.id)]


def test_who_lets_her_go_soon_sees_it_no_longer_than_that(session, cast, there):
    link = session.scalars(
        select(ParticipantLink).filter_by(organisation_id=cast.other_enterprise.id)
    ).one()
    link.held_until = clock.today() + timedelta(days=3)
    session.commit()
    show(cast, days=30)
    share = session.scalars(select(ProfileShare)).one()
    assert share.until_on == link.held_until
    assert share.for_whom == cast.other_enterprise.name


def test_an_application_that_leads_to_nothing_ends_it(session, cast, pages):
    _, shown = pages
    hopes = make.enrolment(
        session,
        make.offering(session, cast.other_enterprise),
        cast.participant,
        status=EnrolmentStatus.APPLIED,
    )
    session.commit()
    show(cast)
    assert cast.client("stranger").get(shown).status_code == 200
    full = DeclineReason.GROUP_FULL
    enrolments.move(session, cast.actor("stranger"), hopes, Move.DECLINE, decline_reason=full)
    session.commit()
    assert cast.client("stranger").get(shown).status_code == 404


def test_it_shows_what_her_keys_opened_and_only_to_whom_they_open(session, cast, there):
    """A card that others may have copied shows nothing to who knows her elsewhere."""
    here, elsewhere = cast.enterprise.id, cast.other_enterprise.id
    narrow, wide = (
        participant_actor(cast.participant.id, cast.participant.name, opens)
        for opens in ([here], [here, elsewhere])
    )
    with reading_as(session, narrow), pytest.raises(NotFound):
        commands.share(session, narrow, for_whom="", days=30, to=elsewhere)
    with reading_as(session, wide):
        commands.share(session, wide, for_whom="", days=30, to=elsewhere)
        assert not queries.list_to_show(session, wide).keys() & {elsewhere}
        assert [one.share.opens for one in queries.list_shares(session, wide)] == [
            sorted([here, elsewhere])
        ]
    with reading_as(session, narrow):
        assert queries.list_shares(session, narrow) == []


def test_a_link_asks_for_whom_it_is(cast, there):
    her = cast.client("participant")
    page = her.submit("/my/can/share", to=0, for_whom="")
    assert page.status_code == 422
    assert "Schrijf voor wie het is." in page.text
