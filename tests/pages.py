"""A browser for tests: it audits every page it gets, and fills in forms as a person would."""

import re
from collections.abc import Iterable
from functools import lru_cache
from hashlib import blake2b
from pathlib import Path
from threading import Lock
from typing import Any
from urllib.parse import urljoin
from weakref import WeakKeyDictionary, WeakSet

from bs4 import Tag
from flask.testing import FlaskClient
from itsdangerous import BadSignature, URLSafeTimedSerializer
from werkzeug.test import TestResponse

from portal.config import ROOT
from tests.page_audit import Page, answer_faults, audit, audit_part, text_of
from tests.signed_in import SignedIn

Pairs = list[tuple[str, str]]
# Reading a page with a strict parser takes longer than making it, so each is read once.
_READ: WeakKeyDictionary[TestResponse, Page] = WeakKeyDictionary()
_CHECKED: WeakSet[TestResponse] = WeakSet()
# What differs between two pages that are the same otherwise: keys of rows, and signed tokens.
_KEYS = re.compile(
    r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|[\w.-]{32,}|(?<=/)[a-z-]+-\d+|(?<=@:)\d+"
)
# What no rule of the audit looks at: which words stand somewhere, where an address leads.
_PIECE = re.compile(r"""<(?:[^<>"']|"[^"]*"|'[^']*')*>|[^<]+""")
_TYPED = re.compile(
    r"\b(value|href|action|src|alt|title|content|datetime|placeholder|aria-label|data-hx-(?:get|post))"
    r'="(?!\s*(?i:javascript):)[^"&#]*[^"&#\s][^"&#]*"'
)
_ENTITY = re.compile(r"&(?:amp|lt|gt|quot|#34|#39);")
_LOOKED_AT = re.compile(r"[^\s -~\u00a0-\U0010ffff]|[&{}]|%\(|^\s*–|\b(?:None|Undefined)\b")
_SIZE = 16  # bytes of what stands for a shape
_MOST = 8 << 20  # bytes of all that are remembered


_AUDITORS = (
    *("tests/pages.py", "tests/page_audit.py", "portal/web/once.py"),
    *("static/img/icons.svg", "requirements-dev.lock"),
)


class _Shapes:
    """Shapes that were audited and are good; what one process looked at, the others need not."""

    def __init__(self) -> None:
        self.file: Path | None = None  # of all processes
        self._read, self._one_reads = 0, Lock()
        self._known: set[bytes] = set()

    def keep_in(self, directory: Path) -> None:
        """Remember them for later runs too, until what audits a page is changed."""
        by = blake2b(b"".join((ROOT / one).read_bytes() for one in _AUDITORS), digest_size=_SIZE)
        self.file = directory / by.hexdigest()
        for one in directory.iterdir():
            if one != self.file or one.stat().st_size > _MOST:
                one.unlink(missing_ok=True)

    def __contains__(self, shape: bytes) -> bool:
        if shape not in self._known and self.file and self.file.exists():
            with self._one_reads, self.file.open("rb") as file:
                file.seek(self._read)
                new = file.read()
                self._read += len(new)
            self._known |= {new[at : at + _SIZE] for at in range(0, len(new), _SIZE)}
        return shape in self._known

    def add(self, shape: bytes) -> None:
        if shape not in self._known:
            self._known.add(shape)
            if self.file:
                with self.file.open("ab", buffering=0) as file:  # at once: none is written half
                    file.write(shape)


GOOD = _Shapes()
# What is hers; `/my/saved` shows what is public, too.
_GROWN = 'a[href^="/my/can/growth/"]'  # all examples of a competence, where several are of it
OWN_PAGES = tuple(f"/my{part}" for part in ("", "/times", "/activities", "/can", "/steps", "/data"))


