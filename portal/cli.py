"""The `flask portal ...` commands, thin: each calls a room's command or query."""

from __future__ import annotations

from pathlib import Path

import click
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask
from flask.cli import AppGroup
from flask_migrate import upgrade
from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from portal import backup as archive
from portal.catalogue.commands import bump
from portal.catalogue.search import is_not_of_fts5
from portal.config import MIGRATION_HEAD, ROOT
from portal.core.actor import HOUSE
from portal.core.errors import PortalError, RuleBroken
from portal.core.guard import set_actor
from portal.extensions import db
from portal.web.current import settings

portal = AppGroup("portal", help="Look after a Warm Werkt portal.")


def init_app(app: Flask) -> None:
    """Add the commands."""
    app.cli.add_command(portal)


def _house_session() -> Session:
    session = db.session()
    set_actor(session, HOUSE)
    return session


@portal.command()
def prepare() -> None:
    """Migrate, load the demo city into an empty database, and print the demo cast."""
    from portal import city

    upgrade()
    if not settings().is_demo:
        return
    session = _house_session()
    if city.is_empty(session):
        click.echo("Building the demo city ...")
        city.load(session, city.DEFAULT)
        session.commit()
    if city.is_loaded(session):
        click.echo(city.cast_text())


@portal.command("city")
@click.option("--marks", type=click.IntRange(1000), required=True, help="Attendance marks.")
@click.option("--seed", type=int, default=2026, show_default=True)
def city_command(marks: int, seed: int) -> None:
    """Fill an empty database with a generated city of about MARKS attendance marks."""
    from portal import city

    session = _house_session()
    if not city.is_empty(session):
        raise click.ClickException("the database isn't empty; nothing was changed")
    city.load(session, city.Plan(seed=seed, marks=marks))
    session.commit()


@portal.command()
@click.option("--once", is_flag=True, help="Do what is due now and stop.")
def work(once: bool) -> None:
    """Deliver notices and run due jobs."""
    from portal.worker import run

    run(once=once)


@portal.command("create-operator")
@click.argument("email")
def create_operator(email: str) -> None:
    """Make the first account of a real installation, and print its link to set a password."""
    from portal.accounts import commands

    session = _house_session()
    try:
        token = commands.create_operator(session, HOUSE, email=email)
    except RuleBroken as broken:
        raise click.ClickException(str(broken)) from None
    session.commit()
    click.echo(f"{settings().base_url}/reset-password/{token}")


@portal.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
def backup(file: Path) -> None:
    """Write an online copy of the whole database to FILE."""
    try:
        click.echo(archive.save(db.engine, file))
    except archive.BackupError as error:
        raise click.ClickException(str(error)) from None
    except OSError as error:
        raise click.ClickException(f"{file} can't be written ({error.strerror})") from None


@portal.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
def restore(file: Path) -> None:
    """Load a backup into a migrated, empty database."""
    try:
        done = archive.load(db.engine, file)
    except archive.BackupError as error:
        raise click.ClickException(str(error)) from None
    # Who followed the feeds has seen later numbers: everything gets a new one.
    session = _house_session()
    bump(session)
    session.commit()
    click.echo(done)


@portal.command("verify-report")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
def verify_report(file: Path) -> None:
    """Say whether FILE, a report's .json, is what was recognised."""
    from portal.recognition.queries import verify

    differences, number = verify(_house_session(), file.read_bytes())
    for difference in differences:
        click.echo(difference)
    if differences:
        raise SystemExit(1)
    click.echo(number)


@portal.command("import-register")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--offering", "slug", help="The activity it is about, as in its address.")
@click.option("--skip-unknown", is_flag=True, help="Leave out who is not known there.")
@click.option("--apply", "is_applied", is_flag=True, help="Write it; without it nothing is.")
def import_register(file: Path, slug: str | None, skip_unknown: bool, is_applied: bool) -> None:
    """Take over attendance from a spreadsheet FILE; shows what it would do unless --apply."""
    from portal.imports.from_shell import import_file

    session = _house_session()
    try:
        told = import_file(session, file, slug, skip_unknown=skip_unknown, is_applied=is_applied)
    except PortalError as refused:
        raise click.ClickException(str(refused) or "there is no such activity") from None
    click.echo("\n".join(told.lines))
    if told.to_ask:
        raise SystemExit(2)


@portal.command("check-migrations")
def check_migrations() -> None:
    """Fail unless the models, the migrations and the committed head agree."""
    scripts = ScriptDirectory(str(ROOT / "migrations"))
    heads = scripts.get_heads()
    if heads != [MIGRATION_HEAD.read_text().strip()]:
        raise click.ClickException(f"migrations/versions/HEAD doesn't name the one head: {heads}")
    config = Config(str(ROOT / "migrations" / "alembic.ini"))
    config.set_main_option("script_location", str(ROOT / "migrations"))
    with create_engine("sqlite://").begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        ours = {"include_name": is_not_of_fts5}
        found = compare_metadata(MigrationContext.configure(connection, opts=ours), db.metadata)
    if found:
        raise click.ClickException(f"the models and the migrations differ: {found}")
    click.echo(f"migrations: head {heads[0]}, models agree")
