"""Everything that speaks HTTP; it knows no room."""

from flask import Flask

from portal.config import Settings
from portal.web import (
    cookie,
    drawn_for,
    errors,
    gate,
    i18n,
    layout,
    links,
    packing,
    security,
    throttle,
    transaction,
    versions,
    words,
)


def init_app(app: Flask, settings: Settings) -> None:
    """Put the house's own parts around every view, outermost first."""
    packing.init_app(app)
    security.init_app(app, settings)
    cookie.init_app(app)
    transaction.init_app(app)
    gate.init_app(app)
    throttle.init_app(app)
    layout.init_app(app, settings)
    i18n.init_app(app)
    words.init_app(app)
    drawn_for.init_app(app)
    versions.init_app(app)
    links.init_app(app)
    errors.init_app(app)
