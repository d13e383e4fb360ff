"""The shape of what people type: fields that trim, keep, refuse a BSN and say what is wrong."""

import re
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from typing import Any, TypeVar

import wtforms
from flask_babel import gettext, lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import validators as v
from wtforms.fields.choices import Choice, SelectChoice, SelectFieldBase  # type: ignore[attr-defined] # newer than its stubs
from wtforms.meta import DefaultMeta
from wtforms.widgets import CheckboxInput, ListWidget

from portal.core import N_, RuleBroken, pick
from portal.core.bsn import REFUSAL, holds_bsn
from portal.core.decimals import decimal_in, euros_in
from portal.core.visible import is_seen, readable
from portal.web import kept_form, redraw, versions
from portal.web.i18n import locale_code
from portal.web.words import choice_of

_NOTHING: Any = object()
Button = TypeVar("Button", bound=StrEnum)
F = TypeVar("F", bound="Form")


class Form(FlaskForm):
    """A form by POST; the token against forgery is checked for all at once.

    `of` is what it changes (None: what is not there yet). Then it says which version it was drawn
    from, and is refused when it would undo what somebody else saved meanwhile. Its values are read
    from `of` itself, or by `data()`. `not_of_it` names the fields that are no part of that.
    """

    class Meta:
        csrf = False
        # WTForms keeps its words for each language; Flask-WTF reads them from the disk each time.
        get_translations = DefaultMeta.get_translations
        locales = property(lambda _: [locale_code()])

    form_wide_errors: list[str]
    of: tuple[Any, ...]
    not_of_it: tuple[str, ...] = ()
    drawn_first: tuple[str, ...] = ()  # above what comes before it by where it is declared
    drawn_from = wtforms.HiddenField()

    def __init__(self, *args: Any, of: Any = _NOTHING, **options: Any) -> None:
        self.of = versions.rows_of(of)
        if (kept := kept_form.of_this_page()) is not None:
            options["formdata"] = kept
        if of is not _NOTHING:
            versions.hold(of)
            options["obj" if "data" not in options else "data"] = (
                options["data"]() if "data" in options else of
            )
        super().__init__(*args, **options)
        as_drawn = {**{name: self[name] for name in self.drawn_first}, **self._fields}
        self._fields.clear()
        self._fields.update(as_drawn)
        self.form_wide_errors = []
        if of is _NOTHING:
            del self.drawn_from
        elif not self.drawn_from.data:
            self.drawn_from.data = versions.prints_of(self)

    def validate(self, extra_validators: Any = None) -> bool:
        is_valid = bool(super().validate(extra_validators))
        return versions.is_of_now(self) and is_valid

    def is_sent_and_valid(self) -> bool:
        """Whether this is a POST whose values have the right shape.

        False too when what it asked broke a rule, which stands in the form by then (`redraw.py`).
        """
        is_sent = bool(self.validate_on_submit())
        broken = redraw.refusal() if is_sent else None
        if broken is not None:
            self.refuse(broken)
        return is_sent and broken is None

    @property
    def was_refused(self) -> bool:
        return bool(self.form_wide_errors or self.errors)

    def values(self, *leave_out: str) -> dict[str, Any]:
        """What was typed, by field name."""
        return {
            name: getattr(field, "as_kept", field.data)
            for name, field in self._fields.items()
            if name not in (*leave_out, "drawn_from")
        }

    def does(self, what: Callable[[], object]) -> bool:
        """Do what was sent, where it has the right shape; whether it had."""
        is_sent = self.is_sent_and_valid()
        if is_sent:
            what()
        return is_sent

    @contextmanager
    def catching(self) -> Iterator[None]:
        """Turn a broken rule into words beside its field, and go on."""
        try:
            yield
        except RuleBroken as broken:
            self.refuse(broken)

    def refuse(self, broken: RuleBroken) -> None:
        """Show a broken rule beside the field it names, or above the form."""
        words = gettext(broken.message).format(**broken.values)
        field = self._fields.get(broken.field)
        if field is None:
            self.form_wide_errors.append(words)
        else:
            field.errors = [*field.errors, words]


def with_fields(kind: type[F], fields: Mapping[str, Any], **options: Any) -> F:
    """Make a form of a kind with more fields, named by what they are about."""
    form: F = type(f"{kind.__name__}OfMore", (kind,), {**fields})(**options)
    return form


