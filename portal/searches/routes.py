"""Doors of kept searches and activities: asking to be told, saving, and ending it."""

from portal.catalogue.labels import asked_in_words
from portal.catalogue.pages.cards import asked_for
from portal.core import Permission
from portal.finding.queries import get_entry
from portal.notices.rules import Channel, Recipient
from portal.participants.forms import AskLinkForm
from portal.searches import commands, queries
from portal.web.forms import ButtonsForm, Form, OnOff
from portal.web.i18n import locale_code
from portal.web.throttle import Sending
from portal.web.view import ANYONE, UUID, Response, Room, _, actor, page, see_other, session

room = Room("searches", __name__)
room.app_template_global()(asked_in_words)
_questions = Sending("kept search", by_one=10, from_range=100, to_one=3)


@room.form("/searches/keep", allow=ANYONE)
def keep() -> Response:
    """Ask to be told when something comes that fits a search."""
    filters = asked_for()[1]
    form = Form() if actor().is_participant else AskLinkForm()
    if not filters.pairs():
        return see_other("catalogue.find")
    if form.is_sent_and_valid():
        if not isinstance(form, AskLinkForm):
            commands.keep(session(), actor(), filters)
            return see_other("home.my", done=_("We look for you. You see it on your page, too."))
        phone, email = form.to
        _questions.take(phone or email)
        by = Channel.SMS if phone else Channel.EMAIL
        to = Recipient("", phone or email, locale_code(), by=by)
        commands.ask_to_keep(session(), to, filters)
        return page("searches/asked.html")
    return page("searches/keep.html", form=form, filters=filters)


@room.button("/my/searches/<uuid:uuid>/end", allow=Permission.OWN_PAGE)
def end(uuid: UUID) -> Response:
    """She needs to be told no more."""
    commands.end(session(), queries.get_own(session(), uuid))
    return see_other("home.saved", done=_("You hear no more of it."))


@room.button("/my/saved/<slug>", allow=Permission.OWN_PAGE)
def save(slug: str) -> Response:
    """She saves an activity to look at again, or saves it no more."""
    entry = get_entry(session(), slug)
    if ButtonsForm().pressed(OnOff) is OnOff.ON:
        commands.save(session(), actor(), entry.id)
        return see_other("catalogue.show", slug=slug, done=_("Saved. You find it on your page."))
    commands.let_go(session(), actor(), entry.id)
    return see_other("catalogue.show", slug=slug, done=_("It is not saved any more."))


@room.app_template_global()
def is_saved(slug: str) -> bool:
    """Say whether the reader saved an activity."""
    saved = queries.list_saved(session(), actor().participant_id)
    return bool(saved) and get_entry(session(), slug).id in saved
