"""Signatures that anybody can check without us: ES256 (RFC 7515) over canonical JSON (RFC 8785).

The library of cryptography is taken along by what signs or checks, and by nothing that names this.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from portal.core.canonical import canonical, parsed

if TYPE_CHECKING:
    from joserfc.jwk import ECKey as ECKey, KeyParameters, KeySet as KeySet
else:
    ECKey = KeySet = Any

ALGORITHM = "ES256"
_OF_OTHERS = ["ES256", "RS256", "Ed25519"]  # what Open Badges 3.0 is signed with
_LONG_HEADER = 4096  # with an RSA key in it
_CURVE = "P-256"
_SEAL = {"alg": "dir", "enc": "A256GCM"}


@dataclass(frozen=True)
class Keys:
    """The key that signs now, and the public halves of all that ever signed."""

    current: ECKey
    published: KeySet

    def sign(self, value: Any, **header: str) -> str:
        """A compact JWS; its payload is the canonical JSON of `value`."""
        from joserfc import jws

        header = {"alg": ALGORITHM, "kid": self.current.thumbprint(), **header}
        return jws.serialize_compact(header, canonical(value), self.current, [ALGORITHM])


def verified(signature: str, keys: KeySet) -> Any:
    """What was signed; None when the signature is of none of these keys."""
    from joserfc import errors, jws

    try:
        return parsed(jws.deserialize_compact(signature, keys, [ALGORITHM]).payload)
    except (errors.JoseError, ValueError):
        return None


def is_unchanged(token: str) -> bool | None:
    """Say whether a stranger's token is as it was signed.

    None: it brings no key to check with. The key stands in its own header, so whose
    it is stays open. Nothing is fetched.
    """
    from joserfc import errors, jwk, jws

    kinds: dict[str, Any] = {"EC": jwk.ECKey, "RSA": jwk.RSAKey, "OKP": jwk.OKPKey}
    registry = jws.JWSRegistry(algorithms=_OF_OTHERS, strict_check_header=False)
    registry.max_header_length = _LONG_HEADER
    try:
        header = jws.extract_compact(token.encode(), registry=registry).headers()
        key = kinds[header["jwk"]["kty"]].import_key(header["jwk"])
        jws.deserialize_compact(token, key, registry=registry)
    except errors.BadSignatureError:
        return False
    except (errors.JoseError, ValueError, TypeError, KeyError, AttributeError):
        return None
    return True


def key_set(public: Iterable[Any]) -> KeySet:
    """Read published keys (RFC 7517) to check with; ValueError when one is none."""
    from joserfc import errors, jwk

    try:
        return jwk.KeySet([jwk.ECKey.import_key(one) for one in public])
    except (errors.JoseError, KeyError, TypeError, ValueError) as error:
        raise ValueError(f"one of the keys is none: {error!r}") from None


def jwks_of(keys: KeySet) -> dict[str, Any]:
    """What is published, so that others can check."""
    return dict(keys.as_dict(private=False)) if keys.keys else {"keys": []}


def new_key() -> ECKey:
    """A new key pair, named by its thumbprint (RFC 7638)."""
    from joserfc.jwk import ECKey

    key = ECKey.generate_key(_CURVE)
    values: KeyParameters = {"kid": key.thumbprint(), "use": "sig", "alg": ALGORITHM}
    return ECKey.import_key(key.as_dict(private=True), values)


def sealed(key: ECKey, seal: bytes) -> str:
    """Seal a private key for a database: a JWE."""
    from joserfc import jwe, jwk

    private = json.dumps(key.as_dict(private=True)).encode()
    return jwe.encrypt_compact(_SEAL, private, jwk.OctKey.import_key(seal))


@cache
def opened(private: str, seal: bytes) -> ECKey | None:
    """The key in a JWE; None when it was sealed with something else."""
    from joserfc import errors, jwe, jwk

    try:
        text = jwe.decrypt_compact(private, jwk.OctKey.import_key(seal)).plaintext
    except errors.JoseError:
        return None
    return jwk.ECKey.import_key(parsed(text or b""))
