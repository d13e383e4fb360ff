"""Doors of the enrolments room."""

from __future__ import annotations

import uuid as uuids
from datetime import timedelta

from flask import flash
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from portal.core import clock
from portal.core.actor import Permission, participant_actor
from portal.core.errors import NotFound
from portal.enrolments import commands, draft, queries, rules
from portal.enrolments.forms import (
    ButtonForm,
    DecideForm,
    DeskForm,
    KnownForm,
    MoveSessionForm,
    NameForm,
    ReachForm,
)
from portal.enrolments.models import Enrolment
from portal.enrolments.rules import EnrolmentStatus, Move
from portal.offerings.models import Offering
from portal.offerings.queries import get_own
from portal.offerings.rules import TAKES_APPLICATIONS
from portal.participants import queries as participants
from portal.participants.card import card_for, keep_to_print
from portal.participants.models import Participant
from portal.participants.rules import ContactWay, kept_contact, new_card_token
from portal.schedule.queries import get_own_session, next_sessions
from portal.web.current import actor, session
from portal.web.i18n import SPOKEN, chosen_language
from portal.web.once import answered, repeated
from portal.web.page import page, see_other
from portal.web.room import ANYONE, Room
from portal.web.signing_in import sign_in
from portal.web.throttle import Throttle, address

room = Room("enrolments", __name__)
_BOTH = ("GET", "POST")
_from_one_address = Throttle("sign-up", most=300, within=timedelta(hours=1))


@room.door("/offerings/<slug>/sign-up", allow=ANYONE, methods=_BOTH)
def sign_up(slug: str) -> Response:
    """What she signs up for, and the start; nothing is asked of somebody with a card."""
    offering = queries.get_offering(session(), slug)
    form = ButtonForm()
    if offering.status not in TAKES_APPLICATIONS:
        return page("enrolments/closed.html", offering=offering)
    if form.is_sent_and_valid() and not actor().is_staff:
        if actor().is_participant:
            return see_other("enrolments.sign_up_check", slug=slug)
        draft.begin(slug)
        return see_other("enrolments.sign_up_name", slug=slug)
    return page(
        "enrolments/sign_up.html",
        form=form,
        offering=offering,
        first=_first_session(offering),
        waiting=queries.count_waiting(session(), offering.id),
        already=_open_enrolment(offering),
    )


@room.door("/offerings/<slug>/sign-up/name", allow=ANYONE, methods=_BOTH)
def sign_up_name(slug: str) -> Response:
    """The name to call."""
    offering, typed = _at_step(slug)
    if typed is None:
        return see_other("enrolments.sign_up", slug=slug)
    form = NameForm(data=typed)
    if form.is_sent_and_valid():
        draft.add(slug, name=form.name.data or "")
        return see_other("enrolments.sign_up_reach", slug=slug)
    return page("enrolments/sign_up_name.html", form=form, offering=offering)


@room.door("/offerings/<slug>/sign-up/reach", allow=ANYONE, methods=_BOTH)
def sign_up_reach(slug: str) -> Response:
    """The one way in which she wants to be reached, and her language."""
    offering, typed = _at_step(slug, "name")
    if typed is None:
        return see_other("enrolments.sign_up", slug=slug)
    form = ReachForm(data={"language": chosen_language(), **typed})
    if form.is_sent_and_valid():
        with form.catching():
            contact = form.contact()
            kept_contact(contact["contact_way"], contact["phone"], contact["email"])
            draft.add(slug, **contact)
            return see_other("enrolments.sign_up_check", slug=slug)
    return page("enrolments/sign_up_reach.html", form=form, offering=offering)


