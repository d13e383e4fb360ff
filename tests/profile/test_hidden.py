"""What she hides is nowhere: on no page of another's, on no paper, behind no link, in no file."""

import io
import json
import unicodedata
from datetime import timedelta
from urllib.parse import urlsplit
from zipfile import ZipFile

import pytest
from PIL import Image
from pypdf import PdfReader
from sqlalchemy import select

from portal.assessments.models import Assessment
from portal.assessments.rules import AssessmentStatus, Pick
from portal.core import clock
from portal.core.audit import AuditEvent
from portal.credentials.rules import find_token
from portal.notices.models import Notice
from portal.offerings.rules.competences import competences
from portal.participants.rules import ContactWay
from portal.progress import routes as progress
from portal.progress.models import Observation, OwnSay
from portal.progress.rules import SkillLevel, Voice
from tests import factories as make
from tests.credentials.test_strangers import verify
from tests.hours.made import mark
from tests.house.test_privacy import text_of_answer
from tests.offerings.made import photo

NAME = "Şükran Żółć ሰላም محمد"
PHONE = "+31687654321"
# What stands in a line, by the switch that hides it: (word, whether staff may not see it either).
LINES = {
    "guide": ("kookte voor veertig buren", True),
    "expert": ("noemde zes mensen", True),
    "participant": ("opende zelf de keuken", True),
    "put right": ("sneed alle uien alleen", True),
    "activity": ("Bloemschikken op zolder", False),
    "hours": ("uur in totaal", False),
    "learn": (competences()["tuin"].plain("nl"), False),
    "wish": ("drie dagen in een bakkerij", False),
    "phone": (PHONE, False),
    "badge": ("Lassen", True),
    "photo": ("Een foto bij dit voorbeeld", True),  # as who doesn't see it hears it
}
SECOND = {"koken": Voice.GUIDE, "precies": Voice.EXPERT, "op-tijd": Voice.GUIDE}  # who else saw it
DIGEST = "0123456789abcdef"
WAS, SAYS = "sneed uien met hulp", "doe dit thuis al jaren"


@pytest.fixture
def her(session, cast):
    """Everything that a line can say, and what hides each; she herself, signed in."""
    cast.participant.name = NAME
    make.reach(session, cast.participant, contact_way=ContactWay.PHONE, phone=PHONE)
    other = make.offering(session, cast.enterprise, title=LINES["activity"][0], slug="bloemen")
    second = make.enrolment(
        session, other, cast.participant, started_on=clock.today() - timedelta(days=40)
    )
    mark(session, second, clock.now() - timedelta(days=7))
    told = {
        voice.value: make.observation(
            session,
            cast.enrolment,
            example=LINES[voice.value][0],
            voice=voice,
            competence=word,
            recorded_by_id=cast.actor("guide").user_id,
        )
        for voice, word in zip(Voice, ("koken", "precies", "op-tijd"), strict=True)
    }
    wrong = make.observation(session, cast.enrolment, example=WAS, competence="naaien")
    told["put right"] = make.observation(
        session, cast.enrolment, example=LINES["put right"][0], competence="naaien",
        level=SkillLevel.CAN_TEACH, corrects_id=wrong.id,
    )  # fmt: skip
    talk = make.assessment(
        session, cast.enrolment, cast.actor("expert").user_id, AssessmentStatus.AGREED
    )
    make.card(session, talk, example=LINES["participant"][0], said=LINES["expert"][0])
    make.card(session, talk, competence="tuin", pick=Pick.LEARN, example="", said="")
    for word, voice in SECOND.items():
        make.observation(
            session, cast.enrolment, example="Ook gezien.", voice=voice, competence=word
        )
    made = {"photo": photo("WEBP", (96, 64)), "photo_digest": DIGEST}
    make.own_say(session, told["guide"], hidden_at=None, **made)
    badge = make.brought_badge(session, cast.participant, [cast.enterprise.id])
    session.commit()
    client = cast.client("participant")
    for row in told.values():
        if row.voice is not Voice.PARTICIPANT:
            client.submit(f"/my/observations/{row.uuid}/object", follow=False, objection=SAYS)
    wish = {"headline": "Ik kook graag.", "wish": LINES["wish"][0]}
    client.submit("/my/can/words", follow=False, **wish)
    hides: dict[str, tuple[str, dict[str, str]]]
    hides = {name: (f"/my/observations/{row.uuid}/hide", {}) for name, row in told.items()}
    hides["activity"] = ("/my/can/line", {"line": f"activity:{second.uuid}"})
    hides["learn"] = ("/my/can/line", {"line": "learn:tuin"})
    hides |= {name: ("/my/can/line", {"line": name}) for name in ("hours", "wish", "phone")}
    hides["badge"] = ("/my/can/line", {"line": f"badge:{badge.uuid}"})
    hides["photo"] = ("/my/can/line", {"line": f"photo:{DIGEST}"})
    for name in ("hours", "phone", "badge", "photo"):  # off, unless she asks for it
        press(client, hides[name])
    return client, hides