class OnOff(StrEnum):
    """One of two buttons: let it be so from now on, or no more."""

    ON = "on"
    OFF = "off"


class ButtonsForm(Form):
    """Only buttons; which one was pressed."""

    do = wtforms.StringField()

    def pressed(self, of: Iterable[Button]) -> Button:
        """The button; refused when it is none of these."""
        found = next((button for button in of if button == self.do.data), None)
        if found is None:
            raise RuleBroken("", N_("Use one of the buttons."))
        return found

    def meant(self, field: str, rows: Iterable[Any]) -> Any:
        """The one of these rows that a hidden field names; NotFound for any other."""
        return pick(rows, uuid=read_uuid(self[field].data))


def trimmed(value: str | None) -> str:
    """Strip a field's text; one left out of the request is empty."""
    return readable(value or "")


class Required(v.InputRequired):
    """Refuses an answer in which nothing can be seen, like one that was left out."""

    def __call__(self, form: Any, field: Any) -> None:
        given = field.raw_data and field.raw_data[0]
        if isinstance(given, str) and not is_seen(given):
            field.raw_data = [""]
        super().__call__(form, field)


class NoBsn:
    """Refuses a text that holds a citizen service number, without repeating it."""

    def __call__(self, form: Any, field: Any) -> None:
        if field.data and holds_bsn(field.data):
            raise v.StopValidation(gettext(REFUSAL))


def asked(required: Any) -> list[Any]:
    """The check of an answer: `required` says what is missing, False lets it be empty."""
    return [v.Optional()] if required is False else [Required(required)]


class AtMost(v.Length):
    """Says what is too long: a browser that is told cuts it off instead."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.field_flags = {}


def text_checks(required: Any, most: int | None) -> list[Any]:
    """The checks of a text."""
    checks = asked(required)
    if most is not None:
        checks.append(AtMost(max=most, message=_l("Use at most %(max)d characters.", max=most)))
    checks.append(NoBsn())
    return checks


class TextLine(wtforms.StringField):
    """One line of words; `required`: what to say when empty, or False."""

    def __init__(self, label: Any, *, required: Any = False, most: int = 200, **options: Any):
        checks = [*text_checks(required, most), *options.pop("checks", [])]
        super().__init__(label, checks, filters=[trimmed, _one_line], **options)


def _one_line(value: str | None) -> str | None:
    return value if value is None else " ".join(value.split())


class Trap(TextLine):
    """A field that only a robot fills in."""

    def __init__(self, **options: Any) -> None:
        checks = [v.Length(max=0, message=_l("Leave the last field empty."))]
        super().__init__(_l("Leave this empty"), checks=checks, **options)


class TextBlock(wtforms.TextAreaField):
    """Some sentences."""

    def __init__(self, label: Any, *, required: Any = False, most: int = 2000, **options: Any):
        super().__init__(label, text_checks(required, most), filters=[trimmed], **options)


class PasswordLine(wtforms.PasswordField):
    """A password; never drawn back into the page."""

    def __init__(self, label: Any, *, required: Any, least: int = 0, **options: Any):
        checks: list[Any] = [Required(required), AtMost(max=200)]
        if least:
            checks.append(
                v.Length(min=least, message=_l("Use at least %(min)d characters.", min=least))
            )
        super().__init__(label, checks, **options)


class WholeNumber(wtforms.IntegerField):
    """A whole number between two bounds, both included."""

    def __init__(self, label: Any, *, least: int, most: int, required: Any = False, **options: Any):
        words = _l("Give a number from %(min)s to %(max)s.", min=least, max=most)
        checks = [*asked(required), v.NumberRange(least, most, words)]
        super().__init__(label, checks, **options)

    def process_formdata(self, valuelist: list[Any]) -> None:
        if not valuelist or not valuelist[0].strip():
            self.data = None
            return
        text = valuelist[0].strip()
        if not re.fullmatch(r"-?[0-9]{1,12}", text):
            self.data = None
            raise ValueError(gettext("Give a whole number, for example 12."))
        self.data = int(text)

    def pre_validate(self, form: Any) -> None:
        if self.process_errors:
            raise v.StopValidation()  # what is no number needs no word about its bounds


class _DecimalText(wtforms.StringField):
    """A number as people write it, kept as a whole number of parts."""

    read = staticmethod(decimal_in)
    parts = 100
    example = "12,50"

    def __init__(
        self, label: Any, *, required: Any = False, most: int = 100_000_000, **options: Any
    ):
        self.most = most
        super().__init__(label, asked(required), **options)

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        if self.data is None:
            return ""
        number = Decimal(self.data) / self.parts
        return f"{number:.2f}".removesuffix(".00").replace(".", ",")

    def process_formdata(self, valuelist: list[Any]) -> None:
        self.data: Any = None
        text = readable(valuelist[0]) if valuelist else ""
        if not text:
            return
        if (number := self.read(text)) is None:
            raise ValueError(
                gettext("Give a number, for example %(example)s.", example=self.example)
            )
        parts = int((number * self.parts).to_integral_value(ROUND_HALF_UP))
        if parts > self.most:
            raise ValueError(gettext("This number is too large."))
        self.data = parts


class Money(_DecimalText):
    """An amount in euros, kept in whole cents."""

    read = staticmethod(euros_in)


class HoursField(_DecimalText):
    """A number of hours, kept in whole minutes."""

    parts = 60
    example = "7,5"


class DayField(wtforms.DateField):
    """A day."""

    def __init__(self, label: Any, *, required: Any = False, **options: Any):
        super().__init__(label, asked(required), **options)

    def process_formdata(self, valuelist: list[Any]) -> None:
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError(gettext("This is not a day that exists.")) from None
        if self.data is not None and not 1900 <= self.data.year <= 2100:
            self.data = None
            raise ValueError(gettext("Give a day between 1900 and 2100."))


class TimeField(wtforms.TimeField):
    """A time of day on Amsterdam's clock."""

    def __init__(self, label: Any, *, required: Any = False, **options: Any):
        formats = ["%H:%M", "%H.%M", "%H:%M:%S"]
        super().__init__(label, asked(required), format=formats, **options)

    def process_formdata(self, valuelist: list[Any]) -> None:
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError(gettext("This is not a time. Example: 09:30")) from None


