"""The `flask portal ...` and `flask db ...` commands; each imports what it needs when it runs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click
from flask import Flask
from flask.cli import AppGroup
from flask.globals import app_ctx

from portal import open_data, open_house
from portal.config import Settings

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from portal.core.signing import Keys

_FILE = click.Path(path_type=Path, exists=True, dir_okay=False)

portal = AppGroup("portal", help="Look after a Warm Werkt portal.")


def init_app(app: Flask) -> None:
    """Add the commands."""
    app.cli.add_command(portal)
    app.cli.add_command(migrate)


def _house_session() -> Session:
    open_data(app_ctx.app)

    from portal.core.actor import HOUSE
    from portal.core.guard import set_actor
    from portal.extensions import db

    session = db.session()
    set_actor(session, HOUSE)
    return session


def _settings() -> Settings:
    settings: Settings = app_ctx.app.config["SETTINGS"]
    return settings


def _keys(session: Session) -> Keys:
    from portal.core.signing_keys import open_keys

    return open_keys(session, _settings().secret_key)


def _sign(session: Session) -> None:
    from portal.recognition.commands.log import keep, write

    write(session, _keys(session), _settings().base_url)
    keep(session, lambda: _keys(session), _settings().base_url)


@click.command(
    "db",
    context_settings={"ignore_unknown_options": True},
    add_help_option=False,
    options_metavar="",
)
@click.argument("words", nargs=-1, type=click.UNPROCESSED, metavar="COMMAND ...")
def migrate(words: tuple[str, ...]) -> None:
    """Migrate the database: `upgrade`, or what else Alembic's command line takes."""
    open_data(app_ctx.app)

    from portal.migration import run

    run(*words)


@portal.command()
def prepare() -> None:
    """Migrate, load the demo city into an empty database, and print the demo cast."""
    session = _house_session()

    from portal.migration import upgrade

    upgrade()
    if not _settings().is_demo:
        return

    from portal import city

    if city.is_empty(session):
        open_house(app_ctx.app)  # a city speaks
        click.echo("Building the demo city ...")
        city.load(session, city.DEFAULT, _sign, _settings().secret_key.encode())
        city.write_proofs(session, _keys(session), _settings().base_url)
        session.commit()
    if city.is_loaded(session):
        click.echo(city.cast_text())


@portal.command("city")
@click.option("--marks", type=click.IntRange(1000), required=True, help="Attendance marks.")
@click.option("--seed", type=int, default=2026, show_default=True)
def city_command(marks: int, seed: int) -> None:
    """Fill an empty database with a generated city of about MARKS attendance marks."""
    open_house(app_ctx.app)

    from portal import city

    session = _house_session()
    if not city.is_empty(session):
        raise click.ClickException("the database isn't empty; nothing was changed")
    plan, secret = city.Plan(seed=seed, marks=marks), _settings().secret_key.encode()
    city.load(session, plan, _sign, secret)
    session.commit()


@portal.command()
@click.option("--once", is_flag=True, help="Do what is due now and stop.")
def work(once: bool) -> None:
    """Deliver notices and run due jobs."""
    open_house(app_ctx.app)

    from portal.worker import run

    run(once=once)


@portal.command("create-operator")
@click.argument("email")
def create_operator(email: str) -> None:
    """Make a real installation's first account; print its link for a password."""
    session = _house_session()

    from portal.accounts.commands import create_operator as create
    from portal.core.actor import HOUSE
    from portal.core.errors import RuleBroken

    try:
        token = create(session, HOUSE, email=email)
    except RuleBroken as broken:
        raise click.ClickException(str(broken)) from None
    session.commit()
    click.echo(f"{_settings().base_url}/reset-password/{token}")


@portal.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
def backup(file: Path) -> None:
    """Write an online copy of the whole database to FILE."""
    engine = _house_session().get_bind().engine

    from portal import backup as archive

    try:
        click.echo(archive.save(engine, file))
    except OSError as error:
        raise click.ClickException(f"{file} can't be written ({error.strerror})") from None


@portal.command()
@click.argument("file", type=_FILE)
def restore(file: Path) -> None:
    """Load a backup into a migrated, empty database."""
    session = _house_session()

    from portal import backup as archive
    from portal.finding.commands import bump

    done = archive.load(session.get_bind().engine, file)
    # Who followed the feeds has seen later numbers: everything gets a new one.
    bump(session)
    session.commit()
    click.echo(done)


@portal.command("verify-report")
@click.argument("file", type=_FILE)
@click.option("--keys", type=_FILE, help="Published keys (jwks.json): nothing else is asked.")
@click.option("--log", type=_FILE, help="The public log (log.jsonl), beside --keys.")
def verify_report(file: Path, keys: Path | None, log: Path | None) -> None:
    """Say whether FILE, a report's .json or .pdf, is what was recognised.

    With --keys it is checked by its signature alone, on any computer, without a database.
    """
    from portal.core.visible import readable
    from portal.recognition.rules.files import is_paper
    from portal.recognition.rules.log import changed_pages

    held = file.read_bytes()
    found = _verify_alone(held, keys, log) if keys else _verify_here(held)
    differences, number, successor, lines = found
    for difference in differences:
        click.echo(" ".join(readable(difference).split()))
    if differences or number is None:
        raise SystemExit(1)
    click.echo(number)
    if successor:
        click.echo(f"A newer report took its place: {successor}")
    if is_paper(held) and changed_pages(held, number, lines) is None:
        click.echo("This is about the figures attached to the PDF. Compare what is printed.")


