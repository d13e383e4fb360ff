"""Doors of calls: what everybody reads and answers, who writes it, who checks it; the network."""

import uuid as uuids
from collections.abc import Sequence

from flask import render_template

from portal.calls import commands, forms, queries
from portal.calls.models import Call
from portal.calls.pages import cleaned
from portal.calls.rules import BY_OPERATOR, CALL, CallKind, CallMove, CallStatus
from portal.core import Permission, clock, pick
from portal.web.documents import download
from portal.web.throttle import Sending
from portal.web.view import ANYONE, Response, Room, _, actor, check_seen, page, see_other, session

room = Room("calls", __name__)
room.app_template_filter("cleaned")(cleaned)
_answers = Sending("call answer", by_one=20, from_range=100)


@room.door("/calls", allow=ANYONE)
def list_all() -> Response:
    """What the network needs now, and what came of it."""
    return page("calls/list_all.html", calls=queries.list_public(session()), kinds=CallKind)


@room.door("/calls/feed.xml", allow=ANYONE)
def feed() -> Response:
    """The same as an Atom feed."""
    calls = queries.list_public(session())
    updated = calls[0].published_at if calls else clock.now()
    body = render_template("calls/feed.xml", calls=calls, updated=updated)
    return download(body, "application/atom+xml; charset=utf-8", "calls.xml", inline=True)


@room.form("/calls/<uuid:uuid>", allow=ANYONE, known_by=("name", "email", "phone"))
def answer(uuid: uuids.UUID) -> Response:
    """One of it; who wants to help answers here."""
    call, form = queries.get_public(session(), uuid), forms.AnswerCallForm()
    if form.is_sent_and_valid():
        _answers.take()
        commands.answer(session(), call, **form.values("website"))
        done = _("Thank you. %(name)s gets your answer now.", name=call.organisation.name)
        return see_other("calls.answer", uuid=uuid, done=done)
    return page("calls/answer.html", form=form, call=call)


@room.door("/network", allow=ANYONE)
def network() -> Response:
    """The employers of the network, and how to join."""
    return page("calls/network.html", employers=queries.list_employers(session()))


@room.form("/work/texts", allow=Permission.MANAGE_OFFERINGS, endpoint="write")
@room.form("/work/texts/<uuid:uuid>", allow=Permission.MANAGE_OFFERINGS)
def edit(uuid: uuids.UUID | None = None) -> Response:
    """The organisation's calls and stories and a new one, or one to change."""
    own = queries.list_own(session(), actor())
    call = pick(own, uuid=uuid) if uuid else None
    form = forms.CallForm(of=call)
    needs = [(one.id, one.title) for one in own if one.kind is CallKind.NEED and one != call]
    form.of_id.choices = [("", _("Of none")), *needs]
    if form.does(lambda: _save(form, call)):
        return see_other("calls.write", done=_("Saved."))
    answers = queries.list_answers(session(), call) if call else ()
    moves = [
        one for one in CALL.open_from(call.status if call else CallStatus.DRAFT)
        if one not in BY_OPERATOR
    ]  # fmt: skip
    return page("calls/write.html", form=form, call=call, own=own, answers=answers, moves=moves)


def _save(form: forms.CallForm, call: Call | None) -> None:
    move = form.pressed(CallMove)
    if call and move is CallMove.END:
        commands.move_on(session(), actor(), call, move)
    else:
        commands.write(session(), actor(), call, move, **form.values("do"))


@room.form("/operator/calls", allow=Permission.OPERATE)
def check() -> Response:
    """What was handed in, and what is public, to publish or give back."""
    form, found = forms.MoveCallForm(), queries.list_to_check(session())
    if form.does(lambda: _check(form, found)):
        return see_other("calls.check", done=_("Saved."))
    return page("calls/check.html", form=form, calls=found, moves=CALL)


def _check(form: forms.MoveCallForm, found: Sequence[Call]) -> None:
    move, call = form.pressed(CallMove), form.meant("call", found)
    check_seen(call)
    commands.move_on(session(), actor(), call, move)