def press(client, switch):
    url, values = switch
    answer = client.post(url, data={**values, "csrf_token": client.csrf_token()})
    assert answer.status_code == 303


def shared(client, **chosen):
    client.submit("/my/can/share", follow=False, for_whom="Bakkerij Zonderdak", **chosen)
    address = client.page("/my/can/share").select_one("#made code").text
    return urlsplit(address).path


def shown_to_others(session, cast, client):
    """Where guides of another organisation that has her read what she shows them."""
    make.enrolment(session, make.offering(session, cast.other_enterprise), cast.participant)
    make.reach(session, cast.participant, contact_way=ContactWay.PHONE, phone=PHONE)
    session.commit()
    client.submit("/my/can/share", follow=False, to=cast.other_enterprise.id)
    return cast.client("stranger"), f"/participants/{cast.participant.uuid}/shown"


def proven(client):
    """Where others check the proof of each competence of hers that two voices told of."""
    for competence in SECOND:
        page = client.page("/my/can")
        (form,) = [
            one
            for one in page.select('[action="/my/can/proofs"]')
            if one.select_one('[name="competence"]')["value"] == competence
        ]
        values = {field["name"]: field["value"] for field in form.select("input")}
        number = client.post(form["action"], data=values).headers["Location"].rsplit("/")[-1]
        press(client, (f"/my/can/proofs/{number}/examples", {}))
        yield f"/credentials/{number}", f"/my/can/proofs/{number}.json"


def read(client, url):
    data = client.get(url).data
    text = text_of_answer(url, data)
    if url.endswith(".pdf") and any(page.images for page in PdfReader(io.BytesIO(data)).pages):
        text += LINES["photo"][0]
    return text


def taken_along(client):
    """All that can be read in the file that is hers to take along."""
    with ZipFile(io.BytesIO(client.get("/my/can.zip").data)) as packed:
        names = packed.namelist()
        return "\n".join([*names, packed.read("alles.json").decode()])


@pytest.mark.slow
def test_what_she_takes_along_verifies_elsewhere(session, cast, her):
    client, _ = her
    numbers = [check.rsplit("/")[-1] for check, _json in proven(client)]
    with ZipFile(io.BytesIO(client.get("/my/can.zip").data)) as packed:
        found = {name: packed.read(name) for name in packed.namelist()}
    badges = [name for name in found if name.startswith("badge-")]
    assert set(found) == {
        "alles.json", "profiel.pdf", f"{DIGEST}.webp", *badges, *(f"{one}.jwt" for one in numbers)
    }  # fmt: skip
    assert found["profiel.pdf"].startswith(b"%PDF")
    assert [find_token(found[one]) for one in badges] == [found[one].decode() for one in badges]
    assert len(badges) == 1
    for number in numbers:
        assert verify(cast.client(), found[f"{number}.jwt"].decode())
    assert cast.client("guide").get("/my/can.zip").status_code == 403


def assert_all_are_shown(hers, client, checks):
    """Each line wherever she shows it, and what two voices told on its own check."""
    read_there = {url: " ".join(read(who, url).split()) for who, url in hers}
    on_check = [read(client, url) for url in checks]
    for name, (word, _) in LINES.items():
        for url, text in read_there.items():
            assert word in text, f"{name} is not on {url}"
        assert sum(word in text for text in on_check) == (name in {voice.value for voice in Voice})


