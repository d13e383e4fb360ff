"""Which version of a thing a form was drawn from: nobody saves over what she didn't see.

The form carries a short digest of each value that it showed. What stands now is known when it comes
back, so no table needs a number of its version (decision 29).
"""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256
from typing import Any

from flask import request
from flask_babel import gettext
from sqlalchemy import inspect
from wtforms import BooleanField, Field, FileField, HiddenField, PasswordField

from portal.web.current import session

_LETTERS = 8
_NEVER_OF_A_ROW = (FileField, HiddenField, PasswordField)


def hold(of: Any) -> None:
    """Read a row, or some, anew and lock it, for a form that was sent: the next sender waits."""
    for row in of if isinstance(of, tuple) else (of,):
        if request.method == "POST" and row is not None and inspect(row, raiseerr=False):
            session().refresh(row, with_for_update={"of": type(row)})


def prints_of(form: Any) -> str:
    """A digest of each value that stands now, by the name of its field."""
    return " ".join(map(_named_print, _of_row(form)))


def is_of_now(form: Any) -> bool:
    """Whether nobody's newer value would be lost; else the form shows both of them."""
    fields = _in_conflict(form) if form.drawn_from else []
    if fields:
        form.form_wide_errors.append(
            gettext("Somebody else changed this meanwhile. Look at both, then save again.")
        )
        form.drawn_from.data = prints_of(form)
    for field in fields:
        now = _shown(field) or gettext("empty")
        field.errors = [*field.errors, gettext("It was changed into: %(now)s", now=now)]
    return not fields


def _in_conflict(form: Any) -> list[Any]:
    """The fields in which somebody else's newer value would be lost; the same value is no loss."""
    drawn = set((form.drawn_from.data or "").split())
    names = {one.partition(":")[0] for one in drawn}
    return [
        field
        for field in _of_row(form)
        if field.short_name in names
        and _named_print(field) not in drawn
        and _plain(getattr(field, "as_kept", field.data)) != _plain(field.object_data)
    ]


def _shown(field: Any) -> str:
    """What stands now, as its field would show it."""
    if hasattr(field, "iter_choices"):
        now = set(_list_of(field.object_data))
        return ", ".join(str(one.label) for one in field.iter_choices() if str(one.value) in now)
    if isinstance(field, BooleanField):
        return gettext("ticked") if field.object_data else gettext("not ticked")
    sent = field.raw_data, field.data
    field.raw_data, field.data = None, field.object_data
    try:
        return " ".join(field.boxes()) if hasattr(field, "boxes") else str(field._value())
    finally:
        field.raw_data, field.data = sent


def _of_row(form: Any) -> Iterator[Field]:
    for field in form:
        if not isinstance(field, _NEVER_OF_A_ROW) and field.short_name not in form.not_of_it:
            yield field


def _named_print(field: Field) -> str:
    digest = sha256(_plain(field.object_data).encode()).hexdigest()
    return f"{field.short_name}:{digest[:_LETTERS]}"


def _plain(value: Any) -> str:
    return "\n".join(_list_of(value))


def _list_of(value: Any) -> list[str]:
    if value is None or value is False:
        return []
    if isinstance(value, list | tuple | set | frozenset):
        return sorted(map(str, value))
    return [str(value)] if str(value) else []
