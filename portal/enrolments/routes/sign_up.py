"""Signing up without an account, one question a page."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from flask import request

from portal.core import Permission, clock
from portal.enrolments import commands, forms, queries, rules
from portal.enrolments.queries import list_same_time
from portal.enrolments.routes import draft, room
from portal.notices.rules import Channel
from portal.offerings.models import Offering
from portal.participants import queries as participants
from portal.participants.commands import keys
from portal.participants.forms import ReachForm
from portal.participants.pages import card_here, enter_here, keep_own, open_with
from portal.participants.rules import Contact, ContactWay, KeyKind
from portal.schedule.queries import next_sessions
from portal.web.forms import Form, read_uuid
from portal.web.i18n import SPOKEN, chosen_language
from portal.web.signing_in import sign_out
from portal.web.throttle import Throttle, address
from portal.web.view import ANYONE, UUID, Response, _, actor, check_seen, page, see_other, session

_from_one_address = Throttle("sign-up", most=300, within=timedelta(hours=1))


@room.form("/offerings/<slug>/sign-up", allow=ANYONE)
def sign_up(slug: str) -> Response:
    """Show what she signs up for, and start; a card answers all questions.

    Where her keys don't let her in as who she is, she begins as anybody else does: whoever made her
    card could do no more.
    """
    offering = queries.get_offering(session(), slug)
    is_herself = _is_herself(offering)
    key = read_uuid(request.args.get("together"))
    friends = queries.list_party(session(), offering.id, key) if key else []
    form = forms.StartForm(data={"together": key if friends else ""})
    if not offering.takes_people:
        return page("enrolments/closed.html", offering=offering)
    if form.is_sent_and_valid() and not actor().is_staff:
        if actor().is_participant and not is_herself:
            sign_out()
        typed = draft.begin(slug)
        if key := read_uuid(form.together.data):
            draft.add(typed, together=str(key))
        if is_herself:
            return see_other("enrolments.sign_up_check", slug=slug)
        return see_other("enrolments.sign_up_name", slug=slug, run=typed["run"])
    return _page(
        "enrolments/sign_up.html",
        form=form,
        offering=offering,
        first=_first_session(offering),
        waiting=queries.count_waiting(session(), offering.id),
        has_place=queries.places_for_new(session(), offering) > 0,
        already=queries.find_open(session(), offering.id, actor().her_id) if is_herself else None,
        begun=draft.begun_before(slug) if actor().is_visitor else None,
        begins_anew=actor().is_participant and not is_herself,
    )


@room.form("/offerings/<slug>/sign-up/name", allow=ANYONE)
def sign_up_name(slug: str) -> Response:
    """The name to call."""
    offering, typed = _at_step(slug)
    if typed is None:
        return see_other("enrolments.sign_up", slug=slug)
    form = forms.NameForm(data=draft.shown(typed))
    if form.is_sent_and_valid():
        draft.add(typed, name=form.name.data or "")
        return see_other("enrolments.sign_up_reach", slug=slug, run=typed["run"])
    return _page("enrolments/sign_up_name.html", form=form, offering=offering, run=typed["run"])


@room.form("/offerings/<slug>/sign-up/reach", allow=ANYONE)
def sign_up_reach(slug: str) -> Response:
    """The one way in which she wants to be reached, and her language."""
    offering, typed = _at_step(slug, "name")
    if typed is None:
        return see_other("enrolments.sign_up", slug=slug)
    form = ReachForm(data={"language": chosen_language(), **draft.shown(typed)})
    if form.is_sent_and_valid():
        contact = form.contact()
        Contact.of(contact["contact_way"], contact["phone"], contact["email"])
        draft.add(typed, **contact)
        return see_other("enrolments.sign_up_check", slug=slug, run=typed["run"])
    return _page("enrolments/sign_up_reach.html", form=form, offering=offering, run=typed["run"])


# The browser shows the answer to the second tap only, so that one too opens her page.
@room.form(
    "/offerings/<slug>/sign-up/check",
    allow=ANYONE,
    when_repeated=lambda slug: _open_page_of(draft.find(slug) or {}),
)
def sign_up_check(slug: str) -> Response:
    """All answers once more; the button under them signs up."""
    offering, typed = _at_step(slug, "name", "contact_way")
    if typed is None:
        return see_other("enrolments.sign_up", slug=slug)
    form = Form()
    if form.is_sent_and_valid():
        if actor().is_visitor:
            _sign_up_somebody_new(offering, typed)
        else:
            _sign_up_herself(offering, typed)
        draft.end(slug)
        return see_other("enrolments.signed_up", slug=slug)
    if request.method == "GET" and actor().is_visitor and not draft.shown(typed):
        return see_other("enrolments.sign_up", slug=slug)
    return _page(
        "enrolments/sign_up_check.html",
        form=form,
        offering=offering,
        run=typed.get("run", ""),
        typed=typed,
        way=ContactWay(typed["contact_way"]) if "contact_way" in typed else None,
        language=SPOKEN.get(typed.get("language", ""), ""),
        same_time=_same_time(offering),
    )


@room.door("/offerings/<slug>/sign-up/done", allow=ANYONE)
def signed_up(slug: str) -> Response:
    """What happens next, when and where, and her card."""
    offering = queries.get_offering(session(), slug)
    enrolment = None
    if actor().participant_id is not None:
        enrolment = queries.find_latest(session(), offering.id, actor().participant_id or 0)
    if enrolment is None:
        return see_other("enrolments.sign_up", slug=slug)
    who = enrolment.participant
    to = participants.recipient_of(session(), enrolment.organisation_id, who)
    return page(
        "enrolments/signed_up.html",
        offering=offering,
        enrolment=enrolment,
        first=_first_session(offering),
        place_in_line=queries.place_in_line(session(), enrolment),
        comes_by=to.channel is Channel.LETTER,
        card=card_here(actor().name, keys.list_own(session(), actor(), KeyKind.CARD)),
        same_time=_same_time(offering),
    )


def _page(template: str, **context: Any) -> Response:
    """A page that a browser asks for anew each time: Back must not show it to the next person."""
    response = page(template, **context)
    response.headers["Cache-Control"] = "no-store"
    return response


def _at_step(slug: str, *answers: str) -> tuple[Offering, draft.Draft | None]:
    """The offering and what was typed; None for who came here without the pages before."""
    offering = queries.get_offering(session(), slug)
    rules.check_takes_people(offering.takes_people)
    typed = draft.find(slug)
    if _is_herself(offering):
        known = {"name": actor().name, **{k: (typed or {}).get(k, "") for k in ("together", "run")}}
        return offering, known if "contact_way" in answers else None
    if not actor().is_visitor:
        return offering, None
    if typed is None or any(answer not in typed for answer in answers):
        return offering, None
    return offering, typed


def _is_herself(offering: Offering) -> bool:
    who = actor()
    return who.is_participant and keys.may_enter(session(), who, offering.organisation_id)


def _sign_up_herself(offering: Offering, typed: draft.Draft) -> None:
    """Her browser opens the organisation from here on, too."""
    commands.sign_up(
        session(),
        actor(),
        offering_id=offering.id,
        participant=participants.get_own_self(session(), actor()),
        together=read_uuid(typed.get("together")),
    )
    enter_here(offering.organisation_id)


def _sign_up_somebody_new(offering: Offering, typed: draft.Draft) -> None:
    draft.check_pace(typed)
    _from_one_address.check(address())
    commands.sign_up_new(
        session(),
        actor(),
        offering_id=offering.id,
        card_token=typed["card"],
        name=typed["name"],
        contact_way=ContactWay(typed["contact_way"]),
        phone=typed["phone"],
        email=typed["email"],
        language=typed["language"],
        together=read_uuid(typed.get("together")),
    )
    _from_one_address.count(address())
    _open_page_of(typed)


def _open_page_of(typed: draft.Draft) -> None:
    """Her card is her sign-in, and this browser holds it now."""
    key = keys.find_key(session(), typed.get("card", ""))
    if key is None or actor().is_staff:
        return
    open_with(keys.actor_by(session(), key), is_new=True)
    keep_own(typed["card"])


def _same_time(offering: Offering) -> Sequence[Offering]:
    her = actor().participant_id
    return list_same_time(session(), her, offering.id, clock.now()) if her is not None else ()


def _first_session(offering: Offering) -> object:
    return next_sessions(session(), [offering.id], clock.now()).get(offering.id)


@room.button("/my/enrolments/<uuid:uuid>/confirm", allow=Permission.OWN_PAGE)
def confirm(uuid: UUID) -> Response:
    """Take the place that was offered."""
    enrolment = queries.get_enrolment(session(), actor(), uuid)
    commands.take_place(session(), actor(), enrolment)
    return see_other("home.my", done=_("You have a place. See you there!"))


@room.form("/my/enrolments/<uuid:uuid>/withdraw", allow=Permission.OWN_PAGE)
def withdraw(uuid: UUID) -> Response:
    """Take back a sign-up, leave the line or give up a place, asked once more."""
    enrolment = queries.get_enrolment(session(), actor(), uuid)
    form = Form()
    if form.is_sent_and_valid():
        check_seen(enrolment)
        commands.leave(session(), actor(), enrolment)
        return see_other("home.activities", done=_("You are off the list."))
    return page(
        "enrolments/withdraw.html", form=form, enrolment=enrolment, offering=enrolment.offering
    )
