"""An enumeration that decides something is mapped completely: a new member falls into no default.

Go on with `match` and `assert_never`, or with a table that has every member and is indexed. The
demo city stands outside: it draws examples and decides nothing.
"""

import ast
import contextlib
import sys
from collections.abc import Iterator
from enum import Enum
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from portal.attendance.rules import Provenance, RecordedHow, provenance
from portal.core import clock
from portal.core.actor import ROLES, Role
from portal.core.links import LASTS, Purpose
from portal.core.worded import WordedEnum
from portal.enrolments.rules import BY_ITSELF, REASON_OF
from portal.offerings.rules import BY_ITSELF as HOUSE_STEPS

ROOT = Path(__file__).parents[2]
FILES = [f for f in sorted((ROOT / "portal").rglob("*.py")) if "city" not in f.parts]
MAIL = {
    str(file.relative_to(ROOT / "templates" / "mail").with_suffix(""))
    for file in (ROOT / "templates" / "mail").glob("*/*.txt")
}


def _name(file: Path) -> str:
    return ".".join(file.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


class _Looking:
    """Finds defaults in one module; what a name stands for is asked of the module itself."""

    def __init__(self, tree: ast.Module, names: dict[str, Any]) -> None:
        self.tree, self.names = tree, names

    def value(self, node: ast.expr) -> Any:
        try:
            return eval(compile(ast.Expression(node), "", "eval"), dict(self.names))
        except Exception:
            return None  # it hangs on what is only known when it runs

    def found(self) -> Iterator[tuple[int, str]]:
        inner: set[ast.AST] = set()
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Call) and self._has_default(node):
                yield node.lineno, "a table is asked with a default"
            elif isinstance(node, ast.Match) and self._falls_through(node):
                yield node.lineno, "a match ends without assert_never"
            elif isinstance(node, ast.If | ast.IfExp) and node not in inner:
                inner.update(chain := list(_chain(node)))
                if self._asks_of_one(chain):
                    yield node.lineno, "several members are asked one by one"
            elif isinstance(node, ast.FunctionDef):
                asked = [n for n in node.body if isinstance(n, ast.If) and not n.orelse]
                if self._asks_of_one([n for n in asked if isinstance(n.body[-1], ast.Return)]):
                    yield node.lineno, "several members are asked one by one, and the rest returns"

    def _has_default(self, node: ast.Call) -> bool:
        if not (isinstance(node.func, ast.Attribute) and node.func.attr == "get"):
            return False
        table = self.value(node.func.value)
        return isinstance(table, dict) and any(isinstance(key, Enum) for key in table)

    def _falls_through(self, node: ast.Match) -> bool:
        values = [n.value for case in node.cases for n in ast.walk(case.pattern)
                  if isinstance(n, ast.MatchValue)]  # fmt: skip
        last = ast.unparse(node.cases[-1].body[-1])
        is_of_members = any(isinstance(self.value(value), Enum) for value in values)
        return is_of_members and not last.startswith(("assert_never(", "raise "))

    def _asks_of_one(self, chain: list[Any]) -> bool:
        asked = [
            ast.unparse(n.test.left)
            for n in chain
            if isinstance(n.test, ast.Compare)
            and isinstance(n.test.ops[0], ast.Is | ast.Eq)
            and isinstance(self.value(n.test.comparators[0]), Enum)
        ]
        return len(asked) > 1 and len(set(asked)) == 1


def _chain(node: Any) -> Iterator[ast.If | ast.IfExp]:
    while isinstance(node, ast.If | ast.IfExp):
        yield node
        rest = node.orelse
        node = rest[0] if isinstance(rest, list) and len(rest) == 1 else rest


@pytest.mark.slow
def test_no_member_of_an_enumeration_falls_into_a_default(app: Flask):
    found = [
        f"{file.relative_to(ROOT)}:{line} {what}"
        for file in FILES
        if (module := sys.modules.get(_name(file))) is not None
        for line, what in _Looking(
            ast.parse(file.read_text(encoding="utf-8")), vars(module)
        ).found()
    ]
    assert found == [], "use match with assert_never, or a table with every member"


@pytest.mark.parametrize(
    "source",
    [
        "x = {Role.ADMIN: 1}.get(role, 2)",
        "x = TABLE.get(role)",
        "match role:\n    case Role.ADMIN:\n        x = 1\n    case _:\n        x = 2",
        "match role:\n    case Role.ADMIN:\n        x = 1",
        "if role is Role.ADMIN:\n    x = 1\nelif role is Role.GUIDE:\n    x = 2\nelse:\n    x = 3",
        "x = 1 if role is Role.ADMIN else 2 if role == Role.GUIDE else 3",
        "def f():\n    if r is Role.ADMIN:\n        return 1\n    if r is Role.GUIDE:\n"
        "        return 2\n    return 3",
    ],
)
def test_a_default_is_found_in_each_of_its_forms(source):
    names = {"Role": Role, "TABLE": {Role.ADMIN: 1}}
    assert list(_Looking(ast.parse(source), names).found())


def test_tables_have_every_member():
    assert set(ROLES) == set(Role), "say in core/actor.py what the new role may"
    assert set(LASTS) == set(Purpose), "say in core/links.py how long a link for it lasts"
    assert set(REASON_OF) == set(BY_ITSELF), "say in enrolments/rules why the house did it"


@pytest.mark.parametrize("how", RecordedHow)
def test_each_way_of_recording_says_how_strong_it_is_as_evidence(how):
    now = clock.now()
    with contextlib.suppress(AssertionError):
        assert provenance(how, now, now) in Provenance
        return
    pytest.fail("say in `provenance` of attendance/rules what the new way of recording proves")


def test_every_member_that_is_shown_has_its_words(app: Flask):
    """A choice says its words where it is made."""
    silent = [
        f"{of.__name__}.{member.name}"
        for of in WordedEnum.__subclasses__()
        for member in of
        if not member.words and member not in HOUSE_STEPS
    ]
    assert silent == [], "give them words beside their value, N_(...), then make translations"


def test_every_message_that_is_sent_has_its_template_and_every_template_is_sent():
    rooms = {kind.partition("/")[0] for kind in MAIL}
    named: set[str] = set()
    for file in FILES:
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                room, slash, what = node.value.partition("/")
                if slash and room in rooms and what.isidentifier():
                    named.add(node.value)
    pages = {kind for kind in named if (ROOT / "templates" / "pdf" / f"{kind}.typ").exists()}
    assert named >= MAIL, "templates/mail has one that nobody sends: name its kind where it is told"
    assert named - pages <= MAIL, "write templates/mail/<kind>.txt for it"
