"""What others' programs get holds nothing that any of them takes for markup."""

from html.parser import HTMLParser

import pytest
from hypothesis import given, strategies as st

from portal.core.plain import plain, plain_values

PIECES = (
    "<", "<<", ">", "&", ";", "#", "/", "!", '"', " ", "\n", "\t", "=", "-", "b", "soep", "3", "é",
    "<b>", "</b>", "<br/>", "<p x='>'>", "<naam>", "<!--", "-->", "script", "&amp;", "&lt;",
    "&gt", "&#60;", "&#x3c", "&nbsp;", "&pi", "&notes", "regio", "R&D",
)  # fmt: skip


class Words(HTMLParser):
    """What somebody sees of a text that is drawn as HTML."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.seen = ""
        self.feed(text)
        self.close()

    def handle_data(self, data: str) -> None:
        self.seen += data


@given(st.lists(st.sampled_from(PIECES), min_size=1, max_size=9).map("".join))
def test_who_draws_it_as_html_sees_the_same_text(text):
    found = plain(text)
    assert Words(found).seen == found
    assert plain(found) == found
    assert bool(found) or not text.strip()


@pytest.mark.parametrize(
    ("typed", "left"),
    [
        ("Brood & koffie", "Brood & koffie"),
        ("a < b", "a < b"),
        ("<b>Soep</b> voor de straat", "Soep voor de straat"),
        ("Eerst lezen<br>dan doen", "Eerst lezen dan doen"),
        ("Brood &amp; koffie", "Brood & koffie"),
        ("&amp;lt;b&amp;gt;Soep", "Soep"),
        ("Vraag naar <naam>", "Vraag naar ‹naam>"),
        ("Ik <3 koken", "Ik ‹3 koken"),
        ("Sport&regio", "Sport& regio"),
        ("R&D", "R&D"),
        ("<b></b>", "‹b›‹/b›"),
    ],
)
def test_what_was_meant_is_still_there(typed, left):
    assert plain(typed) == left


def test_addresses_stay_as_they_are():
    data = {"next": "https://x.example/?a=1&copy=2", "name": ["&copy; <i>wij</i>"], "n": 1}
    expected = {"next": "https://x.example/?a=1&copy=2", "name": ["© wij"], "n": 1}
    assert plain_values(data) == expected
