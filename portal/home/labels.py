"""Words for the choices of the list of people."""

from flask_babel import lazy_gettext as _l

from portal.home.rules import PeopleSort, Seen
from portal.web.words import register_labels

register_labels(
    {
        Seen.WEEK: _l("this week"),
        Seen.MONTH: _l("this month"),
        Seen.LONGER: _l("longer ago than a month"),
        Seen.NEVER: _l("never"),
    }
)
register_labels(
    {
        PeopleSort.NAME: _l("Name"),
        PeopleSort.SEEN: _l("Last seen"),
        PeopleSort.STEP: _l("Step"),
    }
)
