"""The shape of a note."""

from portal.notes.rules import MOST_LETTERS
from portal.web.forms import DayField, Form, TextBlock, _l


class NoteForm(Form):
    body = TextBlock(_l("Your note"), required=_l("Write your note."), most=MOST_LETTERS)
    due_on = DayField(_l("To do before or on"))
