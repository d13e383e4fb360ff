"""Hand in, send back, recognise; numbers; and whether a file is what was recognised."""

import json
import threading
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.core import clock
from portal.core.actor import HOUSE, Role
from portal.core.errors import NotFound, RuleBroken
from portal.core.guard import set_actor
from portal.impact.rules import Period, ReportStatus, documents
from portal.notices.models import Notice
from portal.organisations.models import Membership
from portal.organisations.rules import OrganisationKind, OrganisationStatus
from portal.recognition import commands, queries
from portal.recognition.models import ReportDecision
from portal.recognition.rules import Decision
from tests import factories as make
from tests.impact import made


@pytest.fixture
def report(session, cast, enrolments):
    return made.report(session, cast.actor("admin"))


def _submit(session, cast, report):
    return commands.submit(
        session, cast.actor("admin"), report=report, recogniser_id=cast.municipality.id
    )


def _recognise(session, cast, report, remark="Goed."):
    _submit(session, cast, report)
    return commands.recognise(session, cast.actor("recogniser"), report=report, remark=remark)


def _file(report) -> bytes:
    return json.dumps(report.document, ensure_ascii=False, indent=2).encode()


def test_the_whole_way(session, cast, report):
    before = report.document["figures_sha256"]
    with clock.freeze(datetime(2026, 12, 31, 23, 30, tzinfo=UTC)):  # 2027 in Amsterdam
        _recognise(session, cast, report, "Helder.")
    assert report.status is ReportStatus.RECOGNISED
    assert report.number == report.document["number"] == "WW-2027-0001"
    recognition = report.document["recognition"]
    assert recognition["by"] == "Stad aan de Rotte"
    assert recognition["at"] == "2027-01-01T00:30:00+01:00"
    assert recognition["remarks"] == "Helder."
    assert report.document["figures_sha256"] == before
    assert documents.hash_of(report.document) == report.sha256
    session.flush()
    told = {(notice.kind, notice.address) for notice in session.scalars(select(Notice))}
    assert ("recognition/submitted", "recogniser@example.org") in told
    assert ("recognition/recognised", "admin@example.org") in told
    way = queries.list_decisions(session, report)
    assert [(step.decision.value, step.user_id, step.remark) for step in way] == [
        ("submitted", cast.actor("admin").user_id, ""),
        ("recognised", cast.actor("recogniser").user_id, "Helder."),
    ]
    assert queries.verify(session, _file(report)) == ([], "WW-2027-0001")


def test_sending_back_needs_a_remark_and_lets_a_new_one_be_made(session, cast, report):
    _submit(session, cast, report)
    with pytest.raises(RuleBroken) as broken:
        commands.send_back(session, cast.actor("recogniser"), report=report, remark="")
    assert broken.value.field == "remark"
    assert report.status.value == "submitted"
    commands.send_back(session, cast.actor("recogniser"), report=report, remark="Kijk naar maart.")
    assert report.status is ReportStatus.RETURNED
    second = made.report(session, cast.actor("admin"), replaces=report)
    _recognise(session, cast, second)
    assert second.document["previous"] is None  # what was never recognised has no number


def test_what_nobody_decided_on_is_taken_back_and_its_days_are_free(session, cast, report):
    _submit(session, cast, report)
    with pytest.raises(RuleBroken, match="There is a report"):
        made.report(session, cast.actor("admin"))
    commands.withdraw(session, cast.actor("admin"), report=report)
    assert report.status is ReportStatus.COMPILED
    with pytest.raises(NotFound):
        queries.get_sent_here(session, cast.actor("recogniser"), report.uuid)
    way = [step.decision for step in queries.list_decisions(session, report)]
    assert way == [Decision.SUBMITTED, Decision.WITHDRAWN]
    with pytest.raises(RuleBroken):
        commands.withdraw(session, cast.actor("admin"), report=report)
    _recognise(session, cast, made.report(session, cast.actor("admin")))


def test_what_was_decided_is_not_taken_back(session, cast, report):
    _recognise(session, cast, report)
    with pytest.raises(RuleBroken):
        commands.withdraw(session, cast.actor("admin"), report=report)
    assert report.status is ReportStatus.RECOGNISED


def test_a_replacement_that_was_sent_back_is_compiled_anew(session, cast, report):
    admin, recogniser = cast.actor("admin"), cast.actor("recogniser")
    _recognise(session, cast, report)
    second = made.report(session, admin, replaces=report)
    for remark in ("Kijk naar maart.", "En naar april."):
        _submit(session, cast, second)
        commands.send_back(session, recogniser, report=second, remark=remark)
        second = made.report(session, admin, replaces=second)
        assert second.document["previous"] == report.number
        assert report.status is ReportStatus.RECOGNISED  # in force until there is another
    _recognise(session, cast, second)
    assert report.status is ReportStatus.REPLACED
    assert queries.find_successor(session, report) == second.number