@room.door("/offerings/<slug>/sign-up/check", allow=ANYONE, methods=_BOTH)
def sign_up_check(slug: str) -> Response:
    """All answers once more; the button under them signs up."""
    offering, typed = _at_step(slug, "name", "contact_way")
    if typed is None:
        return see_other("enrolments.sign_up", slug=slug)
    form = ButtonForm()
    if form.is_sent_and_valid():
        if earlier := repeated():
            _open_page_of(participants.find_by_card(session(), typed.get("card", "")), typed)
            return earlier
        with form.catching():
            if actor().is_visitor:
                _sign_up_somebody_new(offering, typed)
            else:
                person = participants.get_own_self(session(), actor())
                commands.sign_up(session(), actor(), offering_id=offering.id, participant=person)
            return answered(see_other("enrolments.signed_up", slug=slug))
    return page(
        "enrolments/sign_up_check.html",
        form=form,
        offering=offering,
        typed=typed,
        way=ContactWay(typed["contact_way"]) if "contact_way" in typed else None,
        language=SPOKEN.get(typed.get("language", ""), ""),
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
    card = draft.own_card()
    return page(
        "enrolments/signed_up.html",
        offering=offering,
        enrolment=enrolment,
        first=_first_session(offering),
        place_in_line=queries.count_waiting(session(), offering.id, enrolment.id),
        card=card_for(actor().name, card) if card else None,
    )


def _at_step(slug: str, *answers: str) -> tuple[Offering, draft.Draft | None]:
    """The offering and what was typed; None for who came here without the pages before."""
    offering = queries.get_offering(session(), slug)
    rules.check_takes_people(offering.status)
    if actor().is_participant:
        return offering, {"name": actor().name} if "contact_way" in answers else None
    typed = draft.find(slug) if actor().is_visitor else None
    if typed is None or any(answer not in typed for answer in answers):
        return offering, None
    return offering, typed


def _sign_up_somebody_new(offering: Offering, typed: draft.Draft) -> None:
    draft.check_pace(typed)
    _from_one_address.check(address())
    enrolment = commands.sign_up_new(
        session(),
        actor(),
        offering_id=offering.id,
        card_token=typed["card"],
        name=typed["name"],
        contact_way=ContactWay(typed["contact_way"]),
        phone=typed["phone"],
        email=typed["email"],
        language=typed["language"],
    )
    _from_one_address.count(address())
    _open_page_of(enrolment.participant, typed)


def _open_page_of(participant: Participant | None, typed: draft.Draft) -> None:
    """Her card is her sign-in, and this browser holds it now."""
    if participant is None or actor().is_staff:
        return
    person = participant_actor(participant.id, participant.name)
    sign_in("card", participant.id, participant.card_version, person)
    if "card" in typed:
        draft.keep_card(typed["card"])


def _open_enrolment(offering: Offering) -> Enrolment | None:
    if actor().participant_id is None:
        return None
    return queries.find_open(session(), offering.id, actor().participant_id or 0)


def _first_session(offering: Offering) -> object:
    return next_sessions(session(), [offering.id], clock.now()).get(offering.id)


@room.door("/work/offerings/<slug>/sign-up", allow=Permission.DECIDE_ENROLMENTS, methods=_BOTH)
def sign_up_at_desk(slug: str) -> Response:
    """Sign up somebody new who stands at the desk; she gets her card on paper."""
    offering = get_own(session(), actor(), slug)
    form = DeskForm()
    if form.is_sent_and_valid():
        if earlier := repeated():
            return earlier
        with form.catching():
            token = new_card_token()
            enrolment = commands.sign_up_new(
                session(),
                actor(),
                offering_id=offering.id,
                card_token=token,
                name=form.name.data or "",
                **form.contact(),
            )
            participant = enrolment.participant
            keep_to_print(participant.uuid, token)
            flash(_("Signed up. Print the card now: it can't be shown again later."))
            return answered(
                see_other("participants.reissue_card", uuid=participant.uuid, show="card")
            )
    return page("enrolments/sign_up_at_desk.html", form=form, offering=offering)


@room.door(
    "/work/offerings/<slug>/sign-up/known",
    allow=Permission.DECIDE_ENROLMENTS,
    methods=_BOTH,
)
def sign_up_known(slug: str) -> Response:
    """Sign up somebody whom the organisation knows; her name stays out of the address."""
    offering = get_own(session(), actor(), slug)
    form = KnownForm()
    found = None
    if form.is_sent_and_valid():
        if form.person.data:
            if earlier := repeated():
                return earlier
            with form.catching():
                participant = participants.get_participant(
                    session(), actor(), _uuid(form.person.data)
                )
                commands.sign_up(
                    session(), actor(), offering_id=offering.id, participant=participant
                )
                return answered(see_other("enrolments.people", slug=slug, done=_("Signed up.")))
        found = participants.list_participants(session(), actor(), name=form.name.data or "").rows
    return page("enrolments/sign_up_known.html", form=form, offering=offering, found=found)


def _uuid(text: str) -> uuids.UUID:
    try:
        return uuids.UUID(text)
    except ValueError:
        raise NotFound() from None


@room.door("/work/applications", allow=Permission.DECIDE_ENROLMENTS)
def applications() -> Response:
    """Everybody who waits for an answer, and the groups that have room for who is in line."""
    return page(
        "enrolments/applications.html",
        applications=queries.list_applications(session(), actor()),
        with_room=queries.list_with_room(session(), actor()),
    )


@room.door("/work/offerings/<slug>/people", allow=Permission.DECIDE_ENROLMENTS)
def people(slug: str) -> Response:
    """The group, who is in line, and who was in it before."""
    offering = get_own(session(), actor(), slug)
    by_status: dict[EnrolmentStatus, list[Enrolment]] = {}
    for row in queries.list_open(session(), offering):
        by_status.setdefault(row.status, []).append(row)
    return page(
        "enrolments/people.html",
        offering=offering,
        by_status=by_status,
        former=queries.list_former(session(), offering),
    )


@room.door("/work/enrolments/<uuid:uuid>/decide", allow=Permission.DECIDE_ENROLMENTS, methods=_BOTH)
def decide(uuid: uuids.UUID) -> Response:
    """One step with one enrolment: a place, the list, an answer, an end."""
    enrolment = queries.get_enrolment(session(), actor(), uuid)
    form = DecideForm(data={"ended_on": clock.today()})
    back = "people" if enrolment.status is not EnrolmentStatus.APPLIED else "applications"
    if form.is_sent_and_valid():
        if earlier := repeated():
            return earlier
        with form.catching():
            commands.move(session(), actor(), enrolment, **form.decision())
            flash(_("Done. She is told."))
            if back == "applications":
                return answered(see_other("enrolments.applications"))
            return answered(see_other("enrolments.people", slug=enrolment.offering.slug))
    return page(
        "enrolments/decide.html",
        form=form,
        enrolment=enrolment,
        offering=enrolment.offering,
        moves={move.value for move in rules.moves_from(enrolment.status)},
    )


@room.door("/my/enrolments/<uuid:uuid>/confirm", allow=Permission.OWN_PAGE, methods=["POST"])
def confirm(uuid: uuids.UUID) -> Response:
    """Take the place that was offered."""
    enrolment = queries.get_enrolment(session(), actor(), uuid)
    if earlier := repeated():
        return earlier
    commands.move(session(), actor(), enrolment, Move.CONFIRM)
    return answered(see_other("home.my", done=_("You have a place. See you there!")))


@room.door("/my/enrolments/<uuid:uuid>/withdraw", allow=Permission.OWN_PAGE, methods=_BOTH)
def withdraw(uuid: uuids.UUID) -> Response:
    """Take back a sign-up or leave the line; asked once more before it is done."""
    enrolment = queries.get_enrolment(session(), actor(), uuid)
    form = ButtonForm()
    if form.is_sent_and_valid():
        if earlier := repeated():
            return earlier
        with form.catching():
            commands.move(session(), actor(), enrolment, Move.WITHDRAW)
            return answered(see_other("home.my", done=_("You are off the list.")))
    return page(
        "enrolments/withdraw.html", form=form, enrolment=enrolment, offering=enrolment.offering
    )


@room.door("/work/sessions/<uuid:uuid>/move", allow=Permission.MANAGE_OFFERINGS, methods=_BOTH)
def move_session(uuid: uuids.UUID) -> Response:
    """Another day, time or place for one session; those who come are told."""
    held = get_own_session(session(), actor(), uuid)
    starts, ends = clock.to_local(held.starts_at), clock.to_local(held.ends_at)
    form = MoveSessionForm(
        data={
            "day": starts.date(), "starts": starts.time(), "ends": ends.time(),
            "place": held.place,
        }
    )  # fmt: skip
    if form.is_sent_and_valid():
        if earlier := repeated():
            return earlier
        with form.catching():
            told = commands.move_session(session(), actor(), held, **form.values())
            done = _("The session is moved. People told: %(count)s.", count=told)
            return answered(see_other("offerings.show", slug=held.offering.slug, done=done))
    return page(
        "enrolments/move_session.html", form=form, held=held,
        expected=len(queries.list_on_register(session(), held)),
    )  # fmt: skip


@room.door("/work/sessions/<uuid:uuid>/cancel", allow=Permission.MANAGE_OFFERINGS, methods=_BOTH)
def cancel_session(uuid: uuids.UUID) -> Response:
    """One session does not take place; those who come are told."""
    held = get_own_session(session(), actor(), uuid)
    form = ButtonForm()
    if form.is_sent_and_valid():
        if earlier := repeated():
            return earlier
        with form.catching():
            told = commands.cancel_session(session(), actor(), held)
            done = _("The session is cancelled. People told: %(count)s.", count=told)
            return answered(see_other("offerings.show", slug=held.offering.slug, done=done))
    return page(
        "enrolments/cancel_session.html", form=form, held=held,
        expected=len(queries.list_on_register(session(), held)),
    )  # fmt: skip