@pytest.mark.slow
def test_each_line_that_she_hides_is_nowhere(session, cast, her, caplog):
    client, hides = her
    link = shared(client)
    talk = f"/work/assessments/{session.scalars(select(Assessment.uuid)).one()}"
    others = (
        (cast.client("guide"), f"/participants/{cast.participant.uuid}"),
        (cast.client("coordinator"), f"/participants/{cast.participant.uuid}"),
        (cast.client("guide"), f"/registers/{cast.offering_session.uuid}"),
        *((cast.client(name), talk) for name in ("expert", "guide")),
    )
    shown = shown_to_others(session, cast, client)
    hers = (*((client, url) for url in ("/my/can/preview", "/my/can.pdf", link)), shown)
    proofs = list(proven(client))
    checks = [check for check, _ in proofs]
    assert_all_are_shown(hers, client, checks)
    for name, (word, is_kept_from_staff) in LINES.items():
        press(client, hides[name])
        for who, url in (*hers, *((client, one) for pair in proofs for one in pair)):
            assert word not in " ".join(read(who, url).split()), f"{name} is on {url}"
        if is_kept_from_staff:
            for staff, url in others:
                assert word not in read(staff, url), f"{name} is on {url}"
        assert word in client.get("/my/can").text, f"{name} is not with herself"
        assert DIGEST in (along := taken_along(client)), f"{name} is not with what she takes along"
        assert word in along or name == "photo"
        press(client, hides[name])
    assert_all_are_shown(hers, client, checks)
    for name in ("guide", "expert", "put right"):
        press(client, hides[name])
    for who, url in hers:
        assert SAYS not in read(who, url), f"what she said against it is on {url}"
        assert WAS not in read(who, url)
    words = [word for word, _ in LINES.values()] + [WAS, SAYS]
    session.expire_all()
    events = [event.data for event in session.scalars(select(AuditEvent))]
    notices = [notice.data for notice in session.scalars(select(Notice))]
    kept = json.dumps([events, notices], default=str) + caplog.text
    assert not [word for word in words if word in kept]


@pytest.mark.slow
def test_what_she_says_against_a_line_goes_wherever_the_line_goes(session, cast, her):
    client, _ = her
    guides, shown = shown_to_others(session, cast, client)
    assert read(guides, shown).count(SAYS) == 3
    for url in ("/my/can", "/my/can/preview", "/my/can.pdf", shared(client)):
        assert read(client, url).count(SAYS) == 3, url


def test_her_name_is_right_on_paper(her):
    client, _ = her
    text = unicodedata.normalize("NFKC", read(client, "/my/can.pdf"))
    assert NAME in " ".join(text.split())
    assert "Naam" not in text


@pytest.mark.slow
def test_a_link_tells_her_who_opened_it_and_stops_at_one_tap(session, cast, her):
    client, _ = her
    link = shared(client)
    client.get(link)  # she herself is nobody to tell her of
    assert "Nog niemand heeft het geopend" in client.page("/my/can/share").words
    visitor = cast.client()
    answer = visitor.get(link)
    assert NAME in answer.text
    assert answer.headers["X-Robots-Tag"] == "noindex"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    cast.client("employer").get(link)
    visitor.get(link)
    said = client.page("/my/can/share").main.text
    assert said.count("iemand met de link") == 1
    assert said.count("Geopend door") == 2
    page = client.page("/my/can/share")
    (form,) = page.select("form[action$='/stop']")
    client.post(form["action"], data={"csrf_token": client.csrf_token()})
    gone = visitor.get(link)
    assert gone.status_code == 404
    assert NAME not in gone.text
    assert "Niemand kan het nu zien" in client.page("/my/can/share").words


@pytest.mark.slow
def test_a_link_ends_by_itself_and_shows_what_her_keys_opened(session, cast, her):
    client, _ = her
    link = shared(client)
    elsewhere = make.enrolment(
        session, make.offering(session, cast.other_enterprise, title="Elders"), cast.participant
    )
    make.observation(session, elsewhere, example="Timmerde een bank.")
    session.commit()
    assert "Timmerde" in client.get("/my/can/preview").text
    assert "Timmerde" not in cast.client().get(link).text
    with clock.freeze(clock.now() + timedelta(days=29)):
        assert cast.client().get(link).status_code == 200
    with clock.freeze(clock.now() + timedelta(days=31)):
        assert cast.client().get(link).status_code == 404


