"""What a badge of another says is read as it is written, from each kind of file; or it is none."""

import json
from base64 import urlsafe_b64encode
from datetime import date

import pytest
from hypothesis import given, strategies as st

from portal.core.signing import is_unchanged
from portal.credentials.rules import Brought, find_token, read_brought
from tests.credentials.badges import CLAIMS, KEYS, NAME, SCHOOL, badge, baked, tampered

HOME = "https://devonk.example/"
GIVEN = date(2025, 5, 6)


def said(issuer=SCHOOL, issuer_id=HOME, given_on=GIVEN, until=None):
    return Brought(NAME, issuer, issuer_id, given_on, until)


OLD = {"validFrom": None, "issuanceDate": "2024-02-29", "expirationDate": "2030-03-01T00:00:00Z"}
OTHER = "did:web:elsewhere"


@pytest.mark.parametrize(
    ("claims", "found"),
    [
        ({}, said()),
        ({"validUntil": "2027-01-31T23:00:00Z"}, said(until=date(2027, 1, 31))),
        (OLD, said(given_on=date(2024, 2, 29), until=date(2030, 3, 1))),
        ({"issuanceDate": "1999-01-01"}, said()),
        ({"issuer": HOME, "validFrom": None}, said(HOME, given_on=None)),
        ({"issuer": {"id": HOME}}, said(HOME)),
        ({"vc": {**CLAIMS, "issuer": OTHER}}, said(OTHER, OTHER)),
    ],
)
def test_each_thing_that_it_says_is_read(claims, found):
    assert read_brought(badge(**claims)) == found


def test_a_name_of_any_length_is_read_and_cut():
    subject = {"achievement": {"name": "Lassen\n" + 500 * "x"}}
    found = read_brought(badge(credentialSubject=subject))
    assert found.name.startswith("Lassen")
    assert 50 < len(found.name) < 300


@pytest.mark.parametrize("missing", ["issuer", "credentialSubject"])
def test_without_what_it_is_for_or_who_gave_it_it_is_none(missing):
    assert read_brought(badge(**{missing: None})) is None


def test_the_first_that_is_one_is_taken():
    one, two = badge(name="a"), badge(name="b")
    noise = "aaaa." * 30
    assert find_token(f"{noise} {one} {two}".encode()) == one
    assert find_token(f"{one}.more {two}".encode()) == two
    assert find_token(baked(two)) == two
    assert find_token(baked(two).replace(b"iTXt", b"zTXt")) is None


@pytest.mark.parametrize("algorithm", KEYS)
def test_a_signature_of_another_is_checked_with_the_key_that_it_brings(algorithm):
    token = badge(algorithm)
    assert is_unchanged(token) is True
    assert is_unchanged(tampered(token)) is False
    assert is_unchanged(badge(algorithm, brings_key=False)) is None


def test_what_no_key_proves_is_not_said_to_be_proven():
    body = urlsafe_b64encode(json.dumps(CLAIMS).encode()).rstrip(b"=").decode()
    none = urlsafe_b64encode(b'{"alg":"none"}').rstrip(b"=").decode()
    shared = {"alg": "HS256", "jwk": {"kty": "oct", "k": "c2VjcmV0"}}
    head = urlsafe_b64encode(json.dumps(shared).encode()).rstrip(b"=").decode()
    for token in (f"{none}.{body}.", f"{head}.{body}.c2ln", "a.b.c", ""):
        assert is_unchanged(token) is not True


@pytest.mark.parametrize("file", ["text", "json", "svg", "png"])
def test_it_is_found_in_each_kind_of_file(file):
    token = badge()
    kinds = {
        "text": f"\n {token}\n".encode(),
        "json": json.dumps({"verifiableCredential": [token]}).encode(),
        "svg": f'<svg><openbadges:credential verify="{token}"/></svg>'.encode(),
        "png": baked(token),
    }
    assert find_token(kinds[file]) == token
    assert find_token(kinds[file].replace(b"ey", b"no")) is None


@given(st.binary(max_size=300))
def test_no_file_makes_it_stumble(noise):
    assert find_token(b"\x89PNG\r\n\x1a\n" + noise) is None
    assert is_unchanged(noise.decode("latin-1")) is None


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=5),
        lambda inner: st.lists(inner, max_size=2)
        | st.dictionaries(
            st.sampled_from(["credentialSubject", "achievement", "name", "issuer", "id", "vc"]),
            inner, max_size=3,
        ),
        max_leaves=6,
    )
)  # fmt: skip
def test_claims_of_any_shape_are_read_or_refused(claims):
    body = urlsafe_b64encode(json.dumps(claims).encode()).rstrip(b"=").decode()
    found = read_brought(f"e30.{body}.c2ln")
    assert found is None or isinstance(found.name, str)


@pytest.mark.parametrize("depth", [900, 1500, 2900])
def test_claims_nested_deep_are_no_badge(depth):
    deep = '{"a":' * depth + "1" + "}" * depth
    head, body = (urlsafe_b64encode(part.encode()).rstrip(b"=").decode() for part in ("{}", deep))
    assert find_token(f"{head}.{body}.c2ln".encode()) is None
    assert is_unchanged(f"{body}.{head}.c2ln") is None
