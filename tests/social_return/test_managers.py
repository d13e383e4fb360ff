"""Who may be named as account manager or provider, and which words of a long talk stay."""

import pytest

from portal.core import reading_as
from portal.core.errors import RuleBroken
from portal.organisations.rules import OrganisationStatus
from portal.social_return import commands, queries
from portal.social_return.rules.contracts import LineMove, LineStatus
from tests.social_return.made import contract, promised_line, sent_line


@pytest.mark.parametrize("status", OrganisationStatus)
def test_only_who_is_checked_is_named(session, cast, status):
    actor = cast.actor("employer")
    cast.municipality.status = cast.enterprise.status = status
    session.flush()
    is_named = status is OrganisationStatus.VERIFIED
    assert (cast.municipality in queries.list_managers(session, actor)) is is_named
    assert (cast.enterprise in queries.list_providers(session, actor)) is is_named
    if not is_named:
        with pytest.raises(RuleBroken, match="Choose one"):
            contract(session, cast)
        cast.municipality.status = OrganisationStatus.VERIFIED
        session.flush()
        with pytest.raises(RuleBroken, match="Choose one"):
            promised_line(session, cast)


def test_of_a_long_talk_about_a_line_the_last_words_stay(session, cast):
    line, manager = sent_line(session, cast), cast.actor("recogniser")
    with reading_as(session, manager):
        for word in ("eerst", "later"):
            line.status = LineStatus.SENT
            session.flush()
            commands.decide(session, manager, line, LineMove.ASK, word + " x" * 1200)
    assert "later" in line.words
    assert "eerst" not in line.words
    assert len(line.words) <= 4000
