"""Which version of a thing a form was drawn from: nobody saves over what she didn't see.

The form carries a short digest of each value that it showed, and when it was drawn. What stands now
is known when it comes back, so no table needs a number of its version (decision 29). A button that
decides about a row carries a digest of all of it: `seen_as`, which `check_seen` holds against now.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from flask import Flask, request
from flask_babel import gettext
from sqlalchemy import false, inspect, or_, select
from wtforms import BooleanField, Field, FileField, HiddenField, PasswordField

from portal.core import N_, RuleBroken, as_house, clock
from portal.core.audit import AuditEvent, is_about
from portal.web.current import actor, session
from portal.web.words import moment

FIELD = "seen_as"
_DRAWN = "@"  # before the moment, among the prints of a form
_LETTERS = 8
_NEVER_OF_A_ROW = (FileField, HiddenField, PasswordField)


_names: list[Callable[[int], str]] = []


def init_app(app: Flask) -> None:
    """Let buttons say what they were drawn from."""
    app.jinja_env.globals.update(seen_as=seen_as)


def names_staff(lookup: Callable[[int], str]) -> Callable[[int], str]:
    """Register how the name of a user is found, which no room below knows."""
    _names[:] = [lookup]
    return lookup


def seen_as(*rows: Any) -> str:
    """What rows say now, and the moment: for the buttons that decide about them."""
    return f"{_print_of(rows)}.{_now()}"


def check_seen(*rows: Any) -> None:
    """Refuse a button drawn when these rows said else; believe one without.

    Nothing is locked: of two who press at one moment, the rules of the command refuse the second.
    """
    said, _, drawn_at = request.form.get(FIELD, "").partition(".")
    if said and said != _print_of(rows):
        who = by_whom(rows, drawn_at)
        raise RuleBroken(
            "", N_("Something changed meanwhile. Look again, then go on. {who}"), who=who
        )


def by_whom(rows: Sequence[Any], since: str) -> str:
    """Say who changed rows since a moment, and when; "" if unknown."""
    if not re.fullmatch("[0-9]{10,13}", since):
        return ""
    event, who = AuditEvent, actor()
    about_any = or_(false(), *(_is_about(row) for row in rows if row is not None))
    begun = datetime.fromtimestamp(int(since) / 1000, UTC)
    query = select(event).where(about_any, event.created_at >= begun).order_by(event.id.desc())
    with as_house(session()):
        last = session().scalar(query.limit(1))
    if last is None:
        return ""
    when = moment(last.created_at)
    if (last.user_id, last.participant_id) == (who.user_id, who.participant_id):
        return gettext("You changed this yourself, in another window: %(moment)s.", moment=when)
    is_colleague = who.is_staff and last.user_id and last.organisation_id == who.organisation_id
    if is_colleague and _names:
        name = _names[0](last.user_id or 0)
        return gettext("%(name)s changed this: %(moment)s.", name=name, moment=when)
    return gettext("This was changed: %(moment)s.", moment=when)


def _is_about(row: Any) -> Any:
    """A part of a row is told of as that row; and not all that is told of is a change."""
    subject, number = getattr(row, "told_as", (row.__tablename__, "id"))
    return is_about(subject, getattr(row, number), *getattr(row, "told_when_changed", ()))


def _print_of(rows: Sequence[Any]) -> str:
    """Say the same of the same rows, in whichever order they were read."""
    said = [
        "\n".join(
            f"{column.key}={getattr(row, column.key)}"
            for column in inspect(type(row)).column_attrs
            if column.key not in getattr(row, "not_seen", ())
        )
        for row in rows
        if row is not None
    ]
    return sha256("\n".join(sorted(said)).encode()).hexdigest()[:20]


def _now() -> int:
    return int(clock.now().timestamp() * 1000)


def hold(of: Any) -> None:
    """Read rows anew and lock them, so that the next sender waits."""
    for row in rows_of(of):
        state = inspect(row, raiseerr=False)
        if request.method == "POST" and state is not None and state.persistent:
            session().refresh(row, with_for_update={"of": type(row)})


def rows_of(of: Any) -> tuple[Any, ...]:
    """What a form changes: a row or some."""
    return of if isinstance(of, tuple) else (of,)


def prints_of(form: Any) -> str:
    """Digest each value that stands now, by field, and the moment."""
    return " ".join([f"{_DRAWN}:{_now()}", *map(_named_print, _of_row(form))])


def is_of_now(form: Any) -> bool:
    """Whether nobody's newer value would be lost; else the form shows both of them."""
    fields = _in_conflict(form) if form.drawn_from else []
    if fields:
        said = gettext("Somebody else changed this meanwhile. Look at both, then save again.")
        drawn_at = re.match(f"{_DRAWN}:([0-9]+)", form.drawn_from.data or "")
        who = by_whom(form.of, drawn_at[1]) if drawn_at else ""
        form.form_wide_errors.append(f"{said} {who}".rstrip())
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
