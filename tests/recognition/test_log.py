"""Reports signed, and the log that holds them together: checked by others, with keys alone."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings, strategies as st
from sqlalchemy import select

from portal.core import clock
from portal.core.canonical import canonical
from portal.core.signing import jwks_of
from portal.core.signing_keys import open_keys, published, rotate
from portal.impact.rules import documents, figures
from portal.recognition import commands, queries
from portal.recognition.commands import log as writing
from portal.recognition.jobs import print_reports
from portal.recognition.models import ReportLogLine
from portal.recognition.pages.files import draw_paper
from portal.recognition.rules import Logged, log
from portal.recognition.rules.log import read_claimed
from tests.impact import made

SECRET, ISSUER = "s" * 32, "https://portal.example"


@pytest.fixture
def keep(session):
    """What the worker does each day."""

    def do():
        return writing.keep(session, lambda: open_keys(session, SECRET), ISSUER)

    return do


@pytest.fixture
def newer(session, cast, recognised):
    """A report that took the place of the first."""
    report = made.report(session, cast.actor("admin"), replaces=recognised)
    admin, judge = cast.actor("admin"), cast.actor("recogniser")
    commands.submit(session, admin, report=report, recogniser_id=cast.municipality.id)
    commands.recognise(session, judge, report=report, remark="Goed.")
    session.commit()
    return report


def file_of(session, report) -> bytes:
    return json.dumps(queries.public_of(session, report), ensure_ascii=False, indent=2).encode()


def lines_of(session) -> list[str]:
    return list(queries.list_lines(session))


def test_a_report_is_signed_and_stands_in_the_log(session, keep, recognised, newer):
    with clock.freeze(clock.now()):
        assert keep() == 4  # two recognised, one replaced, and the head of today
        assert keep() == 0
    with clock.freeze(clock.now() + timedelta(days=1)):
        assert keep() == 1  # the head of the next day
    lines = lines_of(session)
    keys = published(session)
    entries = log.entries_of(lines, keys)
    assert [entry["event"] for entry in entries] == [
        "recognised", "replaced", "recognised", "countersigned", "countersigned"
    ]  # fmt: skip
    assert {entry["issuer"] for entry in entries} == {ISSUER}
    assert entries[0]["sha256"] == recognised.sha256
    assert entries[0]["by"] == "Stad aan de Rotte"
    alone = log.verify_alone(file_of(session, recognised), keys, lines)
    assert alone == ([], recognised.number, newer.number)
    assert log.verify_alone(file_of(session, newer), keys, lines) == ([], newer.number, None)
    assert queries.verify(session, file_of(session, recognised)) == ([], recognised.number)
    assert "signature" not in json.loads(json.dumps(recognised.document))  # what was frozen stays


@pytest.mark.slow
def test_who_recognises_signs(session, cast, app, submitted, tmp_path):
    judge = cast.client("recogniser")
    judge.submit(f"/recognition/{submitted.uuid}", button="recognise", remark="Helder.")
    session.expire_all()
    (line,) = session.scalars(select(ReportLogLine)).all()
    assert line.event is Logged.RECOGNISED
    visitor = cast.client()
    page = visitor.page(f"/reports/{submitted.number}")
    assert "/reports/log.jsonl" in str(page)
    for name in ("jwks.json", "log.jsonl"):
        path = "/.well-known/jwks.json" if name == "jwks.json" else "/reports/log.jsonl"
        (tmp_path / name).write_bytes(visitor.get(path).data)
    run = app.test_cli_runner().invoke
    keys = ["--keys", str(tmp_path / "jwks.json")]
    for kind in ("json", "pdf"):
        file = tmp_path / f"report.{kind}"
        file.write_bytes(visitor.get(f"/reports/{submitted.number}.{kind}").data)
        for options in ([], keys, [*keys, "--log", str(tmp_path / "log.jsonl")]):
            answer = run(args=["portal", "verify-report", str(file), *options])
            assert (answer.exit_code, answer.output.splitlines()[0]) == (0, submitted.number)
    (tmp_path / "jwks.json").write_text(json.dumps({"keys": []}))
    answer = run(args=["portal", "verify-report", str(file), *keys])
    assert (answer.exit_code, answer.output.strip()) == (
        1, "signature: none of these keys signed this report"
    )  # fmt: skip
    answer = run(args=["portal", "sign-reports"])
    assert answer.output.splitlines()[1].startswith("line 2, SHA-256 ")


@pytest.fixture
def signed(session, keep, recognised, newer):
    """A file, the keys and a log of four lines, as a stranger has them."""
    keep()
    return file_of(session, recognised), published(session), lines_of(session)


@pytest.mark.slow
@given(data=st.data())
@settings(max_examples=150)
@pytest.mark.one_database
def test_a_changed_byte_is_found_wherever_it_stands(signed, data):
    """In a report's figures, its signature or the log, by whoever has the keys only."""
    file, keys, lines = signed
    text = "\n".join(lines).encode()
    is_log = data.draw(st.booleans())
    whole = text if is_log else file
    at = data.draw(st.integers(0, len(whole) - 1))
    changed = bytearray(whole)
    changed[at] ^= data.draw(st.integers(1, 255))
    if is_log:
        found = log.verify_alone(file, keys, bytes(changed).decode(errors="replace").split("\n"))
    else:
        found = log.verify_alone(bytes(changed), keys, lines)
        if not found[0]:  # white space between two values is no part of what it says
            assert json.loads(bytes(changed)) == json.loads(file)
            return
    assert found[0], whole[max(0, at - 20) : at + 20]


