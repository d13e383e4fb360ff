"""What answers a requirement and what may be asked, without a database."""

from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import example, given, strategies as st

from portal.core import clock
from portal.core.errors import RuleBroken
from portal.impact.rules.figures import method
from portal.tenders.rules import (
    COLUMNS,
    MOST_CERTIFICATES,
    PROOFS,
    SAID,
    CoreCompetence,
    Need,
    Published,
    Requirement,
    RequirementAnswer,
    answer_to,
    asked_by,
    carried,
    check_asked,
)

CLOSES = date(2026, 9, 30)


def asks(**values):
    nothing = dict.fromkeys(COLUMNS.values())
    given = {"competences": [], "asks_trend": False, "certificates": "", "volume": 100}
    return SimpleNamespace(**(nothing | given | values))


def report(years=0, number="U-1", **figures):
    """One that ended so many years before the closing day."""
    ended = CLOSES.replace(year=CLOSES.year - years)
    rows = {name: {"value": value, "n": n} for name, (value, n) in figures.items()}
    return Published(number, 1, ended - timedelta(days=89), ended, rows)


def answer(asked, *reports, **declared):
    return answer_to(asked, reports, CLOSES, declared)


def refusal(**values) -> tuple[str, str, object] | None:
    try:
        check_asked(asks(**values))
    except RuleBroken as broken:
        return broken.field, broken.message, broken.values.get("most")
    return None


def test_it_asks_what_stands_in_it_in_the_order_of_the_kinds():
    found = asked_by(
        asks(
            competences=["rhythm", "goals"], reference_people=5, satisfaction=60, completion=50,
            asks_trend=True, certificates=" ISO 9001 \n\nBlik op Werk", pso_step=2,
            reserved_percent=30,
        )
    )  # fmt: skip
    assert found == [
        Requirement("reference_rhythm", Need.REFERENCE, competence=CoreCompetence.RHYTHM),
        Requirement("reference_goals", Need.REFERENCE, competence=CoreCompetence.GOALS),
        Requirement("volume", Need.VOLUME, 5),
        Requirement("satisfaction", Need.SATISFACTION, 60),
        Requirement("completion", Need.COMPLETION, 50),
        Requirement("pso", Need.PSO, 2),
        Requirement("reserved", Need.RESERVED, 30),
        Requirement("trend", Need.TREND),
        Requirement("certificate_0", Need.CERTIFICATE, name="ISO 9001"),
        Requirement("certificate_1", Need.CERTIFICATE, name="Blik op Werk"),
    ]
    assert [one.figure for one in found[:5]] == [
        "weeks_in_a_row", "goals_hers_reached", "people", "rated_good", "completed",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("values", "refused"),
    [
        ({}, ("competences", "Ask at least one thing.", None)),
        ({"certificates": "a\n" * MOST_CERTIFICATES}, None),
        (
            {"certificates": "a\n" * (MOST_CERTIFICATES + 1)},
            ("certificates", "Ask at most five certificates.", None),
        ),
        (
            {"volume": None, "reference_people": 1},
            (
                "volume",
                "Say for how many people it is, as a reference depends on it.",
                None,
            ),
        ),
        ({"volume": None, "competences": ["goals"]}, None),
    ],
)
def test_what_may_be_asked(values, refused):
    assert refusal(**values) == refused


