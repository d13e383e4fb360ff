"""What is wrong with an HTML page, as a list of sentences; an empty list is a good page."""

import gzip
import json
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from bs4 import BeautifulSoup, Tag
from bs4.builder._html5lib import HTML5TreeBuilder
from bs4.builder._htmlparser import HTMLParserTreeBuilder
from html5lib import HTMLParser
from html5lib.constants import E as PARSE_ERRORS

from portal.web.once import CARRIED

STAFF_PATHS = ("/work", "/registers", "/participants", "/recognition", "/operator")
HTML_BUDGET = 8 * 1024  # bytes after gzip, for everybody
STAFF_HTML_BUDGET = 12 * 1024  # a list of 50 rows that one person opens at a desk
PICTURED = "/competences"  # forty words, each with a picture and an address

CONTENT_SECURITY_POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "connect-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}
_SPRITE = Path(__file__).resolve().parent.parent / "static" / "img" / "icons.svg"
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
# Elements that may hold words and small pieces only (the HTML standard's phrasing content).
_PHRASING_ONLY = (
    "span", "label", "button", "small", "b", "i", "em", "strong", "abbr", "time", "bdi", "cite",
    "p", "pre", *_HEADINGS, "legend", "summary",
)  # fmt: skip
_MAY_HOLD_HEADINGS = ("legend", "summary")
_BLOCKS = (
    "address", "article", "aside", "blockquote", "details", "dialog", "div", "dl", "fieldset",
    "figure", "footer", "form", "header", "hr", "main", "nav", "ol", "p", "pre", "section",
    "table", "ul",
)  # fmt: skip
_NOT_PHRASING = (*_BLOCKS, *_HEADINGS)
_INTERACTIVE = ("a", "button", "input", "select", "textarea", "details", "iframe")
_MANY_OF_ONE_NAME = {"radio", "checkbox", "submit"}
_CONTENTS = {
    "ul": ("li", "script", "template"),
    "ol": ("li", "script", "template"),
    "dl": ("dt", "dd", "div", "script", "template"),
}
_ID_REFERENCES = (
    "for", "aria-describedby", "aria-labelledby", "aria-controls", "aria-owns", "aria-details",
    "headers", "list", "form", "popovertarget", "commandfor",
)  # fmt: skip
_INTERNALS = re.compile(
    r"Traceback \(most recent|sqlalchemy|werkzeug|jinja2|psycopg|OperationalError"
    r"|\.py\", line \d+| object at 0x",
    re.IGNORECASE,
)
_TAG = re.compile(r"<[^>]*>")
_UNFILLED = re.compile(r"%\(\w+\)[sd]|\{\{|\{%|\{[a-z_]+\}|\bUndefined\b|\bNone\b")
_WORDS_OF_CODE = ("pre", "code", "textarea", "kbd", "samp")


class _Builder(HTML5TreeBuilder):
    """Reads as html5lib does and keeps what it complains about, so that one reading is enough."""

    faults: tuple[str, ...] = ()

    def feed(self, markup: str | bytes) -> None:
        parser = HTMLParser(tree=self.create_treebuilder)  # type: ignore[arg-type]
        assert self.underlying_builder is not None
        self.underlying_builder.parser = parser
        parser.parse(markup)
        self.underlying_builder.parser = None
        self.faults = tuple(
            f"not valid HTML, line {line}: {PARSE_ERRORS.get(code, code) % values}"
            for (line, _column), code, values in parser.errors
        )


class Page(BeautifulSoup):
    """A page's HTML, and the address and status it came with.

    What `is_good`, as one of its shape was audited, is read by half the work: of valid HTML that
    leaves out no tag a plain reader makes the same.
    """

    def __init__(self, body: str, *, url: str = "", status: int = 0, is_good: bool = False) -> None:
        builder = HTMLParserTreeBuilder() if is_good else _Builder()
        super().__init__(body.replace("\r\n", "\n"), builder=builder)  # as browsers read it
        self.body_text = body
        self.url = url
        self.status = status
        self.parse_faults = getattr(builder, "faults", ())
        self.tags = [tag for tag in self.descendants if isinstance(tag, Tag)]

    @property
    def words(self) -> str:
        """All its words, with single spaces."""
        return text_of(self)

    def named(self, *names: str) -> list[Tag]:
        """Its tags of these names as they were read; many times faster than `find_all`."""
        return [tag for tag in self.tags if tag.name in names]


