"""The application, for a WSGI server."""

from portal import create_app

application = create_app()
