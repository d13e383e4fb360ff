"""The application, for a WSGI server."""

from portal import create_app
from portal.core.private import make_files_private

make_files_private()  # before anything is made
application = create_app()
