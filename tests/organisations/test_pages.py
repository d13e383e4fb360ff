"""Registering, the team, switching and ties, in a browser."""

import pytest
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from portal.accounts.models import User
from portal.core.actor import Role
from portal.core.links import Purpose
from portal.notices.models import Notice
from portal.notices.pages import letter
from portal.organisations import commands
from portal.organisations.models import CooperativeTie, Invitation, Membership, Organisation
from portal.organisations.rules import OrganisationKind, OrganisationStatus
from portal.web.links import minting
from tests import factories as make
from tests.cast import Cast
from tests.links import link_of

PASSWORD = "kaasbroodje42"
FILLED_IN = {
    "kind": "social_enterprise",
    "name": "Nieuwe Keuken",
    "about": "Wij koken voor de buurt.",
    "area_code": "BU05991080",
    "address": "Kadeweg 1",
    "phone": "010 123 45 67",
    "email": "info@example.org",
    "kvk": "12 34 56 78",
    "contact_person": "Nadia",
    "guides_whom": "Twaalf mensen per week.",
    "guided_by": "Een kok die les geeft.",
    "admin_name": "Nadia",
    "admin_email": "Nadia@example.org",
}


def membership_id(session: Session, cast: Cast, name: str) -> int:
    actor = cast.actor(name)
    found = session.scalars(select(Membership.id).where(Membership.user_id == actor.user_id)).one()
    session.commit()
    return found


def token_of(session: Session) -> str:
    notices = session.scalars(select(Notice).order_by(Notice.id)).all()
    token = link_of(session, notices[-1], Purpose.INVITATION)
    session.commit()
    return token


def invite(session: Session, cast: Cast, email: str, role: Role = Role.GUIDE) -> str:
    commands.invite(
        session, cast.actor("admin"), name="Noor", email=email, role=role, language="en"
    )
    session.commit()
    return token_of(session)


def test_register_by_itself_then_the_first_admin_comes_in(cast, session):
    client = cast.client()
    page = client.page(client.submit("/organisations/register?lang=en", **FILLED_IN))
    assert "This is what happens next." in page.words
    token = token_of(session)
    page = client.page(f"/invitations/{token}")
    assert page.select_one("input[name=name]")["value"] == "Nadia"
    response = client.submit(page, password=PASSWORD, follow=False)
    assert (response.status_code, response.location) == (303, "/work")
    assert "Nieuwe Keuken" in client.page("/work/team").words
    assert cast.client().get(f"/invitations/{token}").status_code == 404
    organisation = session.scalars(select(Organisation).where(Organisation.slug == "nieuwe-keuken"))
    assert organisation.one().phone == "+31101234567"


def test_register_twice_with_one_form_makes_one(cast, session):
    client = cast.client()
    page = client.page("/organisations/register")
    for _time in range(2):
        assert client.submit(page, follow=False, **FILLED_IN).status_code == 303
    found = session.scalars(select(Organisation).where(Organisation.name == "Nieuwe Keuken"))
    assert len(found.all()) == 1


def test_register_says_what_is_wrong_and_keeps_the_rest(cast):
    client = cast.client()
    wrong = {**FILLED_IN, "phone": "12", "email": "info@", "area_code": "", "kind": None}
    page = client.page(client.submit("/organisations/register?lang=en", **wrong), status=422)
    assert len(page.select(".error-summary li")) == 4
    assert page.select_one("input[name=name]")["value"] == "Nieuwe Keuken"
    assert page.select_one("input[name=phone]")["value"] == "12"
    assert page.select_one("input[name=phone]")["aria-invalid"] == "true"


@pytest.mark.parametrize("field", ["name", "about", "address", "admin_name"])
def test_register_refuses_a_bsn_in_any_text(cast, field):
    client = cast.client()
    page = client.page(
        client.submit("/organisations/register?lang=en", **{**FILLED_IN, field: "BSN 111222333"}),
        status=422,
    )
    assert "BSN" in page.select_one(f"#{field}-error").text
    assert "111222333" not in page.select_one(".error-summary").text


def test_register_is_throttled_for_one_address(cast):
    client = cast.client()
    for number in range(3):
        values = {**FILLED_IN, "name": f"Keuken {number}"}
        assert client.submit("/organisations/register", follow=False, **values).status_code == 303
    assert client.submit("/organisations/register", **FILLED_IN).status_code == 429


