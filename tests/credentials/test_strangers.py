"""A verifier that isn't ours (openbadgeslib) reads what is published here, and nothing else."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from openbadgeslib.ob3 import OB3VerificationError, OB3Verifier
from openbadgeslib.ob3.status import check_credential_status

from portal.core import clock
from portal.core.signing_keys import rotate
from tests.credentials import made

pytestmark = pytest.mark.one_database


@pytest.fixture
def proof(session, cast):
    found = made.proof(session, cast)
    session.commit()
    return found


def verify(client: Any, token: str, fetched: Callable[[bytes], bytes] = bytes) -> Any:
    """A credential with its status, as a stranger checks both; raises what is wrong."""
    keys = {
        one["kid"]: jwt.algorithms.ECAlgorithm.from_jwk(one).public_bytes(
            Encoding.PEM, PublicFormat.SubjectPublicKeyInfo
        )
        for one in json.loads(client.get("/.well-known/jwks.json").data)["keys"]
    }

    def key_of(found: str) -> bytes:
        return keys[jwt.get_unverified_header(found)["kid"]]

    credential = OB3Verifier(pubkey_pem=key_of(token)).verify(token)
    (entry,) = credential.credential_status
    address = entry["statusListCredential"]
    listed = fetched(client.get(address[address.index("/credentials") :]).data)
    check_credential_status(
        credential, lambda _url: listed, verify_list=True, list_pubkey_pem=key_of(listed.decode())
    )
    return credential


def is_refused(client: Any, token: str, *how: Any) -> bool:
    try:
        verify(client, token, *how)
    except (OB3VerificationError, jwt.InvalidTokenError, KeyError):
        return True
    return False


def test_it_takes_a_proof_and_one_of_a_key_of_before(session, cast, proof):
    visitor, secret = cast.client(), cast.app.config["SETTINGS"].secret_key
    found = verify(visitor, proof.token)
    assert found.issuer.id.endswith(f"/organisations/{cast.enterprise.slug}")
    assert found.recipient_id.startswith("urn:uuid:")
    for _times in range(2):
        rotate(session, secret)
        session.commit()
        assert verify(visitor, proof.token)  # its list is signed with the key of today
    other = made.proof(session, cast, "naaien")
    session.commit()
    assert verify(visitor, other.token)


def test_it_refuses_what_was_tampered_with_withdrawn_or_of_another_issuer(session, cast, proof):
    visitor = cast.client()
    other = made.proof(session, cast, "naaien")
    session.commit()
    head, body, tail = proof.token.split(".")
    other_head, other_body, other_tail = other.token.split(".")
    forged = {
        "words of another": f"{head}.{other_body}.{tail}",
        "no signature": f"{head}.{body}.",
        "a changed letter": f"{head}.{body[:40]}{'BA'[body[40] == 'B']}{body[41:]}.{tail}",
        "no algorithm": f"{_part(alg='none')}.{body}.",
        "signed by whoever knows the public key": jwt.encode(
            jwt.decode(proof.token, options={"verify_signature": False}), "s" * 32, "HS256",
            headers={"kid": jwt.get_unverified_header(proof.token)["kid"]},
        ),
    }  # fmt: skip
    assert [why for why, token in forged.items() if not is_refused(visitor, token)] == []
    assert other_head == head
    assert other_tail != tail
    before = _list_of(visitor, proof)
    her = cast.client("participant")
    url = f"/my/can/proofs/{proof.number}"
    her.submit(url, form=f'[action="{url}/withdraw"]')
    with pytest.raises(OB3VerificationError, match="'revocation' is set"):
        verify(visitor, proof.token)
    assert verify(visitor, other.token)
    assert is_refused(visitor, other.token, lambda listed: listed[:-8] + b"AAAAAAAA")
    with clock.freeze(clock.now() - timedelta(days=3)):
        kept = _list_of(visitor, proof)
    assert before != kept
    assert is_refused(visitor, other.token, lambda _listed: kept)  # an old list says nothing


def _list_of(client: Any, proof: Any) -> bytes:
    return bytes(client.get(f"/credentials/status/{proof.organisation.slug}").data)


def _part(**said: str) -> str:
    return jwt.utils.base64url_encode(json.dumps(said).encode()).decode()
