"""Migrating: Alembic on the database of the application whose context we are in."""

import click
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import CommandLine, Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import MetaData, create_engine

from portal.config import MIGRATION_HEAD, ROOT
from portal.finding.queries import is_not_of_fts5

_SETTINGS = str(ROOT / "migrations" / "alembic.ini")


class HeadError(click.ClickException):
    """Models, migrations and the committed head disagree; says where in one line."""


def upgrade(revision: str = "head") -> None:
    """Migrate up to a revision."""
    command.upgrade(Config(_SETTINGS), revision)


def downgrade(revision: str) -> None:
    """Migrate back down to a revision."""
    command.downgrade(Config(_SETTINGS), revision)


def run(*words: str) -> None:
    """Do what Alembic's own command line is told; `upgrade` alone goes to the head."""
    to_head = ("head",) if words == ("upgrade",) else ()
    CommandLine("flask --app wsgi db").main(["-c", _SETTINGS, *words, *to_head])


def check(metadata: MetaData) -> str:
    """The one head; HeadError unless models, migrations and the committed head agree."""
    config = Config(_SETTINGS)
    heads = ScriptDirectory.from_config(config).get_heads()
    if heads != [MIGRATION_HEAD.read_text().strip()]:
        raise HeadError(f"migrations/versions/HEAD doesn't name the one head: {heads}")
    with create_engine("sqlite://").begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        ours = {"include_name": is_not_of_fts5}
        found = compare_metadata(MigrationContext.configure(connection, opts=ours), metadata)
    if found:
        raise HeadError(f"the models and the migrations differ: {found}")
    return heads[0]
