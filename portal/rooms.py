"""Which rooms the house has, in the order of a participant's way, bottom to top."""

from importlib import import_module
from importlib.util import find_spec
from pkgutil import iter_modules
from typing import Any

from flask import Flask

ROOMS = (
    "notices",
    "accounts",
    "organisations",
    "offerings",
    "schedule",
    "participants",
    "finding",
    "catalogue",
    "searches",
    "feeds",
    "enrolments",
    "referrals",
    "agreements",
    "attendance",
    "progress",
    "talks",
    "notes",
    "check_in",
    "phones",
    "absences",
    "imports",
    "hours",
    "assessments",
    "goals",
    "credentials",
    "work_places",
    "introductions",
    "social_return",
    "calls",
    "profile",
    "impact",
    "recognition",
    "tenders",
    "duplicates",
    "home",
)
_TABLES_OF_NO_ROOM = (
    "portal.core.audit",
    "portal.core.links",
    "portal.core.browser_session",
    "portal.core.signing_keys",
    "portal.web.kept_form",
    "portal.web.once",
    "portal.web.throttle",
)


def learn_tables() -> None:
    """Import the tables of every room, which name each other, and those of none."""
    for path in _TABLES_OF_NO_ROOM:
        import_module(path)
    for name in ROOMS:
        _part(name, "models")


def init_app(app: Flask) -> None:
    """Open each room with pages; learn its enums' words, and what waits."""
    for name in ROOMS:
        for part in ("labels", "waiting", "routes"):
            module = _part(name, part)
            if part == "routes" and module is not None:
                for file in iter_modules(getattr(module, "__path__", ())):
                    import_module(f"{module.__name__}.{file.name}")
                app.register_blueprint(module.room)


def _part(name: str, part: str) -> Any | None:
    path = f"portal.{name}.{part}"
    return import_module(path) if find_spec(path) else None
