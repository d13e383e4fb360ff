"""Every word of the public offerings, and which of them a visitor may have meant.

A word is looked up as it is and by its stem, also as a part of a longer one (`koken` finds
`kookgroep`). Only when the catalogue has nothing of the kind do we guess: the beginning of a word,
one that sounds the same, one that was mistyped.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from functools import cache, cached_property
from pathlib import Path

from portal.core.areas import areas, districts
from portal.core.grouped import grouped
from portal.core.letters import letters
from portal.finding.rules import Weekday, Wish
from portal.finding.rules.words import parts_of, sound, stems, unspaced
from portal.offerings.rules import OfferingKind
from portal.schedule.rules import DayPart

_LEAST_PART = 3  # letters of a part of a compound
_LEAST_GUESSED = 4
_MOST_TOKENS = 60  # that one word may stand for
_MOST_GUESSES = 4
_LAST = chr(0x10FFFF)  # comes after every letter
# Beginnings of compounds that stand in no text by themselves: `tuin` finds `moestuin`.
_BEGINNINGS = frozenset(
    "moes buurt wijk stads volks kruiden speel vak eet loop bak koor".split()  # noqa: SIM905
)
_OF_THEIR_OWN = frozenset({"bakfiets"})  # begins as a verb, and has nothing to do with it
# Ends of compounds that say nothing of what one does: `tuinhulp` is somebody for the `tuin`.
_ENDS = frozenset(
    """
    assistent baan club cursus groep hulp klas les lessen maat maatje man medewerker mensen
    opleiding plek training vrouw werk werker
    """.split()  # noqa: SIM905 - easier to read and to add to
)
_LEAST_HEAD = 5  # letters of a known word at the end of a compound
_LINKS = ("", "s", "e", "n", "en")  # what Dutch puts between the parts of a compound


@dataclass(frozen=True)
class Meaning:
    """What a typed word stands for: an offering needs a token of each group.

    `also` are tokens that do as well and count for less. `instead` are the words that we looked
    for because nothing has the one that was typed, and `near` those that it looks like, which may
    be offered. `marks` are what an offering may have instead of any word.
    """

    word: str
    groups: tuple[frozenset[str], ...]
    instead: tuple[str, ...] = ()
    near: tuple[str, ...] = ()
    also: frozenset[str] = frozenset()
    marks: tuple[tuple[str, object], ...] = ()


class Vocabulary:
    """Words and stems, in how many offerings each is. It never changes: see `changed`."""

    def __init__(self, counts: Counter[str]) -> None:
        self._counts = counts

    def changed(self, gone: Iterable[Iterable[str]], come: Iterable[Iterable[str]]) -> "Vocabulary":
        """What it is after some texts made way for others."""
        counts = self._counts.copy()
        for tokens in gone:
            counts.subtract(tokens)
        for tokens in come:
            counts.update(tokens)
        return Vocabulary(+counts)

    def meaning(self, word: str) -> Meaning:
        """What somebody who types `word` looks for; see the module."""
        if "-" in word:
            return self._of_hyphened(word)
        pairs = unspaced(word)
        if pairs:
            return Meaning(word, tuple(self._known({pair}) for pair in pairs))
        of = said(word)
        if of.words or not of.marks:
            known = self._as_it_is(word)
        else:  # what begins with all of it: of a `weekend` no `week`, of `zaterdag` its market
            known = self._known(_beginning(self._words, word))
        if of != KnownWord():
            alike = [one for one in of.words if self._as_it_is(one)]
            also: frozenset[str] = frozenset().union(*map(self._as_it_is, alike)) - known
            instead = () if known else tuple(alike)
            return Meaning(word, (known,), instead, also=also, marks=of.marks)
        if known or not word.isalpha():
            return Meaning(word, (known,))
        if around := _districts_around().get(word):  # a neighbourhood in which there is nothing
            name, code = around
            return Meaning(word, (frozenset(),), (name,), marks=(("district", code),))
        part = self._part(word, _ENDS) or _ends_known(word)
        return self._taken_for(word, part) if part else self._compound(word) or self._guess(word)

    def _of_hyphened(self, word: str) -> Meaning:
        """`naai-atelier` may be written as one word or as two."""
        *parts, joined = parts_of(word)
        if self._as_it_is(joined) or joined in all_said():
            return replace(self.meaning(joined), word=word)
        meanings = [self.meaning(part) for part in parts if part]
        groups = tuple(group for one in meanings for group in one.groups)
        return Meaning(word, groups, tuple(new for one in meanings for new in one.instead))

    def _as_it_is(self, word: str) -> frozenset[str]:
        tokens = _forms(word).union(*(stems(word, language) for language in self._languages))
        return self._known(tokens | self._compounds_with(word))

    def _known(self, tokens: Iterable[str]) -> frozenset[str]:
        found = [token for token in tokens if token in self._counts]
        if len(found) > _MOST_TOKENS:
            found = sorted(found, key=lambda token: (-self._counts[token], token))[:_MOST_TOKENS]
        return frozenset(found)

    def _compounds_with(self, word: str) -> set[str]:
        """Words that are made of this one and of another that we know."""
        found: set[str] = set()
        for part in _forms(word):
            if len(part) < _LEAST_PART:
                continue
            for whole in _beginning(self._words, part):
                if self._is_word(whole[len(part) :], at_end=True):
                    found.add(whole)
            for mirrored in _beginning(self._mirrored, part[::-1]):
                if self._is_word(mirrored[: len(part) - 1 : -1]):
                    found.add(mirrored[::-1])
        return found if word in _OF_THEIR_OWN else found - _OF_THEIR_OWN

    def _is_word(self, part: str, *, at_end: bool = False) -> bool:
        """Whether the rest of a compound is a word by itself, the letters between left aside."""
        for link in _LINKS:
            rest = part.removeprefix(link) if at_end else part.removesuffix(link)  # `fietsENmaker`
            is_known = rest in self._counts or f"nl:{rest}" in self._counts
            if len(rest) >= _LEAST_PART and (is_known or rest in _BEGINNINGS):
                return True
        return False

    def _compound(self, word: str) -> Meaning | None:
        """`kookclub`, which nobody wrote: whatever has both `koken` and `club`."""
        best: tuple[int, tuple[frozenset[str], ...]] | None = None
        for at in range(_LEAST_PART, len(word) - _LEAST_PART + 1):
            right = self._of_part(word[at:])
            for link in _LINKS if right else ():
                left = self._of_part(word[:at].removesuffix(link))
                evenness = min(at, len(word) - at)
                if left and (best is None or evenness > best[0]):
                    best = (evenness, (left, right))
        return Meaning(word, best[1]) if best else None

    def _of_part(self, part: str) -> frozenset[str]:
        if len(part) < _LEAST_PART:
            return frozenset()
        known = self._known({part, f"nl:{part}", *stems(part, "nl")})
        if not known and len(part) >= _LEAST_GUESSED:  # `mode` of `modeatelier`
            of = said(part) if part in all_said() else said(said_by_stem().get(part, ""))
            known = known.union(*map(self._as_it_is, of.words))
        return known

    def _guess(self, word: str) -> Meaning:
        """A longer word, else one that sounds the same, one that was mistyped, or a part of it."""
        longer = self._longer(word)
        if longer:
            return Meaning(word, (self._known(longer),))
        alike = self._by_sound.get(sound(word), []) or said_by_sound().get(sound(word), [])
        if not alike and len(word) >= _LEAST_GUESSED:
            alike = self._nearest(word, most=1 if len(word) < 8 else 2) or self._part(word)
        if alike:
            return self._taken_for(word, alike)
        return Meaning(word, (frozenset(),), near=tuple(self._nearest(word, most=3)))

    def _taken_for(self, word: str, alike: list[str]) -> Meaning:
        """What any of these words means; of those that begin one, only the letters are known."""
        found = [self.meaning(one) for one in alike if one in self._counts or one in all_said()]
        groups = [*map(self._as_it_is, alike), *(group for one in found for group in one.groups)]
        tokens: frozenset[str] = frozenset().union(*groups)
        also: frozenset[str] = frozenset().union(*(one.also for one in found))
        marks = tuple(mark for one in found for mark in one.marks)
        return Meaning(word, (tokens,), tuple(alike), also=also - tokens, marks=marks)

    def _longer(self, word: str) -> set[str]:
        """What begins with the word, or ends with it: `moestuin` is in `buurtmoestuin`."""
        found: set[str] = set()
        for form in _forms(word):
            if len(form) >= _LEAST_PART:
                found.update(_beginning(self._words, form))
            if len(form) >= _LEAST_GUESSED:
                mirrored = _beginning(self._mirrored, form[::-1])
                found.update(one[::-1] for one in mirrored)
        return found

    def _part(self, word: str, ends: Collection[str] = ()) -> list[str]:
        """The longest word that this one begins with: `kook` of `kookclub`, where no club is.

        Where `ends` are given, it stands before one of them.
        """
        for length in range(len(word) - 1, _LEAST_PART - 1 if ends else _LEAST_GUESSED - 1, -1):
            for link in _LINKS if not ends or word[length:] in ends else ():
                begins = word[:length].removesuffix(link)
                if self._of_part(begins):
                    known = begins in all_said() or self._as_it_is(begins)
                    return [begins if known else said_by_stem().get(begins, begins)]
        return []

    def _nearest(self, word: str, most: int) -> list[str]:
        """The words at the smallest distance, the most usual first; a word stays recognisable."""
        from rapidfuzz import process
        from rapidfuzz.distance import OSA

        most = min(most, len(word) // 2)
        lengths = range(len(word) - most, len(word) + most + 1)
        choices = [
            one
            for length in lengths
            for one in self._by_length.get(length, ())
            if one[0] in word[:2] or word[0] in one[:2]  # few mistake the letter it begins with
        ]
        found = process.extract(word, choices, scorer=OSA.distance, score_cutoff=most, limit=50)
        least = min((distance for _, distance, _ in found), default=0)
        nearest = [one for one, distance, _ in found if distance == least]
        nearest = [one for one in nearest if one in self._counts] or nearest
        return sorted(nearest, key=lambda one: (-self._counts[one], one))[:_MOST_GUESSES]

    @cached_property
    def _words(self) -> list[str]:
        return sorted(token for token in self._counts if ":" not in token)

    @cached_property
    def _languages(self) -> set[str]:
        return {token.partition(":")[0] for token in self._counts if ":" in token}

    @cached_property
    def _mirrored(self) -> list[str]:
        return sorted(word[::-1] for word in self._words)

    @cached_property
    def _by_length(self) -> dict[int, list[str]]:
        return grouped((len(word), word) for word in {*self._words, *all_said()})

    @cached_property
    def _by_sound(self) -> dict[str, list[str]]:
        words = sorted(self._words, key=lambda one: (-self._counts[one], one))
        heard = (word for word in words if word.isalpha() and len(word) >= _LEAST_PART)
        return grouped((sound(word), word) for word in heard)


def _forms(word: str) -> set[str]:
    """A word and its Dutch stems, without the language before them; of `oefenen` also `oefent`."""
    found = {word, *(stem.partition(":")[2] for stem in stems(word, "nl"))}
    return found | {f"{stem}t" for stem in found} if word.endswith("en") else found


def _beginning(words: list[str], letters: str) -> list[str]:
    """Those of a sorted list that begin with these letters."""
    return words[bisect_left(words, letters) : bisect_left(words, letters + _LAST)]


_LEAST_HEARD = 3  # letters of a word that is known by its sound
_NAMES = {"kind": OfferingKind, "day": Weekday, "part": DayPart, "also": Wish, "district": str}


@dataclass(frozen=True)
class KnownWord:
    """What a typed word is looked up as: other words, and offerings' marks."""

    words: tuple[str, ...] = ()
    marks: tuple[tuple[str, object], ...] = ()


