"""Doors of the organisations room: registering, the organisation itself, its team and its ties."""

from flask import flash, redirect, request

from portal.accounts.queries import find_user
from portal.core import Actor, NotFound, Permission, Role, Session, clock, pick
from portal.core.grouped import grouped
from portal.organisations import commands, forms, queries, rules
from portal.web import signing_in
from portal.web.address import read_words
from portal.web.forms import Form
from portal.web.i18n import locale_code
from portal.web.throttle import Sending
from portal.web.view import ANYONE, Response, Room, _, actor, check_seen, page, see_other, session
from portal.web.words import label

room = Room("organisations", __name__)

_registrations = Sending("register", by_one=20, from_range=20, to_one=3)
_invitations = Sending("invite", by_one=40, from_range=100, to_one=5)


@signing_in.looks_up("staff")
def find_staff(session: Session, found: signing_in.SignedIn) -> Actor | None:
    """Who a session of staff stands for."""
    return queries.find_staff_actor(session, found.subject_id, found.version, found.organisation_id)


@room.app_template_global()
def other_organisations() -> tuple[tuple[int, str], ...]:
    """Where else the person who is signed in may work, for the menu."""
    return actor().elsewhere


@room.button("/work/switch", allow=Permission.SWITCH_ORGANISATION, for_all=True)
def switch() -> Response:
    """Work for another organisation from here on."""
    chosen = request.form.get("organisation", type=int)
    if chosen not in {found for found, _name in other_organisations()}:
        raise NotFound()
    signing_in.choose_organisation(chosen)
    return redirect("/work", 303)


@room.form("/organisations/register", allow=ANYONE, known_by=("name", "admin_email"))
def register() -> Response:
    """An organisation makes itself known; an operator looks before anything is public."""
    form = forms.RegisterOrganisationForm()
    if form.is_sent_and_valid():
        _registrations.take(str(form.admin_email.data))
        commands.register(session(), actor(), language=locale_code(), **form.values())
        return see_other("organisations.registered")
    return page("organisations/register.html", form=form)


@room.door("/organisations/register/done", allow=ANYONE)
def registered() -> Response:
    """What happens next."""
    return page("organisations/registered.html")


@room.form("/invitations/<token>", allow=ANYONE)
def accept(token: str) -> Response:
    """Join a team by a link, as a new user or known one."""
    invitation = queries.find_invitation(session(), token)
    if invitation is None:
        return page("organisations/link_ended.html", status=404)
    user = find_user(session(), invitation.email)
    form = forms.JoinForm(name=invitation.name) if user is None else Form()
    if form.is_sent_and_valid():
        if user is None:
            user, organisation = commands.accept_as_new(
                session(), token=token, language=locale_code(), **form.values()
            )
            signing_in.sign_in("staff", user.id, user.session_version)
        else:
            organisation = commands.accept(session(), actor(), token=token)
        signing_in.choose_organisation(organisation.id)
        flash(_("Welcome to the team of %(name)s.", name=organisation.name))
        return redirect("/work", 303)
    return page("organisations/accept.html", form=form, invitation=invitation, user=user)


@room.door("/work/team", allow=Permission.MANAGE_TEAM)
def team() -> Response:
    """Who works here, with which role, and who was invited."""
    return page(
        "organisations/team.html",
        members=queries.list_team(session(), actor()),
        invitations=queries.list_open_invitations(session(), actor()),
    )


@room.form("/work/team/invite", allow=Permission.MANAGE_TEAM)
def invite() -> Response:
    """Mail somebody a link to join."""
    organisation = queries.get_own(session(), actor())
    form = forms.InviteForm(organisation.kind)
    if form.is_sent_and_valid():
        _invitations.take(str(form.email.data))
        commands.invite(session(), actor(), language=locale_code(), **form.values())
        done = _("We sent %(name)s an e-mail with a link.", name=form.name.data)
        return see_other("organisations.team", done=done)
    return page("organisations/invite.html", form=form)


@room.button("/work/team/invitations/<int:invitation_id>/withdraw", allow=Permission.MANAGE_TEAM)
def withdraw_invitation(invitation_id: int) -> Response:
    """End an invitation; its link stops working."""
    commands.withdraw_invitation(session(), actor(), invitation_id)
    return see_other("organisations.team", done=_("The invitation is withdrawn."))


@room.form("/work/team/<int:membership_id>/role", allow=Permission.MANAGE_TEAM)
def change_role(membership_id: int) -> Response:
    """Give somebody another role."""
    membership = queries.get_membership(session(), actor(), membership_id)
    form = forms.RoleForm(queries.get_own(session(), actor()).kind, of=membership)
    if form.is_sent_and_valid():
        commands.change_role(session(), actor(), membership_id, **form.values())
        if membership.user_id == actor().user_id and membership.role is not Role.ADMIN:
            return redirect("/work", 303)  # the team is no longer hers to see
        return see_other("organisations.team", done=_("The role is changed."))
    return page("organisations/change_role.html", form=form, member=membership)


