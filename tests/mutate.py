"""Break what decides, one small change at a time, and see that a fast test of it notices.

`make mutate` breaks every module that `[tool.mutmut]` of pyproject.toml names; with SINCE=main only
those in which, or in whose tests, something changed since. What no test can notice stands in
survivors.toml with the reason why it can't matter; whatever else is unnoticed fails.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tomllib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from portal.config import ROOT

LEAST = 95  # percent of a module's changes that a test notices
_SURVIVORS = ROOT / "tests" / "survivors.toml"
_NOTICED = {1, 3, 24, -24, 36, 152, 255}  # a test failed, or went on without end
_MUTMUT = str(Path(sys.executable).with_name("mutmut"))


def main(since: str | None = None) -> int:
    """Run it; 0 when enough was noticed and all the rest has its reason."""
    modules = sorted(_changed(since)) if since else []
    if since and not modules:
        print("Nothing that decides was changed.")
        return 0
    # Which test is of which function is found out anew: what was kept knows no new function.
    (ROOT / "mutants" / "mutmut-stats.json").unlink(missing_ok=True)
    command = [_MUTMUT, "run", "--max-children", "1", *(f"{name}.*" for name in modules)]
    done = subprocess.run(["nice", *command], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    if done.returncode:
        print(done.stdout)
        return done.returncode
    return _judge(modules)


def _judge(modules: list[str]) -> int:
    reasons = tomllib.loads(_SURVIVORS.read_text("utf-8"))
    seen: set[tuple[str, str]] = set()
    unexplained = 0
    total: Counter[bool] = Counter()
    for file in sorted((ROOT / "mutants").glob("portal/**/*.meta")):
        module = ".".join(file.relative_to(ROOT / "mutants").with_suffix("").with_suffix("").parts)
        module = module.removesuffix(".__init__")
        found: dict[str, int | None] = json.loads(file.read_text("utf-8"))["exit_code_by_key"]
        if not found or (modules and module not in modules):
            continue
        counts = Counter(code in _NOTICED for code in found.values())
        total += counts
        share = 100 * counts[True] / len(found)
        print(f"{module:32} {len(found):4} changes, {share:5.1f}% noticed")
        unexplained += share < LEAST
        for mutant in (name for name, code in found.items() if code not in _NOTICED):
            change = _change_of(mutant)
            if change in reasons.get(module, {}):
                seen.add((module, change))
            else:
                print(f"  not noticed, {mutant}: {change}")
                unexplained += 1
    for module, changes in reasons.items():
        if not modules or module in modules:
            for change in (one for one in changes if (module, one) not in seen):
                print(f"  noticed by now, take it out of survivors.toml, {module}: {change}")
    print(
        f"In all {total.total()} changes, {100 * total[True] / max(total.total(), 1):.1f}% noticed"
    )
    return min(unexplained, 1)


def _change_of(mutant: str) -> str:
    """The line as it was broken, or the lines that were put in its place."""
    shown = subprocess.run([_MUTMUT, "show", mutant], cwd=ROOT, capture_output=True, text=True)
    lines = shown.stdout.splitlines()
    return " ".join(line[1:].strip() for line in lines if line[:1] == "+" and line[:3] != "+++")


def _changed(since: str) -> Iterator[str]:
    """The modules that decide and were changed, or had their tests changed, since a commit."""
    rules = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["mutmut"]
    git = subprocess.run(
        ["git", "diff", "--name-only", "--merge-base", since],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    files = set(git.stdout.split())
    for path in (file for way in rules["only_mutate"] for file in ROOT.glob(way)):
        name = path.relative_to(ROOT)
        module = ".".join(name.with_suffix("").parts).removesuffix(".__init__")
        what = f"tests/{name.parts[1]}/test_{module.rpartition('.')[2]}"
        if files & {str(name), *(f"{what}{more}.py" for more in ("", "ed", "_typed"))}:
            yield module


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:2]))
