"""Measure, print a table, and keep it in bench/results.json; name lines to measure only those."""

import json
import os
import platform
import sys
import sysconfig
import tempfile
from pathlib import Path
from typing import Any

from bench import city, inside, matching, pages, reports, saves, search
from bench.server import WORKERS
from portal.extensions import db
from tests import databases

_RESULTS = Path(__file__).with_name("results.json")
_SAVES = {
    "saves-sqlite": ("sqlite", 1),
    "saves-sqlite-4": ("sqlite", 4),
    "saves-pg": ("postgresql", 1),
}
_WAYS = {
    "inside": "inside the application",
    "changed": "after a place was taken",
    "served": "over HTTP",
}
_REPORTS = {
    "report": ("an organisation's report of a year", 50),
    "report_by_hand": ("what its registers say, by hand", None),
    "report_of_all": ("the city's, of recognised reports", 250),
    "report_of_all_by_hand": ("the city's headlines by hand", None),
}
_ALL = (*pages.LINES, *_SAVES, "sign-up", "profile", "matching", "ten-thousand", "reports")


def main(asked: list[str]) -> None:
    """About four minutes for all."""
    names = asked or list(_ALL)
    if unknown := set(names).difference(_ALL):
        raise SystemExit(f"no such line: {', '.join(unknown)}; there are {', '.join(_ALL)}")
    results = _machine()
    for kind in ("sqlite", "postgresql"):
        results |= _of_city(kind, names)
    if "ten-thousand" in names:
        print("Searching among ten thousand offerings ...", flush=True)
        results |= search.measure()
    if "reports" in names:
        print("Compiling reports among a million marks ...", flush=True)
        results |= reports.measure()
    if not asked:
        _RESULTS.write_text(json.dumps(results, indent=2) + "\n", encoding="utf-8")
    _show(results)


def _of_city(kind: str, names: list[str]) -> dict[str, Any]:
    """What is measured in a demo city on this database; it is built only where something is."""
    on_pages = [name for name in names if name in pages.LINES and kind == "sqlite"]
    on_saves = [guides for name, (of, guides) in _SAVES.items() if name in names and of == kind]
    alone = {"sign-up": inside.sign_ups, "profile": inside.profile}
    on_inside = [alone[name] for name in names if name in alone and kind == "sqlite"]
    matches = "matching" in names
    if not (on_pages or on_saves or on_inside or matches):
        return {}
    found: dict[str, Any] = {}
    with databases.started(kind) as url, tempfile.TemporaryDirectory() as directory:
        print(f"Building the demo city on {kind} and measuring ...", flush=True)
        built = city.build(Path(directory), url if kind == "postgresql" else "")
        found |= pages.measure(built, on_pages)
        with built.app.app_context():
            db.engine.dispose()
        for guides in on_saves:
            found |= saves.measure(built, kind, guides)
        for measured in on_inside:
            found |= measured(built)
        if matches:
            found |= {f"{name}_{kind}": ms for name, ms in matching.measure(built).items()}
    return found


def _machine() -> dict[str, Any]:
    arguments = sysconfig.get_config_var("CONFIG_ARGS") or ""
    return {
        "python": sys.version,
        "python_is_optimised": "--enable-optimizations" in arguments,
        "python_has_lto": "--with-lto" in arguments,
        "machine": platform.machine(),
        "cpus": len(os.sched_getaffinity(0)),
        "workers": WORKERS,
        "connections": pages.CLIENTS,
    }


def _show(results: dict[str, Any]) -> None:
    print(f"\nPython {results['python']}, {results['cpus']} CPUs, {WORKERS} workers")
    print(f"\n{'a second':40}{'ours':>8}{'bare':>8}{'ratio':>8}  goal")
    for name, line in pages.LINES.items():
        _compare(results, name, line.words, line.goal)
    for kind, guides in _SAVES.values():
        goal = 0.5 if guides == 1 else None
        _compare(results, f"saves_{kind}_{guides}", f"25 marks, {kind}, {guides} guide(s)", goal)
    print(f"\n{'milliseconds':40}{'ours':>8}  goal")
    for kind, guides in _SAVES.values():
        _time(results, f"saves_{kind}_{guides}_ms_p99", f"25 marks, {kind}, {guides} guide(s), p99")
    _time(results, "sign_up_ms_median", "last form of a sign-up (median)", 8)
    _time(results, "sign_up_ms_p95", "last form of a sign-up (p95)")
    _time(results, "profile_ms_median", "a profile of 18 months (median)", 60)
    _time(results, "profile_pdf_ms_median", "the same as PDF (median)", 400)
    for kind in ("sqlite", "postgresql"):
        _time(results, f"matching_hers_ms_median_{kind}", f"work that fits her, {kind}", 60)
        _time(results, f"matching_employer_ms_median_{kind}", f"an employer's counts, {kind}", 60)
        for way, words in _WAYS.items():
            _time(results, f"search_{way}_ms_{kind}", f"search, {kind}, {words}", 20)
        for name, (words, goal) in _REPORTS.items():
            _time(results, f"{name}_ms_{kind}", f"{words}, {kind}", goal)


def _compare(results: dict[str, Any], key: str, words: str, goal: float | None) -> None:
    if f"{key}_ratio" in results:
        ours, bare, ratio = (
            results[f"{key}_{of}"] for of in ("per_second", "bare_per_second", "ratio")
        )
        print(f"{words:40}{ours:>8,}{bare:>8,}{ratio:>8}  {'' if goal is None else f'>= {goal}'}")


def _time(results: dict[str, Any], key: str, words: str, goal: float | None = None) -> None:
    if key in results:
        print(f"{words:40}{results[key]:>8}  {'' if goal is None else f'< {goal}'}")


if __name__ == "__main__":
    main(sys.argv[1:])
