"""Doors of the participants room."""

from datetime import timedelta
from typing import Any

from flask import redirect, request

from portal.core import Actor, Permission, Session, clock
from portal.participants import commands, forms, pages, queries, rules
from portal.participants.commands import keys, sign_in_links
from portal.participants.forms import AskLinkForm, TheirReachForm
from portal.web import home_screen
from portal.web.known import told_to_nobody
from portal.web.signing_in import SignedIn, looks_up, way_back
from portal.web.throttle import Throttle, address
from portal.web.view import ANYONE, UUID, Response, Room, _, actor, page, see_other, session

room = Room("participants", __name__)

_links_to = Throttle("sign-in link", 3, timedelta(hours=1))
_links_from_address = Throttle("sign-in link address", 30, timedelta(hours=1))


@looks_up("card")
def find_participant(session: Session, found: SignedIn) -> Actor | None:
    """Who a browser with these keys is."""
    return keys.find_actor(session, found.subject_id, found.keys)


@room.door("/card/<token>", allow=ANYONE)
def card_sign_in(token: str) -> Response:
    """Open a participant's own page; staff who scan a card stay who they are."""
    key = keys.find_key(session(), token)
    if key is None:
        return told_to_nobody(page("participants/card_unknown.html", status=404))
    if actor().is_staff:
        holder = keys.holder_of(session(), key)
        return told_to_nobody(see_other("home.person", uuid=holder.uuid))
    back, done = way_back(), pages.open_with(keys.actor_by(session(), key))
    pages.keep_own(token)
    if back:
        return told_to_nobody(redirect(back[0], 303))
    return told_to_nobody(see_other("home.my", done=done))


@room.form("/my/card", allow=Permission.OWN_PAGE)
def own_card() -> Response:
    """Her card to be scanned, the others, and one more that she makes herself."""
    participant = queries.get_own_self(session(), actor())
    form = forms.CardForm()
    if form.is_sent_and_valid():
        pages.keep_own(keys.issue_card(session(), actor(), participant))
        return see_other("participants.own_card")
    cards = keys.list_own(session(), actor(), rules.KeyKind.CARD)
    return told_to_nobody(
        page(
            "participants/own_card.html",
            form=form,
            card=pages.card_here(participant.name, cards),
            cards=cards,
            names=queries.names_of(session(), actor().opens),
            reached=sign_in_links.reached_at(session(), participant),
        )
    )


@room.button("/my/card/send", allow=Permission.OWN_PAGE)
def send_to_herself() -> Response:
    """Send her the way to her page and card, for another phone."""
    her = queries.get_own_self(session(), actor())
    to = sign_in_links.reached_at(session(), her)
    if to is None:
        return see_other("home.own_contact")
    _count_link(to.address)
    sign_in_links.send_to(session(), her, to)
    return see_other("participants.own_card", done=_("The message is on its way to you."))


@room.door("/my/card/sw.js", allow=ANYONE)
def worker() -> Response:
    """The service worker that shows her card without a signal."""
    return home_screen.worker_of("/my/card", "card-sw.js")


@room.door("/my/app.webmanifest", allow=ANYONE)
def app() -> Response:
    """How her own page stands on a home screen."""
    return home_screen.app_at("/my", _("My page, Warm Werkt"), _("My page"))


@room.button("/my/card/<uuid:uuid>/stop", allow=Permission.OWN_PAGE)
def stop_own_card(uuid: UUID) -> Response:
    """She stops a card of hers, whoever made it."""
    keys.end_key(session(), actor(), keys.get_own(session(), actor(), uuid))
    return see_other("participants.own_card", done=_("That card does not work any more."))


@room.form("/sign-in/link", allow=ANYONE, for_all=True)
def ask_link() -> Response:
    """Ask for a link to her page; the answer never says whether we know her."""
    form = AskLinkForm()
    if form.is_sent_and_valid():
        _count_link("".join(form.to))
        sign_in_links.send(session(), *form.to)
        return page("participants/link_sent.html")
    return page("participants/ask_link.html", form=form)


@room.form("/sign-in/link/<token>", allow=ANYONE, for_all=True)
def link_sign_in(token: str) -> Response:
    """Open her page with a link; a preview does not use it up."""
    key = sign_in_links.find(session(), token, lock=request.method == "POST")
    if key is None:
        return told_to_nobody(page("participants/link_over.html", status=404))
    form = forms.CardForm()
    if form.is_sent_and_valid():
        back = way_back()
        done = pages.open_with(sign_in_links.use(session(), token, key))
        return told_to_nobody(redirect(back[0], 303) if back else see_other("home.my", done=done))
    return told_to_nobody(page("participants/link_sign_in.html", form=form))