def _verify_here(held: bytes) -> tuple[list[str], str | None, str | None, list[str]]:
    session = _house_session()

    from portal.recognition.queries import find_successor, get_public, list_lines, verify

    differences, number = verify(session, held)
    if differences or number is None:
        return differences, number, None, []
    successor = find_successor(session, get_public(session, number))
    return [], number, successor, list(list_lines(session))


def _verify_alone(
    held: bytes, keys: Path, log: Path | None
) -> tuple[list[str], str | None, str | None, list[str]]:
    from portal.core.canonical import parsed
    from portal.core.signing import key_set
    from portal.recognition.rules import log as rules

    try:
        known = key_set(parsed(keys.read_bytes())["keys"])
        lines = log.read_text(encoding="utf-8").splitlines() if log else None
    except (ValueError, LookupError, TypeError) as error:
        raise click.ClickException(f"the keys or the log can't be read: {error}") from None
    return (*rules.verify_alone(held, known, lines), lines or [])


@portal.command("sign-reports")
def sign_reports() -> None:
    """Sign what the public log of reports lacks; print its head."""
    open_house(app_ctx.app)
    session = _house_session()

    from portal.recognition.commands.log import keep
    from portal.recognition.queries import last_line
    from portal.recognition.rules.log import hash_of
    from portal.web.signing import keys

    written = keep(session, keys, _settings().base_url)
    session.commit()
    last = last_line(session)
    click.echo(f"{written} lines written")
    if last is not None:
        click.echo(f"line {last.position}, SHA-256 {hash_of(last.line)}")


@portal.command("rotate-key")
def rotate_key() -> None:
    """Sign with a new key from now on; what was signed before stays right."""
    open_house(app_ctx.app)
    session = _house_session()

    from portal.core.signing_keys import rotate

    key = rotate(session, _settings().secret_key)
    session.commit()
    click.echo(f"signing with key {key.thumbprint()}")


@portal.command("import-register")
@click.argument("file", type=_FILE)
@click.option("--offering", "slug", help="The activity it is about, as in its address.")
@click.option("--skip-unknown", is_flag=True, help="Leave out who is not known there.")
@click.option("--apply", "is_applied", is_flag=True, help="Write it; without it nothing is.")
def import_register(file: Path, slug: str | None, skip_unknown: bool, is_applied: bool) -> None:
    """Take over attendance from a spreadsheet FILE; shows what it would do unless --apply."""
    open_house(app_ctx.app)

    from portal.core.errors import PortalError

    try:
        is_asked = _import_register(_house_session(), file, slug, skip_unknown, is_applied)
    except PortalError as refused:
        raise click.ClickException(str(refused) or "there is no such activity") from None
    if is_asked:
        raise SystemExit(2)


def _import_register(
    session: Session, file: Path, slug: str | None, skip_unknown: bool, is_applied: bool
) -> bool:
    """Whether somebody must first say who or what is meant."""
    from dataclasses import replace

    from portal.core.actor import HOUSE
    from portal.imports import commands, queries
    from portal.imports.pages import tell
    from portal.imports.rules.plans import unknown_left_out

    offering = queries.get_only_offering(session, slug)
    actor = replace(HOUSE, organisation_id=offering.organisation_id)
    row = commands.read(session, actor, data=file.read_bytes(), offering=offering)
    reading = queries.reading_of(row)
    assert reading is not None
    plan = queries.preview(session, actor, row, reading)
    if skip_unknown:
        commands.choose(session, actor, row, unknown_left_out(plan))
        plan = queries.preview(session, actor, row, reading)
    click.echo("\n".join([f"activity: {offering.title}", *tell(reading, plan)]))
    is_asked = bool(plan.to_ask or reading.ways)
    if is_asked or not is_applied or not plan.writes:
        session.rollback()
        why = "there is nothing new in this file"
        if plan.writes:
            why = "this was a dry run (see --apply)"
        if is_asked:
            why = "say on the page who or what is meant, or use --skip-unknown"
        click.echo(f"nothing was written: {why}")
        return is_asked
    commands.apply(session, actor, row)
    session.commit()
    while commands.go_on(session, None, row.id):
        session.commit()
    session.commit()
    click.echo(
        f"written: {row.made['marks']} marks; import {row.uuid} can be taken back on its page"
    )
    return False


@portal.command("check-migrations")
def check_migrations() -> None:
    """Fail unless the models, the migrations and the committed head agree."""
    open_data(app_ctx.app)

    from portal.core.base import Base
    from portal.migration import check

    click.echo(f"migrations: head {check(Base.metadata)}, models agree")
