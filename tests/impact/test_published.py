"""What a reader with pencil and paper makes of a whole report: no hidden figure of it.

The sums are written down here by hand, as she would see them, and not taken from the code.
"""

from itertools import count

from hypothesis import given, settings
from hypothesis import strategies as st

from portal.core import clock
from portal.enrolments.rules import WHY_SHE_STOPS
from portal.impact import documents
from portal.impact.figures import figures_of
from portal.impact.queries import Counts
from portal.impact.suppression import Cell
from portal.progress.rules import OutflowKind, SkillLevel, Voice
from tests.impact.made import INVESTMENT, QUARTER

LADDER = [f"ladder_{way}" for way in ("rose", "held", "fell", "unknown")]
MONTHS = [f"minutes_2026_0{month}" for month in (1, 2, 3)]
REASONS = [f"stopped_{reason.value}" for reason in sorted(WHY_SHE_STOPS)]
KINDS = [f"outflow_{kind.value}" for kind in OutflowKind]
SUMS = [
    ("people", LADDER),
    ("minutes", MONTHS),
    ("enrolments", ["started", "carried_over"]),
    ("enrolments", ["completed", "stopped", "ongoing"]),
    ("enrolments", ["completed", "ongoing", *REASONS]),
    ("stopped", REASONS),
    ("outflow", KINDS),
    *(
        (voice, [f"{voice}_{level.value}" for level in SkillLevel])
        for voice in (f"observations_{voice.value}" for voice in Voice)
    ),
]  # fmt: skip
PARTS = [
    *LADDER, *MONTHS, "completed", "ongoing", *REASONS, *KINDS,
    *(part for total, parts in SUMS[-3:] for part in parts),
]  # fmt: skip
few = st.sampled_from([0, 0, 0, 1, 2, 4, 5, 9])


@st.composite
def counted(draw):
    """Counts of a quarter in which all adds up, with as many people as figures say."""
    ids = count()
    cells = {name: _cell(ids, draw(few)) for name in PARTS}
    for total, parts in reversed(SUMS):
        if "started" not in parts:
            people = frozenset().union(*(cells[part].people for part in parts if part in cells))
            cells.setdefault(total, Cell(sum(cells[p].value for p in parts), people))
    everyone = sorted(cells["enrolments"].people)
    fresh = frozenset(everyone[: draw(few)])
    for name, people in (("started", fresh), ("carried_over", frozenset(everyone) - fresh)):
        cells[name] = Cell(len(people), people)
    figures = [f for f in figures_of(QUARTER.from_on, QUARTER.until_on) if f.is_about_people]
    assert {figure.id for figure in figures} == set(cells)
    beside = {n: _cell(ids, draw(few)) for n in ("minutes_not_counted", "outflow_without_document")}
    names = (
        "sessions",
        "sessions_without_register",
        "sessions_not_closed",
        "sessions_cancelled",
        "sessions_nobody_came",
    )
    return Counts(cells, dict.fromkeys(names, 3), beside)


def _cell(ids, number):
    return Cell(number, frozenset(next(ids) for _ in range(number)))


def _known_to_a_reader(document):
    """The figures that are shown or come out of a sum, and what sums of hidden ones come to."""
    known = {row["id"]: row["value"] for row in document["figures"] if row["value"] is not None}
    bases = {figure.id: figure.base for figure in figures_of(QUARTER.from_on, QUARTER.until_on)}
    known |= {bases[row["id"]]: row["n"] for row in document["figures"] if row["n"] is not None}
    more = True
    while more:
        more = False
        for total, parts in SUMS:
            unknown = [name for name in (total, *parts) if name not in known]
            if len(unknown) == 1:
                rest = sum(known[part] for part in parts if part in known)
                known[unknown[0]] = rest if unknown == [total] else known[total] - rest
                more = True
    return known


@settings(max_examples=20)
@given(counted(), st.sampled_from([5, 10]))
def test_a_reader_computes_no_hidden_figure(counts, small_count):
    document = documents.compile_document(
        counts, organisation="Keuken", period=QUARTER, compiled_at=clock.now(),
        small_count=small_count, investment=INVESTMENT, previous=None,
    )  # fmt: skip
    hidden = {row["id"] for row in document["figures"] if row["hidden"]}
    known = _known_to_a_reader(document)
    assert not hidden & known.keys()
    for name, cell in counts.cells.items():
        assert not 0 < len(cell.people) < small_count or name in hidden, name
        assert name in hidden or known[name] == cell.value
    for row in document["not_counted"]:
        cell = counts.not_counted.get(row["id"])
        is_small = cell is not None and 0 < len(cell.people) < small_count
        assert (row["hidden"], row["count"] is None) == (is_small, is_small)
    # What is left of a total belongs to so many people that nobody of them is known by it.
    for total, parts in SUMS:
        secret = [part for part in parts if part in hidden]
        if total not in hidden and secret:
            together = frozenset().union(*(counts.cells[part].people for part in secret))
            assert len(secret) > 1
            assert len(together) >= small_count
