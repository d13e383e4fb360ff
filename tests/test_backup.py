"""A backup of one database fills another, of the same kind or the other."""

import json
import os
import resource
import signal
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, Table, func, select
from sqlalchemy.orm import Session

from portal import backup, create_app
from portal.config import ROOT, Settings
from portal.core.actor import HOUSE
from portal.core.base import Base
from portal.core.guard import set_actor
from portal.enrolments.models import Enrolment
from portal.extensions import db
from portal.migration import upgrade
from tests import factories as make
from tests.cast import Cast
from tests.offerings.made import picture_of


@pytest.mark.slow
def test_a_backup_moves_to_another_database(
    engine: Engine, session: Session, cast: Cast, tmp_path: Path
):
    picture_of(session, cast.offering, avif=bytes(range(256)), webp=b"")
    session.commit()
    file = tmp_path / "portal.zip"
    backup.save(engine, file)
    settings = Settings.from_environment({"PORTAL_INSTANCE": str(tmp_path)})
    other = create_app(settings)
    with other.app_context():
        upgrade()
        backup.load(db.engine, file)
        with engine.connect() as a, db.engine.connect() as b:
            for table in Base.metadata.sorted_tables:
                query = select(table).order_by(*table.primary_key.columns)
                assert a.execute(query).all() == b.execute(query).all(), table.name
        with Session(db.engine) as session:
            set_actor(session, HOUSE)
            row = session.scalars(select(Enrolment)).one()
            assert row.uuid == cast.enrolment.uuid
            assert row.status is cast.enrolment.status
        with pytest.raises(backup.BackupError, match="isn't empty"):
            backup.load(db.engine, file)
        db.engine.dispose()


def test_numbering_goes_on_after_a_restore(engine: Engine, session: Session, tmp_path: Path):
    from tests.databases import clean

    make.organisation(session, "Een")
    session.commit()
    file = tmp_path / "portal.zip"
    backup.save(engine, file)
    clean(engine, Base.metadata)
    backup.load(engine, file)
    make.organisation(session, "Twee")
    session.commit()
    table = Base.metadata.tables["organisation"]
    with engine.connect() as connection:
        assert connection.scalar(select(func.count()).select_from(table)) == 2


FAULTS = (
    "junk", "empty", "half", "no head", "a table less", "bad row", "no sums", "a row less",
    "a word changed", "another head", "a table and its sum less",
)  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS)
def test_a_broken_file_restores_nothing(
    engine: Engine, session: Session, tmp_path: Path, fault: str
):
    from tests.databases import clean

    make.organisation(session, "Een")
    session.commit()
    file = tmp_path / "portal.zip"
    backup.save(engine, file)
    clean(engine, Base.metadata)
    file.write_bytes(_broken(file, fault))
    with pytest.raises(backup.BackupError, match="isn't a whole backup"):
        backup.load(engine, file)
    with engine.connect() as connection:
        for table in Base.metadata.sorted_tables:
            assert not connection.scalar(select(func.count()).select_from(table)), table.name


def _broken(file: Path, fault: str) -> bytes:
    whole = file.read_bytes()
    if fault in {"junk", "empty", "half"}:
        return {"junk": b"PK no zip", "empty": b"", "half": whole[: len(whole) // 2]}[fault]
    leave_out = {
        "no head": "head.json", "a table less": "once_key.jsonl", "no sums": "sums.json",
        "a table and its sum less": "organisation.jsonl",
    }.get(fault)  # fmt: skip
    out = file.with_suffix(".broken")
    with zipfile.ZipFile(file) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            body = old.read(name)
            if name == "organisation.jsonl":
                body = {
                    "bad row": body + b'["x", 1]\n',
                    "a row less": b"",
                    "a word changed": body.replace(b"Een", b"Wij"),
                }.get(fault, body)
            if fault == "another head" and name == "head.json":
                body = body.replace(b"20", b"21", 1)
            if fault == "a table and its sum less" and name == "sums.json":
                sums = json.loads(body)
                del sums["tables"]["organisation"]
                body = json.dumps(sums).encode()
            if name != leave_out:
                new.writestr(name, body)
    return out.read_bytes()


def test_what_is_ended_half_way_leaves_what_was_there(engine: Engine, tmp_path: Path, monkeypatch):
    file = tmp_path / "portal.zip"
    file.write_bytes(b"the one of yesterday")
    monkeypatch.setattr(backup, "_in_order", lambda table: os.kill(os.getpid(), signal.SIGTERM))
    with pytest.raises(SystemExit) as ended:
        backup.save(engine, file)
    assert ended.value.code == 128 + signal.SIGTERM
    assert [path.name for path in tmp_path.iterdir()] == ["portal.zip"]
    assert file.read_bytes() == b"the one of yesterday"


@pytest.mark.slow
def test_a_full_disk_leaves_what_was_there(session: Session, database_url: str, tmp_path: Path):
    """The limit on a file's size stands for the disk: a real write fails half-way."""
    organisation = make.organisation(session, "Een")
    for _ in range(3):
        picture_of(session, make.offering(session, organisation), avif=os.urandom(300_000))
    session.commit()
    file = tmp_path / "portal.zip"
    file.write_bytes(b"the one of yesterday")
    done = subprocess.run(
        [sys.executable, "-m", "flask", "--app", "wsgi", "portal", "backup", str(file)],
        cwd=ROOT, capture_output=True, text=True,
        env={"PORTAL_DATABASE_URL": database_url, "PORTAL_INSTANCE": str(tmp_path / "instance")},
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (400_000, 400_000)),
    )  # fmt: skip
    assert done.returncode == 1, done.stderr
    assert "can't be written" in done.stderr
    assert file.read_bytes() == b"the one of yesterday"
    assert not list(tmp_path.glob("*.half"))


def test_only_its_owner_may_read_a_backup(engine: Engine, tmp_path: Path):
    file = tmp_path / "portal.zip"
    backup.save(engine, file)
    assert file.stat().st_mode & 0o777 == 0o600


def test_what_is_saved_meanwhile_is_wholly_in_it_or_not_at_all(
    engine: Engine, session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """Else a row may name one of another table that was read before it was there."""
    first, in_order = Base.metadata.sorted_tables[0], backup._in_order

    def saved_meanwhile(table: Table) -> Any:
        if table is first:
            make.organisation(session, "Ondertussen")
            session.commit()
        return in_order(table)

    monkeypatch.setattr(backup, "_in_order", saved_meanwhile)
    file = tmp_path / "portal.zip"
    backup.save(engine, file)
    with zipfile.ZipFile(file) as archive:
        assert b"Ondertussen" not in archive.read("organisation.jsonl")


def test_a_backup_of_another_version_is_refused(
    engine: Engine, session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """Its rows may have other columns, in another order."""
    from tests.databases import clean

    make.organisation(session, "Een")
    session.commit()
    file = tmp_path / "portal.zip"
    with monkeypatch.context() as earlier:
        earlier.setattr(backup, "_migration", lambda _connection: "0001")
        backup.save(engine, file)
    clean(engine, Base.metadata)
    with pytest.raises(backup.BackupError, match="of migration 0001, the database of"):
        backup.load(engine, file)
    with engine.connect() as connection:
        assert not connection.scalar(
            select(func.count()).select_from(Base.metadata.tables["organisation"])
        )
