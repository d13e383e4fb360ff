"""Words for the enums of this room."""

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
enums: set[type[Worded]] = {DayNote, *Worded.__subclasses__()}
for enum in enums:
    register_labels({member: _l(member.words) for member in enum})
