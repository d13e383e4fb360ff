"""A backup of one database fills another, of the same kind or the other."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
from flask_migrate import upgrade
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from portal import backup, create_app
from portal.config import Settings
from portal.core.actor import HOUSE
from portal.core.base import Base
from portal.core.guard import set_actor
from portal.enrolments.models import Enrolment
from portal.extensions import db
from tests import factories as make
from tests.cast import Cast
from tests.offerings.made import picture_of


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


@pytest.mark.parametrize("fault", ["junk", "empty", "half", "no head", "a table less", "bad row"])
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
    leave_out = {"no head": "head.json", "a table less": "once_key.jsonl"}.get(fault)
    out = file.with_suffix(".broken")
    with zipfile.ZipFile(file) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            body = old.read(name)
            if fault == "bad row" and name == "organisation.jsonl":
                body += b'["x", 1]\n'
            if name != leave_out:
                new.writestr(name, body)
    return out.read_bytes()


def test_only_its_owner_may_read_a_backup(engine: Engine, tmp_path: Path):
    file = tmp_path / "portal.zip"
    backup.save(engine, file)
    assert file.stat().st_mode & 0o777 == 0o600
