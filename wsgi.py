"""The application, for a WSGI server and for Flask's command line."""

import gc
import sys

import click
from flask.cli import FlaskGroup

from portal import create_app, create_closed
from portal.core.private import make_files_private

make_files_private()  # before anything is made
# Who holds the database's lock lets Python go at each statement, and waits so long for it again.
sys.setswitchinterval(0.0005)  # seconds
# Flask looks here for our commands before it runs one; its own (routes, shell) come by themselves.
_asked_by = click.get_current_context(silent=True)
_is_for_a_command = _asked_by is not None and isinstance(_asked_by.command, FlaskGroup)
application = create_closed() if _is_for_a_command else create_app()
# What was made so far stays: the collector of garbage need not look through it for each page.
gc.freeze()
gc.set_threshold(10_000, 20, 20)
