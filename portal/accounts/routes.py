"""Doors of the accounts room: signing in and out, and a new password."""

from __future__ import annotations

from datetime import timedelta

from flask import redirect, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from portal.accounts import commands, queries
from portal.accounts.forms import AskResetForm, ResetForm, SignInForm
from portal.accounts.rules import local_path
from portal.core.errors import RuleBroken
from portal.web import signing_in
from portal.web.current import actor, session
from portal.web.page import page, see_other
from portal.web.room import ANYONE, Room
from portal.web.throttle import Throttle, address

room = Room("accounts", __name__)

_QUARTER = timedelta(minutes=15)
_failed_for_email = Throttle("sign-in email", 10, _QUARTER)
_failed_from_address = Throttle("sign-in address", 100, _QUARTER)
_resets_for_email = Throttle("reset email", 5, timedelta(hours=1))
_resets_from_address = Throttle("reset address", 50, timedelta(hours=1))


@room.door("/sign-in", allow=ANYONE, methods=["GET", "POST"], for_all=True)
def sign_in() -> Response:
    """Staff come in with e-mail and password; a participant reads how her card works."""
    target = local_path(request.args.get("next"))
    if request.method == "GET" and actor().is_staff:
        return redirect(target or "/work", 303)
    form = SignInForm()
    if form.is_sent_and_valid():
        email = str(form.email.data)
        _failed_for_email.check(email)
        _failed_from_address.check(address())
        try:
            user = commands.sign_in(session(), email=email, password=str(form.password.data))
        except RuleBroken as broken:
            form.refuse(broken)
            _failed_for_email.count(email)
            _failed_from_address.count(address())
        else:
            _failed_for_email.forget(email)
            signing_in.sign_in("staff", user.id, user.session_version)
            return redirect(target or "/work", 303)
    return page("accounts/sign_in.html", form=form, next=target)


@room.door("/sign-out", allow=ANYONE, methods=["POST"], for_all=True)
def sign_out() -> Response:
    """Forget who was here, also when nobody was."""
    signing_in.sign_out()
    return see_other("accounts.sign_in", done=_("You are signed out."))


@room.door("/reset-password", allow=ANYONE, methods=["GET", "POST"], for_all=True)
def ask_reset() -> Response:
    """Ask for a link; the answer never says whether there is an account."""
    form = AskResetForm()
    if form.is_sent_and_valid():
        email = str(form.email.data)
        _resets_for_email.check(email)
        _resets_from_address.check(address())
        _resets_for_email.count(email)
        _resets_from_address.count(address())
        commands.ask_reset(session(), email=email)
        return see_other(
            "accounts.sign_in",
            done=_("If we know this e-mail address, we sent a link to it. Look in your mailbox."),
        )
    return page("accounts/ask_reset.html", form=form)


@room.door("/reset-password/<token>", allow=ANYONE, methods=["GET", "POST"], for_all=True)
def reset_password(token: str) -> Response:
    """Set a new password by a link, once."""
    if queries.find_resetting(session(), token) is None:
        return page("accounts/link_ended.html", status=404)
    form = ResetForm()
    if form.is_sent_and_valid():
        with form.catching():
            commands.reset_password(session(), token=token, password=str(form.password.data))
            signing_in.sign_out()
            return see_other(
                "accounts.sign_in", done=_("Your new password is set. You can sign in now.")
            )
    return page("accounts/reset_password.html", form=form)
