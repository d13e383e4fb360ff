"""What an opportunity asks, and whether published figures answer it: plain Python, no counting."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from portal.core.errors import N_, RuleBroken
from portal.core.moves import Moves
from portal.core.worded import WordedEnum
from portal.offerings.rules import OfferingKind
from portal.organisations.rules import PROVIDING_KINDS, RECOGNISING_KINDS

POSTING_KINDS = frozenset(RECOGNISING_KINDS)  # municipalities, and funds among who supports
BIDDING_KINDS = PROVIDING_KINDS - POSTING_KINDS
MOST_PERCENT = 60  # of a volume, in a reference (Gids Proportionaliteit 3.5)
YEARS = 3  # that a reference may be old, and that a trend is over
TREND_AGE = 2  # years that the newest report of a trend may be old: the last year is counted late
MOST_CERTIFICATES = 5
SAID = ("value", "until", "document")  # of what is declared


class OpportunityKind(WordedEnum):
    LOT = "lot", N_("Lot of a contract")
    CALL = "call", N_("Call for offers")
    GROWTH_FUND = "growth_fund", N_("Growth fund")


class OpportunityStatus(WordedEnum):
    DRAFT = "draft", N_("Draft")
    PUBLIC = "public", N_("Published")
    WITHDRAWN = "withdrawn", N_("Withdrawn")


class OpportunityMove(WordedEnum):
    SAVE = "save", N_("Save")
    PUBLISH = "publish", N_("Publish it")
    WITHDRAW = "withdraw", N_("Withdraw it")


_S, _M = OpportunityStatus, OpportunityMove
OPPORTUNITY = Moves(
    N_("This can't be done any more: somebody decided about it meanwhile."),
    {
        (_S.DRAFT, _M.SAVE): _S.DRAFT,
        (_S.DRAFT, _M.PUBLISH): _S.PUBLIC,
        (_S.PUBLIC, _M.SAVE): _S.PUBLIC,
        (_S.PUBLIC, _M.WITHDRAW): _S.WITHDRAWN,
    },
)


class Need(WordedEnum):
    """A kind of requirement; its words say how much is asked, or what."""

    REFERENCE = "reference", N_("Reference: %(name)s")
    VOLUME = "volume", N_("One reference with %(least)s people or more")
    SATISFACTION = "satisfaction", N_("At least %(least)s%% of who answered found it good")
    COMPLETION = "completion", N_("At least %(least)s%% of what ended was completed")
    TREND = "trend", N_("Recognised figures over three years")
    CERTIFICATE = "certificate", N_("Certificate: %(name)s")
    PSO = "pso", N_("PSO step %(least)s or higher")
    RESERVED = "reserved", N_("At least %(least)s%% of the workers need support to work")


DECLARED = frozenset({Need.CERTIFICATE, Need.PSO, Need.RESERVED})  # no report says these
_FIGURE_OF = {
    Need.VOLUME: "people",
    Need.SATISFACTION: "rated_good",
    Need.COMPLETION: "completed",
    Need.TREND: "people",
}
_PARTS = {Need.SATISFACTION, Need.COMPLETION}  # asked as a percentage of their n
COLUMNS = {
    Need.VOLUME: "reference_people",
    Need.SATISFACTION: "satisfaction",
    Need.COMPLETION: "completion",
    Need.PSO: "pso_step",
    Need.RESERVED: "reserved_percent",
}


class CoreCompetence(WordedEnum):
    """What an organisation is good at, as references show it."""

    TO_WORK = "to_work", N_("Guiding people to work")
    KEEPING_ON = "keeping_on", N_("People still there after six months")
    RISING = "rising", N_("People who rise on the participation ladder")
    FINISHING = "finishing", N_("Pre-trajectories that people complete")
    RHYTHM = "rhythm", N_("Rhythm in the week, in day activities")
    GOALS = "goals", N_("People who reach their own goals")


_C, _PRE = CoreCompetence, OfferingKind.PRE_TRAJECTORY
# The figure of a report that shows it, and what is offered that works on it.
PROOFS = {
    _C.TO_WORK: ("outflow_to_work", _PRE),
    _C.KEEPING_ON: ("still_6_yes", _PRE),
    _C.RISING: ("ladder_rose", _PRE),
    _C.FINISHING: ("completed", _PRE),
    _C.RHYTHM: ("weeks_in_a_row", OfferingKind.DAY_ACTIVITY),
    _C.GOALS: ("goals_hers_reached", _PRE),
}
ASKED_FIGURES = frozenset({figure for figure, _ in PROOFS.values()} | {*_FIGURE_OF.values()})


@dataclass(frozen=True)
class Requirement:
    """One requirement: its key in the dossier, and how much or what of it."""

    key: str
    need: Need
    least: int | None = None
    competence: CoreCompetence | None = None
    name: str = ""

    @property
    def figure(self) -> str:
        """Name the figure of a report that answers it."""
        return PROOFS[self.competence][0] if self.competence else _FIGURE_OF[self.need]


def asked_by(opportunity: Any) -> list[Requirement]:
    """List the requirements of an opportunity, in the order of their kinds."""
    found = [
        Requirement(f"reference_{one}", Need.REFERENCE, competence=CoreCompetence(one))
        for one in opportunity.competences
    ]
    for need, name in COLUMNS.items():
        if least := getattr(opportunity, name):
            found.append(Requirement(need.value, need, least))
    if opportunity.asks_trend:
        found.append(Requirement(Need.TREND.value, Need.TREND))
    names = [line for text in opportunity.certificates.splitlines() if (line := text.strip())]
    found += [
        Requirement(f"certificate_{i}", Need.CERTIFICATE, name=one) for i, one in enumerate(names)
    ]
    return found


def check_asked(opportunity: Any) -> None:
    """Refuse what asks nothing, or a reference of more than 60% of its volume."""
    asked, volume = asked_by(opportunity), opportunity.volume
    if not asked:
        raise RuleBroken("competences", N_("Ask at least one thing."))
    if sum(one.need is Need.CERTIFICATE for one in asked) > MOST_CERTIFICATES:
        raise RuleBroken("certificates", N_("Ask at most five certificates."))
    people = opportunity.reference_people
    if people and volume is None:
        raise RuleBroken(
            "volume", N_("Say for how many people it is, as a reference depends on it.")
        )
    if people and 100 * people > MOST_PERCENT * volume:
        most = MOST_PERCENT * volume // 100
        words = N_("A reference may be at most 60 percent of the volume. Here that is {most}.")
        raise RuleBroken("reference_people", words, most=most)


@dataclass(frozen=True)
class Published:
    """What everybody may read in a recognised report: its figures, by id."""

    number: str
    organisation_id: int
    from_on: date
    until_on: date
    figures: Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True)
class RequirementAnswer:
    """What answers a requirement: reports that show its figure, or what is said of oneself."""

    asked: Requirement
    reports: Sequence[Published] = ()
    declared: Sequence[Any] = ()  # how much, until when, by which document
    is_met: bool = False


def answer_to(
    asked: Requirement, reports: Iterable[Published], closes_on: date, declared: Mapping[str, Any]
) -> RequirementAnswer:
    """Answer a requirement by one report, a trend by one a year; nothing is added."""
    if asked.need in DECLARED:
        value, until, document = (declared.get(f"{of}_{asked.key}") for of in SAID)
        holds = bool(document and until and date.fromisoformat(until) >= closes_on)
        said = (value, until, document) if value or until or document else ()
        return RequirementAnswer(asked, (), said, holds and (value or 0) >= (asked.least or 0))
    shown = sorted((one for one in reports if _shown(asked, one)), key=lambda of: _shown(asked, of))
    until = closes_on
    if asked.need is Need.TREND:
        first = years_before(closes_on, TREND_AGE)
        lately = [one.until_on for one in shown if first < one.until_on <= closes_on]
        until = max(lately, default=closes_on)
    # The best report of each year back from there.
    ends = [years_before(until, age) for age in range(YEARS + 1)]
    years = {
        age: one
        for one in shown
        for age in range(YEARS)
        if ends[age + 1] < one.until_on <= ends[age]
    }
    best = [years[age] for age in sorted(years, reverse=True)]
    if asked.need is Need.TREND:
        return RequirementAnswer(asked, best, (), len(best) == YEARS)
    best = sorted(best, key=lambda report: _shown(asked, report))[-1:]
    is_met = any(_shown(asked, one) >= (asked.least or 0) for one in best)
    return RequirementAnswer(asked, best, (), is_met)


@dataclass(frozen=True)
class Carried:
    """What was declared for another opportunity, and for which; no day that is over."""

    title: str
    said: Mapping[str, Any]


def carried(
    asked: Iterable[Requirement], earlier: Iterable[tuple[Any, Mapping[str, Any]]], closes_on: date
) -> dict[str, Carried]:
    """Find what was declared of the same requirements elsewhere, by key; the last stands."""
    last = {
        (one.need, one.name.casefold()): (
            of.title,
            [said.get(f"{part}_{one.key}") for part in SAID],
        )
        for of, said in earlier
        for one in asked_by(of)
        if one.need in DECLARED and said.get(f"document_{one.key}")
    }
    found = {}
    for one in asked:
        if (one.need, one.name.casefold()) in last:
            title, (value, until, document) = last[one.need, one.name.casefold()]
            holds = until and date.fromisoformat(until) >= closes_on
            told = zip(SAID, (value, until if holds else None, document), strict=True)
            found[one.key] = Carried(title, {f"{part}_{one.key}": said for part, said in told})
    return found


def years_before(day: date, years: int) -> date:
    """Give the same day some years before; the 28th where there is no 29 February."""
    is_leap_day = (day.month, day.day) == (2, 29)
    return day.replace(year=day.year - years, day=28 if is_leap_day else day.day)


def _shown(asked: Requirement, report: Published) -> float:
    """How much a report shows; 0 where it shows nothing, or hides it."""
    row = report.figures.get(asked.figure, {})
    value, n = row.get("value") or 0, row.get("n") or 0
    return value if asked.need not in _PARTS else 100 * value / n if n else 0
