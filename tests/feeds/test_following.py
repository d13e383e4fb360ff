"""Who follows the feeds ends with exactly what is public, whatever happens meanwhile."""

import random
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from datetime import date, time, timedelta
from pathlib import Path
from threading import Event

import pytest
from flask import Flask
from sqlalchemy import delete, insert, select, text, update
from sqlalchemy.orm import Session

from portal import backup
from portal.core import clock
from portal.core.actor import HOUSE
from portal.core.base import Base
from portal.core.guard import set_actor
from portal.feeds import queries
from portal.feeds.commands import complete
from portal.feeds.rules import Feed
from portal.finding import commands
from portal.finding.commands import Changes, bump
from portal.offerings.models import Offering, OfferingText
from portal.offerings.rules import AT_LEAST, PUBLIC, OfferingKind, OfferingStatus
from portal.organisations.models import Organisation
from portal.organisations.rules import OrganisationStatus
from portal.schedule.models import OfferingSession, Series
from portal.schedule.rules import SessionStatus
from tests import factories as make, patience
from tests.databases import clean
from tests.feeds.reader import Items, Reader

Change = Callable[[Session, random.Random], object]


@pytest.fixture(autouse=True)
def _small_pages(monkeypatch):
    monkeypatch.setattr(queries, "PAGE_SIZE", 3)


@pytest.fixture
def readers(app: Flask) -> dict[Feed, Reader]:
    return {feed: Reader(app.test_client(), feed) for feed in Feed}


def _organisation(session: Session, draw: random.Random) -> Organisation:
    rows = session.scalars(select(Organisation).order_by(Organisation.id)).all()
    return draw.choice(rows) if len(rows) > 2 else make.organisation(session)


def _offering(session: Session, draw: random.Random) -> Offering:
    rows = session.scalars(select(Offering).order_by(Offering.id)).all()
    return draw.choice(rows) if len(rows) > 5 else _new(session, draw)


def _new(session: Session, draw: random.Random) -> Offering:
    status = draw.choice([OfferingStatus.DRAFT, OfferingStatus.PUBLISHED])
    row = make.offering(
        session,
        _organisation(session, draw),
        kind=draw.choice(list(OfferingKind)),
        status=status,
        published_at=None if status is OfferingStatus.DRAFT else clock.now(),
    )
    if draw.random() < 0.7:
        _add_sessions(session, row, draw)
    return row


def _add_sessions(session: Session, offering: Offering, draw: random.Random) -> None:
    first = clock.now() + timedelta(days=draw.randint(1, 900), minutes=draw.randrange(1400))
    day = clock.to_local(first).date()
    series = Series(
        offering_id=offering.id, weekdays=[day.weekday()], starts=time(9, 30), ends=time(12),
        first_on=day, last_on=day + timedelta(weeks=2),
    )  # fmt: skip
    session.add(series)
    session.flush()
    for week in range(draw.randint(1, 3)):
        at = first + timedelta(weeks=week, seconds=draw.randrange(3600))
        make.offering_session(session, offering, at, series_id=series.id)


def _status(session: Session, draw: random.Random) -> None:
    _offering(session, draw).status = draw.choice(
        [*PUBLIC, OfferingStatus.PUBLISHED, OfferingStatus.HIDDEN, OfferingStatus.ARCHIVED]
    )


def _title(session: Session, draw: random.Random) -> None:
    _offering(session, draw).title = f"Soep {draw.randrange(999)}"


def _slug(session: Session, draw: random.Random) -> None:
    _offering(session, draw).slug = f"soep-{draw.getrandbits(60)}"


def _place_taken(session: Session, draw: random.Random) -> None:
    row = _offering(session, draw)
    row.places_taken = draw.randrange(row.places)


def _verification(session: Session, draw: random.Random) -> None:
    _organisation(session, draw).status = draw.choice(
        [OrganisationStatus.VERIFIED, OrganisationStatus.VERIFIED, OrganisationStatus.REFUSED]
    )


def _organisation_name(session: Session, draw: random.Random) -> None:
    _organisation(session, draw).name = f"Keuken {draw.randrange(999)}"


def _more_sessions(session: Session, draw: random.Random) -> None:
    _add_sessions(session, _offering(session, draw), draw)


def _cancel(session: Session, draw: random.Random) -> None:
    rows = session.scalars(select(OfferingSession).order_by(OfferingSession.id)).all()
    if rows:
        draw.choice(rows).status = SessionStatus.CANCELLED


def _delete_one(session: Session, draw: random.Random) -> None:
    rows = session.scalars(select(OfferingSession).order_by(OfferingSession.id)).all()
    if rows:
        session.delete(draw.choice(rows))


def _delete_series(session: Session, draw: random.Random) -> None:
    rows = session.scalars(select(Series).order_by(Series.id)).all()
    if rows:
        chosen = draw.choice(rows)
        session.execute(delete(OfferingSession).where(OfferingSession.series_id == chosen.id))
        session.delete(chosen)


