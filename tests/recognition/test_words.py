"""Participants' own words in a report: at their own yes only, and gone when they say so."""

import csv
import io
from datetime import timedelta

import pytest
from pypdf import PdfReader
from sqlalchemy import select

from portal.core import as_house
from portal.core.canonical import readable
from portal.core.errors import NotAllowed, NotFound, RuleBroken
from portal.impact import commands as impact
from portal.impact.commands import pictures, words
from portal.impact.jobs import forget_words
from portal.impact.models import ImpactReport, ReportWords
from portal.impact.queries.words import list_hers, list_to_ask
from portal.impact.rules import Period, WordsAnswer, check_words
from portal.impact.rules.documents import broken_seals
from portal.notices.models import Notice
from portal.recognition import commands as recognition, queries
from tests.deeds import deeds
from tests.recognition.made import month_report
from tests.recognition.words import SAID, came, of_many, spoken


@pytest.fixture
def draft(session, cast):
    """A report of many that was not handed in."""
    return of_many(session, month_report(session, cast, 1))


def asked(session, cast, report, who=None, said=SAID, language="nl"):
    return words.ask_words(
        session, cast.actor("admin"), report=report,
        person=who or cast.participant, words=said, language=language,
    )  # fmt: skip


def said_yes(session, cast, row, said=SAID):
    her = cast.actor("participant")
    words.agree(session, her, list_hers(session, her)[-1], said)
    session.expire_all()
    return row


def recognised(session, cast, report):
    recognition.submit(
        session, cast.actor("admin"), report=report,
        recogniser_id=cast.municipality.id,
    )  # fmt: skip
    recogniser = cast.actor("recogniser")
    recognition.recognise(session, recogniser, report=report, remark="Goed.")
    session.commit()
    return report


def files_of(cast, report):
    """All that anybody can have of a report, as text."""
    visitor, found = cast.client(), {}
    for kind in ("json", "jsonld", "csv", "xlsx", "table-schema.json"):
        found[kind] = visitor.get(f"/reports/{report.number}.{kind}").data.decode("latin-1")
    pages = PdfReader(io.BytesIO(visitor.get(f"/reports/{report.number}.pdf").data)).pages
    found["pdf"] = " ".join(" ".join(page.extract_text() for page in pages).split())
    found["page"] = visitor.page(f"/reports/{report.number}").words
    return found


def test_only_her_own_yes_puts_her_words_in_the_seal(session, cast, draft):
    before = draft.sha256
    row = asked(session, cast, draft)
    assert (draft.sha256, draft.shown_words) == (before, [])
    assert session.scalars(select(Notice.kind)).all()[-1] == "impact/words"
    said_yes(session, cast, row)
    assert draft.document["words"] == [{"place": 1, "sha256": row.sha256}]
    assert SAID not in readable(draft.document)
    assert broken_seals(draft.document) == []
    assert [one.words for one in draft.shown_words] == [SAID]
    her = cast.actor("participant")
    words.take_back(session, her, *list_hers(session, her))
    assert deeds(session)[-1] == "report.words_taken_back"
    session.expire_all()
    assert draft.sha256 == before, "they were never there"
    with as_house(session):
        [kept] = session.execute(select(ReportWords.words, ReportWords.salt)).all()
    assert kept == ("", "")


def test_she_says_it_as_she_wants_it(session, cast, draft):
    row = said_yes(session, cast, asked(session, cast, draft), "Ik bak nu brood.")
    assert [one.words for one in draft.shown_words] == ["Ik bak nu brood."]
    first = row.sha256
    said_yes(session, cast, row, "Ik bak nu zelf brood.")
    assert draft.document["words"][0]["sha256"] == row.sha256 != first


def test_nobody_else_answers_for_her(session, cast, draft):
    row = asked(session, cast, draft)
    guest = came(session, cast, draft)
    assert {one.name for one in list_to_ask(session, draft)} == {guest.name}
    for who in ("admin", "guide", "stranger"):
        with pytest.raises(NotAllowed):
            words.agree(session, cast.actor(who), row, SAID)
    other = asked(session, cast, draft, guest)
    with pytest.raises(NotFound):
        words.take_back(session, cast.actor("participant"), other)


def test_what_would_give_her_away_is_refused(session, cast, draft):
    for said in ("Ik ben Fatma en ik kook.", "fatma's soep is de beste"):
        with pytest.raises(RuleBroken, match="name"):
            asked(session, cast, draft, said=said)
    check_words("Ik woon van nu af aan alleen.", "Jan van Dam")
    few = month_report(session, cast, 5)
    with pytest.raises(RuleBroken, match="So few"):
        asked(session, cast, few)
    asked(session, cast, draft)
    with pytest.raises(RuleBroken, match="already"):
        asked(session, cast, draft)
    for _ in range(3):
        asked(session, cast, draft, came(session, cast, draft))
    with pytest.raises(RuleBroken, match="at most"):
        asked(session, cast, draft, came(session, cast, draft))


def test_a_no_keeps_nothing_of_them(session, cast, draft):
    row = asked(session, cast, draft)
    her = cast.actor("participant")
    words.take_back(session, her, row)
    assert (row.words, row.salt, row.answer) == ("", "", WordsAnswer.NO)
    assert list_hers(session, her) == []
    assert "words" not in draft.document
    with pytest.raises(RuleBroken, match="already"):
        asked(session, cast, draft)


