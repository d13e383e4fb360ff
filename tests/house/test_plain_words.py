"""Participants read A2 Dutch: short sentences, short words, no word rarer than needed."""

import re
from itertools import chain
from statistics import mean

import pyphen
import pytest

from tests.house.catalogue import asked_for, dutch_of, strings

# The pages and letters that participants and visitors read.
_THEIRS = re.compile(
    r"templates/(catalogue/|enrolments/(sign|confirm|withdraw|_sign|taken)|participants/card"
    r"|home/(my|_my|saved|times|activities|steps|data|answer|_answer|link_over|reminders|calendar)"
    r"|agreements/(own|_text)|searches/|talks/(_on_my|own)"
    r"|check_in/(type_code|show|here|kiosk|_screen)"
    r"|mail/(enrolments|agreements)/|_layouts/my|progress/.*own|duplicates/_on_my|errors/)"
)
_MOST_WORDS = 20
_RAREST = 2.5  # wordfreq's Zipf scale: a word in about three million
_hyphenated = pyphen.Pyphen(lang="nl_NL")
# Words we need, each explained where it stands or known to everybody who needs it.
_KNOWN = frozenset(
    {
        "voortraject", "voortrajecten", "dagactiviteit", "dagactiviteiten", "aanbieder",
        "aanbieders", "wachtlijst", "foutcode", "qr-code", "dagdeel", "dagdelen",
    }
)  # fmt: skip


def theirs() -> list[str]:
    """The Dutch texts for participants, with a plain word where something is filled in."""
    found = []
    for text in asked_for():
        message = dutch_of(text)
        if message is not None and any(_THEIRS.match(name) for name in text.files):
            found += [string for string in strings(message) if string]
    return [re.sub(r"%\(\w+\)[a-z]|\{\w*\}", "dag", string).replace("%%", "%") for string in found]


def sentences(text: str) -> list[list[str]]:
    """The words of each sentence."""
    parts = re.split(r"(?<=[.!?:])\s+", re.sub(r"<[^>]+>", " ", text))
    return [words for part in parts if (words := re.findall(r"[^\W\d_]+(?:[-'’][^\W\d_]+)*", part))]


def syllables(word: str) -> int:
    return len(_hyphenated.positions(word)) + 1


def reading_ease(text: str) -> float:
    """Flesch's reading ease as Douma (1960) made it for Dutch; 70 and more is easy."""
    found = sentences(text)
    words = list(chain.from_iterable(found))
    per_sentence = len(words) / len(found)
    per_word = sum(map(syllables, words)) / len(words)
    return 206.84 - 0.93 * per_sentence - 77 * per_word


def test_the_measure_tells_easy_from_hard():
    easy = "U komt op dinsdag. Wij koken dan samen. Het eten is gratis."
    hard = (
        "Deelnemers worden geacht voorafgaand aan participatie de toepasselijke "
        "verantwoordelijkheden dienaangaande schriftelijk te onderschrijven."
    )
    assert reading_ease(easy) > 80
    assert reading_ease(hard) < 20


def test_there_are_texts_for_participants():
    assert len(theirs()) > 50


def test_their_texts_are_easy_to_read():
    whole = [text for text in theirs() if len(list(chain.from_iterable(sentences(text)))) >= 5]
    assert mean(map(reading_ease, whole)) >= 70


def test_their_sentences_are_short():
    long = [
        " ".join(words)
        for text in theirs()
        for words in sentences(text)
        if len(words) > _MOST_WORDS
    ]
    assert not long


@pytest.mark.slow
def test_their_words_are_not_rare():
    from wordfreq import zipf_frequency  # a second's work, and asked here only

    words = {word.lower() for text in theirs() for words in sentences(text) for word in words}
    rare = {
        word
        for word in words - _KNOWN
        if len(word) > 3
        and all(zipf_frequency(part, "nl") < _RAREST for part in (word, *word.split("-")))
    }
    assert not sorted(rare)
