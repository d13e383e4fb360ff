"""Doors of the accounts room: signing in and out, and a new password."""

from datetime import timedelta

from flask import redirect, request

from portal.accounts import commands, forms, queries, rules
from portal.accounts.models import User
from portal.core import Permission, RuleBroken, or_not_found
from portal.web import kept_form, signing_in
from portal.web.known import browser_of, remember
from portal.web.once import texts_in
from portal.web.throttle import Guesses, Throttle, address
from portal.web.versions import names_staff
from portal.web.view import ANYONE, Response, Room, _, actor, page, see_other, session

room = Room("accounts", __name__)

_guesses = Guesses("sign-in")
_resets_for_email = Throttle("reset email", 5, timedelta(hours=1))
_resets_from_address = Throttle("reset address", 50, timedelta(hours=1))


@names_staff
def _name_of(user_id: int) -> str:
    user = session().get(User, user_id)
    return user.name if user else ""


@room.form("/sign-in", allow=ANYONE, for_all=True)
def sign_in() -> Response:
    """Staff come in with e-mail and password; a participant reads how her card works."""
    target = rules.local_path(request.args.get("next"))
    if request.method == "GET" and actor().is_staff:
        return redirect(target or "/work", 303)
    form = forms.SignInForm()
    if form.is_sent_and_valid():
        email = str(form.email.data)
        _guesses.check(email)
        try:
            user = commands.sign_in(session(), email=email, password=str(form.password.data))
        except RuleBroken as broken:
            form.refuse(broken)
            _guesses.count(email)
        else:
            _guesses.forget(email)
            signing_in.sign_in("staff", user.id, user.session_version)
            return remember(redirect(target or "/work", 303), user.email)
    return page("accounts/sign_in.html", form=form, next=target)


@room.button("/sign-out", allow=ANYONE, for_all=True)
def sign_out() -> Response:
    """Forget who was here, also when nobody was."""
    signing_in.sign_out()
    return see_other("accounts.sign_in", done=_("You are signed out."))


@room.form("/reset-password", allow=ANYONE, for_all=True)
def ask_reset() -> Response:
    """Ask for a link; the answer never says whether there is an account."""
    form = forms.AskResetForm()
    if form.is_sent_and_valid():
        email = str(form.email.data)
        if browser_of(email) is None:
            _resets_from_address.check(address())
            _resets_from_address.count(address())
        if not _resets_for_email.left(email):  # else her mailbox has links that work
            _resets_for_email.count(email)
            commands.ask_reset(session(), email=email)
        return see_other(
            "accounts.sign_in",
            done=_("If we know this e-mail address, we sent a link to it. Look in your mailbox."),
        )
    return page("accounts/ask_reset.html", form=form)


@room.form("/reset-password/<token>", allow=ANYONE, for_all=True)
def reset_password(token: str) -> Response:
    """Set a new password by a link, once."""
    if queries.find_resetting(session(), token) is None:
        return page("accounts/link_ended.html", status=404)
    form = forms.ResetForm()
    if form.is_sent_and_valid():
        user = commands.reset_password(session(), token=token, password=str(form.password.data))
        signing_in.sign_out()
        signing_in.end_all("staff", user.id)
        done = _("Your new password is set. You can sign in now.")
        return remember(see_other("accounts.sign_in", done=done), user.email)
    return page("accounts/reset_password.html", form=form)


@room.form("/account", allow=Permission.SEE_DAY)
def account() -> Response:
    """Staff change their password, and see where they are signed in."""
    form = forms.ChangePasswordForm()
    user = queries.get_own_self(session(), actor())
    if form.is_sent_and_valid():
        _guesses.check(user.email)
        commands.change_password(session(), user, **form.values())
        signing_in.renew("staff", user.id, user.session_version)
        return see_other("accounts.account", done=_("Your new password is set."))
    if form.password.data and form.password.errors:
        _guesses.count(user.email)
    return page(
        "accounts/account.html",
        form=form,
        user=user,
        sessions=signing_in.list_sessions("staff", [user.id]),
        is_this=signing_in.is_this,
    )


@room.button("/account/sessions", allow=Permission.SEE_DAY)
def end_session() -> Response:
    """Sign out in another browser."""
    signing_in.end("staff", [actor().user_id or 0], request.form.get("end"))
    return see_other("accounts.account", done=_("Signed out there."))


@room.door("/kept", allow=ANYONE)
def kept() -> Response:
    """What she filled in when her session had ended, to save it now."""
    found = or_not_found(kept_form.find())
    return page("accounts/kept.html", kept=found, shown=texts_in(found.fields))
