"""Words for voices, levels, steps and outflow."""

from flask_babel import lazy_gettext as _l

from portal.progress.rules import LadderChange, OutflowKind, SkillLevel, Voice
from portal.web.words import register_labels

register_labels(
    {
        Voice.PARTICIPANT: _l("Participant"),
        Voice.GUIDE: _l("Guide"),
        Voice.EXPERT: _l("Expert by experience"),
    }
)
register_labels(
    {
        SkillLevel.WITH_HELP: _l("with help"),
        SkillLevel.ALONE: _l("alone"),
        SkillLevel.CAN_TEACH: _l("can teach others"),
    }
)
register_labels(
    {
        OutflowKind.PAID_WORK: _l("Paid work"),
        OutflowKind.PAID_WORK_WITH_SUPPORT: _l("Paid work with support"),
        OutflowKind.EDUCATION: _l("A course or school"),
        OutflowKind.VOLUNTEER_WORK: _l("Volunteer work"),
        OutflowKind.NEXT_OFFERING: _l("Another activity"),
    }
)
register_labels(
    {
        LadderChange.ROSE: _l("went up"),
        LadderChange.HELD: _l("stayed on the same step"),
        LadderChange.FELL: _l("went down"),
        LadderChange.UNKNOWN: _l("stated once, so nothing to compare yet"),
    }
)

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
