"""Badges that another gave her, and what they are kept in."""

import json
import struct
import zlib
from base64 import urlsafe_b64encode

from joserfc import jws
from joserfc.jwk import ECKey, OKPKey, RSAKey

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
