"""Break what decides, one small change at a time, and see that a fast test of it notices.

`make mutate` breaks the modules that `[tool.mutmut]` of pyproject.toml names and that are, they or
their tests, not as mutated.json has them; with ALL=1 every one. What no test can notice stands in
survivors.toml with the reason why it can't matter; whatever else is unnoticed fails.
"""

import hashlib
import json
import shutil
import subprocess
import sys
import tomllib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from portal.config import ROOT

LEAST = 95  # percent of a module's changes that a test notices
_SURVIVORS = ROOT / "tests" / "survivors.toml"
_DONE = ROOT / "tests" / "mutated.json"  # by module: what it and its tests were when it was broken
_NOTICED = {1, 3, 24, -24, 36, 152, 255}  # a test failed, or went on without end
_MUTMUT = str(Path(sys.executable).with_name("mutmut"))


def main(every: str = "") -> int:
    """Run it; 0 when enough was noticed and all the rest has its reason."""
    states, done = dict(_states()), json.loads(_DONE.read_text("utf-8"))
    modules = sorted(name for name, state in states.items() if every or done.get(name) != state)
    if not modules:
        print("All that decides was broken as it is.")
        return 0
    # Begun anew: the copy of another day knows no new function, table or template.
    shutil.rmtree(ROOT / "mutants", ignore_errors=True)
    command = [_MUTMUT, "run", "--max-children", "1", *(f"{name}.*" for name in modules)]
    ran = subprocess.run(["nice", *command], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    if ran.returncode:
        print(ran.stdout)
        return ran.returncode
    good = _judge(modules)
    kept = {name: states[name] if name in good else done.get(name) for name in states}
    kept = {name: state for name, state in kept.items() if state}
    _DONE.write_text(json.dumps(kept, indent=1, sort_keys=True) + "\n", "utf-8")
    return int(good != set(modules))


def _judge(modules: list[str]) -> set[str]:
    """Those of the modules in which enough was noticed, and all the rest has its reason."""
    reasons = tomllib.loads(_SURVIVORS.read_text("utf-8"))
    good = set(modules)
    total: Counter[bool] = Counter()
    for file in sorted((ROOT / "mutants").glob("portal/**/*.meta")):
        source = file.relative_to(ROOT / "mutants").with_suffix("")
        module = _name_of(source)
        found: dict[str, int | None] = json.loads(file.read_text("utf-8"))["exit_code_by_key"]
        if not found or module not in modules or not (ROOT / source).exists():
            continue
        counts = Counter(code in _NOTICED for code in found.values())
        total += counts
        share = 100 * counts[True] / len(found)
        print(f"{module:32} {len(found):4} changes, {share:5.1f}% noticed")
        unnoticed = {_change_of(name): name for name, code in found.items() if code not in _NOTICED}
        unexplained = unnoticed.keys() - reasons.get(module, {}).keys()
        for change in sorted(unexplained):
            print(f"  not noticed, {unnoticed[change]}: {change}")
        for change in reasons.get(module, {}).keys() - unnoticed.keys():
            print(f"  noticed by now, take it out of survivors.toml: {change}")
        if share < LEAST or unexplained:
            good.discard(module)
    print(
        f"In all {total.total()} changes, {100 * total[True] / max(total.total(), 1):.1f}% noticed"
    )
    return good


def _change_of(mutant: str) -> str:
    """The line as it was broken, or the lines that were put in its place."""
    shown = subprocess.run([_MUTMUT, "show", mutant], cwd=ROOT, capture_output=True, text=True)
    lines = shown.stdout.splitlines()
    return " ".join(line[1:].strip() for line in lines if line[:1] == "+" and line[:3] != "+++")


def _states() -> Iterator[tuple[str, str]]:
    """The modules that decide, each with a word for it and its tests as they are now."""
    rules = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["mutmut"]
    for path in (file for way in rules["only_mutate"] for file in ROOT.glob(way)):
        module = _name_of(path.relative_to(ROOT))
        of_module = f"test_{module.rpartition('.')[2]}"
        tests = (ROOT / "tests" / module.split(".")[1]).glob(f"{of_module}*.py")
        state = hashlib.sha256(b"".join(one.read_bytes() for one in (path, *sorted(tests))))
        yield module, state.hexdigest()[:16]


def _name_of(path: Path) -> str:
    return ".".join(path.with_suffix("").parts).removesuffix(".__init__")


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:2]))
