"""Which text of a spreadsheet looks like somebody's name."""

import pytest

from portal.imports.sheets.names import looks_like_name, text_of


@pytest.mark.parametrize("nobody", ["\u3164\u3164", "\u115f\u1160", "\u2800\u2800", "\u200b\u200c"])
def test_letters_that_nobody_sees_are_nobodys_name(nobody):
    assert not looks_like_name(nobody)
    assert text_of(nobody) == ""
