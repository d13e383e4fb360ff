"""Which rooms the house has, in the order of a participant's way, bottom to top."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from typing import Any

from flask import Flask

import portal.core.audit  # noqa: F401 - its table belongs to no room

ROOMS = (
    "notices",
    "accounts",
    "organisations",
    "offerings",
    "schedule",
    "participants",
    "catalogue",
    "feeds",
    "enrolments",
    "referrals",
    "agreements",
    "attendance",
    "progress",
    "check_in",
    "imports",
    "hours",
    "impact",
    "recognition",
    "duplicates",
    "home",
)


def init_app(app: Flask) -> None:
    """Open each room that has pages, and learn the words for its enums."""
    for name in ROOMS:
        for part in ("models", "labels", "routes"):
            module = _part(name, part)
            if part == "routes" and module is not None:
                app.register_blueprint(module.room)


def _part(name: str, part: str) -> Any | None:
    path = f"portal.{name}.{part}"
    return import_module(path) if find_spec(path) else None
