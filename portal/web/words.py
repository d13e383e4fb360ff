"""How values look to people: days, times, money, hours, and the labels of enums."""

import re
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from functools import lru_cache, partial
from typing import Any

from babel.dates import format_date
from babel.units import format_unit
from flask import Flask
from flask_babel import format_decimal, lazy_gettext
from jinja2 import pass_eval_context
from jinja2.ext import Extension
from jinja2.filters import do_join
from jinja2.nodes import EvalContext

from portal.core import clock, to_local
from portal.core.areas import area_of
from portal.core.worded import WordedEnum
from portal.web.i18n import gettext, locale_code

_NEAR = timedelta(days=180)  # a day of which everybody knows the year


def init_app(app: Flask) -> None:
    """Give the templates their filters."""
    app.jinja_env.filters.update(
        day=day, day_and_year=day_and_year, short_day=short_day, short_date=short_date,
        moment=moment, soon=soon, month=month, clock_time=clock_time, euros=euros, hours=hours,
        month_and_year=month_and_year, lasting=lasting, number=number, phone=phone,
        area=lambda code: area_of(code).name, from_iso=datetime.fromisoformat,
        area_in_district=lambda code: area_of(code).in_district,
    )  # fmt: skip
    app.jinja_env.filters["join"] = _joined
    app.jinja_env.globals.update(label=label, comma=comma)
    app.jinja_env.add_extension(Commas)


def comma() -> str:
    """What parts two values of one line, as the reader's letters have it."""
    return "، " if locale_code() == "ar" else ", "


class Commas(Extension):
    """Writes the comma beside a value of a template in the letters of its reader."""

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:
        return re.sub(r"([}>]), (?=[{<])", r"\1{{ comma() }}", source)


@pass_eval_context
def _joined(context: EvalContext, values: Iterable[Any], between: str = "", **how: Any) -> str:
    return do_join(context, values, comma() if between == ", " else between, **how)


def label(member: WordedEnum | None) -> str:
    """The words for an enum's member."""
    return "" if member is None else str(_words_of(member))


def choices(of: Iterable[WordedEnum]) -> list[tuple[str, Any]]:
    """An enum as choices for a form field."""
    return [(member.value, _words_of(member)) for member in of]


def choice_of(member: StrEnum) -> tuple[StrEnum, Any]:
    """A member with its words; one without any, as of a button, by its value."""
    return member, _words_of(member) if isinstance(member, WordedEnum) else member.value


def _words_of(member: WordedEnum) -> Any:
    if not member.words:
        raise LookupError(f"{member!r} has no words: say them beside its value, N_(...)")
    return lazy_gettext(member.words)


def day(value: date | datetime, has_year: bool = False) -> str:
    """Name a day: `maandag 3 maart`, half a year away with its year."""
    is_far = abs(_on(value) - clock.today()) > _NEAR
    date_only = "d MMMM y" if has_year or is_far else "d MMMM"
    is_turkish = locale_code() == "tr"
    return _date(value, f"{date_only} EEEE" if is_turkish else f"EEEE {date_only}")


def _on(value: date | datetime) -> date:
    return to_local(value).date() if isinstance(value, datetime) else value


def _date(value: date | datetime, pattern: str) -> str:
    return _formatted(_on(value), pattern, locale_code())


day_and_year = partial(_date, pattern="d MMMM y")  # `3 maart 2026`
short_day = partial(_date, pattern="EEE d MMM")  # `ma 3 mrt`, where there is little room
short_date = partial(_date, pattern="d MMM")  # `3 mrt`, where there is no room for its name
month = partial(_date, pattern="LLL")  # `mrt`
month_and_year = partial(_date, pattern="LLLL y")  # `maart 2026`


def days(first: date, last: date) -> str:
    """`3 maart 2026 – 5 april 2026`."""
    return f"{day_and_year(first)} – {day_and_year(last)}"


@lru_cache(maxsize=5000)
def _formatted(value: date, pattern: str, language: str) -> str:
    return format_date(value, pattern, locale=language)


def clock_time(value: datetime | time) -> str:
    """`09.30` on Amsterdam's clock; the sentence adds "uur"."""
    if isinstance(value, datetime):
        value = to_local(value).timetz()
    return f"{value:%H.%M}"


def moment(value: datetime) -> str:
    """`maandag 3 maart, 09.30 uur`."""
    return gettext("%(day)s at %(time)s", day=day(value), time=clock_time(value))


def soon(value: datetime) -> str:
    """`vandaag, 9.30 uur` or `morgen, 9.30 uur`; another day by its name."""
    days = (to_local(value).date() - clock.today()).days
    if days not in (0, 1):
        return moment(value)
    name = gettext("Tomorrow") if days else gettext("Today")
    return gettext("%(day)s at %(time)s", day=name, time=clock_time(value))


def euros(cents: int) -> str:
    """Cents as euros, which no line breaks: `€ 12,50`, `€ 3.000`."""
    whole = cents % 100 == 0
    amount = format_decimal(cents / 100, format="#,##0" if whole else "#,##0.00")
    return f"€\N{NO-BREAK SPACE}{amount}"


def hours(minutes: int) -> str:
    """Minutes as hours with at most one decimal: `2,5`."""
    return _hours(minutes, locale_code())


@lru_cache(maxsize=5000)
def _hours(minutes: int, _language: str) -> str:
    # Half of a tenth goes up, always: parts are read beside their total.
    return format_decimal((minutes + 3) // 6 / 10, format="#,##0.#")


def lasting(minutes: int) -> str:
    """Minutes as a person says how long: `3 uur 30 min`, `45 min`, `2 uur`."""
    return _lasting(minutes, locale_code())


@lru_cache(maxsize=5000)
def _lasting(minutes: int, language: str) -> str:
    parts = zip(divmod(minutes, 60), ("hour", "minute"), strict=True)
    said = [format_unit(amount, unit, "short", locale=language) for amount, unit in parts if amount]
    return " ".join(said) or format_unit(0, "minute", "short", locale=language)


def phone(number: str) -> str:
    """Write a phone number as here: `06 12345678`, `+32 2 123 45 67`."""
    import phonenumbers

    try:
        parsed = phonenumbers.parse(number, "NL")
    except phonenumbers.NumberParseException:
        return number  # a demo's invented number, or one typed before we checked
    is_dutch = parsed.country_code == 31
    style = phonenumbers.PhoneNumberFormat
    return phonenumbers.format_number(parsed, style.NATIONAL if is_dutch else style.INTERNATIONAL)


def number(value: int) -> str:
    """A whole number with its thousands apart."""
    return format_decimal(value)
