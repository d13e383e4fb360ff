"""What is drawn for an activity without a picture of its own."""

import re
import tomllib
from collections import Counter
from datetime import date
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from portal.catalogue import rules
from portal.catalogue.rules import art_of, parts
from portal.core.areas import areas, districts
from portal.offerings.rules import WorkWord

DAY = date(2026, 5, 1)
AREA = next(iter(areas()))


@pytest.mark.parametrize(
    ("title", "things"),
    [
        ("Soep voor de straat", {"cook"}),
        ("Dinsdag in de moestuin", {"grow", "water", "harvest"}),
        ("Taalcafé met koffie", {"talk"}),  # the first that the word begins or ends with
        ("KOFFIE OP DE KADE", {"coffee"}),
        ("Vrijdag is fietsdag", {"bike"}),
        ("Een betaalbare week", {"together", "care", "coffee"}),  # taal stands in the middle
        ("مطبخ", {"together", "care", "coffee"}),
        ("", {"together", "care", "coffee"}),
    ],
)
def test_the_first_word_that_says_something_is_drawn(title: str, things: set[str]) -> None:
    assert art_of(title, WorkWord.HELPEN, AREA, DAY)[-1] in things


def test_of_several_drawings_each_title_has_always_the_same() -> None:
    drawn = [art_of(f"Tuin {n}", WorkWord.HELPEN, AREA, DAY)[-1] for n in range(60)]
    assert drawn == [art_of(f"Tuin {n}", WorkWord.MAKEN, None, DAY)[-1] for n in range(60)]
    assert set(drawn) == {"grow", "water", "harvest"}
    assert min(Counter(drawn).values()) > 10


@pytest.mark.parametrize("month", range(1, 13))
def test_the_season_is_that_of_the_day(month: int) -> None:
    season = art_of("Tuin", WorkWord.MAKEN, AREA, date(2026, month, 15))[0]
    begins = {"winter": (12, 1, 2), "spring": (3, 4, 5), "summer": (6, 7, 8), "autumn": (9, 10, 11)}
    assert month in begins[season]


def test_whatever_is_chosen_is_drawn_and_whatever_is_drawn_is_chosen() -> None:
    """A name that the file doesn't know would be an error on a public page."""
    chosen: set[str] = set()
    for area in (*areas(), None, "BU00000000"):
        for month in range(1, 13):
            for work in WorkWord:
                chosen.update(art_of("?", work, area, date(2026, month, 1)))
    table = Path(rules.__file__).with_name("art.toml").read_text(encoding="utf-8")
    for word in " ".join(tomllib.loads(table)["words"].values()).split():
        chosen.update(art_of(f"{word}{n}", WorkWord.MAKEN, AREA, DAY)[-1] for n in range(40))
        chosen.update(art_of(word, WorkWord.MAKEN, AREA, DAY))
    assert chosen == set(parts())
    places = {
        area.district_code: art_of("?", WorkWord.MAKEN, area.code, DAY)[1]
        for area in areas().values()
    }
    assert len(places) == len(districts())
    assert len(set(places.values())) == 5


def test_a_drawing_takes_its_colours_from_the_page() -> None:
    """So it is right in the dark, in another city's colours and on paper."""
    for name, drawn in parts().items():
        paints = set(re.findall(r'(?:fill|stroke)="([^"]+)"', drawn))
        assert paints <= {"currentColor", "var(--y)", "var(--w)", "var(--l)", "var(--e)"}, name
        assert BeautifulSoup(drawn, "html.parser").find(["script", "style", "image", "a"]) is None
    assert len(parts()) > 50


def test_a_district_that_has_no_drawing_of_its_own_has_houses(monkeypatch):
    table = rules._table
    monkeypatch.setattr(rules, "_table", lambda of: {} if of == "districts" else table(of))
    assert art_of("Soep", WorkWord.HELPEN, AREA, DAY)[1] == "houses"
