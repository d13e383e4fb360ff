"""What becomes of a proof that is withdrawn, and whose badges and lists are whose."""

from datetime import timedelta

import pytest

from portal.core import clock
from portal.core.guard import as_house
from portal.credentials import commands, queries
from portal.progress.queries import list_observations
from tests import factories as make
from tests.credentials import made


@pytest.fixture
def proof(session, cast):
    found = made.proof(session, cast)
    session.commit()
    return found


def withdrawn_by(session, cast, proof, name, reason=""):
    commands.withdraw(session, cast.actor(name), proof, reason=reason)
    session.flush()


def test_it_shows_no_example_any_more(session, cast, proof):
    proof.shows_examples = True
    session.flush()
    assert queries.list_examples(session, proof)
    withdrawn_by(session, cast, proof, "participant")
    assert queries.list_examples(session, proof) == []


@pytest.mark.parametrize("again", ["participant", "coordinator"])
def test_the_first_withdrawal_stands(session, cast, proof, again):
    withdrawn_by(session, cast, proof, "coordinator", "Het was een vergissing.")
    first = proof.withdrawn_at
    with clock.freeze(clock.now() + timedelta(days=1)):
        withdrawn_by(session, cast, proof, again, "Anders.")
    assert (proof.withdrawn_at, proof.reason) == (first, "Het was een vergissing.")
    assert proof.is_withdrawn_by_issuer


def test_she_may_have_another_one_made(session, cast, proof):
    def provable():
        rows = list_observations(session, cast.participant.id)
        found = queries.list_provable(session, rows, cast.participant.id)
        return [one.competence for one in found]

    assert provable() == []
    withdrawn_by(session, cast, proof, "participant")
    assert provable() == [proof.competence]


def test_a_list_of_withdrawn_proofs_is_of_one_issuer(session, cast, proof):
    withdrawn_by(session, cast, proof, "participant")
    assert queries.list_withdrawn(session, cast.enterprise.id) == [proof.list_index]
    assert queries.list_withdrawn(session, cast.other_enterprise.id) == []


def test_a_badge_is_opened_by_all_keys_with_which_she_brought_it(session, cast):
    """A key that opens one organisation shows nothing that she brought with two."""
    enterprise, other = cast.enterprise.id, cast.other_enterprise.id
    both = make.brought_badge(session, cast.participant, [enterprise, other])
    one = make.brought_badge(session, cast.participant, [enterprise])
    her = cast.actor("participant")
    with as_house(session):
        assert her.opens == {enterprise}
        assert queries.list_brought(session, her) == [one]
        both.opens = [enterprise]
        assert queries.list_brought(session, her) == [one, both]
