"""Names of people as they are compared and sorted: the one fold for search, lists and files."""

import re
import unicodedata
from collections.abc import Hashable, Sequence
from itertools import takewhile

from portal.core.letters import APOSTROPHES, letters

_COMMA = re.compile("[,،，﹐]")
_IT = re.compile(rf"(?<!\w)[{APOSTROPHES}]t(?!\w)", re.IGNORECASE)  # in 't Veld
_PARTICLES = frozenset(
    """
    van de den der het ten ter te in op aan bij uit over onder tot vd vander vanden
    von zu zur zum af av la le les du des da do dos das di del della dello dalla el al ul bin ibn
    """.split()  # noqa: SIM905 - easier to read and to add to
)


def turned(name: str) -> str:
    """Put a name in spoken order: `Vries, Jan de` is `Jan de Vries`."""
    last, *others = (part.split() for part in _COMMA.split(name))
    first = [word for part in others if not are_particles(part) for word in part]
    before = [word for part in others if are_particles(part) for word in part]
    if not first:
        return " ".join([*last[:-1], *before, *last[-1:]])
    after = _particles_behind(first)
    return " ".join([*first[: len(first) - len(after)], *after, *before, *last])


def folded(name: str) -> str:
    """Fold a name to compare: `Vries, Ján de` and `JAN DE-VRIES` are `jan de vries`.

    Case, accents, apostrophes, points, and the kind of hyphen say nothing; nor does it matter on
    which side the particle of a last name stands. Two equal ones may still be two people.
    """
    return " ".join(_in_order(words_of(turned(name))))


def words_of(text: str) -> list[str]:
    """List the words of a text as `folded` compares them, in their own order."""
    said = letters(_IT.sub("het", text))
    words = "".join(sign if unicodedata.category(sign)[0] in "LMN" else " " for sign in said)
    return words.split()


def _in_order(words: list[str]) -> list[str]:
    """The particle before the last name, and the last name last."""
    after = _particles_behind(words)
    said = words[: len(words) - len(after)]
    if len(said) > 1:  # else it may be a last name, shortened: `Fatma Al`
        words = [*said[:-1], *after, said[-1]]
    before = list(takewhile(_PARTICLES.__contains__, words))
    last, rest = words[len(before) : len(before) + 1], words[len(before) + 1 :]
    if before and rest and not _PARTICLES.intersection(rest):
        return [*rest, *before, *last]
    return words


def _particles_behind(words: list[str]) -> list[str]:
    """The particles at the end; none of a name that is nothing else."""
    found = list(takewhile(_is_particle, reversed(words)))[::-1]
    return found if len(found) < len(words) else []


def are_particles(words: Sequence[str]) -> bool:
    """Whether these words are what stands before a last name, and nothing else."""
    return bool(words) and all(map(_is_particle, words))


def _is_particle(word: str) -> bool:
    return letters(word) in _PARTICLES


def telling(facts: Sequence[Sequence[Hashable]]) -> list[int]:
    """Choose the fewest kinds of facts that tell people of one name apart.

    Each has one fact of each kind, in one order; what all share says nothing. The last kind is to
    differ for all. None of one person alone.
    """
    kinds = [kind for kind, said in enumerate(zip(*facts, strict=True)) if len(set(said)) > 1]
    for most in range(1, len(kinds)):
        said = [tuple(hers[kind] for kind in kinds[:most]) for hers in facts]
        if len(set(said)) == len(said) and all(map(any, said)):
            return kinds[:most]
    return kinds