@given(st.integers(1, 1000), st.integers(1, 1000))
@example(100, 60)
@example(1000, 595)
def test_a_reference_is_at_most_sixty_percent_of_the_volume(volume, people):
    words = "A reference may be at most 60 percent of the volume. Here that is {most}."
    wrong = ("reference_people", words, volume * 3 // 5)
    is_right = people * 5 <= volume * 3
    assert refusal(volume=volume, reference_people=people) == (None if is_right else wrong)


@pytest.mark.parametrize(
    ("value", "days", "document", "holds"),
    [
        (2, 0, "PSO 2025", True), (3, 9, "PSO 2025", True), (1, 0, "PSO 2025", False),
        (2, -1, "PSO 2025", False), (2, 0, "", False), (None, 0, "PSO 2025", False),
        (2, None, "PSO 2025", False), (2, None, None, False), (None, 0, None, False),
        (None, None, "PSO 2025", False),
    ],
)  # fmt: skip
def test_what_one_says_of_oneself_holds_with_a_document_on_the_closing_day(
    value, days, document, holds
):
    until = None if days is None else (CLOSES + timedelta(days=days)).isoformat()
    said = dict(zip((f"{name}_pso" for name in SAID), (value, until, document), strict=True))
    found = answer(Requirement("pso", Need.PSO, 2), **said)
    assert found == RequirementAnswer(found.asked, (), (value, until, document), holds)
    assert found.asked.key == "pso"


def test_a_certificate_has_no_height_and_nothing_said_is_no_answer():
    asked = Requirement("certificate_0", Need.CERTIFICATE, name="ISO 9001")
    said = {"until_certificate_0": CLOSES.isoformat(), "document_certificate_0": "ISO"}
    assert answer(asked, report(people=(9, 9)), **said).is_met
    assert answer(asked) == answer_to(asked, [], CLOSES, {"until_certificate_1": "2030-01-01"})
    assert (answer(asked).declared, answer(asked).is_met) == ((), False)


def test_of_several_the_one_that_shows_most_answers():
    asked = Requirement("volume", Need.VOLUME, 5)
    reports = [
        report(0, "U-1", people=(4, 4)), report(1, "U-2", people=(6, 6)),
        report(2, "U-3", people=(5, 5)), report(0, "U-4", people=(3, 3)),
    ]  # fmt: skip
    found = answer(asked, *reports)
    assert ([one.number for one in found.reports], found.is_met) == (["U-2"], True)
    found = answer(asked, reports[0])
    assert ([one.number for one in found.reports], found.is_met) == (["U-1"], False)


@pytest.mark.parametrize(
    ("need", "figure"), [(Need.SATISFACTION, "rated_good"), (Need.COMPLETION, "completed")]
)
@pytest.mark.parametrize(
    ("value", "n", "is_met"), [(6, 10, True), (5, 10, False), (745, 1250, False)]
)
def test_a_part_is_asked_of_all_that_it_is_a_part_of(need, figure, value, n, is_met):
    assert (
        answer(Requirement(need.value, need, 60), report(**{figure: (value, n)})).is_met is is_met
    )


@pytest.mark.parametrize("row", [{}, {"value": None, "n": 9}, {"value": 9, "n": None}])
def test_what_is_hidden_or_not_counted_answers_nothing(row):
    one = Published("U-1", 1, CLOSES, CLOSES, {"rated_good": row})
    found = answer(Requirement("satisfaction", Need.SATISFACTION, 0), one)
    assert (found.reports, found.is_met) == ([], False)
    assert answer(Requirement("volume", Need.VOLUME, 0), one).reports == []


def test_a_reference_needs_a_figure_and_no_height():
    asked = Requirement("reference_goals", Need.REFERENCE, competence=CoreCompetence.GOALS)
    assert answer(asked, report(goals_hers_reached=(1, 9))).is_met
    assert not answer(asked, report(people=(9, 9))).is_met


@given(st.sets(st.integers(0, 4)))
def test_a_trend_goes_back_from_the_newest_of_the_last_two_years_the_oldest_first(years):
    reports = [report(age, f"U-{age}", people=(9, 9)) for age in years]
    found = answer(Requirement("trend", Need.TREND), *reports)
    newest = min(years & {0, 1}, default=0)
    ages = sorted(years & {newest, newest + 1, newest + 2}, reverse=True)
    assert [one.number for one in found.reports] == [f"U-{age}" for age in ages]
    assert found.is_met is (len(ages) == 3)


@pytest.mark.parametrize("need", [Need.VOLUME, Need.TREND])
def test_what_reports_answer_names_what_was_asked_and_declares_nothing(need):
    asked = Requirement(need.value, need, 1)
    found = answer(asked, one := report(0, people=(9, 9)))
    assert found == RequirementAnswer(asked, [one], (), need is Need.VOLUME)
    assert answer(Requirement("pso", Need.PSO, 1), until_pso="2030-01-01", document_pso="PSO") == (
        RequirementAnswer(
            Requirement("pso", Need.PSO, 1), (), (None, "2030-01-01", "PSO"), is_met=False
        )
    )


def test_of_two_in_one_year_a_trend_takes_what_shows_most():
    two = [report(0, "U-1", people=(9, 9)), report(0, "U-2", people=(5, 5))]
    found = answer(Requirement("trend", Need.TREND), *two)
    assert [one.number for one in found.reports] == ["U-1"]


def test_a_core_competence_is_shown_by_a_figure_that_is_counted():
    known = {figure.id for figure in method().counted}
    assert {figure for figure, _ in PROOFS.values()} <= known


@pytest.mark.parametrize(
    ("ended", "closes", "counts"),
    [
        ("2026-03-02", "2026-03-01", False),
        ("2026-03-01", "2026-03-01", True),
        ("2023-03-02", "2026-03-01", True),  # a day less than three years, one of them longer
        ("2023-03-01", "2026-03-01", False),
        ("2025-02-28", "2028-02-29", False),
        ("2025-03-01", "2028-02-29", True),
        ("2024-02-29", "2027-02-28", True),
        ("2024-02-29", "2027-03-01", False),
    ],
)
def test_a_report_counts_from_its_end_for_three_years_of_the_calendar(ended, closes, counts):
    closes, ended = date.fromisoformat(closes), date.fromisoformat(ended)
    asked = Requirement("volume", Need.VOLUME, 5)
    one = Published("U-1", 1, ended, ended, {"people": {"value": 5, "n": 5}})
    assert answer_to(asked, [one], closes, {}).is_met is counts


@pytest.mark.parametrize(
    ("ends", "closes", "shown", "is_met"),
    [
        ("2023-12-31 2024-12-31 2025-12-31", "2026-11-30", 3, True),
        ("2023-12-31 2024-12-31 2025-12-31", "2027-05-31", 3, True),  # last year isn't counted yet
        ("2023-12-31 2024-12-31 2025-12-31", "2027-12-30", 3, True),
        ("2023-12-31 2024-12-31 2025-12-31", "2027-12-31", 1, False),  # nothing of late
        ("2022-12-31 2024-12-31 2025-12-31", "2026-11-30", 2, False),  # a year is missing
        ("2025-03-31 2025-06-30 2025-12-31", "2026-11-30", 1, False),  # all of one year
    ],
)
def test_a_trend_is_one_report_a_year_back_from_the_newest(ends, closes, shown, is_met):
    days = [date.fromisoformat(end) for end in ends.split()]
    figures = {"people": {"value": 5, "n": 5}}
    reports = [Published(str(day), 1, day, day, figures) for day in days]
    asked = Requirement("trend", Need.TREND)
    answer = answer_to(asked, reports, date.fromisoformat(closes), {})
    assert (len(answer.reports), answer.is_met) == (shown, is_met)
    ended = [one.until_on for one in answer.reports]
    assert ended == sorted(ended)


def test_two_reports_are_never_added_up():
    closes, asked = clock.today(), Requirement("volume", Need.VOLUME, 10)
    two = [
        Published(f"U-{value}", 1, closes, closes, {"people": {"value": value, "n": value}})
        for value in (9, 8)
    ]
    answer = answer_to(asked, two, closes, {})
    assert ([one.number for one in answer.reports], answer.is_met) == (["U-9"], False)


def test_what_was_declared_last_of_the_same_is_carried_on():
    old, new = asks(certificates="ISO\nBOL", pso_step=2), asks(certificates="BOL")
    old.title, new.title = "Oud", "Nieuw"
    over, still = (CLOSES - timedelta(days=1)).isoformat(), CLOSES.isoformat()
    earlier: list[Any] = [
        (old, {"document_certificate_0": "i", "until_certificate_0": still, "value_pso": 3,
               "document_certificate_1": "b", "document_pso": "p", "until_pso": over}),
        (new, {"document_certificate_0": "b2", "until_certificate_0": still}),
        (old, {"until_pso": still, "value_pso": 9}),  # no document: nothing was declared
        (old, {"document_reserved": "r", "document_volume": "v"}),  # not asked there
    ]  # fmt: skip
    asked = asked_by(asks(certificates="Hier\niso\nBol", pso_step=1, reserved_percent=5))
    found = carried(asked, earlier, CLOSES)
    assert {key: (one.title, one.said) for key, one in found.items()} == {
        "pso": ("Oud", {"value_pso": 3, "until_pso": None, "document_pso": "p"}),
        "certificate_1": (
            "Oud",
            {
                "value_certificate_1": None,
                "until_certificate_1": still,
                "document_certificate_1": "i",
            },
        ),
        "certificate_2": (
            "Nieuw",
            {
                "value_certificate_2": None,
                "until_certificate_2": still,
                "document_certificate_2": "b2",
            },
        ),
    }


def test_a_figure_of_a_report_is_never_carried_on_as_declared():
    of = SimpleNamespace(**vars(asks(reference_people=5)), title="Oud")
    said = {"document_volume": "v", "until_volume": CLOSES.isoformat()}
    assert carried(asked_by(of), [(of, said)], CLOSES) == {}
