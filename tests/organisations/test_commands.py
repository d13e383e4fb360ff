"""Registering, checking, teams and ties."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from portal.accounts.models import User
from portal.core import clock
from portal.core.actor import HOUSE, VISITOR, Role
from portal.core.audit import AuditEvent
from portal.core.errors import NotFound, RuleBroken
from portal.core.guard import set_actor
from portal.core.links import Link, Purpose
from portal.notices.models import Notice
from portal.organisations import commands, queries
from portal.organisations.models import Invitation, Membership, Organisation
from portal.organisations.rules import OrganisationKind, OrganisationStatus, Ruling
from tests import factories as make
from tests.cast import Cast
from tests.links import link_of

DETAILS = {
    "about": "Wij koken voor de buurt.",
    "area_code": "BU05991080",
    "address": "Kadeweg 1",
    "phone": "+31101234567",
    "email": "info@example.org",
}
PASSWORD = "kaasbroodje42"
TODAY = date(2026, 3, 2)


def register(session: Session, name: str = "Nieuwe Keuken", email: str = "new@example.org"):
    return commands.register(
        session, VISITOR, kind=OrganisationKind.SOCIAL_ENTERPRISE, name=name,
        admin_name="Nadia", admin_email=email, language="nl", **DETAILS,
    )  # fmt: skip


def last_token(session: Session) -> str:
    session.flush()
    notices = session.scalars(select(Notice).order_by(Notice.id.desc())).all()
    last = next(notice for notice in notices if "invitation" in notice.data)
    return link_of(session, last, Purpose.INVITATION)


def kinds(session: Session) -> list[str]:
    session.flush()
    return list(session.scalars(select(Notice.kind).order_by(Notice.id)))


def member(session: Session, organisation: Organisation, role: Role, name: str) -> Membership:
    user = User(email=f"{name}@example.net", name=name)
    membership = Membership(user=user, organisation=organisation, role=role)
    session.add(membership)
    session.flush()
    return membership


def own_membership(session: Session, cast: Cast, name: str) -> Membership:
    actor = cast.actor(name)
    return session.scalars(
        select(Membership).where(
            Membership.user_id == actor.user_id,
            Membership.organisation_id == actor.organisation_id,
        )
    ).one()


def test_register_makes_an_admin_only_of_who_opens_the_link(session):
    organisation = register(session)
    assert organisation.status is OrganisationStatus.REGISTERED
    assert session.scalars(select(User)).all() == []
    user, joined = commands.accept_as_new(
        session, token=last_token(session), name="Nadia", password=PASSWORD, language="nl"
    )
    assert joined is organisation
    membership = session.scalars(select(Membership)).one()
    assert (membership.user_id, membership.role) == (user.id, Role.ADMIN)


def test_register_gives_namesakes_their_own_address(session):
    assert register(session).slug == "nieuwe-keuken"
    assert register(session).slug == "nieuwe-keuken-2"


def test_verify_tells_the_admins_once(session, cast):
    organisation = cast.enterprise
    organisation.status = OrganisationStatus.REGISTERED
    commands.decide(session, cast.actor("operator"), organisation.slug, Ruling.VERIFY)
    commands.decide(session, cast.actor("operator"), organisation.slug, Ruling.VERIFY)
    assert organisation.is_verified
    assert organisation.verified_at is not None
    assert kinds(session) == ["organisations/verified"]


def test_verify_sends_a_new_link_when_nobody_opened_the_first(session, cast):
    organisation = register(session)
    first = last_token(session)
    commands.decide(session, cast.actor("operator"), organisation.slug, Ruling.VERIFY)
    assert kinds(session)[1:] == ["organisations/verified", "organisations/registered"]
    assert queries.find_invitation(session, first) is None
    assert queries.find_invitation(session, last_token(session)) is not None


def test_a_registration_that_was_withdrawn_gets_no_new_link(session, cast):
    organisation = register(session)
    invitation = session.scalars(select(Invitation)).one()
    invitation.withdrawn_at = clock.now()
    commands.decide(session, cast.actor("operator"), organisation.slug, Ruling.VERIFY)
    assert kinds(session) == ["organisations/registered"]  # the one from before


def test_refuse_sends_the_words(session, cast):
    organisation = register(session)
    commands.decide(
        session, cast.actor("operator"), organisation.slug, Ruling.REFUSE, words="Bel ons even."
    )
    assert organisation.status is OrganisationStatus.REFUSED
    notice = session.scalars(select(Notice).where(Notice.kind == "organisations/refused")).one()
    assert notice.data["words"] == "Bel ons even."
    commands.decide(
        session, cast.actor("operator"), organisation.slug, Ruling.REFUSE, words="Twice."
    )
    query = select(func.count(Notice.id)).where(Notice.kind == "organisations/refused")
    assert session.scalar(query) == 1


def test_edit_changes_the_own_organisation_only(session, cast):
    commands.edit(session, cast.actor("admin"), name="Keuken", **DETAILS)
    assert cast.enterprise.name == "Keuken"
    assert cast.enterprise.address == "Kadeweg 1"
    assert cast.other_enterprise.name == "De Andere Oever"


def test_invite_and_accept_as_somebody_new(session, cast):
    commands.invite(
        session, cast.actor("admin"), name="Noor", email="noor@example.org", role=Role.GUIDE,
        language="nl",
    )  # fmt: skip
    token = last_token(session)
    assert token not in session.scalars(select(Link.token_hash)).all()
    set_actor(session, VISITOR)  # who opens the link is nobody yet
    with pytest.raises(RuleBroken):
        commands.accept_as_new(
            session, token=token, name="Noor", password="wachtwoord1234", language="nl"
        )
    user, organisation = commands.accept_as_new(
        session, token=token, name="Noor", password=PASSWORD, language="nl"
    )
    assert organisation.id == cast.enterprise.id
    with pytest.raises(NotFound):
        commands.accept_as_new(session, token=token, name="Noor", password=PASSWORD, language="nl")
    set_actor(session, HOUSE)
    events = session.scalars(select(AuditEvent.event).order_by(AuditEvent.id)).all()
    assert events == ["invitation.sent", "account.created", "membership.joined"]
    assert user.email == "noor@example.org"


def test_accept_is_for_whom_it_was_meant(session, cast):
    commands.invite(
        session, cast.actor("admin"), name="S", email="stranger@example.org", role=Role.GUIDE,
        language="nl",
    )  # fmt: skip
    token = last_token(session)
    for other in (cast.actor("guide"), VISITOR, cast.actor("participant")):
        with pytest.raises(RuleBroken):
            commands.accept(session, other, token=token)
    commands.accept(session, cast.actor("stranger"), token=token)
    assert {
        found.organisation_id
        for found in queries.list_memberships_of(session, cast.actor("stranger").user_id or 0)
    } == {cast.enterprise.id, cast.other_enterprise.id}


def test_who_is_in_the_team_by_now_keeps_her_role(session, cast):
    commands.invite(
        session, cast.actor("admin"), name="G", email="anew@example.org", role=Role.VIEWER,
        language="nl",
    )  # fmt: skip
    guide = own_membership(session, cast, "guide")
    guide.user.email = "anew@example.org"  # her address changed since
    token = last_token(session)
    commands.accept(session, cast.actor("guide"), token=token)
    session.flush()
    assert own_membership(session, cast, "guide").role is Role.GUIDE
    assert queries.find_invitation(session, token) is None


def test_invite_refuses_a_colleague_and_a_role_of_other_kinds(session, cast):
    with pytest.raises(RuleBroken) as refused:
        commands.invite(
            session, cast.actor("admin"), name="G", email="guide@example.org", role=Role.GUIDE,
            language="nl",
        )  # fmt: skip
    assert refused.value.field == "email"
    with pytest.raises(RuleBroken) as refused:
        commands.invite(
            session, cast.actor("admin"), name="N", email="n@example.org", role=Role.RECOGNISER,
            language="nl",
        )  # fmt: skip
    assert refused.value.field == "role"


def test_invite_again_ends_the_earlier_link_and_so_does_withdrawing(session, cast):
    tokens = []
    for _time in range(2):
        invitation = commands.invite(
            session, cast.actor("admin"), name="N", email="n@example.org", role=Role.GUIDE,
            language="nl",
        )  # fmt: skip
        tokens.append(last_token(session))
    assert queries.find_invitation(session, tokens[0]) is None
    with pytest.raises(NotFound):
        commands.withdraw_invitation(session, cast.actor("stranger"), invitation.id)
    commands.withdraw_invitation(session, cast.actor("admin"), invitation.id)
    assert queries.find_invitation(session, tokens[1]) is None


def test_invitation_ends_after_two_weeks(session, cast):
    commands.invite(
        session, cast.actor("admin"), name="N", email="n@example.org", role=Role.GUIDE,
        language="nl",
    )  # fmt: skip
    token = last_token(session)
    with clock.freeze(clock.now() + timedelta(days=14, minutes=1)):
        assert queries.find_invitation(session, token) is None


def test_last_admin_stays(session, cast):
    admin = own_membership(session, cast, "admin")
    with pytest.raises(RuleBroken):
        commands.remove(session, cast.actor("admin"), admin.id)
    with pytest.raises(RuleBroken):
        commands.change_role(session, cast.actor("admin"), admin.id, role=Role.GUIDE)
    guide = own_membership(session, cast, "guide")
    commands.change_role(session, cast.actor("admin"), guide.id, role=Role.ADMIN)
    commands.remove(session, cast.actor("admin"), admin.id)
    assert [m.user.name for m in queries.list_admins(session, [cast.enterprise.id])] == ["Guide"]


def test_another_teams_members_are_not_found(session, cast):
    guide = own_membership(session, cast, "guide")
    with pytest.raises(NotFound):
        commands.remove(session, cast.actor("stranger"), guide.id)
    with pytest.raises(NotFound):
        commands.change_role(session, cast.actor("stranger"), guide.id, role=Role.VIEWER)


def test_two_admins_who_leave_at_once_leave_one_behind(engine: Engine, session, cast):
    second = member(session, cast.enterprise, Role.ADMIN, "second")
    ids = [own_membership(session, cast, "admin").id, second.id]
    session.commit()

    def leave(membership_id: int) -> bool:
        with Session(engine) as own:
            set_actor(own, cast.actor("admin"))
            try:
                commands.remove(own, cast.actor("admin"), membership_id)
            except RuleBroken:
                return False
            own.commit()
            return True

    with ThreadPoolExecutor(2) as pool:
        left = list(pool.map(leave, ids))
    assert sorted(left) == [False, True]
    assert len(queries.list_admins(session, [cast.enterprise.id])) == 1


def add_tie(session: Session, cast: Cast, from_on: date, until_on: date | None = None, **values):
    values = {"may_log_attendance": False, "may_see_figures": False, **values}
    return commands.add_tie(
        session, cast.actor("stranger"), cooperative_id=cast.cooperative.id,
        from_on=from_on, until_on=until_on, **values,
    )  # fmt: skip


def test_member_says_what_a_cooperative_may_do(session, cast):
    tie = add_tie(session, cast, clock.today(), may_log_attendance=True)
    user = session.get(User, cast.actor("cooperative").user_id)
    membership = own_membership(session, cast, "cooperative")
    actor = queries.staff_actor(session, user, membership)
    assert cast.other_enterprise.id in actor.logs_for
    assert cast.other_enterprise.id not in actor.sees_figures_of
    commands.edit_tie(
        session, cast.actor("stranger"), tie.id, from_on=tie.from_on, until_on=None,
        may_log_attendance=False, may_see_figures=True,
    )  # fmt: skip
    session.flush()
    actor = queries.staff_actor(session, user, membership)
    assert cast.other_enterprise.id not in actor.logs_for
    assert cast.other_enterprise.id in actor.sees_figures_of
    members = queries.list_members(session, cast.actor("cooperative"), clock.today())
    assert [found.member.name for found in members] == ["De Andere Oever", "Keuken aan de Kade"]


def test_ties_of_the_same_pair_share_no_day(session, cast):
    first = add_tie(session, cast, TODAY, TODAY + timedelta(days=9))
    for from_on, until_on in (
        (TODAY + timedelta(days=9), None),
        (TODAY - timedelta(days=3), TODAY),
        (TODAY - timedelta(days=3), None),
    ):
        with pytest.raises(RuleBroken) as refused:
            add_tie(session, cast, from_on, until_on)
        assert refused.value.field == "from_on"
    second = add_tie(session, cast, TODAY + timedelta(days=10))
    with pytest.raises(RuleBroken):
        commands.edit_tie(
            session, cast.actor("stranger"), first.id, from_on=TODAY, until_on=None,
            may_log_attendance=False, may_see_figures=False,
        )  # fmt: skip
    assert second.until_on is None


def test_tie_dates_go_forward(session, cast):
    with pytest.raises(RuleBroken) as refused:
        add_tie(session, cast, TODAY, TODAY - timedelta(days=1))
    assert refused.value.field == "until_on"
    assert add_tie(session, cast, TODAY, TODAY).until_on == TODAY


@pytest.mark.parametrize("what", ["itself", "no cooperative", "not checked"])
def test_tie_is_with_a_checked_cooperative(session, cast, what):
    unchecked = make.organisation(
        session, "Nog Nieuw", OrganisationKind.COOPERATIVE, status=OrganisationStatus.REGISTERED
    )
    chosen = {
        "itself": cast.cooperative, "no cooperative": cast.enterprise, "not checked": unchecked
    }[what]  # fmt: skip
    actor = cast.actor("cooperative" if what == "itself" else "stranger")
    with pytest.raises(RuleBroken) as refused:
        commands.add_tie(
            session, actor, cooperative_id=chosen.id, from_on=TODAY, until_on=None,
            may_log_attendance=True, may_see_figures=True,
        )  # fmt: skip
    assert refused.value.field == "cooperative_id"


def test_tie_of_another_member_is_not_found(session, cast):
    tie = add_tie(session, cast, TODAY)
    for other in ("admin", "cooperative"):
        with pytest.raises(NotFound):
            commands.edit_tie(
                session, cast.actor(other), tie.id, from_on=TODAY, until_on=None,
                may_log_attendance=True, may_see_figures=True,
            )  # fmt: skip


def test_who_was_refused_brings_nobody_in(session, cast):
    cast.enterprise.status = OrganisationStatus.REFUSED
    with pytest.raises(RuleBroken):
        commands.invite(
            session, cast.actor("admin"), name="N", email="n@example.org", role=Role.GUIDE,
            language="nl",
        )  # fmt: skip
