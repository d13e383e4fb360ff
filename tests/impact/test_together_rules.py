"""What a report of several says: no more than each of theirs does, without asking a database."""

from datetime import UTC, date, datetime
from typing import Any

from hypothesis import given, strategies as st

from portal.core.clock import written
from portal.impact.rules.documents import sealed
from portal.impact.rules.figures import DOCUMENT_LANGUAGE, figures_of, method
from portal.impact.rules.together import summed_document

PERIOD = {"from": "2026-01-01", "until": "2026-03-31"}
NOW = datetime(2026, 4, 2, 9, tzinfo=UTC)
FIGURES = {one.id: one.unit for one in figures_of(date(2026, 1, 1), date(2026, 3, 31))}
ASIDE = [one.id for one in method().not_counted]
WHOSE = {"compiled_by": "A", "district": None, "asked": 3}
# A figure as a report says it: hidden, unknown, or so many.
SAID = st.one_of(st.just("hidden"), st.none(), st.integers(0, 9))


def part(number: str, said: dict[str, Any], **values: Any) -> dict[str, Any]:
    """A public document that says the same of all that isn't named."""

    def row(id_: str, name: str) -> dict[str, Any]:
        value = said.get(id_, 1)
        is_hidden = value == "hidden"
        return {"id": id_, name: None if is_hidden else value, "hidden": is_hidden}

    return {
        "number": number,
        "organisation": f"House {number}",
        "period": PERIOD,
        "small_count": 5,
        "figures": [row(id_, "value") for id_ in FIGURES],
        "not_counted": [row(id_, "count") for id_ in ASIDE],
        **values,
    }


def summed(*parts: dict[str, Any], **values: Any) -> dict[str, Any]:
    given_ = {"name": "Perceel 3", "whose": WHOSE, "compiled_at": NOW, **values}
    return summed_document(parts, **given_)


@given(st.lists(SAID, min_size=2, max_size=4))
def test_a_figure_is_the_sum_of_what_all_show_or_the_least_of_what_some_do(said):
    people, aside = "people", ASIDE[0]
    parts = [part(str(n), {people: one, aside: one}) for n, one in enumerate(said)]
    document = summed(*parts)
    rows = {row["id"]: row for row in document["figures"]}
    beside = {row["id"]: row for row in document["not_counted"]}
    known = [one for one in said if isinstance(one, int)]
    total = sum(known) if len(known) == len(said) else None
    row = rows[people]
    assert (row["value"], row["hidden"]) == (total, "hidden" in said)
    assert beside[aside]["count"] == total
    assert beside[aside]["hidden"] is ("hidden" in said)
    least = (row.get("at_least"), row.get("reports"))
    assert least == ((sum(known), len(known)) if total is None and known else (None, None))
    assert rows["minutes"]["value"] == len(said)


def test_weeks_are_no_sum_and_a_figure_that_one_lacks_is_hidden():
    parts = [part("1", {}), part("2", {})]
    del parts[1]["figures"][list(FIGURES).index("people")]
    del parts[0]["not_counted"][0]
    document = summed(*parts)
    rows = {row["id"]: row for row in document["figures"]}
    assert rows.keys() == {id_ for id_, unit in FIGURES.items() if unit != "weeks"}
    assert rows.keys() < FIGURES.keys()
    assert (rows["people"]["value"], rows["people"]["hidden"]) == (None, True)
    assert (rows["people"]["at_least"], rows["people"]["reports"]) == (1, 1)
    assert [row["hidden"] for row in document["not_counted"]] == [id_ == ASIDE[0] for id_ in ASIDE]


def test_what_stands_beside_the_figures():
    one = part("WW-1", {}, small_count=5, activities=["Zingen", "Koken"], groups=2)
    other = part("WW-2", {}, small_count=8, activities=["Koken", "bakken"], groups=3)
    bare = part("WW-3", {})
    document = summed(one, other, bare, previous="WW-0")
    assert document == sealed(document)
    beside = {name: value for name, value in document.items() if "sha256" not in name}
    del beside["figures"], beside["not_counted"]
    assert beside == {
        "number": None,
        "organisation": "Perceel 3",
        "period": PERIOD,
        "compiled_at": written(NOW),
        "language": DOCUMENT_LANGUAGE,
        "method_version": method().version,
        "small_count": 8,
        "activities": ["bakken", "Koken", "Zingen"],
        "groups": 5,
        "recognition": None,
        "previous": "WW-0",
        "parts": [
            {"number": number, "organisation": f"House {number}", **PERIOD}
            for number in ("WW-1", "WW-2", "WW-3")
        ],
        "whose": WHOSE,
    }
    assert summed(one, other)["previous"] is None