@pytest.mark.one_database
def test_a_line_left_out_put_between_or_moved_is_found(signed):
    file, keys, lines = signed
    for wrong in (
        lines[1:], lines[:1] + lines[2:], [lines[1], lines[0], *lines[2:]], [lines[0], *lines],
        [*lines, lines[-1]], [*lines[:-1], lines[-1] + " "],
        [*lines[:-1], canonical(json.loads(lines[-1]) | {"at": "now"})],
    ):  # fmt: skip
        with pytest.raises(ValueError, match="of the log was changed"):
            log.entries_of(wrong, keys)
    assert log.verify_alone(file, keys, [])[0] == ["signature: it does not stand in the log"]


@pytest.mark.one_database
def test_a_line_that_was_written_and_signed_anew_is_found_by_the_next(session, signed):
    """The operator has the key, and whoever holds a later line still finds it."""
    _, keys, lines = signed
    entry = {**json.loads(lines[0]), "by": "Een ander"}
    del entry["signature"]
    forged = canonical({**entry, "signature": open_keys(session, SECRET).sign(entry)})
    assert log.entries_of([forged], keys)  # alone it is as good as any
    with pytest.raises(ValueError, match="line 2 of the log was changed"):
        log.entries_of([forged, *lines[1:]], keys)


@pytest.mark.one_database
def test_figures_with_hashes_made_anew_are_not_what_was_signed(signed):
    file, keys, lines = signed
    document = json.loads(file)
    document["figures"][0]["value"] += 1
    document["figures_sha256"] = documents.figures_hash_of(document)
    document["sha256"] = documents.hash_of(document)
    found = log.verify_alone(canonical(document).encode(), keys, lines)
    assert found[0] == ["sha256: not the one that was signed"]


@pytest.mark.one_database
def test_a_signature_of_something_else_signs_no_report(session, signed):
    file, keys, lines = signed
    document = json.loads(file)
    for line in lines[1:]:  # a replaced one, another report, a head
        other = {**document, "signature": json.loads(line)["signature"]}
        assert log.verify_alone(canonical(other).encode(), keys, lines)[0]
    unsigned = {name: document[name] for name in document if name != "signature"}
    assert log.verify_alone(canonical(unsigned).encode(), keys, lines)[0]
    assert queries.verify(session, canonical(unsigned).encode())[0] == []  # here we know it


