"""How what is sent to an address that writes is filled in and sent."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from werkzeug.test import TestResponse

from tests.house.forms import sensible
from tests.house.world import World
from tests.pages import AuditingClient, controls_of, is_button, page_of

_TRAPS = {"website"}  # what only a robot fills in
Values = dict[str, Any]


@dataclass(frozen=True)
class Post:
    """What is filled in besides what its page asks, and what must be there before."""

    values: Callable[[World], Values] = lambda world: {}
    before: Callable[[World], None] = lambda world: None
    query: Callable[[World], Values] = lambda world: {}
    prepare: Callable[[AuditingClient, World], None] = lambda client, world: None
    who: str | None = None
    fills_page: bool = True

    def send(self, client: AuditingClient, url: str, world: World) -> TestResponse:
        """Fill in the first form of the page, if there is one, and send it."""
        query = self.query(world)
        answer = client.get(url, query_string=query) if self.fills_page else None
        typed = _filled_in(answer) if answer is not None and answer.status_code == 200 else {}
        given = self.values(world)
        if "json" in given:
            said = client.get("/registers/offline.json").get_json()
            headers = {"X-CSRFToken": said["csrf"]}
            return client.post(url, json={**given["json"], "user": said["user"]}, headers=headers)
        # Only what is needed: one of several ways to say the same is refused beside another.
        filled = {name: value for name, value in {**typed, **given}.items() if value is not None}
        filled["csrf_token"] = client.csrf_token()
        return client.post(
            url, query_string=query, data=filled, buffered=True, content_type=_kind(filled)
        )


def _kind(filled: Values) -> str | None:
    has_file = any(isinstance(value, tuple) for value in filled.values())
    return "multipart/form-data" if has_file else None


def _filled_in(answer: TestResponse) -> Values:
    page = page_of(answer)
    form = (page.main or page).find("form", method="post")
    typed: Values = {"once": uuid.uuid4().hex}
    for tag in controls_of(page, form) if form else ():
        name = str(tag.get("name") or "")
        if is_button(tag):
            typed.setdefault(name, str(tag.get("value", "")))
        elif name and tag.get("type") != "file" and name not in _TRAPS:
            typed.setdefault(name, sensible(tag))
    typed.pop("", None)
    return typed
