"""Which passwords are good, and where signing in may lead."""

from urllib.parse import urljoin, urlsplit

import pytest
from hypothesis import given, strategies as st

from portal.accounts.rules import check_password, local_path
from portal.accounts.rules.passwords import hash_password, is_outdated, is_right
from portal.core.errors import RuleBroken


@pytest.mark.parametrize(
    "password", ["paard met laarzen", "Zeilboot op de Maas", "kaasbroodje42", "warm-werkt-demo"]
)
def test_a_password_of_twelve_characters_is_good(password):
    check_password(password, email="fatma@example.org", name="Fatma A.")


@pytest.mark.parametrize(
    "password",
    [
        "short", "elf tekens!", "wachtwoord123", "Wachtwoord123", "012345678910", "aaaaaaaaaaaa",
        "password1234", "qwertyuiop123", "P@ssw0rd1234", "iloveyou1234", "correct horse",
        "guide@example.org", "GUIDE@example.org", "guidejansen", "Guide Jansen", "x" * 201,
    ],
)  # fmt: skip
def test_a_password_that_is_easy_to_guess_is_refused(password):
    with pytest.raises(RuleBroken) as refused:
        check_password(password, email="guide@example.org", name="Guide Jansen")
    assert refused.value.field == "password"
    assert password not in str(refused.value)


@pytest.mark.parametrize("target", ["/", "/work", "/work/team?page=2", "/offerings?q=a%2F%2Fb"])
def test_signing_in_may_lead_to_a_page_of_the_portal(target):
    assert local_path(target) == target


@pytest.mark.parametrize(
    "target",
    [
        None, "", "work", "//evil.example", "///evil.example", "/\\evil.example", "\\\\evil",
        "https://evil.example", "https:/evil", "javascript:alert(1)", "/\tevil", "/a\r\nb",
        " /work",
    ],
)  # fmt: skip
def test_signing_in_leads_nowhere_else(target):
    assert local_path(target) is None


@given(st.text(st.sampled_from("/\\\t\n :@?#[]%.ab\u2044\uff0f"), max_size=8).map("/{}".format))
def test_wherever_it_leads_it_is_on_this_host(target):
    if local_path(target) is not None:
        assert urlsplit(urljoin("https://portal.example/sign-in", target))[:2] == (
            "https", "portal.example",
        )  # fmt: skip


def test_a_password_is_known_by_its_hash_only():
    kept = hash_password("kaasbroodje42")
    assert kept.startswith("$argon2id$")
    assert is_right(kept, "kaasbroodje42")
    assert not is_right(kept, "kaasbroodje43")
    assert not is_right(None, "kaasbroodje42")
    assert not is_right("not a hash", "kaasbroodje42")
    assert not is_outdated(kept)
    assert is_outdated(kept.replace("t=2", "t=1"))


@pytest.mark.parametrize("length", [12, 200])
def test_a_password_may_be_as_short_and_as_long_as_is_said(length):
    good = ("kaas brood je" * 20)[:length]
    check_password(good, email="fatma@example.org", name="Fatma A.")


@pytest.mark.parametrize(
    ("password", "email", "name"),
    [
        ("voornaam.achternaam", "voornaam.achternaam@example.org", "V"),
        ("someone@there", "someone@there@example.org", "S"),  # what stands before the first @ ...
        ("ababababababab", "a@example.org", "A"),
        ("Password 1234", "a@example.org", "A"), ("PASSWORD1234", "a@example.org", "A"),
        (" password12 ", "a@example.org", "A"),
        ("Netball Dreamz", "a@example.org", "A"),  # on the lists in small letters, with its blank
    ],
)  # fmt: skip
def test_what_somebody_would_try_first_is_refused(password, email, name):
    if password == "someone@there":  # ... is hers; the rest is no name of a box
        check_password(password, email=email, name=name)
        return
    with pytest.raises(RuleBroken):
        check_password(password, email=email, name=name)


def test_three_letters_in_any_order_are_no_pattern():
    check_password("abcacbbcaacbcab", email="a@example.org", name="A")
