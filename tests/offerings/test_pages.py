"""Pictures, texts in other languages and the poster, as people meet them."""

import io
from datetime import time, timedelta

import pytest
from pypdf import PdfReader
from sqlalchemy.orm import Session

from portal.core import clock
from portal.offerings.models import Offering, OfferingText
from portal.offerings.rules.pictures import make_small
from portal.schedule.models import Series
from tests import factories as make
from tests.cast import Cast
from tests.house.test_queries import counted
from tests.offerings.made import photo, picture_of
from tests.pages import AuditingClient, page_of


@pytest.fixture
def offering(session: Session, cast: Cast) -> Offering:
    return cast.offering


def send(client: AuditingClient, offering: Offering, file: bytes | None, alt: str, **more: str):
    data: dict[str, object] = {
        "alt": alt,
        "may_show": "y",
        "csrf_token": client.csrf_token(),
        **more,
    }
    if file is not None:
        data["file"] = (io.BytesIO(file), "vakantie.heic.jpg.exe", "application/octet-stream")
    url = f"/work/offerings/{offering.slug}/picture"
    return client.post(url, data=data, content_type="multipart/form-data")


@pytest.mark.slow
def test_a_coordinator_gives_a_picture_and_everybody_sees_it(cast, session, offering):
    client = cast.client("coordinator")
    client.page(f"/work/offerings/{offering.slug}/picture")
    answer = send(client, offering, photo(), "Vier mensen schillen wortels.")
    assert answer.status_code == 303
    form = client.page(answer.location)
    assert form.select_one("main img")["alt"] == "Vier mensen schillen wortels."
    visitor = cast.client("visitor")
    for url in ("/offerings", f"/offerings/{offering.slug}"):
        image = visitor.page(url).select_one("main picture img")
        assert image["loading"] == "lazy"
        assert (image["width"], image["height"]) == ("960", "640")
        sizes = [one.split()[0] for one in image["srcset"].split(", ")]
        assert image["src"] in sizes
        for address in (*sizes, image["src"].replace("webp", "avif")):
            shown = visitor.get(address)
            assert shown.mimetype == f"image/{address.rpartition('.')[2]}"
            assert 0 < len(shown.data) <= 60_000
            assert "immutable" in shown.headers["Cache-Control"]
            again = visitor.get(address, headers={"If-None-Match": shown.headers["ETag"]})
            assert again.status_code == 304
    answer = client.submit(f"/work/offerings/{offering.slug}/picture", form=1)
    assert page_of(answer).select_one("main img") is None
    assert visitor.get(address).status_code == 404


def test_a_form_that_is_sent_twice_gives_one_picture(cast, offering):
    client = cast.client("coordinator")
    answers = [send(client, offering, photo(), "Een pan", once="k" * 32) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303]


def test_a_picture_is_refused_in_words_beside_its_field(cast, offering):
    client = cast.client("coordinator")
    for file, alt, words in (
        (b"%PDF-1.7", "Een pan", "pdf"),
        (photo()[:900], "Een pan", "niet heel"),
        (None, "Een pan", "Kies een afbeelding"),
        (photo(), "", "Zeg in woorden"),
        (b"", "Een pan", "Kies een afbeelding|leeg"),
    ):
        page = page_of(send(client, offering, file, alt))
        assert page.status == 422
        summary = page.select_one(".error-summary").get_text()
        assert any(word in summary for word in words.split("|")), summary
        assert page.select("#alt")[0]["value"] == alt


def test_better_words_need_no_new_picture(cast, session, offering):
    picture_of(session, offering)
    session.commit()
    client = cast.client("coordinator")
    assert send(client, offering, None, "Vijf mensen").status_code == 303
    session.expire_all()
    assert (offering.picture.alt, offering.picture.digest) == ("Vijf mensen", "0123456789abcdef")


@pytest.mark.parametrize(
    ("page", "size", "status"),
    [("picture", 25_000_000, 400), ("picture", 26_000_000, 413), ("edit/words", 300_000, 413)],
)
def test_too_large_is_said_on_a_page(cast, offering, page, size, status):
    """Said by the length alone, before anything is read; only a door for photos takes them."""
    answer = cast.client("coordinator").post(
        f"/work/offerings/{offering.slug}/{page}",
        content_type="multipart/form-data; boundary=x",
        environ_overrides={"CONTENT_LENGTH": str(size), "wsgi.input": io.BytesIO()},
    )
    assert page_of(answer).status == status
    assert ("kleiner" in page_of(answer).words) is (status == 413)


