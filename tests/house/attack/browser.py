"""A quick browser: it reads a page's forms and addresses in a millisecond, and sends a form."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from urllib.parse import parse_qsl, urljoin, urlsplit

from flask import Flask
from werkzeug.test import TestResponse

from tests.house.test_privacy import text_of_answer
from tests.pages import AuditingClient

Pairs = list[tuple[str, Any]]
_ADDRESS = re.compile(r"https?://[^\s\"'<>]+")
_READ = ("text/", "application/")  # and no pictures


@dataclass
class Control:
    """A field or a button as it stands in a page."""

    name: str
    kind: str
    value: str = ""
    is_on: bool = False  # of a box or a round button
    options: list[tuple[str, bool]] = field(default_factory=list)  # value, chosen
    form: str = ""  # the id of a form elsewhere on the page
    action: str = ""


@dataclass
class Form:
    action: str
    method: str
    id: str = ""
    controls: list[Control] = field(default_factory=list)

    @property
    def buttons(self) -> list[Control]:
        return [one for one in self.controls if one.kind == "submit"]


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.links: list[str] = []
        self.strays: list[Control] = []  # they name their form
        self._form: Form | None = None
        self._select: Control | None = None
        self._text: Control | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "a" and "href" in given:
            self.links.append(given["href"])
        elif tag == "form":
            self._form = Form(
                given.get("action", ""), given.get("method", "get").lower(), given.get("id", "")
            )
            self.forms.append(self._form)
        elif tag in {"input", "button", "select", "textarea"} and "disabled" not in given:
            self._take(tag, given)
        elif tag == "option" and self._select is not None:
            self._select.options.append((given.get("value", ""), "selected" in given))

    def _take(self, tag: str, given: dict[str, str]) -> None:
        kind = {"select": "select", "textarea": "textarea"}.get(tag) or given.get(
            "type", "submit" if tag == "button" else "text"
        )
        control = Control(
            given.get("name", ""), kind, given.get("value", ""), "checked" in given,
            form=given.get("form", ""), action=given.get("formaction", ""),
        )  # fmt: skip
        if kind in {"checkbox", "radio"} and "value" not in given:
            control.value = "on"
        if control.form:
            self.strays.append(control)
        elif self._form is not None:
            self._form.controls.append(control)
        self._select = control if tag == "select" else None
        self._text = control if tag == "textarea" else None

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None
        elif tag in {"select", "textarea"}:
            self._select = self._text = None

    def handle_data(self, data: str) -> None:
        if self._text is not None:
            self._text.value += data


@dataclass
class Seen:
    """An answer, read."""

    status: int
    path: str  # with its query
    text: str
    forms: list[Form] = field(default_factory=list)
    links: list[str] = field(default_factory=list)

    @property
    def posts(self) -> list[Form]:
        """The forms that may change something."""
        return [form for form in self.forms if form.method == "post"]


class Browser:
    """One browser of somebody: it keeps its cookies, and shows each answer to `eyes`."""

    def __init__(self, app: Flask, eyes: Callable[[Browser, Seen], None], who: str) -> None:
        self.client: AuditingClient = app.test_client()  # type: ignore[assignment]
        self.client.audits = False
        self.base = str(app.config.get("PORTAL_BASE_URL", ""))
        self.eyes = eyes
        self.who = who
        self.at: Seen | None = None

    def get(self, path: str) -> Seen:
        return self._read(self.client.get(path, follow_redirects=True))

    def post(self, path: str, pairs: Pairs | None = None) -> Seen:
        sent: dict[str, list[Any]] = {}
        for name, value in pairs or []:
            sent.setdefault(name, []).append(value)
        if "csrf_token" not in sent:
            sent["csrf_token"] = [self.client.csrf_token()]
        return self._read(self.client.post(path, data=sent, follow_redirects=True))

    def send_json(self, path: str, data: Any) -> Seen:
        headers = {"X-CSRFToken": self.client.csrf_token()}
        return self._read(self.client.post(path, json=data, headers=headers))

    def send(self, form: Form, button: Control | None, fill: Callable[[Control], Any]) -> Seen:
        """Send a form as `fill` fills it in; what it answers None to is left out."""
        pairs: Pairs = []
        for control in form.controls:
            if not control.name or control.kind in {"submit", "button", "reset"}:
                continue
            given = control.value if control.kind == "hidden" else fill(control)
            for value in given if isinstance(given, list) else [given]:
                if value is not None:
                    pairs.append((control.name, value))
        if button is not None and button.name:
            pairs.append((button.name, button.value))
        here = self.at.path if self.at else "/"
        path = _path(urljoin(here, (button.action if button else "") or form.action or here))
        return self.post(path, pairs)

    def _read(self, response: TestResponse) -> Seen:
        """Look at the answer, and at each that led to it."""
        for step in (*response.history, response):
            request = step.request
            seen = Seen(step.status_code, request.full_path.rstrip("?"), _text(step, request.path))
            seen.links.append(_path(step.headers.get("Location", "")))
            if step.mimetype == "text/html":
                reader = _Reader()
                reader.feed(seen.text)
                by_id = {form.id: form for form in reader.forms if form.id}
                for stray in reader.strays:
                    if stray.form in by_id:
                        by_id[stray.form].controls.append(stray)
                seen.forms = reader.forms
                seen.links += [_path(urljoin(seen.path, link)) for link in reader.links]
            seen.links += addresses_in(seen.text)
            self.at = seen
            self.eyes(self, seen)
        response.close()
        assert self.at is not None
        return self.at


def current_of(control: Control) -> Any:
    """What a browser sends for a control that nobody touched."""
    if control.kind in {"checkbox", "radio"}:
        return control.value if control.is_on else None
    if control.kind == "select":
        chosen = [value for value, is_chosen in control.options if is_chosen]
        return chosen or [value for value, _ in control.options[:1]]
    if control.kind == "file":
        return upload(b"", "")
    return control.value


def addresses_in(text: str) -> list[str]:
    """Whole addresses that stand in a text: on a card, in a letter, in a calendar."""
    unfolded = text.replace("\r\n ", "").replace("=\n", "")
    return [_path(found.rstrip(".,)")) for found in _ADDRESS.findall(unfolded)]


def query_of(path: str) -> Pairs:
    return list(parse_qsl(urlsplit(path).query))


def upload(data: bytes, name: str) -> tuple[io.BytesIO, str]:
    return io.BytesIO(data), name


def _path(address: str) -> str:
    parts = urlsplit(address)
    return parts.path + (f"?{parts.query}" if parts.query else "")


def _text(response: TestResponse, path: str) -> str:
    if not response.mimetype.startswith(_READ) or (response.is_streamed and not response.data):
        return ""
    kinds = (".pdf", ".xlsx")
    if path.endswith(kinds) and response.status_code == 200:
        return text_of_answer(path, response.data)
    return response.get_data(as_text=True)
