"""One search over everything that staff may see."""

from werkzeug.wrappers import Response

from portal.core import Permission
from portal.home.forms import EverythingForm
from portal.home.queries.everything import find_all
from portal.home.routes.room import BOTH, room
from portal.web.view import actor, page, session


@room.door("/find", allow=Permission.SEE_DAY, methods=BOTH)
def find() -> Response:
    """Look for people, activities, registers and reports; a name stays out of the address."""
    form = EverythingForm()
    found = None
    if form.is_sent_and_valid():
        found = find_all(session(), actor(), form.words.data or "")
    return page("home/find.html", form=form, found=found)
