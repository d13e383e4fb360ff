"""The one fold of names."""

import unicodedata

import pytest
from hypothesis import given, strategies as st

from portal.core.letters import APOSTROPHES, HYPHENS
from portal.core.names import folded, turned

SAME = [
    ["Jan de Vries", "de Vries, Jan", "Vries, Jan de", "Vries, de, Jan", "Jan Vries, de",
     "Jan Vries de", "de Vries Jan", "JAN  DE VRIES.", "J\u00adan de Vries",
     *(f"Jan de{h}Vries" for h in HYPHENS)],
    ["Fatima El Amrani", "El Amrani, Fatima", "Amrani, Fatima El", "Amrani، Fatima El",
     "fatima el-amrani", "El Amrani Fatima"],
    ["Wim van den Berg", "Berg, Wim van den", "van den Berg, Wim", "Berg, van den, Wim"],
    ["Gerard in 't Veld", "Veld, Gerard in ’t", "in het Veld, Gerard"],
    ["Anna O'Brien", *(f"Anna O{sign}Brien" for sign in APOSTROPHES), "anna obrien"],
    ["Łukasz Ødegård", "LUKASZ ODEGARD"], ["Dilek Işık", "DİLEK IŞIK", "dilek isik"],
    ["Đorđe Strauß", "DJORDJE STRAUSS".replace("DJ", "D")], ["Ægir", "aegir"],
    ["Zoë", "Zoe\u0308", "ZOE"], ["محمد علی", "محمد علي"], ["Олексій", "ОЛЕКСІИ"],
]  # fmt: skip
APART = [
    "Jan Vries", "Ali Hassan", "Hassan Ali", "कमला", "कमली", "がく", "かく", "Fatma A.", "Fatma Al",
    "de", "van", "Ben Jansen", "Jan 2", "Anne", "Anne Marie", "ป่า", "ป้า",
]  # fmt: skip


@pytest.mark.parametrize("names", SAME)
def test_one_name_however_it_is_written(names):
    assert len({folded(name) for name in names}) == 1


def test_other_names_stay_apart():
    found = {folded(name) for name in [*APART, *(names[0] for names in SAME)]}
    assert len(found) == len(APART) + len(SAME)


@pytest.mark.parametrize(
    ("name", "said"),
    [("Vries, Jan de", "Jan de Vries"), ("Bakker, Piet", "Piet Bakker"), ("Jan", "Jan"),
     ("Vries, de", "de Vries"), ("Jansen, Ben", "Ben Jansen"),
     ("Amrani, Fatima El", "Fatima El Amrani")],
)  # fmt: skip
def test_a_name_is_turned_as_it_is_said(name, said):
    assert turned(name) == said


WORDS = st.one_of(
    st.text(max_size=6), st.sampled_from(["de", "van", "den", "El", "'t", "Vries", "Jan", ","])
)


@given(st.lists(WORDS, max_size=7).map(" ".join), st.sampled_from(HYPHENS))
def test_the_fold_is_the_same_again_in_each_form_case_and_hyphen(name, hyphen):
    once = folded(name)
    assert folded(once) == once
    for form in ("NFC", "NFD"):
        assert folded(unicodedata.normalize(form, name)) == once
    assert folded(name.upper()) == folded(name.lower()) == once
    assert folded(name.replace("-", hyphen)) == once