def test_the_picture_of_a_draft_is_for_its_own_staff(cast, session):
    draft = make.offering(session, cast.enterprise, status="draft", published_at=None)
    picture_of(session, draft)
    session.commit()
    url = f"/offerings/{draft.slug}/picture-0123456789abcdef.webp"
    found = cast.client("guide").get(url)
    assert found.data.startswith(b"RIFF")
    assert found.headers["Cache-Control"] == "private, no-cache"
    for who in ("visitor", "participant", "stranger", "operator"):
        assert cast.client(who).get(url).status_code == 404, who
    assert cast.client("guide").get(url.replace("0123", "9999")).status_code == 404
    assert cast.client("guide").get(url.replace("webp", "png")).status_code == 404


@pytest.fixture
def in_arabic(session: Session, offering: Offering) -> Offering:
    offering.texts.append(OfferingText(language="ar", title="طبخ", what="نطبخ معا"))
    offering.texts.append(OfferingText(language="en", title="Cooking together"))
    session.commit()
    return offering


def test_texts_stand_in_their_own_language_and_direction(cast, in_arabic):
    page = cast.client("visitor").page(f"/offerings/{in_arabic.slug}?text=ar")
    assert page.h1.get_text() == "طبخ"
    assert (page.h1["lang"], page.h1["dir"]) == ("ar", "rtl")
    assert page.html["lang"] == "nl"
    summary = page.h1.find_next_sibling("p")
    assert (summary["lang"], summary.get("dir")) == ("nl", None)
    links = [a["href"].rpartition("=")[2] for a in page.select("main a[href*='?text=']")]
    assert links == ["nl", "en"]
    said = {str(piece["lang"]) for piece in page.select("[data-said]")}
    assert said == {"ar", "nl"}  # what is read aloud, each in a voice of its own
    assert page.select_one("[data-aloud]").parent.has_attr("hidden")  # until there is a voice


@pytest.mark.parametrize(
    ("language", "notes"),
    [("nl", []), ("ar", ["هذا النص باللغة الهولندية."] * 2), ("tr", ["Bu metin Hollandacadır."])],
)
def test_it_is_said_where_a_text_is_not_in_the_language_of_the_page(
    cast, in_arabic, language, notes
):
    """Of the whole where nothing is there, and of each part that fell back."""
    page = cast.client().page(f"/offerings/{in_arabic.slug}?lang={language}")
    found = [icon.parent.get_text(strip=True) for icon in page.select("p.small.subtle > .icon")]
    assert found == notes


def test_a_page_shows_its_own_language_where_it_can(cast, in_arabic):
    client = cast.client("visitor")
    url = f"/offerings/{in_arabic.slug}"
    assert client.page(url).h1["lang"] == "nl"
    assert client.page(f"{url}?text=xx").h1["lang"] == "nl"
    assert client.page(f"{url}?lang=en").h1.get_text() == "Cooking together"
    page = client.page("/offerings?lang=en")
    title = next(h3 for h3 in page.select(".card h3") if in_arabic.slug in h3.a["href"])
    assert (title["lang"], title.get_text()) == ("en", "Cooking together")


def test_a_text_is_written_beside_the_dutch(cast, session, offering):
    client = cast.client("coordinator")
    url = f"/work/offerings/{offering.slug}/texts"
    form = client.page(f"{url}/ar")
    field = form.select_one("#title")
    assert (field["lang"], field["dir"]) == ("ar", "rtl")
    assert offering.what in form.words
    page = page_of(client.submit(form, title="طبخ", what="نطبخ\r\nمعا"))
    assert page.url == url
    assert page_of(client.get(f"{url}/ar")).select("#title")[0]["value"] == "طبخ"
    page = page_of(client.submit(f"{url}/ar", title="", what=" \u200b "))
    session.expire_all()
    assert offering.texts == []
    for code in ("nl", "xx", "AR"):
        assert client.get(f"{url}/{code}").status_code == 404


