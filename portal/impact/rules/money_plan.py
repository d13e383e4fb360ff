"""What a bookkeeper's amounts would write: a sum for each month and figure, or why not."""

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache

from portal.core.errors import N_
from portal.core.worded import WordedEnum
from portal.impact.rules.figures import method
from portal.impact.rules.investment import COSTS, HOURS, PAID, Entries
from portal.impact.rules.money_lines import MoneyFile, matching
from portal.imports.rules.sheets.shapes import Shape
from portal.imports.rules.sheets.words import plain

PAID_TO_US, OURSELVES, LEAVE = "income", "ourselves", "leave"
KINDS = (*HOURS, *COSTS, *PAID)


class MoneyFate(WordedEnum):
    """What becomes of a month's sum of one figure."""

    WRITE = "write", N_("new")
    SAME = "same", N_("here already")
    OTHER = "other", N_("something else is here")
    RECOGNISED = "recognised", N_("in a recognised report")
    TO_COME = "to_come", N_("this month has not begun")
    BELOW_ZERO = "below_zero", N_("less than zero")


@dataclass(frozen=True)
class MoneyChoices(Shape):
    """What a person said: what each word means, and whether the file goes first."""

    kinds: dict[str, str] = field(default_factory=dict)
    payers: dict[str, str] = field(default_factory=dict)
    takes_file: bool = False


@dataclass(frozen=True)
class MoneyWord:
    """A word for a kind or a payer, how often, what it is taken for."""

    text: str
    count: int
    choice: str  # "" where somebody must say it

    @property
    def key(self) -> str:
        return plain(self.text)


@dataclass(frozen=True)
class MonthSum:
    """A figure of a month as the file has it, beside what is here."""

    month: date
    figure: str
    amount: int
    here: int | None
    fate: MoneyFate
    report: str | None = None


@dataclass(frozen=True)
class MoneyPlan:
    """What would be written, and what is left out with its reason."""

    kinds: list[MoneyWord]
    payers: list[MoneyWord]
    sums: list[MonthSum]
    left: list[str]  # addresses of amounts that a choice leaves out
    unpaid: list[str]  # of what was paid to us, and nobody says by whom
    is_turned: bool  # costs stood below zero
    takes_file: bool

    @property
    def to_ask(self) -> bool:
        """Whether a word must be explained first."""
        return not all(one.choice for one in (*self.kinds, *self.payers))

    @property
    def writes(self) -> list[MonthSum]:
        taken = (MoneyFate.WRITE, *[MoneyFate.OTHER] * self.takes_file)
        return [one for one in self.sums if one.fate in taken]


def work_out(
    file: MoneyFile,
    choices: MoneyChoices,
    entries: Entries,
    recognised: Mapping[date, str],
    today: date,
) -> MoneyPlan:
    """Add a file up by month and figure, and say what becomes of each sum."""
    kinds = _words([line.kind for line in file.lines], choices.kinds, kind_meant)
    payers = _words([line.payer for line in file.lines if line.payer], choices.payers, payer_meant)
    kind_of, payer_of = ({word.key: word.choice for word in words} for words in (kinds, payers))
    sums: dict[tuple[date, str], int] = defaultdict(int)
    costs = [one.hundredths for one in file.lines if kind_of[plain(one.kind)] in COSTS]
    is_turned = any(costs) and all(cost <= 0 for cost in costs)
    left, unpaid = [], []
    for line in file.lines:
        kind, payer = kind_of[plain(line.kind)], payer_of.get(plain(line.payer), "")
        amount = -line.hundredths if is_turned and kind in COSTS else line.hundredths
        if kind == LEAVE:
            left.append(line.address)
        elif kind == PAID_TO_US and payer not in PAID:
            unpaid.append(line.address)
        elif kind in HOURS:
            sums[line.month, kind] += (amount * 60 + 50) // 100
        elif kind in (*COSTS, *PAID):
            sums[line.month, kind] += amount
        if payer in PAID and kind in (*COSTS, PAID_TO_US):
            sums[line.month, payer] += amount
    found = [
        _weighed(month, figure, amount, entries, recognised, today)
        for (month, figure), amount in sorted(sums.items(), key=lambda one: one[0])
    ]
    return MoneyPlan(kinds, payers, found, left, unpaid, is_turned, choices.takes_file)


def _weighed(
    month: date,
    figure: str,
    amount: int,
    entries: Entries,
    recognised: Mapping[date, str],
    today: date,
) -> MonthSum:
    here, report = entries.get(month, {}).get(figure), recognised.get(month)
    if here == amount:
        fate = MoneyFate.SAME
    elif report is not None:
        fate = MoneyFate.RECOGNISED
    elif month > today:
        fate = MoneyFate.TO_COME
    elif amount < 0:
        fate = MoneyFate.BELOW_ZERO
    else:
        fate = MoneyFate.WRITE if here is None else MoneyFate.OTHER
    return MonthSum(month, figure, amount, here, fate, report)


def _words(
    texts: list[str], said: Mapping[str, str], meant: Callable[[str], str]
) -> list[MoneyWord]:
    counts = Counter(map(plain, texts))
    first = {plain(text): text for text in reversed(texts)}
    return [MoneyWord(first[key], n, said.get(key) or meant(key)) for key, n in counts.items()]


@cache
def _labels() -> dict[str, str]:
    """What each figure is called on the portal's own pages, in each of its languages."""
    figures = [one for one in method().counted if one.id in KINDS]
    return {plain(label): one.id for one in figures for label in one.label.in_all()}


def kind_meant(text: str) -> str:
    """Guess what a kind is; "" where its words say two things or none."""
    if here := _labels().get(plain(text)):
        return here
    payers = [one for one in matching(text, "payers") if one in PAID]
    if matching(text, "income"):
        return payers[0] if len(payers) == 1 else PAID_TO_US
    found = matching(text, "figures") or payers
    return found[0] if len(found) == 1 else ""


def payer_meant(text: str) -> str:
    """Guess who a payer is; "" where the words say two or none."""
    found = matching(text, "payers")
    return found[0] if len(found) == 1 else ""
