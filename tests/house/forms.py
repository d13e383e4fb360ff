"""The forms of a page, filled in with a sensible answer in every field."""

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urljoin

from bs4 import Tag

from portal.core import clock
from tests.page_audit import Page
from tests.pages import controls_of, current_of, is_button

Pair = tuple[str, str | bytes]
Values = tuple[str | bytes, ...]


@dataclass
class Filled:
    """A form of a page with a sensible answer in every field."""

    url: str
    fields: dict[str, Tag]
    pairs: list[Pair]


def forms_of(page: Page) -> Iterator[Filled]:
    """Each form in <main> that posts, once for each of its buttons."""
    for form in (page.main or page).find_all("form", method="post"):
        fields: dict[str, Tag] = {}
        pairs: list[Pair] = []
        buttons: list[Pair] = []
        for tag in controls_of(page, form):
            name = str(tag.get("name") or "csrf_token")
            if name == "csrf_token":
                continue
            if is_button(tag):
                buttons.append((name, str(tag.get("value", ""))))
                continue
            if name not in fields:
                pairs += [(name, value) for value in sensible(tag)]
            fields.setdefault(name, tag)
        url = urljoin(page.url, str(form.get("action") or page.url))
        for button in dict(buttons).items() or [None]:
            yield Filled(url, fields, [*pairs, *([button] if button else [])])


def sensible(tag: Tag) -> list[str]:
    """What stands there already, or an answer of the right kind."""
    kind = str(tag.get("type", "text"))
    if kind in {"radio", "checkbox"}:
        return [str(tag.get("value", "on"))]
    now = [value for value in current_of(tag) if value]
    if now or kind == "hidden":
        return now
    if tag.name == "select":
        return [str(one["value"]) for one in tag.find_all("option") if one.get("value")][:1]
    if tag.get("name") == "kvk":
        return ["12345678"]  # a number that no register gave out
    return {
        "email": ["nieuw@example.org"],
        "url": ["https://goed.example"],
        "tel": ["06 12345678"],
        "date": [clock.today().isoformat()],
        "time": ["10:00"],
        "password": ["drie blauwe fietsen"],
    }.get(kind, ["10" if tag.get("inputmode") else "Goed zo"])