def test_everybody_reads_them_until_she_takes_them_back(session, cast, draft):
    said_yes(session, cast, asked(session, cast, draft))
    recognised(session, cast, draft)
    sealed = draft.sha256
    shown = files_of(cast, draft)
    assert {kind for kind, text in shown.items() if SAID in text} == {"page", "pdf"}
    assert "Fatma" not in str(shown)
    [quote] = cast.client().page(f"/reports/{draft.number}").select("blockquote[lang]")
    assert quote["lang"] == "nl"

    her = cast.client("participant")
    done = her.page(her.submit("/my", form="form[action*='/my/words/']"))
    assert "Uw woorden zijn weg" in done.words
    session.expire_all()
    assert draft.sha256 == sealed
    assert broken_seals(draft.document) == []
    gone = files_of(cast, draft)
    assert [kind for kind, text in gone.items() if SAID in text] == []
    assert "wie ze zei, nam ze terug" in gone["page"]
    assert "trok ze terug" in gone["pdf"]
    assert queries.verify(session, readable(draft.document).encode())[0] == []
    assert list(csv.reader(io.StringIO(gone["csv"]))) == list(csv.reader(io.StringIO(shown["csv"])))


def test_words_that_were_changed_are_noticed_and_not_shown(session, cast, draft):
    said_yes(session, cast, asked(session, cast, draft))
    recognised(session, cast, draft)
    with as_house(session):
        session.scalars(select(ReportWords)).one().words = "Alles is hier geweldig."
        session.commit()
    assert "geweldig" not in cast.client().page(f"/reports/{draft.number}").words
    [difference] = queries.verify(session, readable(draft.document).encode())[0]
    assert difference.startswith("words 1: ")


def test_the_team_takes_them_away_as_she_asks(session, cast, draft):
    said_yes(session, cast, asked(session, cast, draft))
    recognised(session, cast, draft)
    admin, page = cast.client("admin"), f"/work/reports/{draft.uuid}/words"
    gone = admin.page(admin.submit(page, form="form[action$=away]"))
    assert SAID not in gone.words
    assert "De woorden zijn weg" in gone.words
    assert SAID not in files_of(cast, draft)["page"]


def test_once_it_was_handed_in_nobody_says_yes_any_more(session, cast, draft):
    row = asked(session, cast, draft)
    recognised(session, cast, draft)
    her = cast.actor("participant")
    assert list_hers(session, her) == []
    with pytest.raises(RuleBroken, match="any more"):
        words.agree(session, her, row, SAID)
    with as_house(session):
        forget_words(session)
        assert session.scalars(select(ReportWords)).all() == []


def test_a_report_over_the_same_days_has_them_and_one_tap_empties_both(session, cast, draft):
    said_yes(session, cast, asked(session, cast, draft))
    recognised(session, cast, draft)
    again = impact.compile_report(
        session, cast.actor("admin"),
        period=Period(draft.from_on, draft.until_on), small_count=1, replaces=draft,
    )  # fmt: skip
    session.flush()
    if "words" not in again.document:  # the cast alone is too few
        pytest.fail("the words were left behind")
    assert broken_seals(again.document) == []
    her = cast.actor("participant")
    [mine] = list_hers(session, her)
    words.take_back(session, her, mine)
    with as_house(session):
        session.expire_all()
        rows = session.scalars(select(ReportWords)).all()
        assert [(one.words, one.participant_id) for one in rows] == [("", None)] * 2
        assert "words" not in session.get_one(ImpactReport, again.id).document


@pytest.mark.parametrize("shorter", [0, 1])
def test_over_other_days_she_is_asked_again(session, cast, draft, shorter, monkeypatch):
    for asked_where in (words, pictures):
        monkeypatch.setattr(asked_where, "has_too_few", lambda _document: False)
    said_yes(session, cast, asked(session, cast, draft))
    admin, judge = cast.actor("admin"), cast.actor("recogniser")
    recognition.submit(session, admin, report=draft, recogniser_id=cast.municipality.id)
    recognition.send_back(session, judge, report=draft, remark="Andere dagen.")
    days = Period(draft.from_on, draft.until_on - timedelta(days=shorter))
    again = impact.compile_report(session, admin, period=days, small_count=1, replaces=draft)
    session.flush()
    assert len(again.document.get("words", [])) == 1 - shorter


def test_nobody_else_who_was_there_is_named_in_them(session, cast, draft):
    other = came(session, cast, draft)
    with pytest.raises(RuleBroken, match="leave out"):
        asked(session, cast, draft, said=f"Ik kookte met {other.name} soep.")


def test_the_paper_sets_each_language_as_it_is_written(session, cast, draft):
    said_yes(
        session, cast, asked(session, cast, draft, said="تعلمت هنا", language="ar"), "تعلمت هنا"
    )
    recognised(session, cast, draft)
    paper = cast.client().get(f"/reports/{draft.number}.pdf").data
    assert b"/Lang" in paper
    assert b"pdfaid" in paper


def test_her_page_asks_her_in_plain_words(session, cast, draft):
    spoken(session, cast)
    session.commit()
    her = cast.client("participant")
    path = her.page("/my").select_one("a.todo[href^='/my/words/']")["href"]
    page = her.page(path)
    assert page.select_one("blockquote[lang=nl]").text == SAID
    assert "Uw naam staat er niet bij" in page.words
    agreed = her.page(her.submit(path, form="form:has([value=yes])"))
    assert "Dit staat in het verslag" in agreed.words