def _many_at_once(session: Session, draw: random.Random) -> None:
    cost = draw.randrange(500)
    session.execute(update(Offering).where(Offering.id % 2 == 0).values(costs_cents=cost))


def _around_the_orm(session: Session, draw: random.Random) -> None:
    cost = draw.randrange(500)
    session.connection().execute(text("UPDATE offering SET costs_cents = :c"), {"c": cost})
    bump(session)


def _regret(session: Session, draw: random.Random) -> None:
    savepoint = session.begin_nested()
    _new(session, draw)
    _title(session, draw)
    savepoint.rollback()


CHANGES: tuple[Change, ...] = (
    _new, _new, _more_sessions, _status, _status, _title, _slug, _place_taken, _verification,
    _organisation_name, _cancel, _delete_one, _delete_series, _many_at_once, _around_the_orm,
    _regret,
)  # fmt: skip


def _what_is_public(session: Session) -> dict[Feed, dict[str, tuple[str, ...]]]:
    """By feed and id, what tells one state from another; asked in another way than the feeds do."""
    found: dict[Feed, dict[str, tuple[str, ...]]] = {feed: {} for feed in Feed}
    session.expire_all()
    sessions = session.scalars(select(OfferingSession)).all()
    series = {row.offering_id for row in session.scalars(select(Series))}
    planned = series | {row.offering_id for row in sessions if not row.is_cancelled}
    for row in session.scalars(select(Offering)):
        if row.status not in PUBLIC or not row.organisation.is_verified:
            continue
        is_course = row.kind is OfferingKind.PRE_TRAJECTORY
        feed = Feed.COURSE_INSTANCES if is_course else Feed.SESSION_SERIES
        if row.id in planned:
            known = (row.title, row.slug, row.organisation.name, str(row.costs_cents / 100))
            found[feed][str(row.uuid)] = known
        for one in sessions if not is_course else ():
            if one.offering_id == row.id:
                free = str(AT_LEAST[row.vacancy])
                known_session = (str(one.is_cancelled), row.slug, free)
                found[Feed.SCHEDULED_SESSIONS][str(one.uuid)] = known_session
    return found


def _what_is_known(feed: Feed, data: Items) -> dict[str, tuple[str, ...]]:
    def slug(one):
        return one["url"].rpartition("/")[2]

    if feed is Feed.SCHEDULED_SESSIONS:
        return {
            id_: (
                str(one["eventStatus"].endswith("EventCancelled")),
                slug(one),
                str(one["remainingAttendeeCapacity"]),
            )
            for id_, one in data.items()
        }
    return {
        id_: (
            one["name"],
            slug(one),
            one["organizer"]["name"],
            str(float(one["offers"][0]["price"])),
        )
        for id_, one in data.items()
    }


def _check(session: Session, readers: dict[Feed, Reader], *, anew: bool = True) -> None:
    public = _what_is_public(session)
    session.rollback()
    for feed, reader in readers.items():
        assert _what_is_known(feed, reader.follow().data) == public[feed], feed
        if anew:
            other = Reader(reader.client, feed).follow()
            assert other.data == reader.data, f"{feed}: who begins now has the same"


@pytest.mark.parametrize("seed", [0, *(pytest.param(n, marks=pytest.mark.slow) for n in (1, 2, 3))])
@pytest.mark.slow
def test_a_reader_ends_with_what_is_public(session, readers, seed):
    draw = random.Random(seed)
    for _ in range(60):
        draw.choice(CHANGES)(session, draw)
        session.commit()
        if draw.random() < 0.3:  # she reads a bit now and then, while things change
            readers[draw.choice(list(Feed))].follow(pages=2)
    _check(session, readers)
    assert any(reader.data for reader in readers.values())
    assert readers[Feed.SCHEDULED_SESSIONS].gone


@pytest.mark.parametrize("change", dict.fromkeys(CHANGES))
def test_each_change_by_itself_reaches_the_reader(session, readers, change):
    """No later change of everything may hide that one was not seen."""
    draw = random.Random(5)
    for kind in (*OfferingKind, *OfferingKind):
        row = make.offering(session, make.organisation(session), kind=kind)
        _add_sessions(session, row, draw)
    session.commit()
    for _ in range(4):
        _check(session, readers, anew=False)
        change(session, draw)
        session.commit()
    _check(session, readers)


@pytest.mark.slow
def test_a_reader_misses_nothing_of_many_writers(app, engine, session, readers):
    draw = random.Random(7)
    for _ in range(12):
        _new(session, draw)
    session.commit()
    is_done = Event()

    def write(seed: int) -> int:
        own = random.Random(seed)
        done = 0
        with Session(engine) as mine:
            set_actor(mine, HOUSE)
            for _ in range(40):
                try:
                    own.choice(CHANGES)(mine, own)
                    mine.commit()
                    done += 1
                except Exception:  # two writers at one row: one of them loses, as it should
                    mine.rollback()
        return done

    def read() -> None:
        while not is_done.is_set():
            for reader in readers.values():
                reader.follow(pages=5)

    with ThreadPoolExecutor() as pool:
        reading = pool.submit(read)
        written = sum(pool.map(write, range(6)))
        is_done.set()
        reading.result()
    assert written > 120
    _check(session, readers)