class AuditingClient(FlaskClient):
    """Checks each HTML answer; `audits = False` on a client leaves it out."""

    audits = True
    signed_in: SignedIn | None = None

    def open(self, *args: Any, **options: Any) -> TestResponse:
        if self.signed_in is not None:
            self.signed_in.keep_up()
        response = super().open(*args, **options)
        if (
            self.audits
            and response.mimetype == "text/html"
            and not 300 <= response.status_code < 400
        ):
            _check(response)
        return response

    def own_words(self) -> str:
        """All that stands on the pages of the participant who is signed in."""
        pages = [self.page(path) for path in OWN_PAGES]
        grown = {str(link["href"]) for page in pages for link in page.select(_GROWN)}
        return " ".join(page.words for page in (*pages, *map(self.page, sorted(grown))))

    def csrf_token(self) -> str:
        """A token as this browser's pages carry it, for a request without a page before it."""
        seal: Any = self.application.session_interface
        seal = seal.get_signing_serializer(self.application)  # a request for it takes longer
        name = self.application.config["SESSION_COOKIE_NAME"]
        try:
            cookie = seal.loads(held.value) if (held := self.get_cookie(name)) else {}
        except BadSignature:
            cookie = {}
        if "csrf_token" not in cookie:
            cookie["csrf_token"] = "0" * 40
            self.set_cookie(name, seal.dumps(cookie))
        key = self.application.config["SECRET_KEY"]
        return str(URLSafeTimedSerializer(key, salt="wtf-csrf-token").dumps(cookie["csrf_token"]))

    def page(self, url_or_response: str | TestResponse, *, status: int = 200) -> Page:
        """The page at an address (redirects followed), which must come with this status."""
        response = url_or_response
        if isinstance(response, str):
            response = self.get(response, follow_redirects=True)
        page = page_of(response)
        assert page.status == status, (
            f"{page.url} answered {page.status}, not {status}: {_headline(page)}"
        )
        return page

    def submit(
        self,
        page: str | Page | TestResponse,
        *,
        form: str | int = 0,
        button: str | None = None,
        follow: bool = True,
        **values: Any,
    ) -> TestResponse:
        """Fill in a form of a page (or of the page at an address) and send it.

        `form` is a CSS selector, or a form's place among those in <main>. All that the form holds
        is sent as it stands, but for `values`: a text, number or day; a list for several; True or
        False for a box to tick; None to leave the field out. `button` is the text, the value or
        the name of the button pressed; without it the first one, as Enter does.
        """
        if isinstance(page, TestResponse):
            page = page_of(page)
        elif isinstance(page, str):
            page = self.page(page)
        chosen = _find_form(page, form)
        pressed = _find_button(page, chosen, button)
        pairs = _filled_in(page, chosen, values)
        if pressed is not None and pressed.get("name"):
            pairs.append((str(pressed["name"]), str(pressed.get("value", ""))))
        source = pressed if pressed is not None and pressed.get("formaction") else None
        action = str(source["formaction"] if source else chosen.get("action") or page.url)
        url = urljoin(page.url, action)
        if str(chosen.get("method", "get")).lower() == "get":
            return self.get(url.partition("?")[0], query_string=pairs, follow_redirects=follow)
        return self.post(url, data=_as_lists(pairs), follow_redirects=follow)


def page_of(response: TestResponse) -> Page:
    """An answer as a page."""
    if response not in _READ:
        url = response.request.full_path.rstrip("?")
        body, status = response.get_data(as_text=True), response.status_code
        is_good = _shape_in(response) in GOOD
        _READ[response] = Page(body, url=url, status=status, is_good=is_good)
    return _READ[response]


def _check(response: TestResponse) -> None:
    request = response.request
    if response in _CHECKED or request.method == "HEAD" or not response.data:
        return  # Where a redirect ends is met twice: by itself, and as the answer to the first.
    _CHECKED.add(response)
    is_part = request.headers.get("HX-Request-Type") == "partial"
    body, headers, path = response.get_data(as_text=True), dict(response.headers), request.path
    shape = _shape_in(response)
    if shape not in GOOD:
        page = page_of(response)
        faults = (
            audit_part(page) if is_part else audit(page, headers, status=page.status, path=path)
        )
    else:
        faults = [] if is_part else answer_faults(body, headers, response.status_code, path)
    assert not faults, (
        f"{request.method} {request.full_path.rstrip('?')} ({response.status_code}):\n  "
        + "\n  ".join(faults)
    )
    GOOD.add(shape)


def _shape_in(response: TestResponse) -> bytes:
    is_part = response.request.headers.get("HX-Request-Type") == "partial"
    shape = f"{is_part}{shape_of(response.get_data(as_text=True))}"
    return blake2b(shape.encode(errors="replace"), digest_size=_SIZE).digest()


@lru_cache(maxsize=4)
def shape_of(body: str) -> str:
    """The page without its words and with its keys numbered: two of one shape are as good."""
    numbers: dict[str, str] = {}
    body = _PIECE.sub(lambda piece: _bare(piece[0]), _ENTITY.sub("t", body))
    return _KEYS.sub(lambda key: numbers.setdefault(key[0], f"key {len(numbers)}"), body)


