"""The bits of a status list, as Bitstring Status List 1.0 packs them."""

import gzip
from base64 import urlsafe_b64decode

from hypothesis import given
from hypothesis import strategies as st

from portal.credentials.rules import LIST_SIZE, encoded_list, is_confirmed
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


@given(st.lists(st.sampled_from(Voice)))
def test_two_voices_confirm_and_her_own_never_alone(voices):
    others = {voice for voice in voices if voice is not Voice.PARTICIPANT}
    hers = Voice.PARTICIPANT in voices
    assert is_confirmed(voices) == (len(others) == 2 or (len(others) == 1 and hers))
