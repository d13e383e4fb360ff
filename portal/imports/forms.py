"""The shape of what is chosen about a file: the activity, what was misread, who is who."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import gettext as _, lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired

from portal.attendance.rules import AttendanceStatus
from portal.enrolments.pages import called
from portal.imports.rules import plans
from portal.imports.rules.sheets import shapes
from portal.imports.rules.sheets.reading import Reading
from portal.imports.rules.sheets.tokens import NAMED
from portal.web import forms
from portal.web.words import choices as choices_of, clock_time, label

_MOST_ROWS = 5000
_PLACES = ("header_row", "orientation", "year", "numbers")


class UploadForm(forms.Form):
    """A file, and for which activity it was kept."""

    file = FileField(_l("Spreadsheet"), [FileRequired(_l("Choose a file first."))])
    offering = forms.PickField(_l("Which activity is it about?"))

    def offer(self, offerings: Sequence[Any], own_id: int | None, later: str) -> None:
        """The choices: own activities by title, and those of others with whose they are."""
        self.offering.choices = [("", later)] + [
            (one.slug, one.title + f" ({one.organisation.name})" * (one.organisation_id != own_id))
            for one in offerings
        ]


class WayForm(forms.Form):
    """Which of two ways to read a file is right, where both are as likely."""

    orientation = forms.PickField(_l("How do the names stand?"), required=True)

    def offer(self, ways: Mapping[shapes.Orientation, Sequence[str]]) -> None:
        """The choices, each with the first people whom it finds."""
        self.orientation.choices = [("", _("Choose …"))] + [
            (way, f"{label(way)}: {', '.join(names)}") for way, names in ways.items()
        ]


class CorrectionForm(forms.Form):
    """What was misread; the fields of the codes are added for each file."""

    sheet = forms.PickField(_l("Sheet"))
    orientation = forms.PickField(
        _l("How do the names stand?"), choices=choices_of(shapes.Orientation)
    )
    header_row = forms.WholeNumber(_l("Row with the days"), least=1, most=_MOST_ROWS)
    name_columns = forms.TextLine(_l("Columns with the names"), most=20)
    year = forms.WholeNumber(_l("Year"), least=2000, most=2100)
    numbers = forms.PickField(_l("What do bare numbers mean?"))
    file = FileField(_l("The file once more"))

    def correction(self, reading: Reading) -> shapes.FileCorrection:
        """What differs from the guess; None where it was right."""
        columns = re.findall(r"[A-Z]{1,3}|\d+", (self.name_columns.data or "").upper())
        said = {name: self[name].data for name in _PLACES} | {"name_columns": columns}
        guess = reading.guess.to_json()
        new = {name: value for name, value in said.items() if value and value != guess[name]}
        codes = [(use, self[f"code-{at}"].data) for at, use in enumerate(reading.marks)]
        marks = {
            use.code: meaning
            for use, meaning in codes
            if meaning and (use.is_asked or use.meaning != meaning)
        }
        return shapes.FileCorrection.from_json(
            {**new, "sheet": self.sheet.data or None, "marks": marks}
        )


def correction_form(reading: Reading) -> CorrectionForm:
    """The form for one file, as it was understood so far."""
    guess = reading.guess
    codes = {f"code-{at}": use for at, use in enumerate(reading.marks)}
    unknown = [("", _("Choose …"))]
    fields = {
        name: forms.PickField(
            code_words(use.code),
            choices=unknown * (use.meaning is None) + choices_of(shapes.CodeMeaning),
        )
        for name, use in codes.items()
    }
    form = forms.with_fields(
        CorrectionForm,
        fields,
        data={
            **guess.to_json(),
            "sheet": reading.correction.sheet or "",
            "name_columns": ", ".join(guess.name_columns or ()),
            "numbers": guess.numbers or "",
            **{name: use.meaning or "" for name, use in codes.items()},
        },
    )
    form.sheet.choices = [("", _("All that look alike")), *((one, one) for one in reading.sheets)]
    form.numbers.choices = [("", _("There are none")), *choices_of(shapes.Numbers)]
    return form


def code_words(code: str) -> str:
    """Say a code as it stands in the file, or what a word said."""
    if code in list(AttendanceStatus):
        return _('a word for "%(status)s"', status=label(AttendanceStatus(code)))
    words = {shapes.CodeMeaning.HALF.value: _("half"), NAMED: _("a name with a day")}
    return words.get(code, code)


class PlanForm(forms.ButtonsForm):
    """Who is who and which session is which, with a field for each."""

    starts = forms.TimeField(_l("New sessions begin at"))
    ends = forms.TimeField(_l("and last until"))
    takes_file = forms.TickBox(_l("Use the mark of the file where another one is here"))

    def chosen(
        self, before: plans.Choices, lines: Sequence[plans.PersonLine | plans.DayLine]
    ) -> plans.Choices:
        """What was put right so far, with what this form says of these lines."""
        people, days = dict(before.people), dict(before.days)
        for line in lines:
            kept = people if isinstance(line, plans.PersonLine) else days
            answer = self[line.field].data or plans.ASK
            kept.pop(line.key, None)
            if answer not in (plans.ASK, line.guess):
                kept[line.key] = answer
        return plans.Choices(
            people, days, self.starts.data, self.ends.data, bool(self.takes_file.data)
        )


def plan_form(
    choices: plans.Choices, lines: Sequence[plans.PersonLine | plans.DayLine]
) -> PlanForm:
    """The form for one file, with a field for each of these people and days."""
    fields: dict[str, Any] = {line.field: _field_of(line) for line in lines}
    said = {name: getattr(choices, name) for name in ("starts", "ends", "takes_file")}
    said |= {line.field: line.choice for line in lines}
    return forms.with_fields(PlanForm, fields, data=said)


def _field_of(line: plans.PersonLine | plans.DayLine) -> forms.PickField:
    options = [(plans.ASK, _("Choose …"))] * (line.guess == plans.ASK)
    options += [(one.key, _shown(one)) for one in line.options]
    if isinstance(line, plans.PersonLine) and line.may_be_new:
        options.append((plans.NEW, _("Somebody new")))
    if line.guess == plans.MAKE:
        options.append((plans.MAKE, _("Make a session")))
    options.append((plans.LEAVE, _("Leave out")))
    return forms.PickField(line.name if isinstance(line, plans.PersonLine) else "", choices=options)


def _shown(one: plans.Known | plans.SessionSlot) -> str:
    if isinstance(one, plans.Known):
        return called(one) if one.is_here else _("%(name)s (from elsewhere)", name=called(one))
    times = {"from": clock_time(one.starts_at), "until": clock_time(one.ends_at)}
    return _("%(from)s to %(until)s", **times)
