"""What every file of the repository keeps to."""

import re
import subprocess
from functools import cache
from pathlib import Path

import pytest

from portal.config import ROOT

_TEXTS = {
    ".py", ".html", ".txt", ".typ", ".css", ".js", ".md", ".toml", ".csv", ".svg", ".yaml", ".ini",
}  # fmt: skip
_NOT_OURS = ("static/vendor/", "LICENSE")
_MOST_LINES = 400
_DATA = ("portal/city/", "migrations/versions/", "CHANGELOG", "docs/")
# Written in two halves, so that this file doesn't hold them.
_WORK_LEFT = re.compile(r"\b(TO" r"DO|FIX" r"ME|XX" r"X|HA" r"CK)\b")
_MACHINE_PATHS = re.compile(r"/(wo" r"rk/(main|shared|notes)|fa" r"rm/|ho" r"me/\w+/|ro" r"ot/)")
_REGISTRIES = re.compile(
    r"https?://[^\s\"')]*(py" r"pi\.|arti" r"factory|nex" r"us\.|ver" r"daccio)"
)


@cache
def files() -> tuple[Path, ...]:
    """The files that are committed or would be."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if listed.returncode:
        pytest.skip("this is no git work tree")
    paths = (ROOT / name for name in listed.stdout.splitlines())
    return tuple(path for path in paths if path.is_file())


def texts() -> list[tuple[str, str]]:
    """Our own texts, with their names."""
    return [
        (name, path.read_text(encoding="utf-8"))
        for path in files()
        if not (name := path.relative_to(ROOT).as_posix()).startswith(_NOT_OURS)
        and (path.suffix in _TEXTS or name in {"Makefile", ".ci/run"} or name.endswith(".lock"))
    ]


def test_no_file_is_longer_than_a_sitting():
    code = {".py", ".html", ".css", ".js", ".typ"}
    long = {
        name: lines
        for name, text in texts()
        if Path(name).suffix in code
        and not name.startswith(_DATA)
        and (lines := text.count("\n")) > _MOST_LINES
    }
    assert not long


@pytest.mark.parametrize("forbidden", [_WORK_LEFT, _MACHINE_PATHS, _REGISTRIES])
def test_no_file_holds(forbidden):
    found = [
        f"{name}:{number}: {line.strip()[:100]}"
        for name, text in texts()
        for number, line in enumerate(text.splitlines(), 1)
        if forbidden.search(line)
    ]
    assert not found


def test_every_python_file_says_what_it_is_for():
    silent = [
        name
        for name, text in texts()
        if name.endswith(".py") and text.strip() and not text.startswith('"""')
    ]
    assert not silent


def test_templates_do_not_hold_code_or_style():
    pattern = re.compile(
        r"<style|<script(?![^>]*\bsrc=)|\sstyle=|\son(?:click|change|input|submit|load|error|key\w+|focus|blur)=|(?<!data-)\bhx-",
        re.I,
    )
    # What may stand there: a comment of ours, and data that `tojson` makes harmless.
    harmless = re.compile(
        r'\{#.*?#\}|<script type="application/ld\+json">\{\{ \w+\|tojson \}\}</script>', re.S
    )
    found = [
        f"{name}: {match[0].strip()}"
        for name, text in texts()
        if name.startswith("templates/") and name.endswith(".html")
        and (match := pattern.search(harmless.sub("", text)))
    ]  # fmt: skip
    assert not found


def test_our_styles_are_logical_and_take_colours_from_the_tokens():
    """Paper is white and ink is black, in print and on a card; all else is a token."""
    sided = re.compile(
        r"(?:margin|padding|border|inset)-(?:left|right|top|bottom)\b|float:\s*(?:left|right)|text-align:\s*(?:left|right)"
    )
    colour = re.compile(r"#(?!(?:fff|000)\b)[0-9a-f]{3,8}\b(?![\w-])|\brgba?\(|\bhsla?\(", re.I)
    found = []
    for name, text in texts():
        if not (name.startswith("static/css/") and name.endswith(".css")):
            continue
        rules = re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)
        found += [f"{name}: {match[0]}" for match in sided.finditer(rules)]
        if not name.endswith(("tokens.css", "nlds-bridge.css")):
            found += [f"{name}: {match[0]}" for match in colour.finditer(rules)]
    assert not found


@pytest.mark.parametrize(
    "package", ["flask", "htmx_flask", "flask_sqlalchemy", "flask_login", "wtforms"]
)
def test_the_portal_stands_on_what_it_was_asked_to(package: str):
    imports = re.compile(rf"^(from|import) {package}\b", re.MULTILINE)
    assert any(name.startswith("portal/") and imports.search(text) for name, text in texts())
