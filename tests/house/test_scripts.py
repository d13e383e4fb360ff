"""Names in every script print in every document: they can be read back, and each glyph has ink."""

import json
import unicodedata
from collections import Counter
from collections.abc import Container
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
import typst

from portal.participants.rules import ContactWay
from portal.web import documents
from tests import factories as make
from tests.house.world import build_world

NAMES = {
    "Latin": "Nguyễn Thị Lan-Şükrü Żółć",
    "Greek": "Ελένη Παπαδοπούλου",
    "Cyrillic": "Оксана Коваль",
    "Arabic": "فاطمة الزهراء",
    "Persian": "شیرین ژاله پور",
    "Hebrew": "דוד לוי",
    "Armenian": "Անի Սարգսյան",
    "Georgian": "ნინო ბერიძე",
    "Ethiopic": "ሰላም ተስፋዬ",
    "Chinese": "王小明 張偉",
    "Japanese": "田中 さくら ユキ",
    "Hangul": "김민수",
    "Devanagari": "राम शर्मा",
    "Bengali": "ছায়া রহমান",
    "Gurmukhi": "ਗੁਰਪ੍ਰੀਤ ਕੌਰ",
    "Gujarati": "ગીતા પટેલ",
    "Tamil": "முருகன் செல்வி",
    "Telugu": "సీత రావు",
    "Kannada": "ಲಕ್ಷ್ಮಿ",
    "Malayalam": "മീര നായർ",
    "Sinhala": "සුනිල් පෙරේරා",
    "Thai": "สมชาย ใจดี",
    "Lao": "ວຽງຈັນ ລາວ",
    "Khmer": "ស៊ីម វណ្ណា",
    "Myanmar": "မောင်မောင်",
    "Syriac": "ܡܪܝܡ",
    "Thaana": "ފާތިމަތު",
    "N'Ko": "ߞߊ߲ߘߊ",
    "Tifinagh": "ⵜⴰⵏⵉⵔⵜ",
    "Adlam": "𞤀𞤣𞤤𞤢𞤥",
    "mixed": "Fatma (فاطمة) 王 Demir",
}
# Each document, who gets it, and the text of the cast in it that names take the place of.
DOCUMENTS = {
    "assessments/cards": ("guide", "/work/assessments/cards.pdf", "Anderen raad geven"),
    "attendance/register": ("guide", "/registers/{session}/register.pdf", "Fatma A."),
    "hours/overview": ("participant", "/my/hours/{overview}.pdf", "Fatma A."),
    "profile/profile": ("participant", "/my/can.pdf", "Fatma A."),
    "credentials/certificate": ("participant", "/my/can/proofs/{proof}.pdf", "Fatma A."),
    "talks/letters": ("guide", "/work/messages/sent/{together}/letters.pdf", "Fatma A."),
    "impact/report": ("admin", "/work/reports/{report}.pdf", "Keuken aan de Kade"),
    "social_return/statement": ("employer", "/work/contracts/{contract}/statement.pdf", "Bakkerij"),
    "tenders/dossier": (
        "coordinator",
        "/work/opportunities/{opportunity}/dossier.pdf",
        "Keuken aan de Kade",
    ),
    "catalogue/poster": ("visitor", "/offerings/{slug}/poster.pdf", "Koken voor de buurt"),
}


@pytest.fixture
def values(app, cast, session, monkeypatch) -> dict[str, dict[str, Any]]:
    """What each document is made of, as the pages give it."""
    world = build_world(cast, session)
    make.reach(session, cast.participant, contact_way=ContactWay.VISIT, phone="", email="")
    session.commit()
    made: dict[str, dict[str, Any]] = {}
    compile_ = typst.compile

    def remember(path: str, **options: Any) -> bytes:
        name = "/".join(path.removesuffix(".typ").split("/")[-2:])
        made[name] = json.loads(options["sys_inputs"]["data"])
        paper: bytes = compile_(path, **options)
        return paper

    monkeypatch.setattr(typst, "compile", remember)
    for who, url, _ in DOCUMENTS.values():
        address = url.format(
            session=cast.offering_session.uuid,
            overview=world.own_overview.number,
            report=world.compiled.uuid,
            proof=world.proof.number,
            slug=cast.offering.slug,
            contract=world.contract.uuid,
            opportunity=world.opportunity.uuid,
            together=world.together,
        )
        assert cast.client(who).get(address).status_code == 200, address
    monkeypatch.undo()
    return made


@pytest.mark.slow
@pytest.mark.one_database  # its words are put into the document here
def test_every_name_prints_in_every_document(app, values):
    assert {*values} == {*DOCUMENTS} == set(documents_there_are(app))
    for document, (_, _, replaced) in DOCUMENTS.items():
        for number, (script, name) in enumerate(NAMES.items()):
            data = json.loads(json.dumps(values[document]).replace(replaced, name))
            with app.app_context():
                paper = pypdfium2.PdfDocument(documents.pdf(document, data))
            words = ""
            for page in paper:
                words += page.get_textpage().get_text_range()
                # All else stands there each time.
                looked_at = set(unicodedata.normalize("NFKD", name)) if number else None
                assert not without_ink(page, looked_at), (document, script)
            missing = letters(name) - letters(words)
            assert not missing, (document, script, missing)


@pytest.mark.slow
def test_what_no_font_has_leaves_a_box_and_not_nothing(app, values):
    data = json.loads(json.dumps(values["catalogue/poster"]).replace("Koken voor", "Koken 🍲 voor"))
    with app.app_context():
        paper = pypdfium2.PdfDocument(documents.pdf("catalogue/poster", data))
    assert "Koken □ voor" in " ".join(paper[0].get_textpage().get_text_range().split())


def documents_there_are(app) -> list[str]:
    folder = Path(app.template_folder) / "pdf"
    return [f"{path.parent.name}/{path.stem}" for path in folder.glob("*/*.typ")]


def letters(text: str) -> Counter[str]:
    """Letters alone: in which order a reader takes those of a script from the right differs."""
    plain = unicodedata.normalize("NFKC", text)
    return Counter(letter for letter in plain if unicodedata.category(letter)[0] in "LM")


def without_ink(page: Any, looked_at: Container[str] | None = None) -> list[str]:
    """The letters of a page, or those, in whose place on the paper nothing is drawn."""
    scale = 3
    picture = page.render(scale=scale, grayscale=True).to_pil()
    text = page.get_textpage()
    bare = []
    for at in range(text.count_chars()):
        letter = text.get_text_range(at, 1)
        if len(letter) != 1 or unicodedata.category(letter)[0] != "L":
            continue
        if looked_at is not None and unicodedata.normalize("NFKD", letter)[0] not in looked_at:
            continue
        left, bottom, right, top = text.get_charbox(at, loose=True)
        box = (
            int(left * scale), int((page.get_height() - top) * scale),
            int(right * scale) + 1, int((page.get_height() - bottom) * scale) + 1,
        )  # fmt: skip
        if right > left and picture.crop(box).getextrema()[0] > 200:
            bare.append(letter)
    return bare
