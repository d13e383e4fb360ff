"""Words for the steps of the ladder."""

from flask_babel import lazy_gettext as _l

# The six steps in our own words, after the Participatieladder of VNG; the first is the lowest.
LADDER_WORDS = (
    _l("Mostly at home, seeing few people"),
    _l("Meeting people outside the home"),
    _l("Joining an activity every week"),
    _l("Unpaid work with tasks of your own"),
    _l("Paid work with support"),
    _l("Paid work"),
)


def ladder_words() -> list[str]:
    """The six steps in words, from low to high."""
    return [str(words) for words in LADDER_WORDS]
