"""Words for the enums of this room."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from portal.imports.rules import ImportStatus
from portal.imports.rules.plans import DayNote
from portal.imports.rules.sheets.shapes import Worded
from portal.web.words import register_labels

register_labels(
    {
        ImportStatus.READ: _l("Read, not applied yet"),
        ImportStatus.APPLYING: _l("Being applied"),
        ImportStatus.APPLIED: _l("Applied"),
        ImportStatus.TAKING_BACK: _l("Being taken back"),
        ImportStatus.TAKEN_BACK: _l("Taken back"),
    }
)
for enum in Worded.__subclasses__():
    register_labels({member: _l(member.words) for member in enum})
register_labels(
    {
        DayNote.CANCELLED: _l("The session of this day was cancelled."),
        DayNote.FUTURE: _l("This day is still to come."),
        DayNote.TWO_SESSIONS: _l("There is more than one session on this day."),
        DayNote.TO_MAKE: _l("There is no session on this day yet."),
    }
)
