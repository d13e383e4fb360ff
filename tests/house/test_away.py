"""A database or a mail server that is away: it is said in words, and nothing is lost."""

import socket
from datetime import time
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal import create_app
from portal.config import Settings
from portal.core import clock
from portal.extensions import db
from portal.migration import upgrade
from portal.notices import commands
from portal.notices.models import Notice
from portal.notices.rules import NoticeStatus, Recipient
from portal.participants.rules import ContactWay
from tests import databases, factories as make
from tests.cast import Cast
from tests.page_audit import Page


def make_app(tmp_path: Path, **environment: str) -> Flask:
    app = create_app(Settings.from_environment({"PORTAL_INSTANCE": str(tmp_path), **environment}))
    app.config["PROPAGATE_EXCEPTIONS"] = False
    return app


@pytest.mark.slow
@pytest.mark.skipif("postgresql" not in databases.DATABASES, reason="needs a server to be away")
def test_a_portal_that_starts_before_its_database_comes_to_life_with_it(tmp_path: Path):
    place = tmp_path / "later"
    app = make_app(
        tmp_path,
        PORTAL_DATABASE_URL=f"postgresql+psycopg://postgres@/postgres?host={place}",
    )
    visitor = app.test_client()
    for url in ("/", "/offerings", "/sign-in"):
        answer = visitor.get(url)
        if url == "/sign-in" and answer.status_code == 200:
            continue  # a page that needs no records
        assert answer.status_code == 503
        assert answer.headers["Retry-After"] == "60"
        page = Page(answer.text, url=url, status=503)
        assert page.h1 is not None
        assert str(place) not in answer.text
        assert "psycopg" not in answer.text
    assert visitor.get("/healthz").status_code == 200
    assert visitor.get("/readyz").status_code == 503
    with databases.started("postgresql") as url:
        place.symlink_to(url.partition("host=")[2])
        with app.app_context():
            upgrade()
        assert visitor.get("/readyz").status_code == 200
        assert visitor.get("/").status_code == 200
        with app.app_context():
            db.engine.dispose()
    assert visitor.get("/offerings").status_code == 503


@pytest.fixture
def _by_day():
    """Letters are not sent at night, whenever the suite runs."""
    with clock.freeze(clock.from_local(clock.today(), time(12))):
        yield


@pytest.mark.slow
@pytest.mark.usefixtures("_by_day")
def test_work_with_the_mail_server_away_keeps_the_letter(
    app: Flask, session: Session, cast: Cast, database_url: str, tmp_path: Path
):
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    to = Recipient("Fatma A.", "fatma@example.org", "nl", cast.participant.id)
    make.reach(session, cast.participant, contact_way=ContactWay.EMAIL, email=to.address)
    notice = commands.tell(
        session, to, "enrolments/confirmed", title=cast.offering.title, slug=cast.offering.slug
    )
    session.commit()
    away = make_app(
        tmp_path,
        PORTAL_DATABASE_URL=database_url,
        PORTAL_MAIL_URL=f"smtp://127.0.0.1:{port}",
    )
    result = away.test_cli_runner().invoke(args=["portal", "work", "--once"])
    assert result.exit_code == 0, result.output
    assert "Fatma" not in result.output
    kept = session.scalars(
        select(Notice).where(Notice.id == notice.id).execution_options(populate_existing=True)
    ).one()
    assert kept.status is NoticeStatus.WAITING
    assert kept.attempts == 1
    assert kept.data["title"] == cast.offering.title
    assert not list(tmp_path.rglob("*.eml"))
    session.rollback()
    with away.app_context():
        db.engine.dispose()
