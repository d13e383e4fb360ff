"""The stamp changes once with each transaction that touches what the public sees, and else not."""

from datetime import time, timedelta

import pytest
from sqlalchemy import delete, event, text, update
from sqlalchemy.orm import Session

from portal.core import clock
from portal.finding import commands
from portal.finding.queries import find_version
from portal.offerings.models import Offering
from portal.schedule.models import OfferingSession, Series
from portal.schedule.rules import SessionStatus
from tests import factories as make
from tests.cast import Cast


def _add_series(session: Session, cast: Cast) -> None:
    session.add(
        Series(
            offering_id=cast.offering.id,
            weekdays=[1],
            starts=time(9, 30),
            ends=time(12),
            first_on=clock.today(),
        )
    )


def _add_session(session: Session, cast: Cast) -> None:
    make.offering_session(session, cast.offering, clock.now() + timedelta(days=3))


def _cancel(session: Session, cast: Cast) -> None:
    cast.offering_session.status = SessionStatus.CANCELLED


def _take_place(session: Session, cast: Cast) -> None:
    cast.offering.places_taken = cast.offering.places - 1


def _rename_organisation(session: Session, cast: Cast) -> None:
    cast.enterprise.name = "Keuken aan de Maas"


def _many_at_once(session: Session, cast: Cast) -> None:
    session.execute(update(Offering).values(costs_cents=100))


def _delete_at_once(session: Session, cast: Cast) -> None:
    session.execute(delete(OfferingSession).where(OfferingSession.id < 0))


def _twice(session: Session, cast: Cast) -> None:
    cast.offering.title = "Soep"
    session.flush()
    cast.offering.title = "Koken"


def _around_the_orm(session: Session, cast: Cast) -> None:
    session.connection().execute(text("UPDATE offering SET costs_cents = 100"))
    commands.bump(session)


def _in_a_savepoint(session: Session, cast: Cast) -> None:
    with session.begin_nested():
        cast.offering.title = "Brood bakken"


CHANGES = (
    _add_series, _add_session, _cancel, _take_place, _rename_organisation, _many_at_once,
    _delete_at_once, _twice, _around_the_orm, _in_a_savepoint,
)  # fmt: skip


@pytest.mark.parametrize("change", CHANGES)
def test_the_stamp_changes_once(session: Session, cast: Cast, change):
    before = find_version(session)
    assert before is not None
    change(session, cast)
    session.commit()
    assert find_version(session) == before + 1


def test_the_stamp_stays_when_nothing_public_changes(session: Session, cast: Cast):
    before = find_version(session)
    cast.participant.name = "Fatma"
    session.commit()
    cast.offering.title = "Never"
    session.flush()
    session.rollback()
    cast.offering.places_taken += 1  # and many are free: whoever watches does not count along
    session.commit()
    cast.participant.name = "Fatma A."
    session.commit()
    assert find_version(session) == before


def test_a_place_taken_says_so_in_four_statements_and_reads_no_words(
    session: Session, cast: Cast, engine
):
    sent: list[str] = []

    def note(_connection, _cursor, statement, *_rest):
        sent.append(statement)

    cast.offering.places_taken = cast.offering.places - 1
    session.flush()
    event.listen(engine, "before_cursor_execute", note)
    try:
        session.commit()
    finally:
        event.remove(engine, "before_cursor_execute", note)
    assert len(sent) == 4
    assert "search_text" in sent[1]
    assert not any("offering_text" in statement for statement in sent)
