"""What a register sends: a mark for one person or for many, and minutes where they differ."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import gettext as _

from portal.attendance.rules import AttendanceStatus
from portal.core.errors import N_, NotFound, RuleBroken
from portal.web.forms import Form

_MARK = "mark-"
_MINUTES = "minutes-"
_MOST_DIGITS = 15  # more than any id has, and less than a database refuses


class RegisterForm(Form):
    """The buttons and fields of a register, named after the enrolment's id.

    `mark-7=present` marks one person, `minutes-7=90` gives her fewer minutes than the session
    has, `all=present` marks whoever has no mark yet. The fields come with the people, so this
    form reads them itself. `typed` and `mark_errors` are by enrolment id.
    """

    def __init__(self) -> None:
        super().__init__()
        self.wants_everyone = False
        self.marks: dict[int, tuple[AttendanceStatus, int | None]] = {}
        self.typed: dict[int, str] = {}
        self.mark_errors: dict[int, str] = {}

    def read(self, sent: Mapping[str, str]) -> None:
        """Take in what was sent; an id that can't be one is not found."""
        self.wants_everyone = "all" in sent
        for name, value in sent.items():
            if name.startswith(_MARK):
                enrolment_id = _read_id(name.removeprefix(_MARK))
                minutes = self._read_minutes(enrolment_id, sent.get(f"{_MINUTES}{enrolment_id}"))
                self.marks[enrolment_id] = (_read_status(value), minutes)

    def _read_minutes(self, enrolment_id: int, text: str | None) -> int | None:
        text = (text or "").strip()
        if not text:
            return None
        self.typed[enrolment_id] = text
        if not text.isascii() or not text.isdigit() or len(text) > _MOST_DIGITS:
            self.mark_errors[enrolment_id] = _("Give a whole number, for example 12.")
            return None
        return int(text)

    @property
    def was_refused(self) -> bool:
        return bool(self.mark_errors or self.form_wide_errors)

    def refuse(self, broken: RuleBroken) -> None:
        """Show a broken rule beside the person it is about, or above the register."""
        if broken.field.startswith(_MINUTES):
            words = _(broken.message).format(**broken.values)
            self.mark_errors[int(broken.field.removeprefix(_MINUTES))] = words
        else:
            super().refuse(broken)


def _read_id(text: str) -> int:
    if not text.isascii() or not text.isdigit() or len(text) > _MOST_DIGITS:
        raise NotFound("enrolment")
    return int(text)


def _read_status(text: str) -> AttendanceStatus:
    try:
        return AttendanceStatus(text)
    except ValueError:
        raise RuleBroken("", N_("Choose here, excused or not here.")) from None
