"""The only singletons of the house."""

from typing import Any

from flask import Flask
from flask_babel import Babel
from flask_login import LoginManager
from flask_sqlalchemy import SQLAlchemy
from flask_wtf import CSRFProtect
from htmx_flask import Htmx

from portal.config import Settings
from portal.core import Base
from portal.core.database import prepare_engine

db = SQLAlchemy(metadata=Base.metadata)
login_manager = LoginManager()
csrf = CSRFProtect()
babel = Babel()  # set up in web.i18n
htmx = Htmx()


def init_database(app: Flask, settings: Settings) -> None:
    """Set up the database of one application."""
    app.config["SQLALCHEMY_DATABASE_URI"] = settings.database_url
    options: dict[str, Any] = {
        "hide_parameters": True,  # no name, number or secret in a log by way of an error
        "pool_recycle": 3600,  # seconds; a new connection knows how large the tables are by now
    }
    if not settings.database_url.startswith("postgresql"):
        options["connect_args"] = {"cached_statements": 500}  # a page of work asks fifty
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = options
    db.init_app(app)
    with app.app_context():
        prepare_engine(db.engine)


def init_app(app: Flask) -> None:
    """Set up the others."""
    # Its template variable looks up who is here, also for the page about a lost database.
    login_manager.init_app(app, add_context_processor=False)
    login_manager.session_protection = None  # phones change their address all day
    csrf.init_app(app)
    htmx.init_app(app)