@cache
def all_said() -> dict[str, KnownWord]:
    """By the folded word that is typed."""
    found: dict[str, KnownWord] = {}
    for line in Path(__file__).with_name("said.txt").read_text(encoding="utf-8").splitlines():
        typed, sign, means = line.partition("=")
        if not sign or line.startswith("#"):
            continue
        words = tuple(letters(one) for one in means.split() if not one.startswith("@"))
        marks = tuple(_mark(one) for one in means.split() if one.startswith("@"))
        found |= {letters(one): KnownWord(words, marks) for one in typed.split()}
    return found


def said(word: str) -> KnownWord:
    """Find what is known of a word, in Arabic with either article; often nothing."""
    alike = word, word.removeprefix("ال"), f"ال{word}"
    return next((all_said()[one] for one in alike if one in all_said()), KnownWord())


@cache
def _districts_around() -> dict[str, tuple[str, str]]:
    """The name and code of a district, by each neighbourhood in it."""
    return {letters(one.name): (one.district, one.district_code) for one in areas().values()}


def _ends_known(word: str) -> list[str]:
    """The longest known word that a compound is a kind of: a `vrachtwagenchauffeur` drives."""
    ends = (word[at:] for at in range(_LEAST_PART, len(word) - _LEAST_HEAD + 1))
    return [end for end in ends if end in all_said()][:1]


@cache
def said_by_stem() -> dict[str, str]:
    """The words that are known, by their Dutch stems: `wandel` of a `wandelgroep`."""
    return {form: word for word in reversed(all_said()) for form in _forms(word)}


@cache
def said_by_sound() -> dict[str, list[str]]:
    """The words that are known, by how they sound."""
    return {sound(word): [word] for word in reversed(all_said()) if len(word) > _LEAST_HEARD}


def _mark(text: str) -> tuple[str, object]:
    name, _, value = text.removeprefix("@").partition(":")
    if name == "district":
        codes = {known: code for code, known in districts().items()}
        return name, codes[value.replace("_", " ")]
    return name, _NAMES[name](value)