def test_invite_and_accept_as_somebody_new(app, cast, session):
    admin = cast.client("admin")
    page = admin.page("/work/team/invite?lang=en")
    assert "Recogniser" not in page.main.text
    response = admin.submit(page, name="Noor", email="Noor@example.org", role="guide")
    team = admin.page(response)
    token = token_of(session)
    assert "We sent Noor an e-mail with a link." in team.words
    assert token not in str(team)
    notice = session.scalars(select(Notice)).one()
    session.commit()
    with app.test_request_context(base_url="https://portal.example"):
        minting("")
        message = letter([notice], "portal@portal.example")
    assert "https://portal.example/invitations/" in message.get_content()
    assert "Noor" not in message["Subject"]

    client = cast.client()
    page = client.page(client.submit(f"/invitations/{token}?lang=en", password="short"), status=422)
    assert page.select_one("#password-error")
    assert client.submit(page, password=PASSWORD, follow=False).location == "/work"
    assert client.get("/work/team").status_code == 403  # a guide doesn't keep the team


def test_accept_as_a_user_who_exists(cast, session):
    token = invite(session, cast, "stranger@example.org")
    page = cast.client().page(f"/invitations/{token}?lang=en")
    link = page.main.select_one("a.button")["href"]
    assert link == f"/sign-in?next=/invitations/{token}"
    page = cast.client("guide").page(f"/invitations/{token}?lang=en")
    assert "You are signed in as Guide." in page.words
    client = cast.client("guide")
    page = client.page(f"/invitations/{token}")
    csrf = page.select_one("input[name=csrf_token]")["value"]
    wrong = client.post(f"/invitations/{token}", data={"csrf_token": csrf})
    assert wrong.status_code == 422

    client = cast.client("stranger")
    assert client.submit(f"/invitations/{token}", follow=False).location == "/work"
    assert cast.enterprise.name in client.page("/work").words


def test_invite_refuses_a_colleague_beside_the_field(cast):
    client = cast.client("admin")
    page = client.page(
        client.submit("/work/team/invite", name="G", email="guide@example.org", role="guide"),
        status=422,
    )
    assert page.select_one("#email-error")
    assert page.select_one("input[name=role][value=guide]").has_attr("checked")


def test_withdraw_an_invitation(cast, session):
    token = invite(session, cast, "noor@example.org")
    client = cast.client("admin")
    page = client.page(client.submit("/work/team?lang=en", button="Withdraw"))
    assert "The invitation is withdrawn." in page.words
    assert "noor@example.org" not in page.words
    assert client.get(f"/invitations/{token}").status_code == 404


def test_another_organisations_rows_are_not_found(cast, session):
    invite(session, cast, "noor@example.org")
    invitation_id = session.scalars(select(Invitation.id)).one()
    guide_id = membership_id(session, cast, "guide")
    tie_id = session.scalars(select(CooperativeTie.id)).one()
    session.commit()
    client = cast.client("stranger")
    csrf = client.page("/work/team").select_one("input[name=csrf_token]")["value"]
    for url in (
        f"/work/team/{guide_id}/role",
        f"/work/team/{guide_id}/remove",
        f"/work/organisation/ties/{tie_id}",
        f"/work/team/invitations/{invitation_id}/withdraw",
    ):
        assert client.post(url, data={"csrf_token": csrf, "role": "guide"}).status_code == 404
        if not url.endswith("withdraw"):
            assert client.get(url).status_code == 404
    switched = client.post(
        "/work/switch", data={"csrf_token": csrf, "organisation": cast.enterprise.id}
    )
    assert switched.status_code == 404


def test_change_a_role_and_remove_somebody(cast, session):
    guide_id = membership_id(session, cast, "guide")
    client = cast.client("admin")
    page = client.page(f"/work/team/{guide_id}/role?lang=en")
    assert page.select_one("input[name=role][value=guide]").has_attr("checked")
    client.page(client.submit(page, role="viewer"))
    assert cast.client("guide").get("/registers").status_code in {403, 404}
    page = client.page(client.submit(f"/work/team/{guide_id}/remove"))
    assert "guide@example.org" not in page.words


def test_last_admin_reads_why_she_stays(cast, session):
    admin_id = membership_id(session, cast, "admin")
    client = cast.client("admin")
    for url, values in (
        (f"/work/team/{admin_id}/role?lang=en", {"role": "guide"}),
        (f"/work/team/{admin_id}/remove?lang=en", {}),
    ):
        page = client.page(client.submit(url, **values), status=422)
        assert "Admin is the last admin." in page.select_one(".error-summary").text
    assert "admin@example.org" in client.page("/work/team").words


