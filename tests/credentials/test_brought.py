"""A badge that another gave her: shown as what it is, never more, and hers to take out."""

import io
import json
import struct
import zlib
from base64 import urlsafe_b64encode
from datetime import date, time, timedelta

import pytest
from hypothesis import given, strategies as st
from joserfc import jws
from joserfc.jwk import ECKey, OKPKey, RSAKey
from sqlalchemy import select

from portal.core import clock
from portal.core.signing import is_unchanged
from portal.credentials.models import BroughtBadge
from portal.credentials.pages import in_words
from portal.credentials.rules import claims_of, find_token, read_brought
from tests.credentials import made

NAME, SCHOOL = "Lassen, niveau 1", "Vakschool De Vonk"
CLAIMS = {
    "@context": ["https://www.w3.org/ns/credentials/v2"],
    "type": ["VerifiableCredential", "OpenBadgeCredential"],
    "issuer": {"id": "https://devonk.example/", "type": ["Profile"], "name": SCHOOL},
    "validFrom": "2025-05-06T00:00:00Z",
    "credentialSubject": {"achievement": {"id": "urn:uuid:1", "name": NAME}},
}
KEYS = {
    "ES256": ECKey.generate_key("P-256"),
    "RS256": RSAKey.generate_key(2048),
    "Ed25519": OKPKey.generate_key("Ed25519"),
}
RIGHT, UNKNOWN, WRONG = "niets is veranderd", "niet controleren", "klopt niet"


def badge(algorithm="ES256", *, key=None, brings_key=True, **claims):
    key = key or KEYS[algorithm]
    header = {"alg": algorithm, **({"jwk": key.as_dict(private=False)} if brings_key else {})}
    body = json.dumps({**CLAIMS, **claims}).encode()
    return jws.serialize_compact(header, body, key, [algorithm])


def tampered(token):
    head, _body, signature = token.split(".")
    body = json.dumps({**CLAIMS, "name": "Lasser"}).encode()
    return f"{head}.{urlsafe_b64encode(body).rstrip(b'=').decode()}.{signature}"


def baked(token):
    """A picture of one dot with a badge in it, as Open Badges 3.0 says."""

    def chunk(kind, body):
        return (
            struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        )

    dot = chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0))
    text = chunk(b"iTXt", b"openbadgecredential\0\0\0\0\0" + token.encode())
    pixel = chunk(b"IDAT", zlib.compress(b"\0\0"))
    return b"\x89PNG\r\n\x1a\n" + dot + text + pixel + chunk(b"IEND", b"")


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


def brings(her, *, file=None, text=""):
    sent = {"file": (io.BytesIO(file), "badge.png")} if file else {}
    data = {**sent, "text": text, "csrf_token": her.csrf_token()}
    return her.post("/my/can/badges/new", data=data, content_type="multipart/form-data")


@pytest.mark.parametrize(
    ("token", "state"),
    [
        (badge(), RIGHT),
        (badge(brings_key=False), UNKNOWN),
        (tampered(badge()), WRONG),
        (badge(validUntil="2025-06-01T00:00:00Z"), "Het gold tot"),
    ],
    ids=["right", "unknown", "wrong", "over"],
)
def test_it_is_shown_as_what_it_is_where_she_lets_it_and_taken_out(session, cast, token, state):
    her = cast.client("participant")
    assert brings(her, file=baked(token)).status_code == 303
    (row,) = session.scalars(select(BroughtBadge)).all()
    hers = her.page("/my/can").select_one("#brought").text
    for word in (NAME, SCHOOL, "6 mei 2025", "Van een ander", state):
        assert word in hers
    assert NAME not in her.get("/my/can/preview").text, "she did not say yet that others see it"
    her.post("/my/can/line", data={"line": f"badge:{row.uuid}", "csrf_token": her.csrf_token()})
    shown = her.page("/my/can/preview").main.text
    assert state in shown
    assert her.get("/my/can.pdf").status_code == 200
    taken = f"/my/can/badges/{row.uuid}/remove"
    her.post(taken, data={"csrf_token": her.csrf_token()})
    assert NAME not in her.get("/my/can").text
    session.rollback()
    assert session.scalars(select(BroughtBadge)).all() == []


def test_what_is_none_and_what_is_from_here_are_refused(session, cast):
    ours = made.proof(session, cast).token
    session.commit()
    her = cast.client("participant")
    assert "geen badge" in her.page(brings(her, text="https://127.0.0.1/b"), status=422).words
    assert "van hier" in her.page(brings(her, text=ours), status=422).words
    head, body, signature = ours.split(".")
    changed = {**claims_of(ours), "name": "Lasser"}
    body = urlsafe_b64encode(json.dumps(changed).encode()).rstrip(b"=").decode()
    for forged in (f"{head}.{body}.{signature}", badge(issuer=changed["issuer"])):
        assert "klopt niet" in her.page(brings(her, text=forged), status=422).words
    assert session.scalars(select(BroughtBadge)).all() == []


@pytest.mark.parametrize(("days", "is_over"), [(0, False), (1, True)])
def test_it_is_valid_through_its_last_day(app, days, is_over):
    row = BroughtBadge(token=badge(validUntil="2026-06-01T00:00:00Z"))
    at = clock.from_local(date(2026, 6, 1) + timedelta(days=days), time(23))
    with clock.freeze(at), app.test_request_context():
        assert ("2026" in in_words(row)["state"]) is is_over
