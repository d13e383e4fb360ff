"""What a proof says in the words of Open Badges 3.0, and the list that says which are withdrawn."""

import gzip
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from portal.core.canonical import parsed
from portal.core.clock import written
from portal.core.visible import readable
from portal.offerings.rules.competences import Competence
from portal.progress.rules import Voice

Document = dict[str, Any]
LIST_SIZE = 131_072  # bits: so many at least, else a place in the list tells who
LIST_HOLDS = timedelta(days=1)
CONTENT_TYPE = "application/vc+jwt"
_PNG, _TEXT = b"\x89PNG\r\n\x1a\n", b"iTXt"
_TOKEN = re.compile(rb"[\w.-]{60,20000}")
_LONGEST = 120  # of a name that another chose
_VC = "https://www.w3.org/ns/credentials/v2"
_OPEN_BADGES = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"
_LANGUAGE = "nl"
_SAID_BY = {
    Voice.GUIDE: "Gezien door een begeleider",
    Voice.EXPERT: "Gezien door een ervaringsdeskundige",
    Voice.PARTICIPANT: "Zelf verteld",
}


@dataclass(frozen=True)
class Issuer:
    """Who vouches for a proof, and at which address each thing stands."""

    name: str
    slug: str
    base_url: str

    @property
    def id(self) -> str:
        """Its page here stands for it."""
        return f"{self.base_url}/organisations/{self.slug}"

    @property
    def status_list(self) -> str:
        """Where it says which of its proofs are withdrawn."""
        return f"{self.base_url}/credentials/status/{self.slug}"

    def credential(self, number: str) -> str:
        """Where anybody checks one."""
        return f"{self.base_url}/credentials/{number}"

    def profile(self) -> Document:
        """As a credential names it."""
        return {"id": self.id, "type": ["Profile"], "name": self.name, "url": self.id}


def is_confirmed(voices: Collection[Voice]) -> bool:
    """Whether two voices at least say it; her own counts beside another's only."""
    return len(set(voices)) >= 2


def credential_claims(
    issuer: Issuer,
    competence: Competence,
    voices: Iterable[Voice],
    *,
    number: str,
    subject: str,
    list_index: int,
    at: datetime,
) -> Document:
    """Write the claims of one proof.

    Who she is, and what was told of her, is not in them.
    """
    address, words = issuer.credential(number), competence.plain(_LANGUAGE)
    achievement: Document = {
        "id": f"{issuer.base_url}/competences#{competence.key}",
        "type": ["Achievement"],
        "achievementType": "Competency",
        "name": words,
        "description": competence.looks_like(_LANGUAGE),
        "criteria": {"narrative": "Minstens twee stemmen gaven hiervan een voorbeeld."},
        "inLanguage": _LANGUAGE,
    }
    if competence.esco_uri:
        achievement["alignment"] = [
            {
                "type": ["Alignment"],
                "targetName": competence.esco_label_nl,
                "targetUrl": competence.esco_uri,
                "targetFramework": "ESCO",
            }
        ]
    return {
        "@context": [_VC, _OPEN_BADGES],
        "id": address,
        "type": ["VerifiableCredential", "AchievementCredential"],
        "name": words,
        "issuer": issuer.profile(),
        "validFrom": written(at),
        "credentialSubject": {
            "id": subject,
            "type": ["AchievementSubject"],
            "achievement": achievement,
        },
        "evidence": [{"type": ["Evidence"], "name": _SAID_BY[voice]} for voice in voices],
        "credentialStatus": {
            "id": f"{issuer.status_list}#{list_index}",
            "type": "BitstringStatusListEntry",
            "statusPurpose": "revocation",
            "statusListIndex": str(list_index),
            "statusListCredential": issuer.status_list,
        },
        **_registered(issuer, address, subject, at),
    }


def claims_of(token: str) -> Document:
    """Read the claims in a VC-JWT of ours; its signature is another's business."""
    body = token.split(".")[1]
    claims: Document = parsed(urlsafe_b64decode(body + "=" * (-len(body) % 4)))
    return claims


def status_claims(issuer: Issuer, withdrawn: Iterable[int], at: datetime) -> Document:
    """Write the list of an issuer: a bit set for each withdrawn proof.

    It ends soon, so that nobody makes a proof right again with an old one.
    """
    until = at + LIST_HOLDS
    address, subject = issuer.status_list, f"{issuer.status_list}#list"
    return {
        "@context": [_VC],
        "id": address,
        "type": ["VerifiableCredential", "BitstringStatusListCredential"],
        "issuer": issuer.id,
        "validFrom": written(at),
        "validUntil": written(until),
        "credentialSubject": {
            "id": subject,
            "type": "BitstringStatusList",
            "statusPurpose": "revocation",
            "encodedList": encoded_list(withdrawn),
        },
        "exp": int(until.timestamp()),
        **_registered(issuer, address, subject, at),
    }


def encoded_list(withdrawn: Iterable[int]) -> str:
    """Pack the bits as Bitstring Status List 1.0 asks.

    From the left, gzip, base64url after a `u`.
    """
    bits = bytearray(LIST_SIZE // 8)
    for index in withdrawn:
        bits[index // 8] |= 0x80 >> index % 8
    return "u" + urlsafe_b64encode(gzip.compress(bytes(bits), mtime=0)).rstrip(b"=").decode()


def _registered(issuer: Issuer, address: str, subject: str, at: datetime) -> Document:
    return {"iss": issuer.id, "jti": address, "sub": subject, "nbf": int(at.timestamp())}


@dataclass(frozen=True)
class Brought:
    """What a badge of another says of itself."""

    name: str
    issuer: str
    issuer_id: str
    given_on: date | None
    until: date | None


def find_token(file: bytes) -> str | None:
    """Find the badge in a text, a JSON, an SVG or a PNG."""
    for part in _texts_of(file) if file.startswith(_PNG) else [file]:
        for found in _TOKEN.findall(part):
            if found.count(b".") == 2 and read_brought(found.decode()):
                return str(found.decode())
    return None


def read_brought(token: str) -> Brought | None:
    """Read a badge as Open Badges 3.0 writes it; None where it is none."""
    try:
        claims = claims_of(token)
        claims = claims.get("vc", claims)
        about = claims["credentialSubject"]["achievement"]
        giver = claims["issuer"]
        giver = giver if isinstance(giver, dict) else {"id": giver}
        return Brought(
            name=_short(about["name"]),
            issuer=_short(giver.get("name") or giver["id"]),
            issuer_id=str(giver.get("id")),
            given_on=_day(claims.get("validFrom") or claims.get("issuanceDate")),
            until=_day(claims.get("validUntil") or claims.get("expirationDate")),
        )
    except (ValueError, LookupError, TypeError, AttributeError):
        return None


def _texts_of(png: bytes) -> Iterable[bytes]:
    at = len(_PNG)
    while at < len(png):
        size = int.from_bytes(png[at : at + 4])
        if png[at + 4 : at + 8] == _TEXT:
            yield png[at + 8 : at + 8 + size]
        at += 12 + size


def _short(text: str) -> str:
    return readable(text)[:_LONGEST]


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text[:10]) if text else None