@lru_cache(maxsize=1 << 14)  # most pieces of a page stand in others too
def _bare(piece: str) -> str:
    if piece.startswith("<"):
        return _TYPED.sub(r'\1="t"', piece)
    return piece if _LOOKED_AT.search(piece) else "t" if piece.strip() else " "


def _headline(page: Page) -> str:
    return text_of(page.h1) if page.h1 else page.words[:200]


def _find_form(page: Page, wanted: str | int) -> Tag:
    if isinstance(wanted, str):
        found = page.select_one(wanted)
        assert found is not None, f"{page.url} has no form {wanted!r}. {_list_forms(page)}"
        form = found if found.name == "form" else (found.find("form") or found.find_parent("form"))
        assert isinstance(form, Tag), f"{page.url}: {wanted!r} is not a form. {_list_forms(page)}"
        return form
    forms = (page.main or page).find_all("form")
    assert wanted < len(forms), f"{page.url} has {len(forms)} forms in <main>. {_list_forms(page)}"
    form = forms[wanted]
    assert isinstance(form, Tag)
    return form


def _list_forms(page: Page) -> str:
    forms = [f"{form.get('id', '')} -> {form.get('action')}" for form in page.find_all("form")]
    return f"Forms here: {forms}; headline: {_headline(page)!r}"


def controls_of(page: Page, form: Tag) -> list[Tag]:
    """The form's controls, also those elsewhere on the page that name it by its id."""
    wanted = ["input", "select", "textarea", "button"]
    elsewhere = page.find_all(wanted, attrs={"form": form["id"]}) if form.get("id") else []
    inside = [tag for tag in form.find_all(wanted) if not tag.get("form")]
    return [tag for tag in (*inside, *elsewhere) if not _is_disabled(tag)]


def _is_disabled(tag: Tag) -> bool:
    return tag.has_attr("disabled") or tag.find_parent("fieldset", disabled=True) is not None


def is_button(tag: Tag) -> bool:
    kind = tag.get("type", "submit" if tag.name == "button" else "text")
    return tag.name in {"button", "input"} and kind in {"submit", "button", "reset", "image"}


def _find_button(page: Page, form: Tag, wanted: str | None) -> Tag | None:
    buttons = [
        tag for tag in controls_of(page, form)
        if is_button(tag) and tag.get("type", "submit") == "submit"
    ]  # fmt: skip
    if wanted is None:
        return buttons[0] if buttons else None
    for tests in (
        lambda tag: wanted in {tag.get("value"), text_of(tag)},
        lambda tag: wanted == tag.get("name"),
        lambda tag: wanted in text_of(tag),
    ):
        for button in buttons:
            if tests(button):
                return button
    shown = [text_of(button) or button.get("value") for button in buttons]
    raise AssertionError(f"{page.url}: no button {wanted!r} in this form, only {shown}")


def _filled_in(page: Page, form: Tag, values: dict[str, Any]) -> Pairs:
    controls = [tag for tag in controls_of(page, form) if tag.get("name") and not is_button(tag)]
    names = {str(tag["name"]) for tag in controls}
    for name in values:
        assert name in names, f"{page.url}: no field {name!r} in this form, only {sorted(names)}"
    pairs: Pairs = []
    given: set[str] = set()
    for tag in controls:
        name = str(tag["name"])
        if name not in values:
            pairs.extend((name, value) for value in current_of(tag))
        elif name not in given:
            given.add(name)
            pairs.extend((name, value) for value in _sent(values[name], tag))
    return pairs


def current_of(tag: Tag) -> list[str]:
    """What a browser would send for a control nobody touched."""
    if tag.name == "textarea":
        return [tag.get_text().removeprefix("\n").replace("\n", "\r\n")]
    if tag.name == "select":
        options = tag.find_all("option")
        chosen = [option for option in options if option.has_attr("selected")]
        if not chosen and not tag.has_attr("multiple"):
            chosen = [option for option in options if not option.has_attr("disabled")][:1]
        return [str(option.get("value", text_of(option))) for option in chosen]
    if tag.get("type") in {"checkbox", "radio"}:
        return [str(tag.get("value", "on"))] if tag.has_attr("checked") else []
    return [str(tag.get("value", ""))]


def _sent(value: Any, tag: Tag) -> list[str]:
    if value is None or value is False:
        return []
    if value is True:
        return [str(tag.get("value", "on"))]
    if isinstance(value, Iterable) and not isinstance(value, str):
        return [str(one) for one in value]
    return [str(value)]


def _as_lists(pairs: Pairs) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, value in pairs:
        found.setdefault(name, []).append(value)
    return found
