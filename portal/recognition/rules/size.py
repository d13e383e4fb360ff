"""Which providers are small: by what their reports show, so that being it tells nothing new."""

from collections import defaultdict
from collections.abc import Iterable

from portal.core.errors import N_
from portal.core.worded import WordedEnum

MOST_PEOPLE = 50  # that a small provider reaches, in the report of the year that shows most


class Size(WordedEnum):
    """What a provider is among the others of a year (decision 58)."""

    SMALL = "small", N_("Small providers")
    LARGE = "large", N_("Large providers")


def providers_by_size(shown: Iterable[tuple[int, int | None]]) -> dict[Size, set[int]]:
    """Divide providers by the people whom their reports show; None is hidden, so few."""
    most: dict[int, int] = defaultdict(int)
    for provider, people in shown:
        most[provider] = max(most[provider], people or 0)
    large = {provider for provider, people in most.items() if people > MOST_PEOPLE}
    return {Size.SMALL: most.keys() - large, Size.LARGE: large}
