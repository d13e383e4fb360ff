"""What was done, in words: sealed with the report, above the figures, and in no other's hand."""

import io

import pytest
from pypdf import PdfReader

from portal.core.errors import NotAllowed, RuleBroken
from portal.impact import commands as impact
from portal.impact.commands.pictures import give_picture, tell_story
from portal.impact.rules import Period
from portal.impact.rules.documents import broken_seals
from portal.offerings.rules.pictures import make_small
from portal.recognition import commands as recognition
from tests.offerings.made import photo
from tests.recognition.made import month_report, pictured
from tests.recognition.words import came

TOLD = "Wij kookten <samen>.\n\nDat lukte niet altijd."


@pytest.fixture
def report(session, cast):
    """A draft whose makers told what they did."""
    report = month_report(session, cast, 1)
    tell_story(session, cast.actor("admin"), report=report, story=TOLD)
    session.commit()
    return report


def recognised(session, cast, report):
    admin = cast.actor("admin")
    recognition.submit(session, admin, report=report, recogniser_id=cast.municipality.id)
    recognition.recognise(session, cast.actor("recogniser"), report=report, remark="")
    session.commit()


def test_the_words_are_sealed_and_a_report_without_has_no_room_for_them(session, cast):
    report = month_report(session, cast, 1)
    before, admin = report.sha256, cast.actor("admin")
    assert "story" not in report.document
    tell_story(session, admin, report=report, story=TOLD)
    assert report.story == TOLD
    assert report.sha256 == report.document["sha256"] != before
    assert broken_seals(report.document) == []
    assert broken_seals({**report.document, "story": TOLD + "!"}) != []
    tell_story(session, admin, report=report, story="")
    assert report.sha256 == before, "they were never there"


def test_everybody_reads_them_on_the_page_on_paper_and_in_the_file(session, cast, report):
    recognised(session, cast, report)
    assert report.story == TOLD
    visitor, address = cast.client(), f"/reports/{report.number}"
    page = visitor.get(address).text
    assert page.index("Wij kookten &lt;samen&gt;.") < page.index("part-not_counted")
    assert "Dat lukte niet altijd." in page
    assert visitor.get(f"{address}.json").json["story"] == TOLD
    paper = PdfReader(io.BytesIO(visitor.get(f"{address}.pdf").data))
    words = " ".join(one.extract_text() for one in paper.pages)
    assert "Wij kookten <samen>." in words
    assert "Dat lukte niet altijd." in words


def test_what_was_handed_in_keeps_its_words(session, cast, report):
    recognised(session, cast, report)
    with pytest.raises(RuleBroken, match="any more"):
        tell_story(session, cast.actor("admin"), report=report, story="Alles lukte.")
    assert report.story == TOLD


def test_nobody_of_another_organisation_writes_them(session, cast, report):
    with pytest.raises(NotAllowed):
        tell_story(session, cast.actor("stranger"), report=report, story="Niets lukte.")


@pytest.mark.parametrize(
    ("name", "story", "refused"),
    [
        ("Zahra Bülbül", "Ook ZAHRA  BULBUL kookte.", True),
        ("Zahra Bülbül", "Het brood was Zahra Bülbüls idee.", True),
        ("Zahra B.", "En Zahra B. kookte.", True),
        ("Zahra Bülbül", "Zahra kookte.", False),
        ("Zahra Bülbül", "Zahra en Bülbül kookten.", False),
        ("Roos", "De roos bloeide.", False),
    ],
)
def test_nobody_who_was_there_is_named(session, cast, name, story, refused):
    report = month_report(session, cast, 1)
    came(session, cast, report).name = name
    session.flush()
    if refused:
        with pytest.raises(RuleBroken, match="leave out"):
            tell_story(session, cast.actor("admin"), report=report, story=story)
    else:
        tell_story(session, cast.actor("admin"), report=report, story=story)
    assert report.story == ("" if refused else story)


def test_the_words_and_the_pictures_leave_each_other_alone(session, cast, report):
    pictured(session, cast, report)
    tell_story(session, cast.actor("admin"), report=report, story="Anders.")
    assert [one["place"] for one in report.document["pictures"]] == [1]
    pictured(session, cast, report)
    assert report.story == "Anders."


def test_compiled_anew_it_says_the_same_until_somebody_writes_otherwise(session, cast, report):
    admin, judge = cast.actor("admin"), cast.actor("recogniser")
    recognition.submit(session, admin, report=report, recogniser_id=cast.municipality.id)
    recognition.send_back(session, judge, report=report, remark="Wat lukte niet?")
    again = impact.compile_report(
        session,
        admin,
        period=Period(report.from_on, report.until_on),
        small_count=5,
        replaces=report,
    )
    assert again.story == TOLD
    assert broken_seals(again.document) == []
    recognition.submit(session, admin, report=again, recogniser_id=cast.municipality.id)
    session.commit()
    address, said = f"/recognition/{again.uuid}", "in woorden over zegt"
    assert said not in cast.client("recogniser").get(address).text
    again.document = {**again.document, "story": "Een ander verhaal."}
    session.commit()
    assert said in cast.client("recogniser").get(address).text


def test_nobody_who_was_there_is_named_at_a_picture(session, cast):
    report = month_report(session, cast, 1)
    name, small = came(session, cast, report).name, make_small(photo())
    with pytest.raises(RuleBroken, match="leave out") as broken:
        give_picture(
            session, cast.actor("admin"), report=report, small=small, alt=f"{name} kookt.",
            agreed=True,
        )  # fmt: skip
    assert broken.value.field == "alt"
    assert report.pictures == []
