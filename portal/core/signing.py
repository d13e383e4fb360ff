"""Signatures that anybody can check without us: ES256 (RFC 7515) over canonical JSON (RFC 8785)."""

import contextlib
import json
import os
import tempfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import rfc8785
from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, KeyParameters, KeySet

ALGORITHM = "ES256"
_CURVE = "P-256"
_END = "-----END "


@dataclass(frozen=True)
class Keys:
    """The key that signs now, and the public halves of all that ever signed."""

    current: ECKey
    published: KeySet

    def sign(self, value: Any) -> str:
        """A compact JWS; its payload is the canonical JSON of `value`."""
        header = {"alg": ALGORITHM, "kid": self.current.kid}
        return jws.serialize_compact(header, rfc8785.dumps(value), self.current, [ALGORITHM])

    def jwks(self) -> dict[str, Any]:
        """What is published, so that others can check."""
        return dict(self.published.as_dict(private=False))


def verified(signature: str, keys: KeySet) -> Any:
    """What was signed; None when the signature is of none of these keys."""
    try:
        return json.loads(jws.deserialize_compact(signature, keys, [ALGORITHM]).payload)
    except (JoseError, ValueError):
        return None


@cache
def read_keys(text: str) -> Keys:
    """Keys in PEM, one after another: the first signs, the others are from before it.

    ValueError when one is no key on P-256, or when the first has no private half.
    """
    blocks = [part + _END for part in text.split(_END)[:-1]]
    ends = [part.partition("\n")[0] for part in text.split(_END)[1:]]
    keys = []
    for block, end in zip(blocks, ends, strict=True):
        pem = block[block.index("-----BEGIN ") :] + end + "\n"
        keys.append(_named(ECKey.import_key(pem)))
    if not keys or not keys[0].is_private or any(key.curve_name != _CURVE for key in keys):
        raise ValueError("no private key on P-256")
    public = [_named(ECKey.import_key(key.as_dict(private=False))) for key in keys]
    return Keys(keys[0], KeySet([*public]))


def new_key() -> str:
    """A new private key in PEM."""
    return ECKey.generate_key(_CURVE).as_pem(private=True).decode()


def kept_keys(file: Path) -> Keys:
    """The keys in a file, which is made by the first process that needs it."""
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile("w", dir=file.parent, encoding="ascii") as new:  # 0600
            new.write(new_key())
            new.flush()
            with contextlib.suppress(FileExistsError):  # another process was first
                os.link(new.name, file)
    return read_keys(file.read_text(encoding="ascii"))


def _named(key: ECKey) -> ECKey:
    """With the thumbprint of RFC 7638 as its name."""
    values: KeyParameters = {"kid": key.thumbprint(), "use": "sig", "alg": ALGORITHM}
    return ECKey.import_key(key.as_dict(private=key.is_private), values)