class TickBox(wtforms.BooleanField):
    """A box to tick; `required`: what to say when it isn't, or False."""

    def __init__(self, label: Any, *, required: Any = False, **options: Any):
        checks = [] if required is False else [Required(required)]
        super().__init__(label, checks, **options)


class _Chosen(SelectFieldBase):
    """An answer from a list of (value, label) pairs, or the member of an enum itself."""

    def __init__(self, label: Any, *, choices: Any = (), required: Any = False, **options: Any):
        pairs = [choice_of(one) if isinstance(one, StrEnum) else one for one in choices]
        if members := {str(one): one for one, _ in pairs if isinstance(one, StrEnum)}:
            options["coerce"] = lambda value: members.get(value, value)
        if isinstance(choices, type) and isinstance(self, PickField):
            pairs.insert(0, ("", _l("Choose one")))
        plain = ((getattr(one, "value", one), words) for one, words in pairs)
        options["choices"] = [SelectChoice(value=value, label=words) for value, words in plain]
        super().__init__(label, asked(required), **options)

    def pre_validate(self, form: Any) -> None:
        """An empty answer is the required check's to refuse, in its own words."""
        if not any(self.raw_data or ()):
            self.data = [] if isinstance(self, MultiChoiceField) else None
            return
        try:
            super().pre_validate(form)
        except (v.ValidationError, ValueError):
            # Stops the checks here: Optional would forgive what follows an empty first answer.
            raise v.StopValidation(gettext("Choose one from the list.")) from None


class ChoiceField(_Chosen, wtforms.RadioField):
    """One of a few, as radio buttons."""


class PickField(_Chosen, wtforms.SelectField):
    """One of many, as a list that opens."""

    def iter_choices(self) -> Iterator[tuple[Any, str, bool, dict[str, Any]]]:
        """Begin with no answer where one is asked for and several could be meant."""
        found = list(super().iter_choices())
        is_answered = any(selected or value == "" for value, _, selected, _ in found)
        if self.flags.required and len(found) > 1 and not is_answered:
            yield Choice("", gettext("Choose one"), selected=False, render_kw={})
        yield from found


class MultiChoiceField(_Chosen, wtforms.SelectMultipleField):
    """Some of a few, as boxes to tick."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


def read_uuid(text: str | None) -> uuid.UUID | None:
    """A row's uuid as a form or a cookie holds it; None for anything else."""
    try:
        return uuid.UUID(text or "")
    except ValueError:
        return None
