"""Words as the search sees them: without accents, in one case, cut into stems.

Both databases get the tokens that are made here, so both find the same. A token is a word as it was
written (`kookgroep`), or a stem with its language before it (`nl:kook`): a stem of one language
can't pass for a word of another.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from threading import Lock
from typing import Any

from portal.core.letters import letters

MOST_WORDS = 8  # of one question; what comes after is not looked at

# Two for Dutch: the one knows that `gekookt` is `koken`, the other that `fietsen` is `fiets`.
_ALGORITHMS = {
    "nl": ("dutch", "dutch_porter"),
    "en": ("english",),
    "ar": ("arabic",),
    "tr": ("turkish",),
    "pl": ("polish",),
    "fa": ("persian",),
    "fr": ("french",),
    "es": ("spanish",),
    "pt": ("portuguese",),
}
# What snowball cuts from a word that ends in -eren is not always enough.
_IRREGULAR = {"kinder": "kind", "kleder": "kleed", "eier": "ei"}

# What everybody uses and nobody looks for.
STOP_WORDS = frozenset(
    """
    aan als ben bent bij dan dat de deze die dit doen een en er ga gaan geen graag haar had heb
    hebben heeft het hij hoe iets ik in is je jij kan kunnen maar mag me met mij mijn moet na naar
    niet nog nu of om onder ons onze ook op over te tot u uit uw van veel voor waar wat we wel wie
    wij wil willen zal ze zich zij zijn zo zoek zoeken zou
    an and are at do for from i my on the to want with you your
    """.split()  # noqa: SIM905 - easier to read and to add to
)

# Of a question: all is in Rotterdam, and `haar` is what a hairdresser cuts.
_SAY_NOTHING = (STOP_WORDS - {"haar"}).union(
    ("rotterdam", "rdam", "worden", "leuk", "leuks", "leuke", "chce", "dla", "istiyorum"),
    ("ile", "icin", "ja", "przy", "szukam", "ve"),
    letters("أريد إلى أنا على عن في مع من يوم").split(),
)

_APART = (
    (re.compile(r"\b([1-9]\d{3}) ?[a-z]{2}\b"), r"\1"),  # of a postcode the digits are known
    (re.compile(r"\b(ma|di|wo|do|vr|za|zo)[. -]*(?=ochtend|morgen|(na)?middag|avond)"), r"\1dag "),
    (re.compile(r"dag[ -]?(?:ochtend|morgen)s?\b"), "dag ochtend"),
    (re.compile(r"dag-?((?:na)?middag|avond)"), r"dag \1"),
    (re.compile(r"\b(?:po poludniu|ogleden sonra)\b|بعد الظهر"), "middag"),
    (re.compile(r"\b(?:przed poludniem|ogleden once)\b|قبل الظهر"), "ochtend"),
)
_WORD = re.compile(r"[^\W_]+(?:-[^\W_]+)*")
_UNSPACED = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]+")  # Chinese and Japanese have no spaces
_LONGEST = 40  # letters; longer is no word


def words_of(text: str) -> list[str]:
    """The words of a question that say something, each once; `naai-atelier` is one."""
    typed = letters(text)
    for pattern, apart in _APART:
        typed = pattern.sub(apart, typed)
    words = _WORD.findall(typed)
    found = dict.fromkeys(word[:_LONGEST] for word in words if _tells(word, _SAY_NOTHING))
    return list(found)[:MOST_WORDS]


def has_words(text: str) -> bool:
    """Whether there is any letter or digit in it."""
    return bool(_WORD.search(letters(text)))


def tokens_of(text: str, language: str) -> set[str]:
    """What a text can be found by."""
    tokens: set[str] = set()
    for word in _WORD.findall(letters(text)):
        for part in parts_of(word):
            if _tells(part):
                tokens.add(part[:_LONGEST])
                tokens.update(stems(part[:_LONGEST], language))
    return tokens


def parts_of(word: str) -> Iterator[str]:
    """A word with its parts: of `naai-atelier` both, and `naaiatelier`; of Chinese, each letter
    and each pair."""
    pieces = word.split("-")
    yield from pieces
    if len(pieces) > 1:
        yield "".join(pieces)
    for run in _UNSPACED.findall(word):
        yield from unspaced(run)
        yield from run


def unspaced(word: str) -> list[str]:
    """Split a word of a language without spaces into pairs of letters."""
    if not _UNSPACED.fullmatch(word):
        return []
    return [word[at : at + 2] for at in range(len(word) - 1)] or [word]


def _tells(word: str, stop_words: frozenset[str] = STOP_WORDS) -> bool:
    is_letter = len(word) == 1 and word.isalpha() and not _UNSPACED.match(word)
    return not is_letter and word not in stop_words


def stems(word: str, language: str) -> frozenset[str]:
    """The stems of a folded word in a language, as tokens; none for a number."""
    if language not in _ALGORITHMS or not word.isalpha():
        return frozenset()
    return _stems(word, language)


_lock = Lock()  # a stemmer keeps the word that it is busy with in itself


@lru_cache(maxsize=50_000)
def _stems(word: str, language: str) -> frozenset[str]:
    with _lock:
        found = {_stemmer(name).stemWord(word) for name in _ALGORITHMS[language]}
    if language == "nl":
        found |= {_IRREGULAR[stem] for stem in found if stem in _IRREGULAR}
    return frozenset(f"{language}:{stem}" for stem in found)


@lru_cache
def _stemmer(name: str) -> Any:
    import snowballstemmer

    return snowballstemmer.stemmer(name)


_SOUNDS = (
    (re.compile(r"sch"), "sg"),
    (re.compile(r"ch"), "g"),
    (re.compile(r"ph|v"), "f"),
    (re.compile(r"ij|ei|y"), "i"),
    (re.compile(r"ou|au"), "o"),
    (re.compile(r"dt$|d$|th"), "t"),
    (re.compile(r"c(?=[eiy])|z"), "s"),
    (re.compile(r"[cq]"), "k"),
    (re.compile(r"x"), "ks"),
    (re.compile(r"ie"), "i"),
    (re.compile(r"oe"), "u"),
    (re.compile(r"(.)\1+"), r"\1"),
    (re.compile(r"(?<=e)n$"), ""),
)


@lru_cache(maxsize=100_000)
def sound(word: str) -> str:
    """How a Dutch word sounds, roughly: `sgoonmake` and `schoonmaken` sound alike."""
    for pattern, sounds in _SOUNDS:
        word = pattern.sub(sounds, word)
    return word