def test_who_is_not_verified_any_more_decides_nothing(session, cast, report):
    _submit(session, cast, report)
    cast.municipality.status = OrganisationStatus.REFUSED
    session.flush()
    for decide in (commands.recognise, commands.send_back):
        with pytest.raises(RuleBroken, match="can't recognise"):
            decide(session, cast.actor("recogniser"), report=report, remark="Mooi")


def test_a_decision_is_made_once(session, cast, report):
    with pytest.raises(RuleBroken):
        commands.recognise(session, cast.actor("recogniser"), report=report, remark="Goed.")
    _recognise(session, cast, report)
    for again in (commands.recognise, commands.send_back):
        with pytest.raises(RuleBroken):
            again(session, cast.actor("recogniser"), report=report, remark="Nog eens")
    with pytest.raises(RuleBroken):
        _submit(session, cast, report)
    assert report.number.endswith("-0001")


def test_who_works_for_both_can_not_decide(session, cast, report):
    _submit(session, cast, report)
    session.add(
        Membership(
            user_id=cast.actor("recogniser").user_id,
            organisation_id=cast.enterprise.id,
            role=Role.VIEWER,
        )
    )
    session.flush()
    for decide in (commands.recognise, commands.send_back):
        with pytest.raises(RuleBroken, match="work for this organisation"):
            decide(session, cast.actor("recogniser"), report=report, remark="Mooi")


@pytest.mark.parametrize("did", ["compiled", "handed in"])
def test_who_made_it_can_not_decide_after_changing_jobs(session, cast, report, did):
    _submit(session, cast, report)
    recogniser = cast.actor("recogniser")
    if did == "compiled":
        report.compiled_by_id = recogniser.user_id
    else:
        session.add(
            ReportDecision(
                report_id=report.id,
                decision=Decision.SUBMITTED,
                organisation_id=cast.enterprise.id,
                user_id=recogniser.user_id,
            )
        )
    session.flush()
    with pytest.raises(RuleBroken, match="made this report"):
        commands.recognise(session, recogniser, report=report, remark="Mooi")


def test_only_a_verified_staffed_other_organisation_can_be_asked(session, cast, report):
    empty = make.organisation(session, "Stad zonder erkenner", OrganisationKind.MUNICIPALITY)
    unverified = make.organisation(
        session,
        "Nieuw",
        OrganisationKind.SUPPORT_ORGANISATION,
        status=OrganisationStatus.REGISTERED,
    )
    user_id = cast.actor("referrer").user_id
    for organisation in (unverified, cast.cooperative, cast.enterprise):
        session.add(
            Membership(user_id=user_id, organisation_id=organisation.id, role=Role.RECOGNISER)
        )
    session.flush()
    for kind in (cast.enterprise.kind, OrganisationKind.SUPPORT_ORGANISATION):
        cast.enterprise.kind = kind  # also where it is of those that recognise others
        session.flush()
        found = queries.list_recognisers(session, report)
        assert [row.id for row in found] == [cast.municipality.id]
    for other in (empty, unverified, cast.cooperative, cast.enterprise):
        with pytest.raises(RuleBroken):
            commands.submit(session, cast.actor("admin"), report=report, recogniser_id=other.id)


def test_two_drafts_over_the_same_days_can_not_both_be_handed_in(session, cast, report):
    second = made.report(session, cast.actor("admin"), Period(date(2026, 3, 1), date(2026, 4, 30)))
    _submit(session, cast, report)
    with pytest.raises(RuleBroken, match="share days"):
        _submit(session, cast, second)


def test_a_recognised_successor_takes_the_place_of_the_first(session, cast, report):
    _recognise(session, cast, report)
    second = made.report(session, cast.actor("admin"), replaces=report)
    _recognise(session, cast, second)
    session.flush()
    assert report.status is ReportStatus.REPLACED
    assert second.document["previous"] == report.number
    assert queries.find_successor(session, report) == second.number
    assert list(queries.list_recognised(session, cast.enterprise.id)) == [second]
    assert queries.verify(session, _file(report)) == ([], report.number)  # still what it was


def test_a_recogniser_sees_what_was_sent_there_and_nothing_else(session, cast, report):
    session.flush()
    recogniser = cast.actor("recogniser")
    set_actor(session, recogniser)
    with pytest.raises(NotFound):
        queries.get_sent_here(session, recogniser, report.uuid)
    set_actor(session, HOUSE)
    _submit(session, cast, report)
    session.flush()
    set_actor(session, recogniser)
    assert queries.get_sent_here(session, recogniser, report.uuid) is report
    set_actor(session, cast.actor("referrer"))
    with pytest.raises(NotFound):
        queries.get_sent_here(session, cast.actor("referrer"), report.uuid)