@pytest.mark.one_database
def test_after_a_new_key_the_log_goes_on(session, cast, keep, recognised, newer):
    keep()
    rotate(session, SECRET)
    with clock.freeze(clock.now() + timedelta(days=1)):
        assert keep() == 1
    keys = published(session)
    assert len(jwks_of(keys)["keys"]) == 2
    assert len(log.entries_of(lines_of(session), keys)) == 5


@pytest.mark.one_database
def test_a_report_from_before_is_signed_later_and_says_so(session, cast, keep, recognised):
    visitor = cast.client()
    path = f"/reports/{recognised.number}"
    assert "nog niet ondertekend" in visitor.page(path).main.text
    with clock.freeze(recognised.recognised_at + timedelta(days=3)):
        keep()
        session.commit()
        assert "later ondertekend" in visitor.page(path).main.text
    assert "signature" in visitor.get(f"{path}.json").json


@pytest.mark.parametrize(("hour", "day"), [(22, 1), (23, 2)])
def test_the_day_of_a_signature_is_that_of_the_city(session, keep, recognised, hour, day):
    """An hour before midnight by Greenwich it is the next day here."""
    with clock.freeze(datetime(2027, 2, 1, hour, 30, tzinfo=UTC)):
        keep()
    assert queries.signed_on(session, recognised) == date(2027, 2, day)


@pytest.mark.slow
@pytest.mark.one_database
def test_a_report_that_a_new_method_draws_with_less_is_signed_again(
    session, keep, recognised, monkeypatch
):
    keep()
    first = file_of(session, recognised)
    monkeypatch.setitem(vars(figures.method()), "version", "99")
    assert keep() == 2  # the report as it is drawn now, and the head again
    second = json.loads(file_of(session, recognised))
    assert second["signed_sha256"] == recognised.sha256 != second["sha256"]
    keys, lines = published(session), lines_of(session)
    for file in (first, canonical(second).encode()):
        assert log.verify_alone(file, keys, lines) == ([], recognised.number, None)
        assert queries.verify(session, file) == ([], recognised.number)


def test_what_was_changed_by_hand_is_never_signed(session, keep, recognised):
    recognised.document = {**recognised.document, "organisation": "Een ander"}
    session.flush()
    assert keep() == 0
    assert lines_of(session) == []


@pytest.mark.one_database
def test_a_changed_page_is_found_though_what_is_attached_is_whole(
    session, app, cast, keep, recognised, tmp_path, monkeypatch
):
    """The PDF's own bytes stand in the log; an earlier one of ours stays right."""
    keep()
    session.commit()
    first = cast.client().get(f"/reports/{recognised.number}.pdf").data
    keys, lines = published(session), lines_of(session)
    assert log.changed_pages(first, recognised.number, lines) is None  # nobody said yet
    with app.app_context(), monkeypatch.context() as here:
        here.delattr("portal.web.documents.set_in_type")  # it would keep the memory
        written = [
            print_reports(session, lambda: open_keys(session, SECRET), ISSUER, draw_paper)
            for _ in range(2)
        ]
    assert written == [1, 0]
    paper = cast.client().get(f"/reports/{recognised.number}.pdf").data
    lines = lines_of(session)
    assert log.entries_of(lines, keys)[-1]["event"] == "printed"
    assert log.verify_alone(paper, keys, lines) == ([], recognised.number, None)
    assert queries.verify(session, paper) == ([], recognised.number)
    changed = paper.replace(b"%PDF-1.7", b"%PDF-1.6", 1)  # what is attached is as it was
    assert changed != paper
    assert read_claimed(changed) == read_claimed(paper)
    for found in (log.verify_alone(changed, keys, lines)[0], queries.verify(session, changed)[0]):
        assert found == ["pages: not those of this report's PDF; download it again"]
    file = tmp_path / "report.pdf"
    for body, code, says in ((paper, 0, recognised.number), (changed, 1, "pages: ")):
        file.write_bytes(body)
        answer = app.test_cli_runner().invoke(args=["portal", "verify-report", str(file)])
        assert answer.exit_code == code
        assert says in answer.output
        assert "Compare what is printed" not in answer.output