def test_a_slow_writer_is_not_overtaken(engine, session, readers, monkeypatch):
    """Who has a number and isn't done keeps the next one waiting: a reader sees them in order."""
    organisation = make.organisation(session)
    slow, quick = (make.offering(session, organisation) for _ in range(2))
    for row in (slow, quick):
        make.offering_session(session, row, clock.now() + timedelta(days=3))
    session.commit()
    reader = readers[Feed.SESSION_SERIES].follow()
    has_number, may_go_on = Event(), Event()

    def dawdle(_session: Session, changes: Changes) -> None:
        if slow.id in changes.offerings:
            has_number.set()
            may_go_on.wait(patience.SECONDS)

    monkeypatch.setattr(commands, "follow", [*commands.follow, dawdle])

    def write(offering_id: int, title: str) -> None:
        with Session(engine) as mine:
            set_actor(mine, HOUSE)
            mine.get_one(Offering, offering_id).title = title
            mine.commit()

    with ThreadPoolExecutor() as pool:
        first = pool.submit(write, slow.id, "Langzaam")
        assert has_number.wait(patience.SECONDS)
        second = pool.submit(write, quick.id, "Snel")
        wait([second], timeout=0.3)
        reader.follow()
        may_go_on.set()
        first.result()
        second.result()
    assert {one["name"] for one in reader.follow().data.values()} == {"Langzaam", "Snel"}


def test_a_city_that_goes_around_the_orm_is_in_the_feeds(session, readers):
    organisation = make.organisation(session)
    session.commit()
    kept = make.offering(session, organisation)
    values = {
        column.key: getattr(kept, column.key)
        for column in Offering.__table__.columns
        if column.key not in {"id", "uuid", "slug"}
    }
    session.rollback()
    row = {**values, "uuid": uuid.uuid4(), "slug": "nieuw", "organisation_id": organisation.id}
    connection = session.connection()
    id_ = connection.execute(insert(Offering).values(row).returning(Offering.id)).scalar_one()
    weekly = {"offering_id": id_, "weekdays": [1], "starts": time(9), "ends": time(12)}
    connection.execute(insert(Series).values(**weekly, first_on=date(2026, 1, 6), days_off=[]))
    session.commit()
    reader = readers[Feed.SESSION_SERIES]
    assert not reader.follow().data
    assert complete(session), "the hourly job sees what went around the house"
    session.commit()
    assert set(reader.follow().data) == {str(row["uuid"])}
    assert not complete(session)


def test_what_one_statement_takes_away_is_gone_for_a_reader_too(session, readers):
    row = make.offering(session, make.organisation(session))
    kept, gone = (
        make.offering_session(session, row, clock.now() + timedelta(days=day)) for day in (3, 4)
    )
    keys = {str(kept.uuid), str(gone.uuid)}
    session.commit()
    reader = readers[Feed.SCHEDULED_SESSIONS]
    assert set(reader.follow().data) == keys
    session.execute(delete(OfferingSession).where(OfferingSession.id == gone.id))
    session.commit()
    assert set(reader.follow().data) == {str(kept.uuid)}


def test_another_language_is_a_change_of_the_offering(session, readers):
    row = make.offering(session, make.organisation(session))
    make.offering_session(session, row, clock.now() + timedelta(days=3))
    session.commit()
    before = readers[Feed.SESSION_SERIES].follow().position
    session.add(OfferingText(offering_id=row.id, language="en", title="Cooking together"))
    session.commit()
    assert readers[Feed.SESSION_SERIES].follow().position > before


def test_a_draft_leaves_no_trace(session, readers):
    draft = {"status": OfferingStatus.DRAFT, "published_at": None}
    row = make.offering(session, make.organisation(session), **draft)
    make.offering_session(session, row, clock.now() + timedelta(days=3))
    session.commit()
    for reader in readers.values():
        assert not reader.follow().data
        assert not reader.gone


def test_an_earlier_backup_does_not_run_backwards(app, engine, session, readers, tmp_path: Path):
    row = make.offering(session, make.organisation(session), title="Zoals het was")
    make.offering_session(session, row, clock.now() + timedelta(days=3))
    session.commit()
    file = tmp_path / "portal.zip"
    backup.save(engine, file)
    row.title = "Wat niemand meer weet"
    session.commit()
    reader = readers[Feed.SESSION_SERIES].follow()
    session.close()
    clean(engine, Base.metadata)
    runner = app.test_cli_runner()
    done = runner.invoke(args=["portal", "restore", str(file)])
    assert done.exit_code == 0, done.output
    assert [one["name"] for one in reader.follow().data.values()] == ["Zoals het was"]