@pytest.mark.parametrize("is_sealed_anew", [False, True])
def test_one_digit_changed_is_found(session, cast, report, is_sealed_anew):
    _recognise(session, cast, report)
    session.flush()
    index = next(i for i, f in enumerate(report.document["figures"]) if f["id"] == "minutes")
    document = json.loads(_file(report))
    document["figures"][index]["value"] += 1
    if is_sealed_anew:  # a forger who makes the hash fit is found by what was recognised
        document["sha256"] = documents.hash_of(document)
    differences, number = queries.verify(session, json.dumps(document).encode())
    assert number == report.number
    assert "figures[minutes].value: 6961 in the file, 6960 recognised" in differences
    assert any(found.startswith("sha256: ") for found in differences)


@pytest.mark.parametrize(
    "file",
    [b"", b"no", b"[]", b"null", b"\xff\xfe", b'{"a": NaN}', b'{"a": 1, "a": 2}', b"[" * 100_000,
     b'{"a": 123456789012345678901234567890}', b"{}", b'{"number": 3}', b'{"number": "WW-1"}'],
)  # fmt: skip
def test_what_is_no_report_is_said_in_words(session, cast, file):
    differences, number = queries.verify(session, file)
    assert differences
    assert number is None


@pytest.mark.parametrize("written", [b"6960.0", b"6.96e3", b"6960e0", b"06960", b"69600e-1"])
def test_another_way_to_write_a_number_is_another_file(session, cast, report, written):
    """Two files of which a program makes the same figures differ by a byte all the same."""
    _recognise(session, cast, report)
    file = _file(report)
    assert b"6960" in file
    differences, _ = queries.verify(session, file.replace(b"6960", written, 1))
    assert differences


def test_minus_nothing_is_not_nothing(session, cast, report):
    _recognise(session, cast, report)
    changed = _file(report).replace(b": 0", b": -0", 1)
    assert changed != _file(report)
    assert queries.verify(session, changed)[0]


def test_the_hash_of_the_figures_is_looked_at_too(session, cast, report):
    _recognise(session, cast, report)
    document = {**report.document, "figures_sha256": "0" * 64}
    document["sha256"] = documents.hash_of(document)
    differences, _ = queries.verify(session, json.dumps(document).encode())
    assert "figures_sha256: the file was changed" in differences


def test_a_draft_does_not_verify(session, cast, report):
    differences, number = queries.verify(session, _file(report))
    assert number is None
    assert "not recognised" in differences[0]


def test_added_and_missing_parts_are_named(session, cast, report):
    _recognise(session, cast, report)
    session.flush()
    document = json.loads(_file(report))
    del document["period"]["from"]
    document["prize"] = True
    document["figures"][0]["hidden"] = 1
    document["figures"].pop()
    differences, _ = queries.verify(session, json.dumps(document).encode())
    text = "\n".join(differences)
    assert "period.from: not in the file" in text
    assert "prize: only in the file" in text
    assert "figures[people].hidden: 1 in the file" in text
    assert "recognised" in text


def test_numbers_are_unique_in_a_race(engine):
    numbers: list[str] = []

    def take() -> None:
        for _ in range(5):
            with Session(engine) as session:
                set_actor(session, HOUSE)
                numbers.append(commands.next_number(session, 2026))
                session.commit()

    threads = [threading.Thread(target=take) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(numbers) == [f"WW-2026-{n:04}" for n in range(1, 31)]


def test_a_number_that_is_rolled_back_is_given_again(session):
    assert commands.next_number(session, 2026) == "WW-2026-0001"
    session.rollback()
    assert commands.next_number(session, 2026) == "WW-2026-0001"


def test_who_handed_in_first_is_read_first_and_what_waits_before_what_was_answered(
    session, cast, enrolments
):
    first_quarter, second_quarter = (
        made.report(
            session, cast.actor("admin"), Period(date(2025, month, 1), date(2025, month, 28))
        )
        for month in (2, 5)
    )
    begin = clock.now()
    for minutes, one in ((0, second_quarter), (5, first_quarter)):
        with clock.freeze(begin + timedelta(minutes=minutes)):
            _submit(session, cast, one)
    listed = queries.list_sent_here(session, cast.actor("recogniser"))
    assert listed == [second_quarter, first_quarter]
    commands.recognise(session, cast.actor("recogniser"), report=second_quarter, remark="Goed.")
    listed = queries.list_sent_here(session, cast.actor("recogniser"))
    assert listed == [first_quarter, second_quarter]
