"""What a field makes of what was typed, and what it refuses."""

from datetime import date
from pathlib import Path

import pytest
from werkzeug.datastructures import MultiDict

from portal.web.contact_fields import EmailLine, PhoneLine
from portal.web.forms import (
    ChoiceField,
    DayField,
    Form,
    HoursField,
    Money,
    MultiChoiceField,
    PickField,
    TextBlock,
    TextLine,
    WholeNumber,
)

PAIRS = [("a", "A"), ("b", "B")]


class Trial(Form):
    must = TextLine("x", required="Write it.", most=10)
    line = TextLine("x")
    block = TextBlock("x")
    phone = PhoneLine("x")
    number = WholeNumber("x", least=0, most=100)
    money = Money("x")
    hours = HoursField("x")
    must_money = Money("x", required="Give it.")
    day = DayField("x")
    one = ChoiceField("x", choices=PAIRS, required="Choose.")
    maybe = ChoiceField("x", choices=PAIRS)
    some = MultiChoiceField("x", choices=PAIRS)
    pick = PickField("x", choices=PAIRS, required="Pick.")


GOOD = {"must": "ja", "one": "a", "must_money": "1", "pick": "b"}


@pytest.fixture
def filled(app):
    def fill(**values):
        with app.test_request_context("/"):
            form = Trial(MultiDict({**GOOD, **values}))
            form.validate()
            return form

    return fill


@pytest.mark.parametrize("nothing", ["", " ", "\x00", "\t\r\n", "\u00a0", "\u200b\u200f"])
def test_an_answer_in_which_nothing_is_seen_is_no_answer(filled, nothing):
    assert filled(must=nothing).must.errors == ["Write it."]
    assert filled(must_money=nothing).must_money.errors == ["Give it."]


@pytest.mark.parametrize("name", ["one", "maybe", "some", "pick"])
@pytest.mark.parametrize("value", ["None", "c", "A", "\x00", ["", "c"]])
def test_a_choice_that_is_not_in_the_list(filled, name, value):
    assert filled(**{name: value})[name].errors


def test_no_choice(filled):
    assert filled(one="").one.errors == ["Choose."]
    assert filled(maybe="").maybe.data is None
    assert filled().some.data == []


@pytest.mark.parametrize(
    ("typed", "cents"),
    [
        ("12,50", 1250), ("12.50", 1250), ("1.250", 125000), ("1.250,5", 125050), ("€ 3", 300),
        ("1,000.50", 100050), ("1.000,50", 100050), ("1,000,000", 100000000), ("12,-", 1200),
        ("12 euro", 1200), ("EUR 12", 1200), ("12€", 1200), ("\u200b12,50\u00a0", 1250),
        ("1 250,00", 125000), ("1'250", 125000), ("١٢٫٥٠", 1250), ("0,125", 13),
        ("12,345.", None), ("1,000", None), ("1.00,50", None), ("12,50,", None), ("1,00.50", None),
    ],
)  # fmt: skip
def test_money(filled, typed, cents):
    assert filled(money=typed).money.data == cents


def test_hours_with_a_dot_or_a_comma(filled):
    assert filled(hours="7.5").hours.data == filled(hours="7,5").hours.data == 450
    assert filled(hours="7,333").hours.data == 440


@pytest.mark.parametrize(
    "typed", ["-1", "9e99999999999", "1e9", "NaN", "1_0", "1,2,3", "x", "9" * 13]
)
def test_no_number(filled, typed):
    assert filled(money=typed).money.errors
    assert filled(money=typed).money._value() == typed


@pytest.mark.parametrize("typed", ["--1", "1.5", "1_0", "٣", "9" * 13, "-", "101"])
def test_no_whole_number(filled, typed):
    (error,) = filled(number=typed).number.errors
    assert "literal" not in error


@pytest.mark.parametrize("typed", ["2026-02-30", "0001-01-01", "9999-12-31", "1899-12-31", "x"])
def test_no_day_that_can_be_reckoned_with(filled, typed):
    form = filled(day=typed)
    assert form.day.errors
    assert form.day.data is None
    assert form.day._value() == typed


def test_a_day(filled):
    assert filled(day="2026-03-29").day.data == date(2026, 3, 29)


def test_what_nobody_types_is_taken_out(filled):
    form = filled(line=" a\x00\x07\u202eb\tc ", block="a\r\n\x1bb")
    assert (form.line.data, form.block.data) == ("ab c", "a\nb")
    assert filled(line="می‌روم 👩🏽‍🍳").line.data == "می‌روم 👩🏽‍🍳"  # joiners are letters there


def test_a_bsn_is_no_phone_number(filled):
    assert filled(phone="111222333").phone.errors
    assert filled(phone="061234").phone.errors
    assert filled(phone="06 12345678").phone.as_kept == "+31612345678"


def test_an_address_that_our_mail_does_not_reach_is_refused_at_once(app):
    class Anything(Form):
        email = EmailLine("E-mail")

    kept = {
        "jos@exámple.nl": "jos@exámple.nl",
        "A@例子.广告": "a@例子.广告",
        "用户@例子.广告": None,
    }
    for typed, wanted in kept.items():
        with app.test_request_context(method="POST", data={"email": typed}):
            form = Anything()
            assert form.is_sent_and_valid() is (wanted is not None)
            assert wanted is None or form.email.data == wanted


def test_every_e_mail_address_is_asked_by_the_same_field():
    asked = [
        (form, name, field.field_class)
        for form in _all_forms(Form)
        for name, field in vars(form).items()
        if "email" in name and hasattr(field, "field_class")
    ]
    assert len(asked) >= 5
    assert [one for one in asked if one[2] is not EmailLine] == []


def _all_forms(of: type[Form]) -> list[type[Form]]:
    return [one for form in of.__subclasses__() for one in (form, *_all_forms(form))]


@pytest.mark.parametrize(
    ("pairs", "given", "chosen"),
    [
        (PAIRS, None, ["", "a", "b"]),
        (PAIRS, "b", ["a", "b"]),
        (PAIRS[:1], None, ["a"]),
        ([("", "None"), *PAIRS], None, ["", "a", "b"]),
    ],
)
def test_a_list_in_which_one_must_choose_begins_with_nothing_chosen(app, pairs, given, chosen):
    """A browser sends the first of a list, whatever it is about."""
    with app.test_request_context("/"):
        form = Trial(data={"pick": given})
        form.pick.choices = pairs
        assert [one[0] for one in form.pick.iter_choices()] == chosen


def test_a_list_left_as_it_was_is_refused(filled):
    assert filled(pick="").pick.errors == ["Pick."]


def test_what_is_too_long_is_said_and_not_cut_off_by_the_browser(filled):
    """A browser that is told how much fits drops the rest of what is pasted without a word."""
    form = filled(must="x" * 11, block="x" * 2001)
    for field, most in ((form.must, 10), (form.block, 2000)):
        assert "maxlength" not in field()
        assert field.errors == [f"Gebruik hoogstens {most} tekens."]
        assert field.data in field()


def test_no_page_tells_the_browser_after_all():
    told = [
        str(path)
        for path in Path("templates").rglob("*.html")
        if any(
            "ui.field(" in line and "maxlength" in line for line in path.read_text().splitlines()
        )
    ]
    assert told == ["templates/catalogue/_form.html"]  # what is searched for is not kept
