"""Measure, print a table, and keep it in bench/results.json."""

from __future__ import annotations

import json
import os
import platform
import statistics
import sys
import sysconfig
import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from bench import city, client, inside, saves, search
from bench.server import WORKERS, serving

_RESULTS = Path(__file__).with_name("results.json")
_SECONDS = 3
_ROUNDS = 3
_SAVES = 200
_DRAWN = 50
_WAYS = {
    "inside": "inside the application",
    "changed": "after a place was taken",
    "served": "over HTTP",
}
_GOALS = {
    "listing_per_second": 600,
    "ratio_to_bare": 0.5,
    "register_save_ms_median": 12,
    "events_save_ms_median": 12,
    "saves_ratio_to_bare": 0.5,
    **{f"search_{way}_ms_{kind}": 20 for way in _WAYS for kind in ("sqlite", "postgresql")},
}


def main() -> None:
    """About two minutes in all."""
    with tempfile.TemporaryDirectory(prefix="warm-werkt-bench-") as directory:
        instance = Path(directory)
        print("Building the demo city ...", flush=True)
        app, registers = city.build(instance)
        print("Measuring ...", flush=True)
        results = {**_machine(), **_inside(app, registers[0]), **_served(instance)}
        print("Saving registers ...", flush=True)
        results |= saves.measure(instance, registers[1:], city.cookie_of(app, registers[0]))
    print("Searching among ten thousand offerings ...", flush=True)
    results |= search.measure()
    _RESULTS.write_text(json.dumps(results, indent=2) + "\n", encoding="utf-8")
    _show(results)


def _served(instance: Path) -> dict[str, Any]:
    """Both servers stand ready and are asked in turn, so that a busy machine is busy for both."""
    environment = {
        "PORTAL_INSTANCE": str(instance),
        "BARE_DATABASE_URL": f"sqlite:///{instance / 'portal.db'}",
    }
    listings, bares = [], []
    with ExitStack() as stack:
        portal = stack.enter_context(serving("wsgi:application", environment))
        bare = stack.enter_context(serving("bench.bare:application", environment))
        for port, path in ((portal, "/offerings"), (bare, "/")):
            client.requests_per_second(port, path, 1)  # warm
        for _ in range(_ROUNDS):
            listings.append(client.requests_per_second(portal, "/offerings", _SECONDS))
            bares.append(client.requests_per_second(bare, "/", _SECONDS))
    listing, bare_view = statistics.median(listings), statistics.median(bares)
    return {
        "listing_per_second": round(listing),
        "bare_view_per_second": round(bare_view),
        "ratio_to_bare": round(listing / bare_view, 2),
    }


def _inside(app: Any, register: city.Register) -> dict[str, Any]:
    inside.save_times(app, register, 6)  # warm; a whole number of changes of all marks
    forms = inside.save_times(app, register, _SAVES)
    taps = inside.event_times(app, register, _SAVES + 5)[5:]
    drawn = inside.draw_times(app, _DRAWN + 5)[5:]
    return {
        "register_people": city.PEOPLE,
        "register_save_ms_median": round(statistics.median(forms), 2),
        "register_save_ms_p95": round(statistics.quantiles(forms, n=20)[-1], 2),
        "events_save_ms_median": round(statistics.median(taps), 2),
        "listing_drawn_anew_ms_median": round(statistics.median(drawn), 2),
    }


def _machine() -> dict[str, Any]:
    arguments = sysconfig.get_config_var("CONFIG_ARGS") or ""
    return {
        "python": sys.version,
        "python_is_optimised": "--enable-optimizations" in arguments,
        "python_has_lto": "--with-lto" in arguments,
        "machine": platform.machine(),
        "cpus": len(os.sched_getaffinity(0)),
        "workers": WORKERS,
        "client": client.NAME,
        "connections": client.CONNECTIONS,
    }


def _show(results: dict[str, Any]) -> None:
    build = ", ".join(
        (
            "optimised" if results["python_is_optimised"] else "not optimised",
            "with LTO" if results["python_has_lto"] else "without LTO",
        )
    )
    print(f"\nPython {results['python']}\n  built {build}; {results['cpus']} CPUs; ", end="")
    print(
        f"granian with {WORKERS} workers; client: {client.NAME}, {client.CONNECTIONS} connections"
    )
    rows = (
        ("listing, requests a second", "listing_per_second"),
        ("bare Flask view, requests a second", "bare_view_per_second"),
        ("listing / bare view", "ratio_to_bare"),
        ("listing drawn anew, ms (median)", "listing_drawn_anew_ms_median"),
        (f"register of {city.PEOPLE} saved, ms (median)", "register_save_ms_median"),
        (f"register of {city.PEOPLE} saved, ms (p95)", "register_save_ms_p95"),
        (f"{city.PEOPLE} taps of a phone saved, ms (median)", "events_save_ms_median"),
        (f"{city.PEOPLE} taps saved, saves a second", "saves_per_second"),
        ("bare view, 25 rows in SQL, saves a second", "bare_saves_per_second"),
        ("bare view, 50 rows in SQL, saves a second", "bare_saves_with_history_per_second"),
        ("portal / bare view with 25 rows", "saves_ratio_to_bare"),
        ("portal / bare view with 50 rows", "saves_ratio_to_bare_with_history"),
        *(
            (f"search, {kind}, {words}, ms", f"search_{way}_ms_{kind}")
            for kind in ("sqlite", "postgresql")
            for way, words in _WAYS.items()
        ),
    )
    print(f"\n{'':48}{'measured':>10}  goal")
    for words, key in rows:
        goal = _GOALS.get(key)
        sign = "" if goal is None else f"{'<' if '_ms' in key else '>='} {goal}"
        print(f"{words:48}{results[key]:>10,}  {sign}")


if __name__ == "__main__":
    main()
