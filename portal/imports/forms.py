"""The shape of what is chosen about a file: the activity, what was misread, who is who."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField

from portal.attendance.rules import AttendanceStatus
from portal.core.errors import N_, RuleBroken
from portal.enrolments.pages import called
from portal.imports.rules.plans import ASK, LEAVE, MAKE, NEW, Choices, DayLine, PersonLine
from portal.imports.rules.sheets.shapes import (
    CodeMeaning,
    FileCorrection,
    MarkUse,
    Numbers,
    Orientation,
    Reading,
)
from portal.web.forms import ButtonsForm, Form, PickField, TextLine, TickBox, TimeField, WholeNumber
from portal.web.words import choices as choices_of
from portal.web.words import clock_time, label

_MOST_ROWS = 5000
_PLACES = ("header_row", "first_row", "last_row", "orientation", "year", "numbers")


class WhichOfferingForm(Form):
    """For which activity the file was kept."""

    offering = PickField(_l("Which activity is it about?"))

    def offer(self, offerings: Sequence[Any], own_id: int | None, later: str) -> None:
        """The choices: own activities by title, and those of others with whose they are."""
        self.offering.choices = [("", later)] + [
            (one.slug, one.title + f" ({one.organisation.name})" * (one.organisation_id != own_id))
            for one in offerings
        ]


class WayForm(Form):
    """Which of two ways to read a file is right, where both are as likely."""

    orientation = PickField(_l("How do the names stand?"), required=True)

    def offer(self, ways: Mapping[Orientation, Sequence[str]]) -> None:
        """The choices, each with the first people whom it finds."""
        self.orientation.choices = [("", _("Choose …"))] + [
            (way, f"{label(way)}: {', '.join(names)}") for way, names in ways.items()
        ]


class UploadForm(WhichOfferingForm):
    """A file, and for which activity it was kept."""

    file = FileField(_l("Spreadsheet"))


class CorrectionForm(Form):
    """What was misread; the fields of the codes are added for each file."""

    sheet = PickField(_l("Sheet"))
    orientation = PickField(_l("How do the names stand?"), choices=choices_of(Orientation))
    header_row = WholeNumber(_l("Row with the days"), least=1, most=_MOST_ROWS)
    name_columns = TextLine(_l("Columns with the names"), most=20)
    first_row = WholeNumber(_l("First row with a name"), least=1, most=_MOST_ROWS)
    last_row = WholeNumber(_l("Last row with a name"), least=1, most=_MOST_ROWS)
    year = WholeNumber(_l("Year"), least=2000, most=2100)
    numbers = PickField(_l("What do bare numbers mean?"))
    file = FileField(_l("The file once more"))

    def correction(self, reading: Reading) -> FileCorrection:
        """What differs from the guess; None where it was right."""
        columns = re.findall(r"[A-Z]{1,3}|\d+", (self.name_columns.data or "").upper())
        said = {name: self[name].data for name in _PLACES} | {"name_columns": columns}
        guess = reading.guess.to_json()
        new = {name: value for name, value in said.items() if value and value != guess[name]}
        sheet = self.sheet.data or None
        return FileCorrection.from_json(
            {**new, "sheet": sheet, "marks": self._meanings(reading.marks)}
        )

    def _meanings(self, uses: Sequence[MarkUse]) -> dict[str, str]:
        """What was said of each code: else than was guessed, or of one that is asked about."""
        said = {use: self[f"code-{at}"].data for at, use in enumerate(uses)}
        return {
            use.code: meaning
            for use, meaning in said.items()
            if meaning and (use.is_asked or use.meaning != meaning)
        }


def correction_form(reading: Reading, before: FileCorrection) -> CorrectionForm:
    """The form for one file, as it was understood so far."""
    guess = reading.guess
    codes = {f"code-{at}": use for at, use in enumerate(reading.marks)}
    fields = {
        name: PickField(code_words(use.code), choices=_meanings(use)) for name, use in codes.items()
    }
    of_file = type("CorrectionFormOfFile", (CorrectionForm,), fields)
    form: CorrectionForm = of_file(
        data={
            **guess.to_json(),
            "sheet": before.sheet or "",
            "name_columns": ", ".join(guess.name_columns or ()),
            "numbers": guess.numbers or "",
            **{name: use.meaning or "" for name, use in codes.items()},
        }
    )
    form.sheet.choices = [("", _("All that look alike")), *((one, one) for one in reading.sheets)]
    form.numbers.choices = [("", _("There are none")), *choices_of(Numbers)]
    return form


def _meanings(use: MarkUse) -> list[tuple[str, Any]]:
    return [("", _("Choose …"))] * (use.meaning is None) + choices_of(CodeMeaning)


def code_words(code: str) -> str:
    """A code as it stands in the file; words of people were not kept, so what they said instead."""
    if code in list(AttendanceStatus):
        return _('a word for "%(status)s"', status=label(AttendanceStatus(code)))
    return _("half") if code == CodeMeaning.HALF else code


class PlanForm(ButtonsForm):
    """Who is who and which session is which; the fields of people and days are added."""

    starts = TimeField(_l("New sessions begin at"))
    ends = TimeField(_l("and last until"))
    takes_file = TickBox(_l("Use the mark of the file where another one is here"))

    def chosen(self, before: Choices, lines: Sequence[PersonLine | DayLine]) -> Choices:
        """What was put right so far, with what this form says of these lines."""
        people, days = dict(before.people), dict(before.days)
        for line in lines:
            kept = people if isinstance(line, PersonLine) else days
            answer = self[line.field].data or ASK
            kept.pop(line.key, None)
            if answer not in (ASK, line.guess):
                kept[line.key] = answer
        return Choices(people, days, self.starts.data, self.ends.data, bool(self.takes_file.data))


def plan_form(choices: Choices, lines: Sequence[PersonLine | DayLine]) -> PlanForm:
    """The form for one file, with a field for each of these people and days."""
    fields: dict[str, Any] = {line.field: _field_of(line) for line in lines}
    of_file = type("PlanFormOfFile", (PlanForm,), fields)
    form: PlanForm = of_file(
        data={
            "starts": choices.starts,
            "ends": choices.ends,
            "takes_file": choices.takes_file,
            **{line.field: line.choice for line in lines},
        }
    )
    return form


def _field_of(line: PersonLine | DayLine) -> PickField:
    options: list[tuple[str, str]]
    if isinstance(line, PersonLine):
        options = [
            (one.key, name if one.is_here else _("%(name)s (from elsewhere)", name=name))
            for one in line.options
            for name in [called(one)]
        ]
        if line.may_be_new:
            options.append((NEW, _("Somebody new")))
    else:
        options = [
            (one.key, _("%(from)s to %(until)s", **times))
            for one in line.options
            for times in [{"from": clock_time(one.starts_at), "until": clock_time(one.ends_at)}]
        ]
        if line.guess == MAKE:
            options.append((MAKE, _("Make a session")))
    options.append((LEAVE, _("Leave out")))
    if line.guess == ASK:
        options.insert(0, (ASK, _("Choose …")))
    return PickField(line.name if isinstance(line, PersonLine) else "", choices=options)


def read_upload(field: FileField) -> bytes:
    """The bytes of a file that was sent."""
    if not field.data:
        raise RuleBroken(field.name, N_("Choose a file first."))
    held: bytes = field.data.read()
    return held
