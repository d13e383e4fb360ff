"""Who is here, and the database session of this request."""

from collections.abc import Callable
from typing import Any, cast

from flask import current_app, g

from portal.config import Settings
from portal.core import Actor, Session
from portal.extensions import db

# What belongs to this request, itself: Flask's `g` looks for it at each word.
here: Callable[[], Any] = g._get_current_object


def session() -> Session:
    """The database session of this request; commands and queries get it as an argument."""
    return db.session()


def actor() -> Actor:
    """Whoever makes this request."""
    return cast(Actor, here().actor)


def settings() -> Settings:
    """The settings this application was made with."""
    return cast(Settings, current_app.config["SETTINGS"])
