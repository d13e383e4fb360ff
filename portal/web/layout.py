"""What every page's frame needs: addresses of files, who is here, the help line."""

from collections.abc import Callable, Hashable, MutableMapping
from functools import cache
from pathlib import Path
from typing import Any

from flask import Flask, current_app, has_request_context, request, url_for
from flask.templating import Environment
from markupsafe import Markup

from portal.config import Settings
from portal.core import VISITOR
from portal.web.current import here
from portal.web.once import once_key
from portal.web.packing import version_of
from portal.web.pagecache import Fragments

HELP_PHONE = "010 - 000 00 00"


def init_app(app: Flask, settings: Settings) -> None:
    """Give the frame its words."""
    app.config["SEND_FILE_MAX_AGE_DEFAULT"] = 31_536_000
    app.jinja_environment = _Environment

    # Globals, so that an imported macro knows them and is made once, not again for each page.
    app.jinja_env.globals.update(
        url_for=way_to,
        static_url=static_url,
        icon_of=icon_of,
        kept=kept,
        theme_url=settings.theme,
        help_phone=HELP_PHONE,
        once_key=once_key,
        current_actor=_CurrentActor(),
    )
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True


def give_macros(app: Flask) -> None:
    """Let every template know the macros of each page; call it last."""
    for name, file in (("bits", "bits"), ("ui", "form")):
        app.jinja_env.globals[name] = app.jinja_env.get_template(f"_ui/{file}.html").module


class _Environment(Environment):
    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """Make a plain dict: Jinja's chain is walked through for each file."""
        return {**self.globals, **(d or {})}


class _CurrentActor:
    """Whoever is here now, for templates; a visitor where nobody was looked for."""

    def __getattr__(self, name: str) -> Any:
        return getattr(here().get("actor", VISITOR), name)


def way_to(endpoint: str, **values: Any) -> str:
    """Give the address of a view; one without values is built once."""
    if values or not has_request_context():
        return url_for(endpoint, **values)
    return _way(endpoint, request.script_root)


@cache
def _way(endpoint: str, _root: str) -> str:
    return url_for(endpoint)


def static_url(path: str) -> str:
    """Give a file's address, kept for each place: it changes with the file."""
    root = request.script_root if has_request_context() else None
    return _address(current_app.root_path, path, root)


@cache
def _address(_of_app: str, path: str, root: str | None) -> str:
    version = version_of((Path(str(current_app.static_folder)) / path).read_bytes())
    return url_for("static", filename=path, v=version)


def icon_of(name: str, turns: bool = False) -> Markup:
    """Draw a small picture, made once; one that `turns` looks along the text."""
    return _icon(static_url("img/icons.svg"), name, " turns" if turns else "")


@cache
def _icon(file: str, name: str, turns: str) -> Markup:
    drawn = '<svg class="icon{}" aria-hidden="true"><use href="{}#{}"/></svg>'
    return Markup(drawn).format(turns, file, name)


_KEPT = Fragments(most=500)


def kept(*of: Hashable, caller: Callable[[], Markup]) -> Markup:
    """Draw once in each language what says the same to everybody; `of` tells apart."""
    icons = static_url("img/icons.svg")
    return _KEPT.find(of, icons) or _KEPT.keep(of, icons, caller())
