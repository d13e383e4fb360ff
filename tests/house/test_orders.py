"""What the sentence of a list says of its order is the order that its question asks."""

import ast
import re
from collections.abc import Iterator

import pytest

from tests.house.test_laws import trees

_DOWN = re.compile(r"\b(newest|latest|last|last made) (one )?first\b|\blast seen\b")
_UP = re.compile(
    r"\b(oldest|soonest|longest|first one|first day) first\b|\bthe first first\b|\bin order\b"
    r"|\bby (their |its )?days?\b"
)
_BY_NAME = re.compile(r"\bby name\b|\bin the order of their names\b")
_NAMES = {"name", "folded_name", "title"}
# Those that keep two halves apart before they look at the day, and what keeps them apart.
_HALVES = {"is_over", "_BY_STATUS"}
# The sentence is about something else that the same function does.
_OF_OTHERS = {
    "attendance/queries/history.py list_changes",  # turned round after it was read
    "calls/queries.py list_to_check",  # of what waits, which comes before what is public
    "organisations/queries.py page_of_all",  # by name among those of one standing
    "recognition/queries/__init__.py list_sent_here",  # as who reads it chose
}
# What they say of their order, a function of another file asks, or what they are given has it.
_ASKED_ELSEWHERE = {
    "attendance/queries/members.py list_of_members",
    "enrolments/queries/namesakes.py _groups_of",
    "home/queries/listing.py enrolments",
    "notices/queries.py list_calls",
    "notices/queries.py list_letters",
    "profile/queries.py skills_of",
    "referrals/queries.py list_taken",
    "schedule/queries.py list_sessions",
    "schedule/queries.py series_by_offering",
}


def _say_an_order() -> Iterator[tuple[str, bool]]:
    """Each list with an order in its sentence, and whether anything in its file orders it."""
    for name, tree in trees("/queries"):
        functions = {one.name: one for one in ast.walk(tree) if isinstance(one, ast.FunctionDef)}
        for one in functions.values():
            says = " ".join((ast.get_docstring(one) or "").lower().split())
            if any(how.search(says) for how in (_DOWN, _UP, _BY_NAME)):
                yield f"{name} {one.name}", _is_ordered(one, functions)


def _is_ordered(one: ast.FunctionDef, functions: dict[str, ast.FunctionDef]) -> bool:
    if re.search(r"\border_by\(|\bsorted\(|\.sort\(", ast.unparse(one)):
        return True
    named = {of.id for of in ast.walk(one) if isinstance(of, ast.Name)} & functions.keys()
    rest = {name: of for name, of in functions.items() if of is not one}
    return any(_is_ordered(functions[name], rest) for name in named - {one.name})


def _orders() -> Iterator[tuple[str, str, list[str]]]:
    """Each list with an order in its sentence, and by what its question orders."""
    for name, tree in trees("/queries"):
        functions = {one.name: one for one in ast.walk(tree) if isinstance(one, ast.FunctionDef)}
        for one in functions.values():
            says = " ".join((ast.get_docstring(one) or "").lower().split())
            if not (_DOWN.search(says) or _UP.search(says) or _BY_NAME.search(says)):
                continue
            named = {of.id for of in ast.walk(one) if isinstance(of, ast.Name)}
            asked = [one, *(functions[of] for of in sorted(named & functions.keys() - {one.name}))]
            for of in asked:
                if found := _ordered(of):
                    yield f"{name} {one.name}", says, found
                    break


def _ordered(function: ast.FunctionDef) -> list[str]:
    calls = [
        one for one in ast.walk(function)
        if isinstance(one, ast.Call) and isinstance(one.func, ast.Attribute)
        and one.func.attr == "order_by"
    ]  # fmt: skip
    return [ast.unparse(of) for of in calls[0].args] if len(calls) == 1 else []


ORDERS = {name: (says, by) for name, says, by in _orders() if name not in _OF_OTHERS}


@pytest.mark.parametrize("name", ORDERS)
def test_a_list_is_in_the_order_that_its_sentence_says(name):
    says, columns = ORDERS[name]
    by = next(one for one in columns if one not in _HALVES)
    if _BY_NAME.search(says):
        assert set(re.findall(r"\w+", by)) & _NAMES, (says, columns)
        assert not by.endswith(".desc()"), (says, columns)
    elif _DOWN.search(says):
        assert by.endswith(".desc()"), (says, columns)
    else:
        assert not by.endswith(".desc()"), (says, columns)


def test_what_says_an_order_asks_for_one():
    assert {name for name, is_ordered in _say_an_order() if not is_ordered} == _ASKED_ELSEWHERE


def test_most_lists_say_their_order():
    assert len(ORDERS) >= 55
