"""`/readyz` says no when nothing can be written, so that no visitor finds it out."""

import errno
import tempfile

import pytest
from sqlalchemy import text


def test_ready_writes_nothing(app, engine):
    assert app.test_client().get("/readyz").status_code == 200
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM alembic_version")) == 1


def test_a_server_for_reading_only_is_not_ready(app, engine):
    if engine.dialect.name != "postgresql":
        return
    with engine.connect() as connection:
        connection.execute(text("ALTER DATABASE postgres SET default_transaction_read_only = on"))
        connection.commit()
    engine.dispose()  # the setting holds from the next connection on
    try:
        assert app.test_client().get("/readyz").status_code == 503
        assert app.test_client().get("/offerings").status_code == 200
    finally:
        with engine.connect() as connection:
            connection.execute(text("SET TRANSACTION READ WRITE"))
            connection.execute(text("ALTER DATABASE postgres RESET default_transaction_read_only"))
            connection.commit()
        engine.dispose()
    assert app.test_client().get("/readyz").status_code == 200


class _Full:
    """A file on a disk without room."""

    def __init__(self, **_options: object) -> None:
        self.fileno = lambda: 0

    def __enter__(self):
        return self

    def __exit__(self, *_how: object) -> None: ...

    def write(self, _data: bytes) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")


@pytest.mark.parametrize("fault", ["full", "for reading only", "gone"])
def test_a_disk_that_takes_nothing_is_not_ready(app, engine, monkeypatch, fault):
    if engine.dialect.name != "sqlite":
        return
    client = app.test_client()

    def refuse(*_path: object, **_options: object):
        raise OSError(errno.EROFS, "Read-only file system")

    if fault == "full":
        monkeypatch.setattr(tempfile, "TemporaryFile", _Full)
    elif fault == "for reading only":
        monkeypatch.setattr(tempfile, "TemporaryFile", refuse)
    else:
        monkeypatch.setattr("portal.core.database.os.access", lambda *_: False)
    assert client.get("/readyz").status_code == 503
    monkeypatch.undo()
    assert client.get("/readyz").status_code == 200
