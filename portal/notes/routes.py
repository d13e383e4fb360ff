"""Doors of notes: writing one, and what becomes of it."""

from enum import StrEnum

from portal.notes import commands, forms, queries
from portal.participants.queries import get_participant
from portal.web.forms import ButtonsForm
from portal.web.view import UUID, Permission, Response, Room, _, actor, page, see_other, session

room = Room("notes", __name__)
room.app_template_global("notes_about")(lambda her: queries.list_notes(session(), her.id))


class _Becomes(StrEnum):
    DONE = "done"
    REMOVED = "remove"


@room.form("/participants/<uuid:uuid>/notes/new", allow=Permission.RECORD_ATTENDANCE)
def write(uuid: UUID) -> Response:
    """Staff write something down of somebody whom their organisation knows."""
    person = get_participant(session(), actor(), uuid)
    form = forms.NoteForm()
    if form.is_sent_and_valid():
        commands.write(session(), actor(), person, form.body.data or "", form.due_on.data)
        return see_other("home.person", uuid=uuid, done=_("Saved."))
    return page("notes/write.html", form=form, person=person)


@room.button("/notes/<uuid:uuid>", allow=Permission.RECORD_ATTENDANCE)
def change(uuid: UUID) -> Response:
    """A task is done, or a note is taken out."""
    note = queries.get_note(session(), uuid)
    her = note.participant.uuid
    if ButtonsForm().pressed(_Becomes) is _Becomes.DONE:
        commands.finish(session(), actor(), note)
    else:
        commands.remove(session(), actor(), note)
    return see_other("home.person", uuid=her, done=_("Saved."))
