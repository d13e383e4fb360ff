"""What verifiers elsewhere read of a proof, to the letter, and the bits of a status list."""

import gzip
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import UTC, datetime

import pytest
from hypothesis import given, strategies as st

from portal.credentials.rules import (
    LIST_SIZE,
    Issuer,
    claims_of,
    credential_claims,
    encoded_list,
    is_confirmed,
    status_claims,
)
from portal.offerings.rules.competences import competences
from portal.progress.rules import Voice


def places_in(text: str) -> set[int]:
    """Unpack a list as a verifier does."""
    assert text[0] == "u"
    bits = gzip.decompress(urlsafe_b64decode(text[1:] + "=" * (-len(text[1:]) % 4)))
    assert len(bits) * 8 == LIST_SIZE
    return {
        8 * at + bit
        for at, byte in enumerate(bits)
        if byte
        for bit in range(8)
        if byte << bit & 0x80
    }


@given(st.sets(st.integers(0, LIST_SIZE - 1), max_size=20))
def test_each_place_is_one_bit_from_the_left(places):
    assert places_in(encoded_list(places)) == places


def test_a_list_has_no_padding_and_does_not_say_when_it_was_packed():
    lists = [encoded_list(range(0, 7 * number, 7)) for number in range(12)]
    assert not any("=" in text for text in lists)
    assert {len(text) % 4 for text in lists} > {1}  # some would have had it
    for text in lists:
        packed = urlsafe_b64decode(text[1:] + "=" * (-len(text[1:]) % 4))
        assert packed[4:8] == bytes(4)


@given(st.lists(st.sampled_from(Voice)))
def test_two_voices_confirm_and_her_own_never_alone(voices):
    others = {voice for voice in voices if voice is not Voice.PARTICIPANT}
    hers = Voice.PARTICIPANT in voices
    assert is_confirmed(voices) == (len(others) == 2 or (len(others) == 1 and hers))


AT = datetime(2026, 11, 3, 9, 30, 15, tzinfo=UTC)
ISSUER = Issuer("De Kade", "de-kade", "https://kade.example")
HOUSE = "https://kade.example/organisations/de-kade"
LIST = "https://kade.example/credentials/status/de-kade"
NBF = int(AT.timestamp())


@pytest.mark.parametrize("is_aligned", [True, False])
def test_a_proof_says_this_to_a_verifier_and_nothing_else(is_aligned):
    word = next(one for one in competences().values() if bool(one.esco_uri) is is_aligned)
    claims = credential_claims(
        ISSUER, word, [Voice.GUIDE, Voice.PARTICIPANT],
        number="ABC", subject="urn:uuid:1", list_index=77, at=AT,
    )  # fmt: skip
    aligned = {
        "alignment": [
            {
                "type": ["Alignment"],
                "targetName": word.esco_label_nl,
                "targetUrl": word.esco_uri,
                "targetFramework": "ESCO",
            }
        ]
    }
    assert claims == {
        "@context": [
            "https://www.w3.org/ns/credentials/v2",
            "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
        ],
        "id": "https://kade.example/credentials/ABC",
        "type": ["VerifiableCredential", "AchievementCredential"],
        "name": word.plain("nl"),
        "issuer": {"id": HOUSE, "type": ["Profile"], "name": "De Kade", "url": HOUSE},
        "validFrom": "2026-11-03T10:30:15+01:00",
        "credentialSubject": {
            "id": "urn:uuid:1",
            "type": ["AchievementSubject"],
            "achievement": {
                "id": f"https://kade.example/competences#{word.key}",
                "type": ["Achievement"],
                "achievementType": "Competency",
                "name": word.plain("nl"),
                "description": word.looks_like("nl"),
                "criteria": {"narrative": "Minstens twee stemmen gaven hiervan een voorbeeld."},
                "inLanguage": "nl",
                **(aligned if is_aligned else {}),
            },
        },
        "evidence": [
            {"type": ["Evidence"], "name": "Gezien door een begeleider"},
            {"type": ["Evidence"], "name": "Zelf verteld"},
        ],
        "credentialStatus": {
            "id": f"{LIST}#77",
            "type": "BitstringStatusListEntry",
            "statusPurpose": "revocation",
            "statusListIndex": "77",
            "statusListCredential": LIST,
        },
        "iss": HOUSE,
        "jti": "https://kade.example/credentials/ABC",
        "sub": "urn:uuid:1",
        "nbf": NBF,
    }


def test_a_status_list_says_this_to_a_verifier_and_nothing_else():
    assert status_claims(ISSUER, [3], AT) == {
        "@context": ["https://www.w3.org/ns/credentials/v2"],
        "id": LIST,
        "type": ["VerifiableCredential", "BitstringStatusListCredential"],
        "issuer": HOUSE,
        "validFrom": "2026-11-03T10:30:15+01:00",
        "validUntil": "2026-11-04T10:30:15+01:00",
        "credentialSubject": {
            "id": f"{LIST}#list",
            "type": "BitstringStatusList",
            "statusPurpose": "revocation",
            "encodedList": encoded_list([3]),
        },
        "iss": HOUSE,
        "jti": LIST,
        "sub": f"{LIST}#list",
        "nbf": NBF,
        "exp": NBF + 24 * 60 * 60,
    }


@given(st.dictionaries(st.text(), st.text()))
def test_claims_are_read_however_many_letters_they_take(claims):
    body = urlsafe_b64encode(json.dumps(claims).encode()).rstrip(b"=").decode()
    assert claims_of(f"head.{body}.signature") == claims
