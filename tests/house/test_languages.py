"""Dutch and English are complete: a text that is missing, doubtful or broken fails here."""

import re

from portal.web.i18n import LANGUAGES
from tests.house.catalogue import asked_for, dutch, dutch_of, strings

_PLACES = re.compile(r"%\(\w+\)[a-z]|\{\w*\}|%%")


def test_texts_are_found_at_all():
    files = {name for text in asked_for() for name in text.files}
    assert len(asked_for()) > 100
    assert any(name.startswith("templates/") for name in files)
    assert any(name.endswith("rules.py") for name in files)


def test_every_text_has_its_dutch():
    missing = [
        text.msgid
        for text in asked_for()
        if (message := dutch_of(text)) is None or not all(strings(message))
    ]
    assert not missing, f"{len(missing)} texts without Dutch"


def test_no_dutch_text_is_doubtful():
    assert [message.id for message in dutch() if message.id and message.fuzzy] == []


def test_the_dutch_keeps_the_places_to_fill_in():
    broken = []
    for text in asked_for():
        message = dutch_of(text)
        if message is None or not all(strings(message)):
            continue
        forms = text.msgid if isinstance(text.msgid, tuple) else (text.msgid,)
        allowed = {frozenset(_PLACES.findall(form)) for form in forms}
        broken += [
            (text.msgid, string)
            for string in strings(message)
            if frozenset(_PLACES.findall(string)) not in allowed
        ]
    assert not broken


def test_no_dutch_text_is_left_over():
    used = {text.msgid[0] if isinstance(text.msgid, tuple) else text.msgid for text in asked_for()}
    known = {m.id[0] if isinstance(m.id, tuple | list) else m.id for m in dutch() if m.id}
    assert sorted(known - used) == []


def test_a_dutch_text_does_not_end_otherwise_than_the_english():
    differ = []
    for text in asked_for():
        message = dutch_of(text)
        if message is None or isinstance(text.msgid, tuple):
            continue
        (string,) = strings(message)
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
