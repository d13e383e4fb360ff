"""The words of values: labels, days, times."""

from portal.enrolments.rules import EndReason
from portal.offerings.rules import Step
from portal.progress.rules import LadderChange
from portal.web.words import _LABELS, label

_BY_ITSELF = {Step.FILL, Step.FREE, Step.HIDE}  # no button says these


def test_who_has_words_has_them_for_all_its_members(app):
    wordless = {member for kind, _ in _LABELS for member in kind if (kind, member) not in _LABELS}
    assert wordless == _BY_ITSELF


def test_two_enums_with_one_value_keep_words_of_their_own(app):
    with app.test_request_context():
        assert EndReason.UNKNOWN.value == LadderChange.UNKNOWN.value
        assert label(EndReason.UNKNOWN) == "Niet bekend"
        assert label(LadderChange.UNKNOWN) != label(EndReason.UNKNOWN)
