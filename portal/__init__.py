"""Warm Werkt: what a city's cooperatives and social enterprises do for people, recognised."""

import os
import sys

from flask import Flask

from portal.config import ROOT, Settings
from portal.core.private import put_right

_IS_OPEN = "portal_is_open"


def create_app(settings: Settings | None = None) -> Flask:
    """Make the application, open for requests: the table of contents of the house."""
    app = create_closed(settings)
    open_house(app)
    return app


def create_closed(settings: Settings | None = None) -> Flask:
    """Make it with its commands only, which open what they need: `--help` costs nothing."""
    settings = settings or Settings.from_environment(os.environ)
    if said := put_right(settings.instance, settings.database_url):
        print(f"Warm Werkt: {said}", file=sys.stderr, flush=True)
    app = Flask(
        __name__,
        template_folder=str(ROOT / "templates"),
        static_folder=str(ROOT / "static"),
        instance_path=str(settings.instance.resolve()),
    )
    app.config["SETTINGS"] = settings
    app.config["SECRET_KEY"] = settings.secret_key

    from portal import cli

    cli.init_app(app)
    return app


def open_data(app: Flask) -> None:
    """Open the database and learn all tables: enough for a command that draws no page."""
    from portal import extensions, rooms

    if "sqlalchemy" not in app.extensions:
        extensions.init_database(app, app.config["SETTINGS"])
        rooms.learn_tables()


def open_house(app: Flask) -> None:
    """Open everything, unless it is open."""
    if app.extensions.get(_IS_OPEN):
        return
    app.extensions[_IS_OPEN] = True
    open_data(app)

    from portal import extensions, rooms, web

    web.init_app(app, app.config["SETTINGS"])
    extensions.init_app(app)
    rooms.init_app(app)
    web.layout.give_macros(app)
    web.gate.check_doors(app)
