"""What free places say of those who left, over generated quarters of one to three groups.

Words for free places are public on every day. With flows of one quarter they say how many had a
place on its first day, and so how many came or left in the quarter before, which may be hidden.
"""

import random

import pytest

from portal.impact.rules.documents import Counts, wide_of
from portal.impact.rules.figures import figures_of
from tests.impact.attack.attacker import _by_sums
from tests.impact.attack.city import DAY, QUARTERS, Reading, Seen
from tests.impact.attack.test_attacker import SMALL, as_said

FIGURES = figures_of(QUARTERS[0].from_on, QUARTERS[0].until_on)
BLANK = dict.fromkeys(["people", "sessions", "minutes", "ended"])


def ours(groups):
    return wide_of(FIGURES, SMALL, groups)["ended"]


def lived(draw, least, says_who_began=False):
    """Three quarters of full and empty groups, and what is shown of them."""
    groups = [
        (places, draw.choice([0, places, places]))
        for places in draw.choices(range(6, 12), k=draw.randint(1, 3))
    ]
    seen = Seen()

    def look(day):
        words = [as_said(*group) for group in groups]
        seen.stock[day] = (sum(low for low, _ in words), sum(high for _, high in words))

    look(QUARTERS[0].from_on - DAY)
    for quarter in QUARTERS:
        began = ended = 0
        for at, (places, stock) in enumerate(groups):
            left = min(draw.choice([0, 1, 2, 3, 4, 6]), stock)
            after = stock - left + draw.choice([0, 0, 0, 1, 5, places])
            after = min(after, places)
            came = after - (stock - left)
            groups[at], began, ended = (places, after), began + came, ended + left
        look(quarter.until_on)
        enough = ended >= least(len(groups))
        figures = BLANK | {"ended": ended if enough else None}
        if says_who_began:  # in a bundle with who ended
            both = enough and began >= SMALL
            figures |= {"started": began if both else None, "ended": ended if both else None}
        seen.readings.append(Reading(quarter, SMALL, figures, Counts({}, {}), False))
    return list(_by_sums(seen))


@pytest.mark.slow
def test_free_places_and_who_left_bound_nothing_that_is_hidden():
    for seed in range(150):
        assert not lived(random.Random(seed), ours), seed


@pytest.mark.slow
@pytest.mark.parametrize("least", [lambda groups: SMALL, ours], ids=["as it was", "more of them"])
def test_who_began_beside_who_ended_is_found(least):
    finds = [find for seed in range(150) for find in lived(random.Random(seed), least, True)]
    assert finds


@pytest.mark.parametrize(("least", "is_found"), [(SMALL, True), (ours(2), False)])
def test_two_full_groups_that_lose_four_each_need_more_than_few(least, is_found):
    """Eight left in half a year, say the places, and five of them after March."""
    seen = Seen()
    days = [QUARTERS[0].from_on - DAY, *(quarter.until_on for quarter in QUARTERS[:2])]
    for day, taken in zip(days, [(8, 8), (5, 8), (4, 4)], strict=True):
        words = [as_said(8, number) for number in taken]
        seen.stock[day] = (sum(low for low, _ in words), sum(high for _, high in words))
    for quarter, ended in zip(QUARTERS[:2], (3, 5), strict=True):
        shown = BLANK | {"ended": ended if ended >= least else None}
        seen.readings.append(Reading(quarter, SMALL, shown, Counts({}, {}), False))
    assert bool(list(_by_sums(seen))) is is_found
