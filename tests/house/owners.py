"""Only its room writes a table: seen to by mypy, which knows what each name in the source is.

`[tool.mypy]` of pyproject.toml loads it, so `make check` names each line in a room that makes,
changes or takes out a row of another room's table. Shells, the demo city and tests are no rooms.
"""

import re
from collections.abc import Callable
from typing import Any

from mypy.nodes import TypeInfo
from mypy.plugin import AttributeContext, FunctionContext, MethodContext, Plugin
from mypy.types import CallableType, Instance, Type, get_proper_type

# Who writes another room's table, and the decision that says why.
WRITES_ANOTHERS = {
    ("recognition", "ImpactReport"): 7,  # its further way: handed in, returned, recognised
    ("duplicates", "Participant"): 21,  # one of two entries goes, and comes back
    ("duplicates", "ParticipantLink"): 21,
    ("imports", "Enrolment"): 26,  # all of a file in one statement a table
    ("imports", "OfferingSession"): 26,
    ("schedule", "Offering.minutes_per_week"): 41,  # what follows from its half-days
}
_NO_ROOM = {"city", "core", "web"}
_MODEL = re.compile(r"portal\.(\w+)\.models\b")
_MADE_BY = {
    "sqlalchemy.sql._dml_constructors.insert": 0,
    "sqlalchemy.sql._dml_constructors.update": 0,
    "sqlalchemy.sql._dml_constructors.delete": 0,
    "portal.core.database.insert_into": 1,
}
_TAKEN_OUT_BY = {"sqlalchemy.orm.session.Session.delete"}


class OnlyItsRoomWrites(Plugin):
    """Fails at a write of a row by a room whose table it isn't."""

    def get_attribute_hook(self, fullname: str) -> Callable[[AttributeContext], Type] | None:
        """Look at what is set on a row, also by a column that a mixin gives it."""
        return _set if fullname.startswith("portal.") else None

    def get_function_hook(self, fullname: str) -> Callable[[FunctionContext], Type] | None:
        """Look at rows that are made, and at statements that write."""
        if fullname in _MADE_BY:
            return lambda context: _stated(context, _MADE_BY[fullname])
        return _made if _MODEL.match(fullname) else None

    def get_method_hook(self, fullname: str) -> Callable[[MethodContext], Type] | None:
        """Look at rows that are taken out."""
        return _taken_out if fullname in _TAKEN_OUT_BY else None


def _set(context: AttributeContext) -> Type:
    if context.is_lvalue and isinstance(context.type, Instance):
        _check(context, context.type.type)
    return context.default_attr_type


def _made(context: FunctionContext) -> Type:
    made = get_proper_type(context.default_return_type)
    if isinstance(made, Instance):
        _check(context, made.type)
    return made


def _stated(context: FunctionContext, place: int) -> Type:
    for given in map(get_proper_type, context.arg_types[place]):
        if isinstance(given, CallableType) and given.is_type_obj():
            _check(context, given.type_object())
    return context.default_return_type


def _taken_out(context: MethodContext) -> Type:
    for given in map(get_proper_type, context.arg_types[0]):
        if isinstance(given, Instance):
            _check(context, given.type)
    return context.default_return_type


def _check(context: Any, model: TypeInfo) -> None:
    owner = _MODEL.match(model.fullname)
    room = re.search(r"\bportal/(\w+)/", context.api.path)
    if owner is None or room is None or room[1] in {owner[1], *_NO_ROOM}:
        return
    attribute = f"{model.name}.{getattr(context.context, 'name', '')}"
    if not {(room[1], model.name), (room[1], attribute)} & WRITES_ANOTHERS.keys():
        context.api.fail(
            f"only {owner[1]} writes {model.name}: call a command of portal/{owner[1]}, or add one "
            "there. Who must write it is named, with the decision, in tests/house/owners.py",
            context.context,
        )


def plugin(_version: str) -> type[Plugin]:
    """What mypy asks for."""
    return OnlyItsRoomWrites
