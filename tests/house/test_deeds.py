"""What the house writes in its trail, a test looks for."""

import ast
from pathlib import Path

from tests.house.test_laws import trees


def _written() -> set[str]:
    """The names of deeds that stand in commands as they are."""
    return {
        str(call.args[2].value)
        for _, tree in trees("")
        for call in ast.walk(tree)
        if isinstance(call, ast.Call)
        and ast.unparse(call.func) == "audit.record"
        and isinstance(call.args[2], ast.Constant)
    }


def test_each_deed_is_looked_for_by_a_test():
    tests = Path(__file__).parents[1].rglob("*.py")
    said = "\n".join(one.read_text("utf-8") for one in tests)
    written = _written()
    assert len(written) > 80
    missed = sorted(name for name in written if name not in said)
    assert not missed, f"no test looks whether these are written down: {missed}"