def _count_link(to: str) -> None:
    for throttle, name in ((_links_to, to), (_links_from_address, address())):
        throttle.check(name)
        throttle.count(name)


@room.form("/participants/<uuid:uuid>/card", allow=Permission.RECORD_ATTENDANCE)
def reissue_card(uuid: UUID) -> Response:
    """Give a card, shown once to print; those we made before stop."""
    participant = queries.get_participant(session(), actor(), uuid)
    form = forms.CardForm()
    if form.is_sent_and_valid():
        token = keys.issue_card(session(), actor(), participant, is_lost=form.is_lost)
        commands.tell_of_card(session(), actor(), participant)
        pages.keep_to_print(participant.uuid, token)
        return see_other("participants.reissue_card", uuid=uuid, show="card")
    card = None
    if request.args.get("show") == "card":
        card = pages.card_to_print(participant.uuid, participant.name)
    return told_to_nobody(
        page("participants/card.html", form=form, participant=participant, card=card)
    )


@room.form("/participants/<uuid:uuid>/contact", allow=Permission.RECORD_ATTENDANCE)
def change_contact(uuid: UUID) -> Response:
    """Correct a name, a number or an address, or choose another way to reach somebody."""
    participant = queries.get_participant(session(), actor(), uuid)
    link = queries.get_link(session(), actor(), participant)

    def known() -> dict[str, Any]:
        return {"name": participant.name, "language": participant.language, **link.as_typed}

    form = TheirReachForm(of=(participant, link), data=known)
    is_shared = queries.is_known_elsewhere(session(), participant.id, actor().organisation_id)
    if is_shared:  # not drawn, so not answered
        del form.name
        form.language.data = participant.language
    if form.is_sent_and_valid():
        name = participant.name if is_shared else form.name.data
        commands.change_contact(session(), actor(), participant, name=name, **form.contact())
        return see_other("home.person", uuid=uuid, done=_("Saved."))
    return page(
        "participants/change_contact.html", form=form, participant=participant, is_shared=is_shared
    )


@room.form("/participants/<uuid:uuid>/programme", allow=Permission.RECORD_PROGRESS)
def assign_programme(uuid: UUID) -> Response:
    """Say from when till when somebody is in a programme."""
    participant = queries.get_participant(session(), actor(), uuid)
    form = forms.AssignProgrammeForm(data={"from_on": clock.today()})
    programmes = queries.list_programmes(session())
    form.programme.choices = [(str(row.id), row.name) for row in programmes]
    if form.is_sent_and_valid():
        commands.assign_programme(
            session(),
            actor(),
            participant,
            programme=queries.get_programme(session(), int(form.programme.data)),
            from_on=form.from_on.data or clock.today(),
            until_on=form.until_on.data,
        )
        return see_other("home.person", uuid=uuid, done=_("The programme is set."))
    return page(
        "participants/programme.html",
        form=form,
        participant=participant,
        terms=queries.list_terms(session(), [participant.id]),
    )


@room.door("/operator/programmes", allow=Permission.OPERATE)
def programmes() -> Response:
    """The city's programmes with their dates and hours."""
    return page("participants/programmes.html", programmes=queries.list_programmes(session()))


@room.form("/operator/programmes/new", allow=Permission.OPERATE, known_by=("name", "valid_from"))
def add_programme() -> Response:
    """Put a programme on the list."""
    form = forms.ProgrammeForm()
    if form.does(lambda: commands.add_programme(session(), actor(), **form.values())):
        return see_other("participants.programmes", done=_("The programme is on the list."))
    return page("participants/add_programme.html", form=form)


@room.form("/operator/programmes/<int:programme_id>/end", allow=Permission.OPERATE)
def end_programme(programme_id: int) -> Response:
    """Change the last day of a programme."""
    programme = queries.get_programme(session(), programme_id)
    form = forms.EndProgrammeForm(of=programme)
    if form.does(lambda: commands.end_programme(session(), actor(), programme, **form.values())):
        return see_other("participants.programmes", done=_("Saved."))
    return page("participants/end_programme.html", form=form, programme=programme)
