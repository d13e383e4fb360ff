"""What each offering is, as bits in memory: filters, their counts and the order of the list.

A choice that a visitor can make is one whole number in which bit n says whether offering n has it,
so that ten thousand offerings are counted in a microsecond. An index never changes: what changed in
the database, and what time made different, is read and put in a new one (see `snapshot`).
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property, partial
from itertools import islice
from math import ceil, inf

from portal.core.areas import areas
from portal.finding.rules import Filters, Slot, Wish, levels_up_to
from portal.finding.rules.vocabulary import Meaning, Vocabulary
from portal.finding.rules.words import tokens_of
from portal.offerings.rules import DutchLevel

PAGE_SIZE = 16
_CLOSED = 3
_FEW = 1000  # are sorted faster than they are looked for among all
_BITS = [[bit for bit in range(8) if byte >> bit & 1] for byte in range(256)]
Rank = tuple[int, float, str, int]


@dataclass(frozen=True)
class IndexEntry:
    """One public offering. `marks` are the choices that it fits, as (field, value)."""

    id: int
    title: str
    language: str  # of the title
    rank: int  # 0 a free place, 1 full, 2 without a date, 3 takes nobody new
    next_at: datetime | None
    marks: frozenset[tuple[str, object]]
    tokens: tuple[str, ...]
    until: datetime | None  # when time makes it different

    @property
    def is_closed(self) -> bool:
        """Whether it takes nobody new."""
        return self.rank == _CLOSED

    @cached_property
    def title_tokens(self) -> set[str]:
        """What its title alone can be found by."""
        return tokens_of(self.title, self.language)

    def answer_to(self, meanings: Sequence[Meaning]) -> tuple[bool, int, Rank]:
        """Rank it for a question, to sort by: title words first, closed last."""
        score = 0
        for meaning in meanings:
            asked = frozenset[str]().union(*meaning.groups)
            if not asked.isdisjoint(self.title_tokens):
                score += 4
            elif not meaning.also.isdisjoint(self.title_tokens):
                score += 3
            elif not asked.isdisjoint(self.tokens):
                score += 2
            elif not meaning.also.isdisjoint(self.tokens):
                score += 1
        return self.rank == _CLOSED, -score, self.place_in_list

    @cached_property
    def place_in_list(self) -> Rank:
        """A free place first, then the soonest next session."""
        next_at = self.next_at.timestamp() if self.next_at else inf
        return self.rank, next_at, self.title, self.id


@dataclass(frozen=True)
class Index:
    """All public offerings as they are at one moment."""

    epoch: int
    version: int
    moment: datetime
    entries: Mapping[int, IndexEntry] = field(default_factory=dict)
    bits: Mapping[tuple[str, object], int] = field(default_factory=dict)
    order: tuple[Rank, ...] = ()
    vocabulary: Vocabulary = field(default_factory=lambda: Vocabulary(Counter()))

    @cached_property
    def next_change_at(self) -> datetime | None:
        """When time makes the first of them different."""
        return min((one.until for one in self.entries.values() if one.until), default=None)

    def changed_by(self, moment: datetime) -> set[int]:
        """The offerings that time made different."""
        if self.next_change_at is None or moment < self.next_change_at:
            return set()
        return {one.id for one in self.entries.values() if one.until and one.until <= moment}

    def changed(
        self, version: int, moment: datetime, ids: Collection[int], entries: Iterable[IndexEntry]
    ) -> Index:
        """Make an index with these offerings as now; without those not public."""
        all_entries, bits, order = dict(self.entries), dict(self.bits), list(self.order)
        gone = [all_entries.pop(id_) for id_ in ids if id_ in all_entries]
        come = list(entries)
        for one in gone:
            for mark in one.marks:
                bits[mark] &= ~(1 << one.id)
            del order[bisect_left(order, one.place_in_list)]
        for one in come:
            all_entries[one.id] = one
            for mark in one.marks:
                bits[mark] = bits.get(mark, 0) | 1 << one.id
            insort(order, one.place_in_list)
        words_before, words_now = [one.tokens for one in gone], [one.tokens for one in come]
        vocabulary = self.vocabulary
        if words_before != words_now:
            vocabulary = vocabulary.changed(words_before, words_now)
        return Index(self.epoch, version, moment, all_entries, bits, tuple(order), vocabulary)

    @property
    def all(self) -> int:
        return self._of("all", [True])

    def fitting(self, filters: Filters, with_words: int | None) -> int:
        """The offerings that fit all that is asked; `with_words` has those with the words."""
        found = self.all if with_words is None else with_words & self.all
        if filters.kind:
            found &= self._of("kind", [filters.kind])
        if filters.work:
            found &= self._of("work", filters.work)
        if filters.area:
            found &= self._of("area", filters.areas)
        if filters.day or filters.part or Wish.SCHOOL in filters.also:
            found &= self._of("slot", [slot for slot in self._slots if filters.fits(slot)])
        if filters.level:
            found &= self._of("level", levels_up_to(filters.level))
        if filters.language:
            found &= self._of("language", [filters.language])
        for wish in (Wish.FREE, Wish.NO_COSTS):
            if wish in filters.also:
                found &= self._of("also", [wish])
        return found

    def counts(self, filters: Filters, with_words: int | None) -> dict[str, dict[str, int]]:
        """Count what each choice would give, by field and value, else the same."""
        found = {
            name: self._counts_of(name, filters, with_words)
            for name in ("kind", "work", "area", "language")
        }
        found["level"] = self._each(DutchLevel, lambda one: replace(filters, level=one), with_words)
        for name in ("day", "part"):
            values = {getattr(slot, name) for slot in self._slots}
            found[name] = self._each(values, partial(_with, filters, name), with_words)
        found["also"] = self._each(Wish, filters.with_wish, with_words)
        return found

    def _counts_of(self, name: str, filters: Filters, with_words: int | None) -> dict[str, int]:
        others = self.fitting(filters.without(name), with_words)
        found = {
            str(value): (bits & others).bit_count()
            for (mark, value), bits in self.bits.items()
            if mark == name
        }
        if name == "area":
            for code, number in list(found.items()):
                area = areas().get(code)
                if area:
                    found[area.district_code] = found.get(area.district_code, 0) + number
        return found

    def _each(
        self, values: Iterable[object], choose: Callable[..., Filters], with_words: int | None
    ) -> dict[str, int]:
        return {str(one): self.fitting(choose(one), with_words).bit_count() for one in values}

    def marked(self, name: str, value: object, times: Filters) -> int:
        """List the offerings with a mark; of a time, those that fit all times asked."""
        if name == "district":
            codes = [area.code for area in areas().values() if area.district_code == value]
            return self._of("area", codes)
        if name in {"day", "part"}:
            fitting = (slot for slot in self._slots if times.fits(slot))
            return self._of("slot", [slot for slot in fitting if getattr(slot, name) == value])
        return self._of(name, [value])

    def postcodes_at(self, digits: str) -> list[str]:
        """A postcode of four digits where it has something, else those around it that have."""
        used = [
            str(value) for (name, value), bits in self.bits.items() if name == "postcode" and bits
        ]
        return [digits] if digits in used else sorted(one for one in used if one[:3] == digits[:3])

    def page(
        self, found: int, number: int, meanings: Sequence[Meaning] = ()
    ) -> tuple[int, list[IndexEntry], bool]:
        """Cut a page of a list: its number, its entries, if more come."""
        count = found.bit_count()
        number = max(1, min(number, ceil(count / PAGE_SIZE)))
        first = (number - 1) * PAGE_SIZE
        ids = list(islice(self._in_order(found, count, meanings), first, first + PAGE_SIZE))
        return number, [self.entries[id_] for id_ in ids], count > first + PAGE_SIZE

    def _in_order(self, found: int, count: int, meanings: Sequence[Meaning]) -> Iterable[int]:
        flags = found.to_bytes(found.bit_length() // 8 + 1, "little")
        if count < _FEW:
            ids = [at * 8 + bit for at, byte in enumerate(flags) if byte for bit in _BITS[byte]]
            if meanings:
                return sorted(ids, key=lambda id_: self.entries[id_].answer_to(meanings))
            return sorted(ids, key=lambda id_: self.entries[id_].place_in_list)
        most = len(flags) * 8
        return (id_ for *_, id_ in self.order if id_ < most and flags[id_ >> 3] >> (id_ & 7) & 1)

    def _of(self, name: str, values: Iterable[object]) -> int:
        found = 0
        for value in values:
            found |= self.bits.get((name, value), 0)
        return found

    @cached_property
    def _slots(self) -> list[Slot]:
        return [value for name, value in self.bits if isinstance(value, Slot)]

    @cached_property
    def area_codes(self) -> list[str]:
        """The neighbourhoods in which there is something."""
        return [str(value) for (name, value), bits in self.bits.items() if name == "area" and bits]


def bits_of(ids: Collection[int]) -> int:
    """Offerings as bits."""
    if not ids:
        return 0
    flags = bytearray(max(ids) // 8 + 1)
    for id_ in ids:
        flags[id_ >> 3] |= 1 << (id_ & 7)
    return int.from_bytes(flags, "little")


def _with(filters: Filters, name: str, value: object) -> Filters:
    values: dict[str, frozenset[object]] = {name: frozenset({value})}
    return replace(filters, **values)  # type: ignore[arg-type]
