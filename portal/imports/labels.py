"""Words for the enums of this room: each member says its own."""

from flask_babel import lazy_gettext as _l

from portal.imports.rules import ImportStatus
from portal.imports.rules.plans import DayNote
from portal.imports.rules.sheets.shapes import Worded
from portal.web.words import register_labels

enums: set[type[Worded]] = {ImportStatus, DayNote, *Worded.__subclasses__()}
for enum in enums:
    register_labels({member: _l(member.words) for member in enum})