@room.form("/work/team/<int:membership_id>/remove", allow=Permission.MANAGE_TEAM)
def remove(membership_id: int) -> Response:
    """Take somebody out of the team, or leave it, after a last look."""
    membership = queries.get_membership(session(), actor(), membership_id)
    is_self = membership.user_id == actor().user_id
    form = Form()
    if form.is_sent_and_valid():
        check_seen(membership)
        commands.remove(session(), actor(), membership_id)
        if is_self:
            return redirect("/work", 303)
        done = _("%(name)s is no longer in the team.", name=membership.user.name)
        return see_other("organisations.team", done=done)
    return page("organisations/remove.html", form=form, member=membership, is_self=is_self)


@room.form("/work/organisation", allow=Permission.EDIT_ORGANISATION)
def edit() -> Response:
    """What the organisation says about itself, and its ties with cooperatives."""
    organisation = queries.get_own(session(), actor())
    form = forms.OrganisationForm(of=organisation)
    if form.does(lambda: commands.edit(session(), actor(), **form.values())):
        return see_other("organisations.edit", done=_("Saved."))
    is_cooperative = organisation.kind is rules.OrganisationKind.COOPERATIVE
    today = clock.today()
    return page(
        "organisations/edit.html",
        form=form,
        organisation=organisation,
        today=today,
        has_ties=organisation.kind in rules.PROVIDING_KINDS,
        ties=queries.list_own_ties(session(), actor()),
        members=queries.list_members(session(), actor(), today) if is_cooperative else None,
    )


@room.form("/work/organisation/ties/new", allow=Permission.EDIT_ORGANISATION)
def add_tie() -> Response:
    """Become a member of a cooperative, and say what it may do."""
    form = forms.NewTieForm(from_on=clock.today())
    found = queries.list_checked(session(), actor(), rules.OrganisationKind.COOPERATIVE)
    form.cooperative_id.choices = [(one.id, one.name) for one in found]
    if form.does(lambda: commands.add_tie(session(), actor(), **form.values())):
        return see_other("organisations.edit", done=_("Saved."))
    return page("organisations/tie.html", form=form, tie=None)


@room.form("/work/organisation/ties/<int:tie_id>", allow=Permission.EDIT_ORGANISATION)
def edit_tie(tie_id: int) -> Response:
    """Change until when, or what a cooperative may do."""
    tie = pick(queries.list_own_ties(session(), actor()), id=tie_id)
    form = forms.TieForm(of=tie)
    if form.does(lambda: commands.edit_tie(session(), actor(), tie_id, **form.values())):
        return see_other("organisations.edit", done=_("Saved."))
    return page("organisations/tie.html", form=form, tie=tie)


@room.door("/operator/organisations", allow=Permission.OPERATE)
def list_all() -> Response:
    """Organisations by state, or those that are searched for; without either, those who wait."""
    chosen, q = request.args.get("status", ""), read_words(request.args.get("q"))
    is_status = chosen in {member.value for member in rules.OrganisationStatus}
    nobody = None if q else rules.OrganisationStatus.REGISTERED
    status = rules.OrganisationStatus(chosen) if is_status else nobody
    found = queries.page_of_all(session(), status, request.args.get("page", 1, type=int), q)
    members = queries.list_admins(session(), [row.id for row in found.rows])
    admins = grouped((one.organisation_id, one.user.name) for one in members)
    return page("organisations/list_all.html", found=found, shown=status, q=q, admins=admins)


@room.button("/operator/organisations/<slug>/verify", allow=Permission.OPERATE)
def verify(slug: str) -> Response:
    """An operator knows this organisation: what it publishes becomes public."""
    check_seen(queries.get_by_slug(session(), slug))
    organisation = commands.decide(session(), actor(), slug, rules.Ruling.VERIFY)
    done = _("%(name)s is checked. They got an e-mail.", name=organisation.name)
    return see_other("organisations.list_all", done=done)


@room.form("/operator/organisations/<slug>/lift", allow=Permission.OPERATE, endpoint="lift")
@room.form("/operator/organisations/<slug>/suspend", allow=Permission.OPERATE, endpoint="suspend")
@room.form("/operator/organisations/<slug>/refuse", allow=Permission.OPERATE)
def refuse(slug: str) -> Response:
    """An operator says no, or hides what it offers, or shows it again."""
    ruling = rules.Ruling(str(request.endpoint).partition(".")[2])
    organisation = queries.get_by_slug(session(), slug)
    form = forms.RulingForm()
    if form.is_sent_and_valid():
        check_seen(organisation)
        commands.decide(session(), actor(), slug, ruling, words=str(form.words.data))
        done = _(
            "%(name)s: %(state)s. They got your words by e-mail.",
            name=organisation.name,
            state=label(organisation.status),
        )
        return see_other("organisations.list_all", done=done)
    return page(
        "organisations/decide.html", form=form, organisation=organisation, ruling=ruling.value
    )
