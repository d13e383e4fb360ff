"""What somebody may do ends with what gave it to her: a tie, a card, a password, a role."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from portal.accounts import commands as accounts
from portal.accounts.models import User
from portal.core import clock
from portal.core.actor import Role
from portal.core.errors import RuleBroken
from portal.organisations import commands as organisations
from portal.organisations.models import Membership
from portal.organisations.queries import list_memberships_of, staff_actor
from portal.organisations.rules import OrganisationStatus, Ruling
from portal.participants.commands.keys import issue_card
from portal.recognition import commands as recognition, queries as recognition_queries
from tests import factories as make
from tests.cast import Cast

DAY = timedelta(days=1)
OVER = {"until_on": -DAY}
TO_COME = {"from_on": DAY}


def user_of(session: Session, cast: Cast, name: str) -> User:
    return session.get_one(User, cast.actor(name).user_id)


def membership_of(session: Session, cast: Cast, name: str) -> Membership:
    return list_memberships_of(session, user_of(session, cast, name).id)[0]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("change", "registers", "figures"),
    [
        ({}, True, True),
        ({"until_on": 0 * DAY}, True, True),
        (OVER, False, False),
        (TO_COME, False, False),
        ({"may_log_attendance": False}, False, True),
        ({"may_see_figures": False}, True, False),
    ],
)
def test_a_cooperative_sees_what_its_tie_allows_today(world, session, change, registers, figures):
    for name, value in change.items():
        is_day = isinstance(value, timedelta)  # from today, whichever day that became meanwhile
        setattr(world.tie, name, clock.today() + value if is_day else value)
    session.commit()
    client = world.cast.client("cooperative")
    title = world.cast.offering.title
    assert (title in client.page("/registers").words) is registers
    for register in ("", "/history"):
        answer = client.get(f"/registers/{world.offering_session.uuid}{register}")
        assert answer.status_code == (200 if registers else 404)
    form = {"csrf_token": client.csrf_token()}
    sent = client.post(f"/registers/{world.offering_session.uuid}", data=form)
    assert (sent.status_code != 404) is registers
    for report in (world.compiled, world.submitted, world.recognised):
        is_read = figures and report is world.recognised  # a draft is nobody else's
        for kind in ("", ".pdf"):
            answer = client.get(f"/work/reports/{report.uuid}{kind}")
            assert answer.status_code == (200 if is_read else 404)
        assert (str(report.uuid) in str(client.page("/work/reports"))) is is_read


def test_a_tie_ends_in_the_night_without_anybody_signing_in_again(world, session):
    world.tie.until_on = clock.today()
    session.commit()
    client = world.cast.client("cooperative")
    url = f"/registers/{world.offering_session.uuid}"
    assert client.get(url).status_code == 200
    with clock.freeze(clock.now() + DAY):
        assert client.get(url).status_code == 404


def test_a_new_card_ends_what_an_earlier_one_of_that_team_opened(cast, session):
    her = cast.participant
    old = issue_card(session, cast.actor("coordinator"), her)
    session.commit()
    client, by_her_own = cast.client(), cast.client("participant")
    client.get(f"/card/{old}")
    assert client.get("/my").status_code == 200
    token = issue_card(session, cast.actor("guide"), her)
    session.commit()
    assert client.get("/my").status_code != 200
    client.get(f"/card/{old}")
    assert client.get("/my").status_code != 200
    client.get(f"/card/{token}")
    assert client.get("/my").status_code == 200
    assert by_her_own.get("/my").status_code == 200


def test_a_lost_card_stops_at_once_where_it_is_told(cast, session):
    her = cast.participant
    make.enrolment(session, make.offering(session, cast.other_enterprise, title="Elders"), her)
    session.commit()
    client = cast.client("participant")
    assert all(title in client.page("/my").words for title in ("Koken voor de buurt", "Elders"))
    issue_card(session, cast.actor("guide"), her, is_lost=True)
    session.commit()
    assert "Koken voor de buurt" not in client.page("/my").words
    assert "Elders" in client.page("/my").words


def test_a_new_password_ends_every_session(cast, session):
    clients = [cast.client("coordinator"), cast.client("coordinator")]
    assert [client.get("/work").status_code for client in clients] == [200, 200]
    token = accounts.issue_reset(session, user_of(session, cast, "coordinator"))
    session.flush()
    accounts.reset_password(session, token=token, password="nieuwe zeilboot")
    session.commit()
    assert [client.get("/work").status_code for client in clients] == [303, 303]
    assert cast.client("admin").get("/work").status_code == 200


@pytest.mark.slow
def test_who_leaves_the_team_sees_nothing_from_then_on(world, session):
    cast = world.cast
    client = cast.client("coordinator")
    urls = [
        f"/participants/{world.participant.uuid}",
        f"/registers/{world.offering_session.uuid}",
        f"/work/offerings/{world.draft.slug}",
        f"/work/reports/{world.compiled.uuid}",
    ]
    assert {client.get(url).status_code for url in urls} == {200}
    leaving = membership_of(session, cast, "coordinator")
    organisations.remove(session, cast.actor("admin"), leaving.id)
    session.commit()
    assert {client.get(url).status_code for url in urls} <= {403, 404}
    assert cast.enterprise.name not in client.page("/work").words


def test_who_gets_a_smaller_role_can_do_no_more_than_that(world, session):
    cast = world.cast
    client = cast.client("coordinator")
    membership = membership_of(session, cast, "coordinator")
    organisations.change_role(session, cast.actor("admin"), membership.id, role=Role.VIEWER)
    session.commit()
    for url in (
        f"/participants/{world.participant.uuid}",
        f"/registers/{world.offering_session.uuid}",
        f"/work/offerings/{world.draft.slug}",
    ):
        assert client.get(url).status_code == 403
    decide = f"/work/enrolments/{world.applied.uuid}/decide"
    form = {"csrf_token": client.csrf_token(), "move": "accept"}
    assert client.post(decide, data=form).status_code == 403
    assert client.get(f"/work/reports/{world.compiled.uuid}").status_code == 200


@pytest.mark.parametrize("status", [OrganisationStatus.REFUSED, OrganisationStatus.REGISTERED])
def test_of_an_organisation_that_is_not_verified_nothing_is_public(world, session, status):
    cast = world.cast
    visitor = cast.client()
    title = cast.offering.title
    assert title in visitor.page("/offerings").words  # and is kept in the page cache
    session.refresh(cast.enterprise)
    cast.enterprise.status = status
    session.commit()
    assert title not in visitor.page("/offerings").words
    assert title not in visitor.page("/").words
    for url in (
        f"/offerings/{cast.offering.slug}",
        f"/offerings/{cast.offering.slug}.ics",
        f"/offerings/{cast.offering.slug}/sign-up",
        f"/organisations/{cast.enterprise.slug}",
    ):
        assert visitor.get(url).status_code == 404, url


@pytest.mark.slow
def test_nobody_recognises_a_report_of_a_team_she_is_in(world, session):
    cast = world.cast
    user = user_of(session, cast, "recogniser")
    own = Membership(user=user, organisation=cast.enterprise, role=Role.VIEWER)
    session.add(own)
    session.commit()
    client = cast.client("recogniser")
    url = f"/recognition/{world.submitted.uuid}"
    assert client.get(url).status_code == 200
    for decision in ("recognise", "return"):
        form = {"csrf_token": client.csrf_token(), "decision": decision, "remark": "Goed."}
        assert client.post(url, data=form).status_code == 422
    session.refresh(world.submitted)
    assert world.submitted.number is None
    session.delete(own)
    session.commit()
    form = {"csrf_token": client.csrf_token(), "decision": "recognise", "remark": "Goed."}
    assert client.post(url, data=form).status_code == 303


def test_a_recogniser_can_not_hand_in_with_herself(world, session):
    cast = world.cast
    user = user_of(session, cast, "recogniser")
    membership = membership_of(session, cast, "recogniser")
    session.add(Membership(user=user, organisation=cast.enterprise, role=Role.ADMIN))
    world.compiled.organisation_id = cast.municipality.id
    session.flush()
    actor = staff_actor(session, user, membership)
    assert cast.municipality not in recognition_queries.list_recognisers(session, world.compiled)
    with pytest.raises(RuleBroken):
        recognition.submit(
            session, actor, report=world.compiled, recogniser_id=cast.municipality.id
        )


@pytest.mark.parametrize("chosen", ["other", "nonsense", ""])
def test_nobody_works_for_an_organisation_she_is_not_in(cast, session, chosen):
    client = cast.client("coordinator")
    organisation = {"other": str(cast.other_enterprise.id)}.get(chosen, chosen)
    form = {"csrf_token": client.csrf_token(), "organisation": organisation}
    assert client.post("/work/switch", data=form).status_code == 404
    assert cast.enterprise.name in client.page("/work").words


def test_a_session_that_names_another_organisation_opens_nothing(world):
    """She may have been in that team when she chose it."""
    cast = world.cast
    cast.logins["stranger"] = replace(cast.logins["stranger"], organisation_id=cast.enterprise.id)
    client = cast.client("stranger")
    assert client.get(f"/participants/{world.participant.uuid}").status_code == 404
    assert cast.enterprise.name not in client.page("/work").words


@pytest.mark.slow
def test_an_organisation_that_is_refused_opens_nothing_any_more(world, session):
    """Whoever was signed in stays so, on her own behalf, and meets nobody's data."""
    cast = world.cast
    clients = {name: cast.client(name) for name in ("guide", "coordinator", "admin", "viewer")}
    for client in clients.values():
        assert cast.enterprise.name in client.page("/work").words
    organisations.decide(
        session, cast.actor("operator"), cast.enterprise.slug, Ruling.REFUSE, words="Bel ons."
    )
    session.commit()
    person = f"/participants/{world.participant.uuid}"
    for client in clients.values():
        assert cast.enterprise.name not in client.page("/work").words
        for path in (person, "/participants", "/registers", "/work/reports", "/work/team"):
            assert client.get(path).status_code in {403, 404}, path
    organisations.decide(session, cast.actor("operator"), cast.enterprise.slug, Ruling.VERIFY)
    session.commit()
    assert clients["guide"].get(person).status_code == 200
