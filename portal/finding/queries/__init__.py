"""Finding: words and wishes in, a page of entries out, and what to do when there is nothing."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import chain, combinations, zip_longest
from typing import Any

from sqlalchemy import bindparam, select, text

from portal.core import Page, Session, or_not_found, past_guard
from portal.core.areas import Area, areas
from portal.finding.models import CatalogueStamp
from portal.finding.queries.snapshot import current
from portal.finding.rules import Filters, Miss, Wish
from portal.finding.rules.index import Index, IndexEntry, bits_of
from portal.finding.rules.vocabulary import Meaning
from portal.finding.rules.words import has_words, words_of
from portal.offerings.models import Offering

_MOST_MISSES = 6
_MOST_LESS = 3  # wishes left out together
_MOST_NEAR = 4
_VERSION = select(CatalogueStamp.version)


@dataclass(frozen=True)
class Found:
    """A page of entries, and how many there are on all pages.

    `instead` tells which typed word was taken for which others. `misses` and what is
    `near` are only sought when nothing was found.
    """

    index: Index
    filters: Filters
    with_words: int | None
    page: Page[IndexEntry]
    count: int
    areas: Sequence[Area]
    instead: Sequence[Meaning] = ()
    misses: Sequence[Miss] = ()
    near: Sequence[IndexEntry] = ()

    @cached_property
    def counts(self) -> Mapping[str, Mapping[str, int]]:
        """How many each choice would give; counted when asked, as a kept form shows them."""
        return self.index.counts(self.filters, self.with_words)


def find_version(session: Session) -> int | None:
    """Read the stamp of all that is public; None before anything was."""
    return past_guard(session).scalar(_VERSION)


def find(session: Session, filters: Filters, number: int = 1) -> Found:
    """What fits the filters: a free place first, then the soonest next session."""
    index = current(session)
    meanings, with_words = _meant(session, index, filters.q)
    fitting = index.fitting(filters, with_words)
    number, entries, has_next = index.page(fitting, number, meanings)
    misses = [] if fitting else _misses(session, index, filters, meanings, with_words)
    return Found(
        index,
        filters,
        with_words,
        Page(entries, number, has_next),
        fitting.bit_count(),
        [areas()[code] for code in index.area_codes if code in areas()],
        [meaning for meaning in meanings if meaning.instead],
        misses,
        _near(index, misses),
    )


def find_open(session: Session, filters: Filters) -> list[IndexEntry]:
    """List all that fits and takes new people."""
    index = current(session)
    fitting = index.fitting(filters, _meant(session, index, filters.q)[1])
    return [one for one in index.entries.values() if fitting >> one.id & 1 and not one.is_closed]


def get_entry(session: Session, slug: str) -> IndexEntry:
    """Find one public offering by its address; `NotFound` for any other."""
    entries = current(session).entries
    return or_not_found(
        entries.get(past_guard(session).scalar(_ID, {"slug": slug}) or 0), "offering"
    )


def entries_of(session: Session, organisation_id: int) -> list[IndexEntry]:
    """List what an organisation offers to new people now, by title."""
    own = session.scalars(select(Offering.id).where(Offering.organisation_id == organisation_id))
    found = [one for one in entries_by_id(session, own) if not one.is_closed]
    return sorted(found, key=lambda one: one.title)


def entries_by_id(session: Session, ids: Iterable[int]) -> list[IndexEntry]:
    """Those of these offerings that are public, in this order."""
    entries = current(session).entries
    return [entries[id_] for id_ in ids if id_ in entries]


_ID = select(Offering.id).where(Offering.slug == bindparam("slug"))


def _meant(session: Session, index: Index, q: str) -> tuple[list[Meaning], int | None]:
    """What each typed word stands for, and the offerings that have them all."""
    meanings = [_held(session, _meaning(index, word)) for word in words_of(q)]
    return meanings, _with_words(session, index, q, meanings)


def _meaning(index: Index, word: str) -> Meaning:
    """What a typed word stands for; a postcode where there is nothing, those around it, said so."""
    meaning = index.vocabulary.meaning(word)
    if len(word) != 4 or not word.isdecimal():
        return meaning
    digits = index.postcodes_at(word)
    instead = () if word in digits or any(meaning.groups) else tuple(digits)
    return replace(meaning, marks=tuple(("postcode", one) for one in digits), instead=instead)


def _held(session: Session, meaning: Meaning) -> Meaning:
    """Take a compound of which nothing has all parts for the part that says most."""
    if len(meaning.groups) < 2 or ids_with(session, meaning.groups):
        return meaning
    having = {len(ids_with(session, [one])): one for one in meaning.groups}
    having.pop(0, None)
    return replace(meaning, groups=(having[min(having)],)) if having else meaning


def _with_words(session: Session, index: Index, q: str, meanings: Sequence[Meaning]) -> int | None:
    """The offerings with all the words; None when no word was asked that says anything."""
    if not meanings:
        return 0 if q and not has_words(q) else None
    found = index.all
    plain: list[frozenset[str]] = []
    marks = [mark for one in meanings for mark in one.marks]
    asked = {name: frozenset(v for n, v in marks if n == name) for name in ("day", "part")}
    times = Filters(**asked)  # type: ignore[arg-type] # a vocabulary's marks have their enum
    for one in meanings:
        more = _beside(session, index, one, times)
        if more is None:
            plain += one.groups
        else:
            found &= more | bits_of(ids_with(session, one.groups))
    return found & bits_of(ids_with(session, plain)) if plain else found


def _beside(session: Session, index: Index, meaning: Meaning, times: Filters) -> int | None:
    """The offerings that a word stands for by what is known of it; None where nothing is."""
    if not (meaning.marks or meaning.also):
        return None
    found = bits_of(ids_with(session, [meaning.also])) if meaning.also else 0
    for name, value in meaning.marks:
        found |= index.marked(name, value, times)
    return found


def _misses(
    session: Session,
    index: Index,
    filters: Filters,
    meanings: Sequence[Meaning],
    with_words: int | None,
) -> list[Miss]:
    """What comes nearest: another word, a word less, the areas around, as few wishes less as it
    takes."""
    found = _other_words(session, index, filters, meanings)
    if filters.area and Wish.NEAR not in filters.also:
        nearby = filters.with_wish(Wish.NEAR)
        found.append(Miss.of(index.fitting(nearby, with_words), nearby, leave_out=(Wish.NEAR,)))
    asked = filters.asked()
    for less in range(1, _MOST_LESS + 1):  # two wishes less only where one is not enough
        for names in combinations(asked, less):
            words = None if "q" in names else with_words
            fewer = filters.without(*names)
            found.append(Miss.of(index.fitting(fewer, words), fewer, leave_out=names))
        found = [miss for miss in found if miss.count][:_MOST_MISSES]
        if found:
            break
    return found


def _other_words(
    session: Session, index: Index, filters: Filters, meanings: Sequence[Meaning]
) -> list[Miss]:
    """Each word exchanged for one that looks like it, or left out; a word is looked up once."""
    bits = {one.word: _with_words(session, index, one.word, [one]) for one in meanings}
    found: list[Miss] = []
    for at, meaning in enumerate(meanings):
        others = [[near] for near in meaning.near]
        if len(meanings) > 1:
            others.append([])
        for other in others:
            for near in other:
                bits[near] = _with_words(session, index, near, [index.vocabulary.meaning(near)])
            asked = [one.word for one in meanings]
            asked[at : at + 1] = other
            fitting = index.all
            for word in asked:
                fitting &= bits[word] or 0
            q = " ".join(asked)
            found.append(Miss.of(index.fitting(filters, fitting), replace(filters, q=q), q=q))
    return found


def _near(index: Index, misses: Sequence[Miss]) -> list[IndexEntry]:
    """What comes nearest, a few of each way to find something, as many as one looks at."""
    wordless = [one for one in misses if "q" in one.leave_out]
    lists = [index.page(one.found, 1)[1] for one in misses if one not in wordless]
    turns = [*chain(*zip_longest(*lists))]
    turns += chain(*(index.page(one.found, 1)[1] for one in wordless))
    return list({one.id: one for one in turns if one}.values())[:_MOST_NEAR]


Groups = Sequence[Collection[str]]

# One row with all ids: ten thousand rows take longer to fetch than to find.
_FTS5 = text("SELECT group_concat(rowid) FROM search_fts WHERE search_fts MATCH :asked")
_TSVECTOR = text(
    "SELECT string_agg(CAST(offering_id AS text), ',') FROM search_text"
    " WHERE lexemes @@ CAST(:asked AS tsquery)"
)

# The planner does not count what it costs to unpack each row's words, and would read them all.
_BY_INDEX, _AS_BEFORE = (
    text("SET LOCAL enable_seqscan = off"),
    text("SET LOCAL enable_seqscan = on"),
)


def ids_with(session: Session, groups: Groups) -> list[int]:
    """The offerings that have at least one token of every group; public or not."""
    if not all(groups):
        return []
    connection = past_guard(session)
    if connection.dialect.name == "sqlite":
        query, asked = _FTS5, _spelled(groups, '"', " OR ", " AND ")
    else:
        query, asked = _TSVECTOR, _spelled(groups, "'", " | ", " & ")
        connection.execute(_BY_INDEX)
    found: str | None = connection.scalar(query, {"asked": asked})
    if query is _TSVECTOR:
        connection.execute(_AS_BEFORE)
    return [int(id_) for id_ in found.split(",")] if found else []


def _spelled(groups: Groups, quote: str, either: str, both: str) -> str:
    """A question in a database's own words. A token holds letters, digits and `:` only, so that
    nothing a visitor types can be an operator."""
    return both.join(
        f"({either.join(f'{quote}{token}{quote}' for token in sorted(group))})" for group in groups
    )


def is_not_of_fts5(name: str | None, kind: str, _parents: Any) -> bool:
    """Say whether a table is none of those that FTS5 keeps."""
    return not (kind == "table" and (name or "").startswith("search_fts"))
