"""A text in which nothing is seen is none; a name of any script is one."""

import unicodedata

import pytest
from hypothesis import given, strategies as st

from portal.core.visible import is_seen, readable

NOTHING = [
    "", " ", "\u00a0", "\u2003", "\t\r\n", "\x00", "\u3164", "\u115f\u1160", "\uffa0",
    "\u2800", "\u0301", "\u0301\u0308", "\u20dd", "\u093f", "\u200b", "\u200c\u200d", "\u2060",
    "\ufeff", "\u00ad", "\u200e\u200f", "\u061c", "\u202e", "\u2066\u2069", "\ufe0f",
    "\U000e0100", "\u180b", "\u180e", "\U000e0061\U000e007f", "\u034f", "\u17b4", "\ufffc",
    "\ufff9", "\u00b4", "\u02ca", "\U0001f3fb", "\U0001d159", "\U00013441", "\ue000",
    "\U0010ffff", " \u3164 \u2800\u0301\u200b",
]  # fmt: skip
NAMES = [
    "Fatma A.", "E\u0301va", "Éva", "O'Neil", "Nguyễn Thị Ánh", "می\u200cروم", "زهرا", "प्रिया",
    "क्\u200dष", "மலர்", "สมชาย", "សុខ", "မောင်", "ཚེ་རིང", "김민지", "李", "たろう", "サラー", "አበበ",
    "שרה", "Ωμέγα", "Ольга", "ꦫꦸꦢꦶ", "ߡߊߡߊ", "ᠪᠠᠲᠤ\u180b", "Ⅷ", "7", "👩🏽\u200d🍳", "❤\ufe0f",
    "?", "X",
]  # fmt: skip


def _points(text: str) -> str:
    return "-".join(f"{ord(letter):x}" for letter in text) or "empty"


@pytest.mark.parametrize("text", NOTHING, ids=_points)
def test_nothing_is_seen(text):
    assert not is_seen(text)
    assert readable(text) == ""


@pytest.mark.parametrize("name", NAMES, ids=_points)
def test_a_name_is_seen_and_stays_as_it_is(name):
    assert readable(f" {name} ") == name


def test_a_line_ends_in_one_way():
    assert readable("soep\r\nbrood\nmelk") == "soep\nbrood\nmelk"


@given(st.text(st.sampled_from("".join(NOTHING))))
def test_no_mixture_of_nothings_is_something(text):
    assert not is_seen(text)


@given(st.text(st.sampled_from("".join(NOTHING))), st.characters(categories=["Lu", "Ll", "Nd"]))
def test_one_letter_among_them_is_something(text, letter):
    assert is_seen(text + letter + text)


@given(st.text())
def test_what_is_readable_is_seen_and_reading_it_again_changes_nothing(text):
    read = readable(text)
    assert readable(read) == read
    assert not read or is_seen(read)
    assert not any(unicodedata.category(letter) == "Cc" for letter in read if letter not in "\t\n")
