"""Groups of people who may enter a door, and a row that says so."""

from dataclasses import dataclass, field, replace
from functools import cache
from operator import attrgetter
from typing import Any

from flask import Flask

from portal import rooms
from tests.cast import COLUMNS
from tests.house.world import World

Names = frozenset[str]


def names_of(text: str) -> Names:
    found = frozenset(text.split())
    assert found <= set(COLUMNS), found - set(COLUMNS)
    return found


EVERYBODY = frozenset(COLUMNS)
HER = names_of("participant apart")
OPERATOR = names_of("operator")
RECOGNISER = names_of("recogniser")
ADMINS = names_of("admin cooperative employer stranger both past")
COORDINATORS = ADMINS | names_of("coordinator referrer")
KEEPERS, EMPLOYER = COORDINATORS | RECOGNISER, names_of("employer")
BIDDERS = COORDINATORS - names_of("referrer")  # whose organisation is no municipality or fund
WITH_PEOPLE = WITH_REGISTERS = COORDINATORS | names_of("guide")
WITH_CARDS = WITH_PEOPLE | names_of("expert")  # may hold a conversation
WITH_FIGURES = COORDINATORS | names_of("viewer")
STAFF = WITH_CARDS | names_of("viewer recogniser")

# Whose row it is that the addresses lead to: the enterprise's team, and its cooperative where the
# tie allows it to log attendance.
OUR_TEAM = names_of("guide coordinator admin viewer expert")
WHO_LOG_FOR_US = OUR_TEAM | names_of("cooperative")
COOPERATIVE = names_of("cooperative")
EXPERT = names_of("expert")
PAST = names_of("past")  # its own past records stay with it
APART = names_of("apart")
WHO_SEE_OUR_FIGURES = WHO_LOG_FOR_US  # the same tie allows it that too

# Her card signs in whoever holds it, and the other signs out whoever opens it.
CHANGES_WHO = {"participants.card_sign_in", "accounts.sign_out"}
SHOWN_BY_HER = {"profile.opened"}  # who has its link has it from her, and may know her name


@dataclass(frozen=True)
class Row:
    """Who comes in, and who may open such a door but is not the one whose row it is (404)."""

    who: Names
    elsewhere: Names = frozenset()
    values: dict[str, str] = field(default_factory=dict)
    is_json: bool = False  # a script knocks: nobody is led to the sign-in page
    empty_form: int = 422  # what a POST of nothing may be answered with, apart from a success

    def url_values(self, world: World) -> dict[str, Any]:
        """What the address is filled in with."""
        return {name: attrgetter(path)(world) for name, path in self.values.items()}

    @property
    def shut_out(self) -> Names:
        """Those for whom the door itself is closed."""
        return EVERYBODY - self.who - self.elsewhere


def open_to(who: Names, *, empty_form: int = 422, **values: str) -> Row:
    """A door without a row behind it, or with one that all who enter may see."""
    return Row(who, values=values, empty_form=empty_form)


def ours(holders: Names, *, of: Names = OUR_TEAM, **values: str) -> Row:
    """A row of one organisation: of those who hold the key, only `of` find it."""
    return Row(holders & of, holders - of, values)


def hers(**values: str) -> Row:
    """A row of hers with the enterprise: nothing to a session that opens another one only."""
    return Row(HER - APART, APART, values)


def for_a_script(row: Row) -> Row:
    """A door where JSON is spoken."""
    return replace(row, is_json=True)


def taking(*methods: str) -> list[str]:
    """The endpoints of all rooms that take these methods, for a sweep to go through."""
    return [one for one, its in _taken().items() if its.issuperset(methods)]


@cache
def _taken() -> dict[str, set[str]]:
    rooms.init_app(bare := Flask(__name__))
    taken: dict[str, set[str]] = {}
    for rule in bare.url_map.iter_rules():
        if not rule.endpoint.startswith("static"):
            taken.setdefault(rule.endpoint, set()).update(rule.methods or ())
    return taken
