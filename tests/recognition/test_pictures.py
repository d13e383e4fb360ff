"""Pictures in a report: agreed to, sealed with it, and gone when somebody asks."""

import io
from hashlib import sha256

import pytest
from PIL import Image

from portal.core.canonical import readable
from portal.core.errors import NotAllowed, RuleBroken
from portal.impact import commands as impact
from portal.impact.commands.pictures import give_picture, remove_picture
from portal.impact.models import ReportPicture
from portal.impact.rules import Period
from portal.impact.rules.documents import broken_seals
from portal.offerings.rules.pictures import make_small
from portal.recognition import commands as recognition, queries
from tests.offerings.made import photo
from tests.recognition.made import month_report, pictured


@pytest.fixture
def recognised(session, cast):
    """A recognised report with a picture."""
    report = pictured(session, cast, month_report(session, cast, 1))
    recognition.submit(
        session, cast.actor("admin"), report=report, recogniser_id=cast.municipality.id
    )
    recognition.recognise(session, cast.actor("recogniser"), report=report, remark="Goed.")
    session.commit()
    return report


def address(report):
    return f"/reports/pictures/{report.uuid}-1.webp"


def test_a_picture_is_sealed_with_its_report(session, cast):
    report = month_report(session, cast, 1)
    before = report.sha256
    pictured(session, cast, report)
    [picture] = report.shown_pictures
    assert picture.webp
    assert report.document["pictures"] == [
        {"place": 1, "sha256": sha256(picture.webp).hexdigest(), "width": 96, "height": 64}
    ]
    assert broken_seals(report.document) == []
    assert report.sha256 == report.document["sha256"] != before
    remove_picture(session, cast.actor("admin"), report=report, place=1)
    assert report.sha256 == before, "it was never there"
    assert session.query(ReportPicture).count() == 0


def test_nobody_is_shown_without_the_word_that_they_agreed(session, cast):
    report, small = month_report(session, cast, 1), make_small(photo())
    admin = cast.actor("admin")
    with pytest.raises(RuleBroken, match="agreed"):
        give_picture(session, admin, report=report, small=small, alt="Wortels.", agreed=False)
    with pytest.raises(NotAllowed):
        give_picture(
            session, cast.actor("stranger"), report=report, small=small, alt="X", agreed=True
        )
    for _ in range(4):
        pictured(session, cast, report)
    with pytest.raises(RuleBroken, match="at most"):
        pictured(session, cast, report)


def test_what_was_handed_in_gets_no_other_picture(session, cast, recognised):
    with pytest.raises(RuleBroken, match="any more"):
        pictured(session, cast, recognised)


def test_where_a_photo_was_taken_is_not_in_it(session, cast):
    report = month_report(session, cast, 1)
    session.commit()
    admin, page = cast.client("admin"), f"/work/reports/{report.uuid}/pictures"
    exif = Image.Exif()
    exif[0x010F] = "Camera van Ria"
    sent = {"file": (io.BytesIO(photo(exif=exif)), "a.jpg"), "alt": "Wortels."}
    form = {
        one["name"]: one.get("value", "") for one in admin.page(page).select("main [type=hidden]")
    }
    assert admin.post(page, data={**form, **sent}).status_code == 422, (
        "nobody said that they agreed"
    )
    sent["file"] = (io.BytesIO(photo(exif=exif)), "a.jpg")
    form = {
        one["name"]: one.get("value", "") for one in admin.page(page).select("main [type=hidden]")
    }
    assert admin.post(page, data={**form, **sent, "agreed": "y"}).status_code == 303
    body = admin.get(address(report)).data
    assert b"Ria" not in body
    assert not Image.open(io.BytesIO(body)).getexif()
    [image] = admin.page(f"/work/reports/{report.uuid}").select("main figure img, main p > img")
    assert (image["alt"], image["loading"]) == ("Wortels.", "lazy")
    assert (image["width"], image["height"]) == ("960", "640")


def test_everybody_sees_it_and_nobody_once_somebody_no_longer_agrees(session, cast, recognised):
    public = f"/reports/{recognised.number}"
    visitor = cast.client()
    answer = visitor.get(address(recognised))
    assert answer.mimetype == "image/webp"
    assert answer.headers["Cache-Control"] == "no-store"
    assert len(visitor.page(public).select("img[alt='Wortels.']")) == 1
    sealed = recognised.sha256
    admin = cast.client("admin")
    page = f"/work/reports/{recognised.uuid}/pictures"
    assert admin.submit(page, form="form[action$=away]").status_code == 200
    session.expire_all()
    assert recognised.sha256 == sealed
    assert broken_seals(recognised.document) == []
    [row] = session.query(ReportPicture.webp, ReportPicture.alt).all()
    assert row == (None, "")
    assert visitor.get(address(recognised)).status_code == 404
    shown = visitor.page(public)
    assert shown.select("img[alt='Wortels.']") == []
    assert "gaat niet meer akkoord" in shown.words
    assert queries.verify(session, readable(recognised.document).encode())[0] == []


def test_a_picture_that_was_changed_is_noticed_and_not_shown(session, cast, recognised):
    [picture] = recognised.shown_pictures
    picture.webp = photo("WEBP", (120, 80))
    session.commit()
    assert cast.client().get(address(recognised)).status_code == 404
    [difference] = queries.verify(session, readable(recognised.document).encode())[0]
    assert difference.startswith("pictures 1: ")
    other = {
        **recognised.document,
        "pictures": [{**recognised.document["pictures"][0], "width": 7}],
    }
    assert queries.verify(session, readable(other).encode())[0] != []


def test_the_paper_holds_it_in_words_too(session, cast, recognised):
    paper = cast.client().get(f"/reports/{recognised.number}.pdf").data
    assert b"/Subtype /Image" in paper or b"/Subtype/Image" in paper
    assert b"pdfaid" in paper
    remove_picture(session, cast.actor("admin"), report=recognised, place=1)
    session.commit()
    without = cast.client().get(f"/reports/{recognised.number}.pdf").data
    assert b"/Subtype /Image" not in without
    assert b"/Subtype/Image" not in without


@pytest.mark.parametrize("gone", [False, True])
def test_a_report_compiled_anew_has_the_pictures_of_the_one_before(session, cast, gone):
    first = pictured(session, cast, month_report(session, cast, 1))
    recognition.submit(
        session, cast.actor("admin"), report=first, recogniser_id=cast.municipality.id
    )
    recognition.send_back(session, cast.actor("recogniser"), report=first, remark="Kijk nog eens.")
    if gone:  # somebody in it asked
        remove_picture(session, cast.actor("admin"), report=first, place=1)
    again = impact.compile_report(
        session, cast.actor("admin"), period=Period(first.from_on, first.until_on), small_count=5,
        replaces=first,
    )  # fmt: skip
    session.flush()
    assert again.document.get("pictures", []) == ([] if gone else first.document["pictures"])
    assert broken_seals(again.document) == []
    assert [one.alt for one in again.shown_pictures] == ([] if gone else ["Wortels."])
