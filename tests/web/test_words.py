"""The words of values: labels, days, times."""

from portal.enrolments.rules import EndReason
from portal.progress.rules import LadderChange
from portal.web.words import label


def test_two_enums_with_one_value_keep_words_of_their_own(app):
    with app.test_request_context():
        assert EndReason.UNKNOWN.value == LadderChange.UNKNOWN.value
        assert label(EndReason.UNKNOWN) == "Niet bekend"
        assert label(LadderChange.UNKNOWN) != label(EndReason.UNKNOWN)