def test_switch_to_another_team(cast, session):
    user = session.get(User, cast.actor("guide").user_id)
    session.add(Membership(user=user, organisation=cast.other_enterprise, role=Role.ADMIN))
    session.commit()
    client = cast.client("guide")
    page = client.page("/organisations/register/done")
    response = client.submit(page, form="form[action='/work/switch']", follow=False)
    assert (response.status_code, response.location) == (303, "/work")
    assert "De Andere Oever" in client.page("/work/team").words


def test_edit_the_organisation(cast):
    client = cast.client("admin")
    page = client.page("/work/organisation?lang=en")
    values = {key: FILLED_IN[key] for key in ("about", "area_code", "address", "phone", "email")}
    page = client.page(client.submit(page, **values))
    assert page.select_one("input[name=phone]")["value"] == "+31101234567"
    page = client.page(client.submit(page, name="", phone="x"), status=422)
    assert page.select_one("input[name=phone]")["value"] == "x"
    assert {found["href"] for found in page.select(".error-summary a")} == {"#name", "#phone"}


@pytest.mark.slow
def test_member_keeps_its_ties(cast, session):
    client = cast.client("stranger")
    page = client.page("/work/organisation/ties/new?lang=en")
    page = client.page(
        client.submit(page, cooperative_id="", from_on="2026-02-30", may_see_figures=True),
        status=422,
    )
    assert page.select_one("#cooperative_id-error")
    assert page.select_one("#from_on-error")
    assert page.select_one("input[name=may_see_figures]").has_attr("checked")
    page = client.page(
        client.submit(page, cooperative_id=cast.cooperative.id, from_on="2026-03-02")
    )
    assert "Wijkwerk Samen" in page.words
    assert "May see figures" in page.words
    assert "De Andere Oever" in cast.client("cooperative").page("/work/organisation").words
    tie = session.scalars(
        select(CooperativeTie).where(CooperativeTie.member_id == cast.other_enterprise.id)
    ).one()
    session.commit()
    page = client.page(
        client.submit(f"/work/organisation/ties/{tie.id}", until_on="2026-03-01"), status=422
    )
    assert page.select_one("#until_on-error")
    page = client.page(client.submit(page, until_on="2026-12-31", may_see_figures=False))
    assert "May not see figures" in page.words


def test_operator_checks_and_refuses(app, cast, session):
    for name in ("Eerste Keuken", "Tweede Keuken"):
        make.organisation(
            session, name, status=OrganisationStatus.REGISTERED, slug=name[:6].lower()
        )
    session.commit()
    client = cast.client("operator")
    page = client.page("/operator/organisations?lang=en")
    page = client.page(client.submit(page, form="form[action$='/eerste/verify']"))
    assert "Eerste Keuken is checked." in page.words
    assert "Eerste Keuken" in client.page("/operator/organisations?status=verified").words
    page = client.page(client.submit("/operator/organisations/tweede/refuse", words=""), status=422)
    assert page.select_one("#words-error")
    page = client.page(client.submit(page, words="Bel ons even."))
    assert "Tweede Keuken" in client.page("/operator/organisations?status=refused").words
    assert client.get("/operator/organisations/niemand/refuse").status_code == 404


@pytest.mark.parametrize("name", ["admin", "cooperative", "recogniser", "participant"])
def test_only_an_operator_checks(cast, name):
    client = cast.client(name)
    assert client.get("/operator/organisations").status_code == 403


@pytest.mark.parametrize(
    ("who", "url"),
    [
        ("admin", "/work/team"),
        ("operator", "/operator/organisations?status=verified"),
        ("cooperative", "/work/organisation"),
    ],
)
def test_a_longer_list_asks_no_more_of_the_database(cast, session, engine, who, url):
    counts = []
    for round_number in range(2):
        for number in range(2 if round_number == 0 else 18):
            name = f"Rij {round_number}-{number}"
            organisation = make.organisation(session, name, OrganisationKind.SOCIAL_ENTERPRISE)
            user = User(email=f"{name.replace(' ', '')}@example.org".lower(), name=name)
            session.add(Membership(user=user, organisation=cast.enterprise, role=Role.GUIDE))
            session.add(Membership(user=user, organisation=organisation, role=Role.ADMIN))
            session.add(
                CooperativeTie(
                    cooperative_id=cast.cooperative.id, member_id=organisation.id,
                    from_on=cast.offering_session.starts_at.date(),
                )
            )  # fmt: skip
        session.commit()
        counts.append(_count_queries(engine, cast.client(who), url))
    assert counts[0] == counts[1]


def _count_queries(engine, client, url: str) -> int:
    seen: list[str] = []

    def note(connection, cursor, statement, *rest):
        seen.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        client.page(url)
    finally:
        event.remove(engine, "before_cursor_execute", note)
    return len(seen)
