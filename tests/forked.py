"""Servers that are forked from one open house: there in a moment, and killed without a word.

Each line that comes in asks for one; its process and its port are written.
"""

import os
import signal
import socket
import sys

from werkzeug.serving import make_server

from portal.extensions import db
from wsgi import application


def main() -> None:
    """Fork until no more is asked for."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # who asked ends them, and nobody waits
    for _asked in sys.stdin:
        with socket.create_server(("127.0.0.1", 0)) as listener:
            if not (pid := os.fork()):
                _serve(listener)
            print(pid, listener.getsockname()[1], flush=True)


def _serve(listener: socket.socket) -> None:
    with application.app_context():
        db.engine.dispose(close=False)  # a connection is of one process
    server = make_server(
        "127.0.0.1", listener.getsockname()[1], application, threaded=True, fd=listener.fileno()
    )
    server.serve_forever()


if __name__ == "__main__":
    main()
