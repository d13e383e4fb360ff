"""Which text of a spreadsheet looks like somebody's name."""

import pytest

from portal.imports.rules.sheets.names import looks_like_name, text_of


@pytest.mark.parametrize("nobody", ["\u3164\u3164", "\u115f\u1160", "\u2800\u2800", "\u200b\u200c"])
def test_letters_that_nobody_sees_are_nobodys_name(nobody):
    assert not looks_like_name(nobody)
    assert text_of(nobody) == ""


@pytest.mark.parametrize(
    "name",
    ["कमला देवी", "தமிழ் செல்வி", "สมหญิง ใจดี", "ሰምሃር ገብረ", "שרה לוי", "Anne\u2011Marie",
     "Jan\u2013Kees", "O\u02bcNeill", "D´Angelo", "김 민수", "美玲", "Zoe\u0308 de Wit"],
)  # fmt: skip
def test_a_name_in_any_script_and_with_any_hyphen_is_one(name):
    assert looks_like_name(name)
