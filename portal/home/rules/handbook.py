"""The handbook's table: which tasks there are, whose each is, and on which pages it helps."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from portal.core.actor import Permission

LANGUAGES = ("nl", "en")  # in which it is written


@dataclass(frozen=True)
class Task:
    """A page of the handbook, its `words` by language."""

    name: str
    permission: Permission
    stuck: frozenset[str]
    words: dict[str, Any]


@cache
def tasks() -> dict[str, Task]:
    """Every task by its name, in the order of a day."""
    table = tomllib.loads(Path(__file__).with_name("handbook.toml").read_text(encoding="utf-8"))
    return {
        name: Task(
            name, Permission(row["permission"]), frozenset(row["stuck"]),
            {language: row[language] for language in LANGUAGES},
        )
        for name, row in table.items()
    }  # fmt: skip


@cache
def helps_at(endpoint: str) -> Task | None:
    """Find the task that a page helps with; None without one."""
    return next((task for task in tasks().values() if endpoint in task.stuck), None)
