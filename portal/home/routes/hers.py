"""What is hers to say: how she is reached, and that something that was done was not her."""

from flask_babel import gettext as _
from werkzeug.wrappers import Response

from portal.core import Permission
from portal.home.commands import not_her
from portal.home.forms import OwnContactForm
from portal.home.routes.room import BOTH, room
from portal.participants import commands
from portal.participants.queries import get_own_self, own_links
from portal.participants.queries.happened import NEW_DEVICE, get_happened
from portal.participants.rules import Contact
from portal.web.view import actor, page, see_other, session


@room.door("/my/contact", allow=Permission.OWN_PAGE, methods=BOTH)
def own_contact() -> Response:
    """How she is reached: see it, correct it, say that it is right."""
    her = get_own_self(session(), actor())
    links = [link for link in own_links(session(), her.id) if link.knows_her]

    def known() -> dict[str, str]:
        reached = links[0].as_typed if links else {}
        return {"name": her.name, "language": her.language, **reached}

    form = OwnContactForm(of=(her, *links), data=known)
    if form.is_sent_and_valid():
        with form.catching():
            answers = form.contact()
            contact = Contact.of(answers["contact_way"], answers["phone"], answers["email"])
            commands.change_own_contact(
                session(), actor(), her, contact=contact,
                name=form.name.data or her.name, language=answers["language"],
            )  # fmt: skip
            return see_other("home.data", done=_("Saved."))
    return page("home/own_contact.html", form=form, links=links)


@room.door("/my/happened/<int:event_id>", allow=Permission.OWN_PAGE, methods=["POST"])
def not_me(event_id: int) -> Response:
    """Undo what she did not do or ask; whoever keeps the portal hears."""
    one = get_happened(session(), actor(), event_id)
    not_her.undo(session(), actor(), one)
    if one.event == NEW_DEVICE:
        done = _("Signed out there. Is a card lost, or did others see it? Stop it here.")
        return see_other("participants.own_card", done=done)
    return see_other("home.data", done=_("We put it back. We look at what happened."))
