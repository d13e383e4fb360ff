"""Words for the enums of this room."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from portal.attendance.rules import AttendanceStatus, RecordedHow
from portal.web.words import register_labels

register_labels(
    {
        AttendanceStatus.PRESENT: _l("Here"),
        AttendanceStatus.EXCUSED: _l("Excused"),
        AttendanceStatus.ABSENT: _l("Not here"),
    }
)
register_labels(
    {
        RecordedHow.ALL_AT_ONCE: _l("everyone at once"),
        RecordedHow.BY_HAND: _l("one by one"),
        RecordedHow.IMPORTED: _l("from a file"),
        RecordedHow.BY_HERSELF: _l("by herself, ahead"),
        RecordedHow.TAKEN_BACK: _l("taken back by herself"),
    }
)
