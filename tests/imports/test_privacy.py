"""No text of a cell is kept: only names of people, and tokens of a fixed vocabulary."""

import contextlib
import json
import re
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import example, given, settings, strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.core import clock
from portal.core.errors import RuleBroken
from portal.core.guard import set_actor
from portal.imports import commands
from portal.imports.models import RegisterImport
from portal.imports.rules.sheets.reading import read_file
from portal.participants.commands import make_known
from tests.imports import sheets
from tests.imports.files import csv, xlsx
from tests.imports.messy import TODAY
from tests.imports.sheets import imported, reading, weeks_ago
from tests.imports.test_apply import applied, do

TOKEN = re.compile(
    r"(x:(?!.{3})(?:..?|true|false)|x:true|x:false|m:(present|absent|excused|late|half|nothing)|n:-?[\d.e+-]+"
    r"|min:\d+|c:\d{4}|t:\d{4}-\d{4}|from:\d{4}|until:\d{4}|d|e|\?)"
)

SECRETS = [
    "depressie", "heeft borstkanker", "Ziek: griep", "burn-out?", "opgenomen in Yulius",
    "Schizofrenie", "zwanger", "111222333", "1-2-1980", "06 1234 5678", "straatverbod ex-man",
    "GEHEIM", "abortus kliniek",
]  # fmt: skip
PLAIN = ["x", "ziek", "-", "2u", "", "1", "tot 11.00", "A", "k"]


def kept(data: bytes) -> tuple[str, list[str]]:
    """All texts that are kept, and the names among them."""
    reading = read_file(data, today=TODAY)
    for sheet in reading.grid.sheets:
        for line in sheet.lines:
            for token, address in line.tokens.values():
                assert re.fullmatch(r"[A-Z]+\d+", address)
                assert all(TOKEN.fullmatch(fact) for fact in token.split(" ")), token
    return json.dumps(reading.grid.to_json(), ensure_ascii=False).casefold(), [
        line.name for sheet in reading.grid.sheets for line in sheet.lines
    ]


cells = st.one_of(st.sampled_from(SECRETS), st.sampled_from(PLAIN))


_ILL = "depressie"
_DATED = (_ILL, "1-2-1980", "Ziek: griep", _ILL)  # a date and a mark below what may be a name


@example([(_ILL,) * 4, _DATED], _ILL, _ILL)
@example([(_ILL, "Ziek: griep", _ILL, "Ziek: griep")] * 2, _ILL, _ILL)
@given(st.lists(st.tuples(cells, cells, cells, cells), min_size=2, max_size=5), cells, cells)
@settings(max_examples=40, deadline=None)
def test_no_text_of_a_cell_is_kept(rows, title, note):
    people = ["Fatma", "Ali", "Greet", "Mo", "Ans"]
    lines = [[title, "", "", "", ""], ["Naam", "1-9-2026", "8-9-2026", "Reden", "15-9-2026"]]
    lines += [[name, *row] for name, row in zip(people, rows, strict=False)]
    lines += [[], [note], [note, note], [f"NB {note}"]]
    data = "\n".join(";".join(line) for line in lines).encode()
    with contextlib.suppress(RuleBroken):
        text, names = kept(data)
        for secret in SECRETS:
            assert secret.casefold() not in text
        assert set(names) <= {*people, *PLAIN}  # a single letter may stand for a person


@given(
    st.lists(
        st.lists(st.one_of(st.text(max_size=12), cells, st.integers(), st.dates()), max_size=6),
        max_size=8,
    )
)
@settings(max_examples=40, deadline=None)
def test_any_grid_is_read_or_refused(rows):
    text = "\n".join(";".join(str(cell).replace("\n", " ") for cell in row) for row in rows)
    with contextlib.suppress(RuleBroken):
        kept(text.encode(errors="ignore"))
    with contextlib.suppress(RuleBroken):
        kept(("Naam;1-9-2026;8-9-2026;15-9-2026\n" + text).encode(errors="ignore"))


def test_what_stands_beside_a_name_is_not_kept():
    text, names = kept(
        csv(
            "Naam|BSN|1-9-2026|8-9-2026|Opmerking\n"
            "Fatma Yilmaz (zwanger)|111222333|x|ziek|heeft schulden\n"
            "Ali - burn-out|123456782|x|x|\nGreet 06-12345678|1|x|-|\nMo 3-4-1980 ziek|1|x|x|"
        )
    )
    assert names == ["Fatma Yilmaz", "Ali", "Greet", "Mo"]
    for secret in ("zwanger", "burn", "ziek", "schulden", "111222333", "1980", "12345678"):
        assert secret not in text


def test_a_birth_date_beside_a_name_is_not_kept():
    text, _ = kept(xlsx([["Naam", "Geb.", date(2026, 9, 1)], ["Fatma", date(1980, 4, 3), "x"]]))
    assert "1980" not in text


def test_the_guard_shows_a_file_to_its_own_organisation_only(session, cast):
    """Whatever a page asks: the filter of the page is not the only one."""
    row = sheets.imported(
        session,
        cast.actor("coordinator"),
        cast.offering,
        sheets.reading([clock.today()], [("Aisha Demir", "x")]),
    )
    session.commit()
    for name, found in (("coordinator", [row.id]), ("stranger", []), ("cooperative", [])):
        with Session(session.get_bind()) as seen:
            set_actor(seen, cast.actor(name))
            assert seen.scalars(select(RegisterImport.id)).all() == found, name


def test_who_may_no_longer_log_for_a_member_imports_nothing_there(session, cast):
    them = cast.actor("cooperative")
    cast.enrolment.started_on = weeks_ago(1)
    make_known(session, cast.cooperative.id, cast.participant.id)  # at the cooperative too
    what = reading([weeks_ago(3)], [(cast.participant.name, "x")])
    late = imported(session, them, cast.offering, what)
    without = replace(them, logs_for=frozenset())
    with pytest.raises(RuleBroken, match="not yours to keep"):
        do(session, without, late)
    session.rollback()
    row = applied(session, them, cast.offering, [weeks_ago(3)], [(cast.participant.name, "x")])
    with pytest.raises(RuleBroken, match="not yours to keep"):
        do(session, without, row, commands.take_back)