@pytest.mark.slow
@pytest.mark.parametrize("days", [7, 30, 90])
def test_she_says_how_long_a_link_lives(session, cast, her, days):
    client, _ = her
    link = shared(client, days=days)
    with clock.freeze(clock.now() + timedelta(days=days - 1)):
        assert cast.client().get(link).status_code == 200
    with clock.freeze(clock.now() + timedelta(days=days + 1)):
        assert cast.client().get(link).status_code == 404


@pytest.mark.slow
def test_the_order_is_hers_and_never_by_how_it_goes(session, cast, her):
    client, _ = her

    def order():
        page = client.page("/my/can/preview")
        return [head.text.strip() for head in page.select(".skill .head")]

    before = order()
    assert before[-1] != before[0]
    form = client.page("/my/can").select("form[action$='/first']")[-1]
    last = form.select_one("[name=competence]")["value"]
    client.post(form["action"], data={"competence": last, "csrf_token": client.csrf_token()})
    assert order() == [before[-1], *before[:-1]]


@pytest.mark.slow
@pytest.mark.parametrize(
    "ends", ["her switch", "the example", "the link", "the photo", "who took the example back"]
)
def test_her_photo_is_read_where_she_shows_it_and_nowhere_else(session, cast, her, ends):
    client, hides = her
    link = shared(client)
    url = f"{link}/photos/{DIGEST}.webp"
    mine = f"/my/can/photos/{DIGEST}.webp"
    (row,) = session.scalars(select(OwnSay).where(OwnSay.photo_digest == DIGEST))
    example = f"/my/observations/{session.get(Observation, row.observation_id).uuid}/photo"
    visitor = cast.client()
    assert visitor.get(url).data == client.get(mine).data
    assert visitor.get(url).headers["Cache-Control"] == "no-store"
    assert {cast.client(name).get(mine).status_code for name in ("guide", "stranger")} == {403}
    assert visitor.get(f"{link}/photos/{'f' * 16}.webp").status_code == 404
    if ends.startswith("who"):
        told = session.get_one(Observation, row.observation_id)
        guide = cast.client("guide")
        press(guide, (f"/observations/{told.uuid}/take-back", {}))
    elif ends == "the link":
        (form,) = client.page("/my/can/share").select("form[action$='/stop']")
        press(client, (form["action"], {}))
    else:
        hides["the photo"] = (f"{example}/remove", {})
        press(client, hides[{"her switch": "photo", "the example": "guide"}.get(ends, ends)])
    assert visitor.get(url).status_code == 404
    is_gone = ends == "the photo" or ends.startswith("who")
    assert client.get(mine).status_code == (404 if is_gone else 200)


@pytest.mark.slow
def test_a_photo_as_a_phone_makes_it_keeps_nothing_but_the_picture(session, cast, her, monkeypatch):
    monkeypatch.setattr(progress._photos, "most", 3)
    client, _ = her
    told = make.observation(session, cast.enrolment, voice=Voice.PARTICIPANT)
    session.commit()
    url = f"/my/observations/{told.uuid}/photo"
    exif = Image.Exif()
    exif[0x010E] = "thuis, derde verdieping"
    taken = photo(size=(4000, 3000), exif=exif)

    def send(**file):
        return client.post(url, data={**file, "csrf_token": client.csrf_token()})

    for refused in (send(), send(file=(io.BytesIO(b"%PDF-1.7"), "a.pdf"))):
        assert client.page(refused, status=422)
    assert send(file=(io.BytesIO(taken), "a.jpg")).status_code == 303
    session.expire_all()
    (say,) = session.scalars(select(OwnSay).where(OwnSay.observation_id == told.id))
    assert len(say.photo) < 60_000
    assert b"verdieping" not in say.photo
    with Image.open(io.BytesIO(say.photo)) as kept:
        assert (kept.format, kept.size, dict(kept.getexif())) == ("WEBP", (720, 480), {})
    assert say.photo_digest in client.get("/my/can").text
    assert say.photo_digest not in client.get("/my/can/preview").text
    assert send(file=(io.BytesIO(taken), "a.jpg")).status_code == 429
