"""The key of a form that was sent: of who sent it, to which address, and of nobody else."""

from dataclasses import replace
from itertools import product

from portal.core.actor import VISITOR, Actor, ActorKind
from portal.web import once

SENDERS = [
    VISITOR,
    *(Actor(kind=ActorKind.STAFF, user_id=number) for number in (1, 2)),
    *(Actor(kind=ActorKind.PARTICIPANT, participant_id=number) for number in (1, 2)),
]


def test_a_key_is_tied_to_its_sender_and_its_address(app, monkeypatch):
    """Of every two of these sends each is done: none is taken for the other one sent twice."""
    found = {}
    for who, path, key in product(SENDERS, ("/my", "/my/hours"), ("a" * 32, "b" * 32)):
        monkeypatch.setattr(once, "actor", lambda who=who: replace(who))
        with app.test_request_context(path, method="POST", data={once.FIELD: key}):
            found[who, path, key] = once._sent_key()
            assert once._sent_key() == found[who, path, key]
    assert len(set(found.values())) == len(found)
