"""The shape of a note."""

from flask_babel import lazy_gettext as _l

from portal.notes.rules import MOST_LETTERS
from portal.web.forms import DayField, Form, TextBlock


class NoteForm(Form):
    body = TextBlock(_l("Your note"), required=_l("Write your note."), most=MOST_LETTERS)
    due_on = DayField(_l("To do before or on"))
