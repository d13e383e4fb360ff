"""What waits is counted as many as it is, and an answer says what became of it."""

from datetime import date

import pytest

from portal.enrolments.rules import EnrolmentStatus as S
from portal.offerings.rules import WaitingLine
from tests import factories as make


def test_what_stands_for_several_counts_for_several(session, cast):
    for _ in range(7):
        make.enrolment(session, cast.offering, status=S.APPLIED)
    session.commit()
    page = cast.client("coordinator").page("/work")
    assert "En nog 4 zo" in page.words
    alike = [one for one in page.select(".board li") if one.select_one("a[href$=applications]")]
    others = len(page.select(".board li")) - len(alike)
    assert page.select_one(".head .subtle").text == f"{others + 4} dingen"


@pytest.mark.parametrize("line", list(WaitingLine))
def test_an_answer_says_what_she_has_now(session, cast, line):
    """Of who goes on the list while a place is free, it may be more than was asked for."""
    cast.offering.waiting_line = line
    row = make.enrolment(session, cast.offering, status=S.APPLIED)
    session.commit()
    client = cast.client("coordinator")
    form = "form:has([value=wait])"
    said = client.page(
        client.submit(f"/work/enrolments/{row.uuid}/decide", form=form, button="wait")
    )
    offered = line is WaitingLine.FIRST_COME
    assert ("Er is een plek aangeboden" if offered else "Op de wachtlijst") in said.words


def test_who_answers_in_a_group_stays_with_it_and_reads_one_first_day(session, cast):
    group = f"/work/offerings/{cast.offering.slug}/people"
    waits = [make.enrolment(session, cast.offering, status=S.APPLIED) for _ in range(2)]
    takes_part = make.enrolment(session, cast.offering, started_on=date(2026, 2, 2))
    session.commit()
    client = cast.client("coordinator")
    path = f"/work/enrolments/{waits[0].uuid}/decide"
    at_once = f"form[action^='{path}']:has([value=wait])"
    assert client.page(client.submit(group, form=at_once, button="wait")).url == group
    no = client.page(group).select_one(f"a[href^='/work/enrolments/{waits[1].uuid}']")["href"]
    refused = client.submit(no, form="form:has([value=decline])", decline_reason="group_full")
    assert client.page(refused).url == group
    decide = f"/work/enrolments/{takes_part.uuid}/decide"
    for page in (group, decide):
        assert "sinds 2 februari 2026" in client.page(page).words


def test_what_did_not_go_on_today_is_a_tap_away_from_its_undo(session, cast):
    register = f"/registers/{cast.offering_session.uuid}"
    client = cast.client("guide")
    assert f"{register}" in str(client.page("/work"))
    client.submit(f"{register}/not-held", reason="weather")
    [line] = [one for one in client.page("/work").select(".times li") if register in str(one)]
    assert "Gaat niet door" in line.text
    assert "ingevuld" not in line.text
    assert "Het ging toch door" in client.page(line.a["href"]).words
