"""The plugin that keeps a table to its room, tried in a small house."""

import pytest
from mypy import api

from portal.config import ROOT

pytestmark = pytest.mark.slow

_HOUSE = {
    "sqlalchemy/__init__.pyi": "from .sql._dml_constructors import *",
    "sqlalchemy/sql/__init__.pyi": "",
    "sqlalchemy/sql/_dml_constructors.pyi": (
        "def insert(table: object) -> object: ...\n"
        "def update(table: object) -> object: ...\n"
        "def delete(table: object) -> object: ...\n"
    ),
    "sqlalchemy/orm/__init__.pyi": "from .session import *",
    "sqlalchemy/orm/session.pyi": "class Session:\n    def delete(self, row: object) -> None: ...",
    "portal/__init__.py": "",
    "portal/offerings/__init__.py": "",
    "portal/offerings/models.py": "class Offering:\n    places: int = 0\n",
    "portal/offerings/commands.py": (
        "from portal.offerings.models import Offering\nOffering().places = 2\n"
    ),
    "portal/progress/__init__.py": "",
}
_WRITES = (
    "row.places = 2",
    "row.places += 1",
    "Offering()",
    "session.delete(row)",
    "insert(Offering)",
    "update(Offering)",
    "delete(Offering)",
)


def test_a_write_to_another_rooms_table_is_named(tmp_path, monkeypatch):
    head = (
        "from sqlalchemy import delete, insert, update\nfrom sqlalchemy.orm import Session\n"
        "from portal.offerings.models import Offering\n"
        "def write(session: Session, row: Offering) -> None:\n"
    )
    house = {**_HOUSE, "portal/progress/commands.py": head + "".join(f"    {w}\n" for w in _WRITES)}
    for name, source in house.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(source)
    (tmp_path / "mypy.ini").write_text(f"[mypy]\nplugins = {ROOT}/tests/house/owners.py\n")
    monkeypatch.chdir(tmp_path)
    said, trouble, _ = api.run(["--cache-dir", "nul", "portal"])
    lines = [line for line in said.splitlines() if ": error:" in line]
    assert not trouble
    first = head.count("\n") + 1
    assert [line.split(":")[:2] for line in lines] == [
        ["portal/progress/commands.py", str(first + number)] for number in range(len(_WRITES))
    ]
    assert all("only offerings writes Offering: call a command" in line for line in lines)