Check = Callable[[Page], Iterator[str]]


def audit(
    body: str | Page, headers: Mapping[str, str], *, status: int = 200, path: str = "/"
) -> list[str]:
    """Everything wrong with a whole page, in the order of the page as far as possible."""
    soup = Page(body) if isinstance(body, str) else body
    found = [*soup.parse_faults, *answer_faults(soup.body_text, headers, status, path)]
    for check in _CHECKS:
        found += check(soup)
    return found


def answer_faults(body: str, headers: Mapping[str, str], status: int, path: str) -> list[str]:
    """What is wrong with how a page travels and what an error says, which takes no reading."""
    said = _error_page_faults(body) if status >= 400 else ()
    return [*_header_faults(headers), *_weight_faults(body, path), *said]


def audit_part(body: str | Page) -> list[str]:
    """What is wrong with a part of a page; its references into the rest are not followed."""
    soup = Page(body) if isinstance(body, str) else body
    found: list[str] = []
    for check in (_unique_ids, _labels, _no_inline_code, _forms, _contents, _unfilled_texts):
        found += check(soup)
    return found


def gzipped(body: str | bytes) -> int:
    """How many bytes travel."""
    raw = body.encode() if isinstance(body, str) else body
    return len(gzip.compress(raw, 6, mtime=0))


def text_of(tag: Tag) -> str:
    """The words of a piece of a page, with single spaces."""
    return " ".join(tag.get_text(" ").split())


def _header_faults(headers: Mapping[str, str]) -> Iterator[str]:
    text = headers.get("Content-Security-Policy", "")
    policy = {
        name: " ".join(values)
        for name, *values in (part.split() for part in text.split(";") if part.strip())
    }
    for name, value in CONTENT_SECURITY_POLICY.items():
        if policy.get(name) != value:
            yield f"the Content-Security-Policy must say {name} {value}, not {policy.get(name)}"
    for name, value in policy.items():
        if name not in CONTENT_SECURITY_POLICY and value not in {"'self'", "'none'"}:
            yield f"the Content-Security-Policy opens {name} to {value}"
    if headers.get("X-Content-Type-Options") != "nosniff":
        yield "the header X-Content-Type-Options: nosniff is missing"


def _weight_faults(body: str, path: str) -> Iterator[str]:
    most = STAFF_HTML_BUDGET if path.startswith((*STAFF_PATHS, PICTURED)) else HTML_BUDGET
    weight = gzipped(body)
    if weight > most:
        yield f"the HTML weighs {weight} bytes after gzip; the budget is {most}"


def _error_page_faults(body: str) -> Iterator[str]:
    words = _TAG.sub(" ", body[body.find("<main") :].partition("</main>")[0])
    if len(words.split()) < 6:
        yield "an error page must say in words what happened and what to do"
    if found := _INTERNALS.search(_TAG.sub(" ", body)):
        yield f"an error page shows the inside of the software: {found[0]!r}"


def _frame(soup: Page) -> Iterator[str]:
    if not (soup.html and soup.html.get("lang")):
        yield "<html> must have a lang"
    title = soup.head.title if soup.head else None
    if title is None or not text_of(title).removesuffix("– Warm Werkt").strip(" –"):
        yield "the page needs a <title> of its own"
    for name in ("h1", "main"):
        if len(soup.named(name)) != 1:
            yield f"there must be exactly one <{name}>, not {len(soup.named(name))}"
    if soup.h1 and not text_of(soup.h1):
        yield "the <h1> is empty"


def _heading_order(soup: Page) -> Iterator[str]:
    before = 0
    for heading in soup.named(*_HEADINGS):
        if not before and heading.find_parent(class_="error-summary"):
            continue  # as NL Design System has it: what is wrong comes before everything else
        level = int(heading.name[1])
        if level > before + 1:
            yield f"{_show(heading)} skips a heading level after h{before}"
        before = level


def _unique_ids(soup: Page) -> Iterator[str]:
    ids = Counter(str(tag["id"]) for tag in soup.tags if "id" in tag.attrs)
    for name, times in ids.items():
        if times > 1:
            yield f"id {name!r} is used {times} times"
        if not name[:1].isalpha() or any(letter.isspace() for letter in name):
            yield f"id {name!r} doesn't begin with a letter, or holds a space"


