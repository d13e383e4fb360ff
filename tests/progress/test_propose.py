"""Who gives work or guides says which word the list of competences lacks."""

from sqlalchemy import select

from portal.notices.models import Notice
from portal.offerings.rules.competences import competences

WORD = {"word": "Een vaas draaien", "example": "Zij centreert de klei en trekt de wand omhoog."}


def test_an_employer_proposes_a_word_and_the_operator_reads_it(session, cast):
    client = cast.client("employer")
    assert "Een woord voorstellen" in client.page("/competences").words
    done = client.page(client.submit("/competences/propose", **WORD))
    assert done.url.startswith("/competences")
    assert "Verstuurd naar wie de lijst beheert." in done.words
    [notice] = session.scalars(select(Notice).where(Notice.kind == "progress/word_proposed"))
    assert notice.address == "operator@example.org"
    assert {"organisation", "word", "example"} <= notice.data.keys()
    assert notice.data["word"] == WORD["word"]


def test_an_employer_words_a_card_that_is_there_better(session, cast):
    client = cast.client("employer")
    page = client.page("/competences/propose")
    client.submit(page, about="koken", example="Zij snijdt tien kilo uien voor de soep.")
    [notice] = session.scalars(select(Notice).where(Notice.kind == "progress/word_proposed"))
    assert notice.data["word"] == competences()["koken"].plain("nl")
    assert notice.data["is_there"]
    page = client.page("/competences/propose")
    assert client.submit(page, about="geen kaart", example="Zij kookt.").status_code == 422


def test_it_says_something_and_is_no_door_for_her(session, cast):
    client = cast.client("guide")
    assert client.submit("/competences/propose", word=" ", example="").status_code == 422
    assert not session.scalars(select(Notice)).all()
    her = cast.client("participant")
    assert "Een woord voorstellen" not in her.page("/competences").words
    assert her.get("/competences/propose").status_code in (303, 403)
