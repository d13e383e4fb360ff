"""Words for the buttons of a register."""

from flask_babel import gettext


def fewer_minutes(most: int) -> list[tuple[str, str]]:
    """List the shorter times chosen most, as minutes and words."""
    fewer = [(most - less, f"\u2212{less}") for less in (15, 30, 45, 60) if less < most]
    halves = [] if most // 2 in dict(fewer) else [(most // 2, gettext("half"))]
    return [(str(minutes), words) for minutes, words in [(most, gettext("all")), *fewer, *halves]]