def _references(soup: Page) -> Iterator[str]:
    ids = {str(tag["id"]) for tag in soup.tags if "id" in tag.attrs}
    for tag in soup.tags:
        for name in _ID_REFERENCES:
            if name in tag.attrs and not (name == "form" and tag.name == "form"):
                for wanted in _words(tag[name]):
                    if wanted not in ids:
                        yield f'{_show(tag)}: {name}="{wanted}" leads nowhere'
        for name in ("href", "data-hx-target", "data-hx-select"):
            value = str(tag.get(name) or "")
            if value.startswith("#") and re.fullmatch(r"#[\w-]+", value) and value[1:] not in ids:
                yield f'{_show(tag)}: {name}="{value}" leads nowhere'
        if tag.name == "use" and "icons.svg" in str(tag.get("href")):
            icon = str(tag["href"]).rpartition("#")[2]
            if icon not in _icons():
                yield f"there is no icon {icon!r} in the sprite"


@cache
def _icons() -> frozenset[str]:
    return frozenset(re.findall(r'\bid="([^"]+)"', _SPRITE.read_text(encoding="utf-8")))


def _labels(soup: Page) -> Iterator[str]:
    labels: dict[str, list[Tag]] = {}
    for label in soup.named("label"):
        labels.setdefault(str(label.get("for", "")), []).append(label)
    for tag in soup.named("input", "select", "textarea", "progress", "meter"):
        if tag.name == "input" and tag.get("type") in {"hidden", "submit", "button", "reset"}:
            continue
        inside = tag.find_parent("label")
        own = labels.get(str(tag.get("id") or "-"), [])
        named = [*own, *([inside] if inside else [])]
        if not (any(text_of(label) for label in named) or _has_aria_name(tag)):
            yield f"{_show(tag)} has no label"
    for tag in soup.named("button", "a", "summary"):
        if tag.name == "a" and "href" not in tag.attrs:
            continue
        has_image_text = any(image.get("alt") for image in tag.find_all("img"))
        if not (text_of(tag) or has_image_text or _has_aria_name(tag)):
            yield f"{_show(tag)} says nothing"
    for tag in soup.named("img"):
        if "alt" not in tag.attrs:
            yield f"{_show(tag)} has no alt"


def _has_aria_name(tag: Tag) -> bool:
    return bool(str(tag.get("aria-label") or "").strip() or tag.get("aria-labelledby"))


def _radio_groups(soup: Page) -> Iterator[str]:
    groups: dict[tuple[int, str], list[Tag]] = {}
    for radio in soup.find_all("input", type="radio"):
        form = radio.find_parent("form")
        groups.setdefault((id(form), str(radio.get("name"))), []).append(radio)
    for (_form, name), radios in groups.items():
        fieldset = radios[0].find_parent("fieldset")
        legend = fieldset.find("legend") if fieldset else None
        group = radios[0].find_parent(attrs={"role": ["radiogroup", "group"]})
        if not (legend and text_of(legend)) and not (group and _has_aria_name(group)):
            yield f"the radio buttons {name!r} need a fieldset with a legend"


def _no_inline_code(soup: Page) -> Iterator[str]:
    for tag in soup.tags:
        if tag.name == "style":
            yield "there is a <style> in the page"
        if tag.name == "script" and "src" not in tag.attrs:
            yield from _data_block_faults(tag)
        for name, value in tag.attrs.items():
            if name == "style" or name.startswith("on"):
                yield f"{_show(tag)} has {name}=, which our policy forbids"
            elif name.startswith("hx-"):
                yield f"{_show(tag)}: write data-{name}"
            elif name.startswith(("data-hx-on", "data-hx-vals")) and (
                name.startswith("data-hx-on") or str(value).startswith(("js:", "javascript:"))
            ):
                yield f"{_show(tag)}: {name} needs eval, which our policy forbids"
            elif str(value).strip().lower().startswith("javascript:"):
                yield f"{_show(tag)} has a javascript: address"
        if str(tag.get("tabindex", "0")).lstrip("-").isdigit() and int(tag.get("tabindex", 0)) > 0:  # type: ignore[arg-type]
            yield f"{_show(tag)}: a positive tabindex breaks the order of the page"


def _data_block_faults(script: Tag) -> Iterator[str]:
    """The only script without an address is data, which no browser runs: JSON-LD in the head."""
    if script.attrs != {"type": "application/ld+json"}:
        yield "there is a <script> in the page"
        return
    text = script.string or ""
    if any(letter in text for letter in "<>&"):
        yield "a data block must have <, > and & escaped, or a text can end it"
    try:
        json.loads(text)
    except ValueError:
        yield "a data block is not JSON"
    if script.find_parent("body"):
        yield "a data block stands in the head"


