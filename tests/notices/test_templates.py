"""What participants are sent: nothing about them in a subject, an SMS that fits, easy words."""

import re
from itertools import chain
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask_babel import force_locale
from jinja2 import meta

from portal.notices.models import Notice
from portal.notices.pages import Words, letter_text, text_message, words_of
from portal.notices.rules import AT_ONCE, OPTIONAL, sms
from portal.web.links import minting
from tests.house.test_plain_words import reading_ease, sentences

MAIL = Path(__file__).parents[2] / "templates" / "mail"
KINDS = sorted(str(f.relative_to(MAIL).with_suffix("")) for f in MAIL.glob("*/*.txt"))
# Only those who take part get an SMS.
THEIRS = [kind for kind in KINDS if "\nSms:" in (MAIL / f"{kind}.txt").read_text(encoding="utf-8")]
UUID = "4f5bb0c4-7d2b-4e7e-9f6e-0a53f4b3a001"
SAMPLES: dict[str, Any] = {
    "title": "Koken voor de buurt",
    "organisation": "Keuken aan de Kade",
    "phone": "010 - 111 11 11",
    "address": "Kadeweg 1",
    "place": "Kadeweg 1",
    "count": 2,
    "number": "B-2026-ABCDEFGHJK",
    "reason": "no_place",
    "times": [
        {
            "title": "Koken voor de buurt",
            "starts_at": "2026-03-03T08:30:00+00:00",
            "ends_at": "2026-03-03T11:30:00+00:00",
            "place": "Kadeweg 1",
            "enrolment": UUID,
        }
    ],
}
MOMENTS = {"starts_at", "ends_at", "before", "until", "deadline"}
_NEVER = re.compile(
    r"ziek|gezondheid|uitkering|bijstand|werkfit|diagnose|dokter|medisch|schuld|BSN|"
    r"Prestatie010|tegenprestatie|gemeente",
    re.IGNORECASE,
)
_MOST_WORDS = 15


def sample(app: Flask, kind: str, **changed: Any) -> Notice:
    """A notice with something sensible for all that its template asks."""
    source = (MAIL / f"{kind}.txt").read_text(encoding="utf-8")
    wanted = meta.find_undeclared_variables(app.jinja_env.parse(source))
    data = {}
    for name in wanted:
        if name in MOMENTS:
            data[name] = "2026-03-03T08:30:00+00:00"
        elif name in SAMPLES:
            data[name] = SAMPLES[name]
        elif name in ("enrolment", "participant", "key", "search", "aftercare", "work"):
            data[name] = UUID
    data |= {name: value for name, value in changed.items() if name in data}
    return Notice(kind=kind, name="Fatma A.", language="nl", data=data)


def drawn(app: Flask, kind: str, **changed: Any) -> Words:
    with app.test_request_context(base_url="https://warmwerkt.example.org"), force_locale("nl"):
        minting("")
        return words_of(sample(app, kind, **changed))


def without_links(text: str) -> str:
    return re.sub(r"https?://\S+", "", text)


def test_there_are_messages_for_participants():
    assert len(THEIRS) >= 15


def test_the_kinds_that_rules_name_exist():
    assert set(KINDS) >= AT_ONCE | OPTIONAL


@pytest.mark.parametrize("kind", KINDS)
def test_a_subject_says_nothing_about_anybody(app, kind):
    source = (MAIL / f"{kind}.txt").read_text(encoding="utf-8")
    [subject] = re.findall(r"^Subject: (.*)$", source, re.M)
    assert re.fullmatch(
        r"\{\{ _\(\"[^\"%]+\"\)( if is_hers else _\(\"[^\"%]+\"\))? \}\}", subject
    ), subject


@pytest.mark.parametrize("kind", THEIRS)
def test_an_sms_stands_alone_and_fits(app, kind):
    words = drawn(app, kind)
    assert len(without_links(words.sms)) <= 140
    with app.test_request_context(base_url="https://warmwerkt.example.org"):
        minting("")
        text = text_message([sample(app, kind)])
        longest = text_message([sample(app, kind, title="Samen koken en eten " * 6)])
        arabic = text_message([sample(app, kind, title="الطبخ معا في الحي")])
    assert text.startswith("Warm Werkt: ")
    assert sms.count_parts(text) <= 2
    assert all(map(sms.fits, (longest, arabic)))
    assert not _NEVER.search(without_links(text))


@pytest.mark.parametrize("kind", THEIRS)
def test_a_message_is_a2(app, kind):
    """Short sentences and short words; what is filled in is not counted against it."""
    words = drawn(app, kind)
    for text in (words.sms, words.text):
        found = sentences(without_links(text).replace("\n", ". "))
        long = [" ".join(s) for s in found if len(s) > _MOST_WORDS]
        assert not long
    body = ". ".join(line for line in without_links(words.text).splitlines() if line.strip())
    assert len(list(chain.from_iterable(sentences(body)))) >= 5
    assert reading_ease(body) >= 65, reading_ease(body)
    assert not _NEVER.search(without_links(words.text))
    assert not re.search(r"\b(je|jij|jouw|jullie)\b", without_links(words.text), re.IGNORECASE)
    assert not re.search(r"\b(the|you|your|and)\b", without_links(words.text)), "not translated"


def test_several_messages_are_one(app):
    kinds = ["enrolments/accepted", "enrolments/waiting"]
    with app.test_request_context(base_url="https://warmwerkt.example.org"):
        minting("")
        text = text_message([sample(app, kind) for kind in kinds])
        many = text_message([sample(app, kind) for kind in kinds * 4])
        paper = letter_text([sample(app, kind) for kind in kinds], on_paper=True)
    assert "plek" in text
    assert "wachtlijst" in text
    assert many.count("Koken voor de buurt") == 1
    assert "Er is nieuws" in many
    assert sms.fits(many)
    assert paper.count("Dag Fatma A.") == 1


def test_a_reminder_tells_how_to_stop_reminders(app):
    words = drawn(app, "enrolments/reminder")
    for said in (words.sms, words.text):
        assert len(set(re.findall(r"https?://\S+/a/\S+", said))) == 2