@pytest.mark.slow
def test_a_poster_hangs_from_its_own_address(cast, session, offering):
    session.add(
        Series(
            offering_id=offering.id, weekdays=[1, 3], starts=time(9, 30), ends=time(12),
            first_on=clock.today(), last_on=clock.today() + timedelta(weeks=10),
        )
    )  # fmt: skip
    session.commit()
    answer = cast.client("visitor").get(f"/offerings/{offering.slug}/poster.pdf")
    assert answer.mimetype == "application/pdf"
    reader = PdfReader(io.BytesIO(answer.data))
    assert len(reader.pages) == 1
    assert reader.metadata.title == offering.title
    words = " ".join(reader.pages[0].extract_text().split())
    for part in (offering.title, offering.address, "09.30 tot 12.00 uur", "Doet u mee?"):
        assert part in words
    assert f"/offerings/{offering.slug}" in words
    staff = cast.client("coordinator").page(f"/work/offerings/{offering.slug}")
    assert staff.select_one("a[href$='/poster.pdf']") is not None


def test_a_poster_of_what_is_not_public_is_not_there(cast, session):
    draft = make.offering(session, cast.enterprise, status="draft", published_at=None)
    session.commit()
    for who in ("visitor", "coordinator"):
        assert cast.client(who).get(f"/offerings/{draft.slug}/poster.pdf").status_code == 404
    page = cast.client("coordinator").page(f"/work/offerings/{draft.slug}")
    assert page.select_one("a[href$='/poster.pdf']") is None


HARD = {
    "long": {"title": "W" * 80, "summary": "Wij koken samen " * 12, "address": "Lange laan " * 18},
    "emoji": {"title": "Koken 🍲 met 中文 en ትግርኛ", "summary": "\u202eabc"},
    "arabic": {"title": "طبخ", "text_language": "ar"},
    "markup": {"title": "#panic() $x$ *vet* @a <b>", "summary": '"\\u{0}"'},
}


@pytest.mark.parametrize("name", HARD)
def test_no_words_break_a_poster(cast, session, name):
    values = {key: text[:200] for key, text in HARD[name].items()}
    offering = make.offering(session, cast.enterprise, **values)
    small = make_small(photo())
    picture_of(session, offering, digest=small.digest, avif=small.avif, webp=small.webp)
    for hour in range(8, 15):
        session.add(
            Series(
                offering_id=offering.id, weekdays=[hour % 7, (hour + 2) % 7], starts=time(hour),
                ends=time(hour + 1), first_on=clock.today(),
            )
        )  # fmt: skip
    session.commit()
    answer = cast.client("visitor").get(f"/offerings/{offering.slug}/poster.pdf")
    assert answer.status_code == 200
    assert len(PdfReader(io.BytesIO(answer.data)).pages) == 1


def test_her_pages_and_the_sign_up_speak_the_language_of_the_page(cast, in_arabic):
    slug = in_arabic.slug
    for who, url in (
        ("visitor", f"/offerings/{slug}/sign-up"),
        ("visitor", f"/organisations/{cast.enterprise.slug}"),
        ("participant", "/my"),
    ):
        page = cast.client(who).page(f"{url}?lang=en")
        title = page.select_one("main [lang=en]")
        assert title is not None, url
        assert title.get_text() == "Cooking together"


@pytest.mark.parametrize(
    ("who", "url"),
    [
        ("visitor", "/offerings?lang=en"),
        ("visitor", "/organisations/{cast.enterprise.slug}?lang=en"),
        ("participant", "/my?lang=en"),
    ],
)
def test_texts_and_pictures_of_many_are_loaded_together(engine, session, cast, who, url):
    url = url.format(cast=cast)
    counts = []
    for more in (2, 8):
        for _ in range(more):
            offering = make.offering(session, cast.enterprise)
            offering.texts.append(OfferingText(language="en", title="Cooking"))
            picture_of(session, offering)
            make.enrolment(session, offering, cast.participant)
        session.commit()
        client = cast.client(who)
        client.get(url)
        with counted(engine) as queries:
            assert client.get(f"{url}&fresh={more}").status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]