def _forms(soup: Page) -> Iterator[str]:
    for form in soup.named("form"):
        method = str(form.get("method", "")).lower()
        if method not in {"get", "post"}:
            yield f"{_show(form)} must say method get or post"
        if not form.get("action"):
            yield f"{_show(form)} must have an action"
        token = form.find("input", attrs={"name": "csrf_token"})
        if method == "post" and not (token and token.get("value")):
            yield f"{_show(form)} posts without a csrf_token"
        if method == "post" and not form.find("input", attrs={"name": "drawn_for", "value": True}):
            yield f"{_show(form)} posts without saying for whom it was drawn"
        if method != "post" and token:
            yield f"{_show(form)} puts its csrf_token in an address"
        yield from _said_once(form)
    for tag in soup.select("button:not([type]), input:not([type])"):
        yield f"{_show(tag)} doesn't say its type"
    for tag in soup.select("input[type=file][autocomplete]"):
        yield f"{_show(tag)} can't be filled in by a browser"
    for tag in soup.select("[data-hx-post]"):
        if tag.name != "form" and not tag.find_parent("form"):
            yield f"{_show(tag)} posts outside a form and can't work without JavaScript"


def _said_once(form: Tag) -> Iterator[str]:
    """A name is of one field, or of one list of choices or of answers carried along."""
    kinds: dict[str, set[str]] = {}
    for tag in form.select("input[name], select[name], textarea[name], button[name]"):
        name, kind = str(tag["name"]), str(tag.get("type", tag.name.replace("button", "submit")))
        is_list = kind == "hidden" and kinds.get(name) == {kind} and name not in CARRIED
        if name in kinds and not is_list and kinds[name] != ({kind} & _MANY_OF_ONE_NAME):
            yield f"{_show(tag)} has the name of another field in its form"
        kinds.setdefault(name, set()).add(kind)


def _contents(soup: Page) -> Iterator[str]:
    for tag in soup.tags:
        children = [child for child in tag.children if isinstance(child, Tag)]
        for child in children if tag.name in _CONTENTS else ():
            if child.name not in _CONTENTS[tag.name]:
                yield f"{_show(tag)} may not hold <{child.name}>"
        if tag.name == "details" and not (children and children[0].name == "summary"):
            yield f"{_show(tag)} must begin with a <summary>"
        if tag.name == "th" and tag.get("scope") not in {"row", "col", "rowgroup", "colgroup"}:
            yield f"{_show(tag)} needs a scope"
        if tag.name == "li" and tag.parent and tag.parent.name not in {"ul", "ol", "menu"}:
            yield f"{_show(tag)} must stand in a list"
        if tag.name in _PHRASING_ONLY:
            block = _inside(tag, _BLOCKS if tag.name in _MAY_HOLD_HEADINGS else _NOT_PHRASING)
            if block:
                yield f"{_show(tag)} may not hold <{block.name}>"
        if tag.name in {"a", "button"}:
            nested = _inside(tag, _INTERACTIVE)
            if nested:
                yield f"{_show(tag)} may not hold <{nested.name}>"


def _unfilled_texts(soup: Page) -> Iterator[str]:
    for text in soup.find_all(string=_UNFILLED):
        if not text.find_parent(_WORDS_OF_CODE):
            yield f"a text was left unfilled: {' '.join(str(text).split())[:80]!r}"


def _inside(tag: Tag, names: tuple[str, ...]) -> Tag | None:
    """The first tag of these names in it."""
    return next((t for t in tag.descendants if isinstance(t, Tag) and t.name in names), None)


def _words(value: Any) -> list[str]:
    return value if isinstance(value, list) else str(value).split()


def _show(tag: Tag) -> str:
    """The opening tag as it stands in the page, shortened."""
    names = ("id", "name", "type", "class", "href", "action")
    shown = [f'{name}="{" ".join(_words(tag[name]))[:60]}"' for name in names if name in tag.attrs]
    words = text_of(tag)[:40]
    return f"<{' '.join([tag.name, *shown])}>{words}"


_CHECKS: tuple[Check, ...] = (
    _frame, _heading_order, _unique_ids, _references, _labels, _radio_groups, _no_inline_code,
    _forms, _contents, _unfilled_texts,
)  # fmt: skip
