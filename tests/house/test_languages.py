"""Each language is complete: a text that is missing, doubtful or broken fails here."""

import ast
import re
from pathlib import Path

import pytest

from portal.web.i18n import LANGUAGES
from tests.house.catalogue import asked_for, said_in, strings, translations

TRANSLATED = [language for language in LANGUAGES if language != "en"]  # the texts in the code
_ENDS = str.maketrans("؟", "?")  # how a question ends in Arabic
_PLACES = re.compile(r"%\(\w+\)[a-z]|\{\w*\}|%%")


def test_texts_are_found_at_all():
    files = {name for text in asked_for() for name in text.files}
    assert len(asked_for()) > 100
    assert any(name.startswith("templates/") for name in files)
    assert any(name.endswith("rules.py") for name in files)


_SAYS = ("_", "_l", "N_", "gettext", "ngettext", "lazy_gettext")


@pytest.mark.parametrize("path", sorted(Path("portal").rglob("*.py")), ids=str)
def test_no_text_stands_inside_another_where_nobody_finds_it(path: Path):
    """What is looked for word by word isn't found in an f-string: it would stay English."""
    found = [
        ast.unparse(call)
        for text in ast.walk(ast.parse(path.read_text()))
        if isinstance(text, ast.JoinedStr)
        for call in ast.walk(text)
        if isinstance(call, ast.Call)
        and ast.unparse(call.func) in _SAYS
        and isinstance(call.args[0], ast.Constant)
    ]
    assert found == []


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_text_is_said(language: str):
    missing = [
        text.msgid
        for text in asked_for()
        if (message := said_in(language, text)) is None or not all(strings(message))
    ]
    assert not missing, f"{len(missing)} texts are not said in {language}"


@pytest.mark.parametrize("language", TRANSLATED)
def test_no_text_is_doubtful(language: str):
    assert [m.id for m in translations(language) if m.id and m.fuzzy] == []


@pytest.mark.parametrize("language", TRANSLATED)
def test_the_places_to_fill_in_are_kept(language: str):
    """A form for one, or for none, may say the number in a word; the last form says it all."""
    broken = []
    for text in asked_for():
        message = said_in(language, text)
        if message is None or not all(strings(message)):
            continue
        forms = text.msgid if isinstance(text.msgid, tuple) else (text.msgid,)
        allowed = {frozenset(_PLACES.findall(form)) for form in forms}
        said = [frozenset(_PLACES.findall(string)) for string in strings(message)]
        if said[-1] not in allowed or not all(one <= frozenset.union(*allowed) for one in said):
            broken.append((text.msgid, strings(message)))
    assert not broken


@pytest.mark.parametrize("language", TRANSLATED)
def test_no_text_is_left_over(language: str):
    used = {text.msgid[0] if isinstance(text.msgid, tuple) else text.msgid for text in asked_for()}
    known = {
        m.id[0] if isinstance(m.id, tuple | list) else m.id for m in translations(language) if m.id
    }
    assert sorted(known - used) == []


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_text_does_not_end_otherwise_than_the_english(language: str):
    differ = []
    for text in asked_for():
        message = said_in(language, text)
        if message is None or isinstance(text.msgid, tuple):
            continue
        string = strings(message)[0].translate(_ENDS)
        if string and text.msgid.strip() and (text.msgid[-1] in ".?:!") != (string[-1] in ".?:!"):
            differ.append((text.msgid, string))
    assert not differ


def test_the_page_says_its_language(app):
    client = app.test_client()
    for language in LANGUAGES:
        page = client.page(f"/nowhere?lang={language}", status=404)
        assert page.html["lang"] == language
        assert client.page("/nowhere", status=404).html["lang"] == language
    assert client.page("/nowhere?lang=xx", status=404).html["lang"] in LANGUAGES
    assert app.test_client().page("/nowhere", status=404).html["lang"] == "nl"
