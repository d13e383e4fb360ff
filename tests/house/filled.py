"""Much of something, for posts that send the heaviest that people do."""

from datetime import timedelta

from portal.core import clock
from portal.offerings.rules.competences import competences
from tests.house.world import World
from tests.imports import files


def all_cards(world: World) -> dict[str, str]:
    """A whole paper set on one pile, or what a phone kept that long had no signal."""
    return {f"card-{key}": "learn" for key in competences()}


def names(how_many: int) -> list[tuple[str, str]]:
    """So many first names with an initial."""
    first = ("Amina", "Bilal", "Carla", "Dirk", "Elif", "Farid", "Gerda", "Hassan", "Ines", "Jan")
    return [(name, last) for last in "ABCDEFGHIJKLMNOP" for name in first][:how_many]


def register_sheet(people: int, days: int) -> bytes:
    """A spreadsheet in which so many people were there on so many days."""
    first = clock.today() - timedelta(days=days * 7)
    head = ["Naam", *(first + timedelta(days=7 * day) for day in range(days))]
    return files.xlsx([head, *([f"{name} {last}.", *"x" * days] for name, last in names(people))])
