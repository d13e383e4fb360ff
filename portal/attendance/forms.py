"""What a register sends: marks, minutes where they differ, and what is done with all of it."""

import re
import uuid
from collections.abc import Iterable

from flask import request
from flask_babel import gettext as _, lazy_gettext as _l
from werkzeug.datastructures import MultiDict
from wtforms import StringField

from portal.attendance.rules import REASONS, AttendanceStatus, CorrectionReason
from portal.core import N_, NotFound, RuleBroken, or_not_found
from portal.schedule.rules import NOT_HELD_REASONS
from portal.web.forms import ChoiceField, Form, PickField, TextLine, read_uuid

_MARK = "mark-"
_MINUTES = "minutes-"
_FEWER = "fewer-"
_SETTLE = "settle-"
_MOST_DIGITS = 15  # more than any id has, and less than a database refuses


class WithReason(Form):
    """Asks why something changes that counts already; not asked for what does not count yet."""

    reason = PickField(
        _l("Why does it change?"),
        choices=[("", _l("Choose")), *REASONS],
    )

    @property
    def why(self) -> CorrectionReason | None:
        """The reason that was chosen, if it is one of ours."""
        return self.reason.data if self.reason.data in REASONS else None


class RegisterForm(WithReason):
    """The buttons and fields of a register, named after the enrolment's id.

    `mark-7=present` marks one person, `minutes-7=90` (typed) and `fewer-7=90` (a button) give her
    fewer minutes than the session has, `all=present` marks whoever has no mark yet, `close` closes
    it, `undo=<batch>` takes back what was saved together and `settle-7=<change>` decides between
    two. The fields come with the people, so this form reads them itself. `typed` and `mark_errors`
    are by enrolment id.
    """

    def __init__(self) -> None:
        super().__init__()
        self.wants_everyone = self.wants_to_close = False
        self.wants_back: uuid.UUID | None = None
        self.settled: tuple[int, uuid.UUID] | None = None
        self.marks: dict[int, tuple[AttendanceStatus, int | None]] = {}
        self.typed: dict[int, str] = {}
        self.mark_errors: dict[int, str] = {}

    def read(self, sent: MultiDict[str, str]) -> None:
        """Take in what was sent; an id that can't be one is not found."""
        self.wants_everyone = "all" in sent
        self.wants_to_close = "close" in sent
        if "undo" in sent:
            self.wants_back = _change(sent["undo"])
        for name in sent:
            if name.startswith((_MINUTES, _FEWER)):
                found = name.partition("-")[2]
                enrolment_id = _read_id(found)
                typed = [sent.get(_MINUTES + found, ""), sent.get(_FEWER + found, "")]
                minutes = self._read_minutes(enrolment_id, typed)
                if minutes is not None:
                    self.marks[enrolment_id] = (AttendanceStatus.PRESENT, minutes)
        for name, value in sent.items():
            if name.startswith(_SETTLE):
                self.settled = (_read_id(name.removeprefix(_SETTLE)), _change(value))
            elif name.startswith(_MARK):
                enrolment_id = _read_id(name.removeprefix(_MARK))
                minutes = self.marks.get(enrolment_id, (None, None))[1]
                self.marks[enrolment_id] = (_read_status(value), minutes)

    def _read_minutes(self, enrolment_id: int, texts: Iterable[str]) -> int | None:
        """The field's text and the button's; the button is what was tapped last."""
        text = next((text.strip() for text in [*texts][::-1] if text.strip()), "")
        if not text:
            return None
        self.typed[enrolment_id] = text
        if not text.isascii() or not text.isdigit() or len(text) > _MOST_DIGITS:
            self.mark_errors[enrolment_id] = _("Give a whole number, for example 12.")
            return None
        return int(text)

    @property
    def was_refused(self) -> bool:
        return bool(self.mark_errors or self.form_wide_errors or self.reason.errors)

    def refuse(self, broken: RuleBroken) -> None:
        """Show a broken rule beside the person it is about, or above the register."""
        if broken.field.startswith(_MINUTES):
            words = _(broken.message).format(**broken.values)
            self.mark_errors[int(broken.field.removeprefix(_MINUTES))] = words
        else:
            super().refuse(broken)


class TakeBackForm(WithReason):
    """Takes back what was saved together, from the history."""

    @property
    def batch_id(self) -> uuid.UUID:
        """Which of them, as the button says."""
        if "undo" not in request.form:
            raise RuleBroken("", N_("Use one of the buttons."))
        return _change(request.form["undo"])


class NotHeldForm(Form):
    """Why a session did not go on."""

    reason = ChoiceField(
        _l("Why did it not go on?"),
        choices=NOT_HELD_REASONS,
        required=_l("Choose why."),
    )


def _read_id(text: str) -> int:
    if not text.isascii() or not text.isdigit() or len(text) > _MOST_DIGITS:
        raise NotFound("enrolment")
    return int(text)


def _change(text: str) -> uuid.UUID:
    return or_not_found(read_uuid(text), "change")


def _read_status(text: str) -> AttendanceStatus:
    try:
        return AttendanceStatus(text)
    except ValueError:
        raise RuleBroken("", N_("Choose here, excused or not here.")) from None


_CARD = re.compile(r"(?:.*/card/)?([\w-]{8,64})/?", re.ASCII)


class WalkInForm(WithReason):
    """Who came: found by her name, by her card, or a first name.

    `way` is the button that was used. A card is scanned or pasted: its address, or the end of it.
    """

    way = StringField()
    part = TextLine(_l("A part of the name"), most=80)
    person = StringField()  # a uuid, which nobody types and which may look like a BSN
    card = StringField(_l("Her card"))
    name = TextLine(_l("A first name"), most=80)

    @property
    def card_token(self) -> str:
        """What is secret of the card; empty when this is no card of ours."""
        found = _CARD.fullmatch((self.card.data or "").strip())
        return found[1] if found else ""
