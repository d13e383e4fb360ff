"""Warm Werkt: what a city's cooperatives and social enterprises do for people, recognised."""

from __future__ import annotations

import os
import sys

from flask import Flask

from portal.config import ROOT, Settings
from portal.core.private import put_right


def create_app(settings: Settings | None = None) -> Flask:
    """Make the application: the table of contents of the house."""
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

    from portal import cli, extensions, rooms, web

    web.init_app(app, settings)
    extensions.init_app(app, settings)
    rooms.init_app(app)
    cli.init_app(app)
    web.gate.check_doors(app)
    return app
