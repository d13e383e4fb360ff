"""Each part in the language asked for, or in the offering's own."""

from portal.offerings.models import Offering, OfferingText
from portal.offerings.queries.texts import PARTS, Part, languages_of, texts_in, title_in


def offering(*texts: OfferingText, language: str = "nl") -> Offering:
    own = {name: f"{name} in {language}" for name in PARTS} | {"first_time": ""}
    return Offering(text_language=language, texts=list(texts), **own)


def test_a_part_that_is_missing_falls_back_by_itself():
    koken = offering(OfferingText(language="ar", title="طبخ", what="نطبخ", summary=""))
    texts = texts_in(koken, "ar")
    assert texts.title == Part("طبخ", "ar")
    assert texts.summary == Part("summary in nl", "nl")
    assert texts.what == Part("نطبخ", "ar")
    assert texts.for_whom == Part("for_whom in nl", "nl")
    assert texts.first_time == Part("", "nl")
    assert texts.language == "ar"
    assert title_in(koken, "ar") == texts.title


def test_what_is_not_there_at_all_is_in_the_offerings_own_language():
    koken = offering(OfferingText(language="ar", title="طبخ"), language="tr")
    for language in ("en", "nl", "tr", "xx"):
        texts = texts_in(koken, language)
        assert texts.language == "tr"
        assert {getattr(texts, name).language for name in PARTS} == {"tr"}
    assert languages_of(koken) == ["tr", "ar"]


def test_a_part_that_only_the_other_language_has_is_shown_in_it():
    koken = offering(OfferingText(language="en", first_time="You meet us."))
    assert texts_in(koken, "en").first_time == Part("You meet us.", "en")
    assert texts_in(koken, "nl").first_time == Part("", "nl")


def test_a_text_in_what_became_its_own_language_is_not_shown():
    koken = offering(OfferingText(language="en", title="Old"), language="en")
    assert title_in(koken, "en").text == "title in en"
    assert languages_of(koken) == ["en"]
