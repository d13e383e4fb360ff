"""How a letter leaves the house: through a mail server, or as a file for looking at."""

from __future__ import annotations

import smtplib
import ssl
from email.message import EmailMessage
from pathlib import Path
from typing import Protocol
from urllib.parse import parse_qs, unquote, urlsplit

_PATIENCE = 20  # seconds to wait for a mail server


class Transport(Protocol):
    """Anything that takes a message; raises OSError or SMTPException when it can't."""

    def send(self, message: EmailMessage) -> None: ...


class FileTransport:
    """Writes each message to an `.eml` file; the default until a mail server is named."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def send(self, message: EmailMessage) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        name = str(message["Message-ID"]).strip("<>").partition("@")[0]
        half = self.folder / f"{name}.half"
        half.write_bytes(message.as_bytes())
        half.replace(self.folder / f"{name}.eml")


class SmtpTransport:
    """Hands each message to a mail server.

    The address is `smtp://user:password@host:port` (with STARTTLS where the server offers it) or
    `smtps://` (TLS from the start); `?from=` names the sender.
    """

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self.is_tls = parts.scheme == "smtps"
        self.host = parts.hostname or "localhost"
        self.port = parts.port or (465 if self.is_tls else 587)
        self.user = unquote(parts.username or "")
        self.password = unquote(parts.password or "")

    def send(self, message: EmailMessage) -> None:
        context = ssl.create_default_context()
        with (
            smtplib.SMTP_SSL(self.host, self.port, timeout=_PATIENCE, context=context)
            if self.is_tls
            else smtplib.SMTP(self.host, self.port, timeout=_PATIENCE)
        ) as server:
            server.ehlo()
            if not self.is_tls and server.has_extn("starttls"):
                server.starttls(context=context)
                server.ehlo()
            if self.user:
                server.login(self.user, self.password)
            server.send_message(message)


def transport_for(mail_url: str, outbox: Path) -> Transport:
    """The transport that the settings ask for."""
    return SmtpTransport(mail_url) if mail_url else FileTransport(outbox)


def sender_for(mail_url: str, base_url: str) -> str:
    """The address that letters come from: `?from=` of the mail address, or one at our host."""
    given = parse_qs(urlsplit(mail_url).query).get("from")
    if given:
        return given[0]
    host = urlsplit(base_url).hostname or ""
    return f"noreply@{host if '.' in host and not host[0].isdigit() else 'warm-werkt.example'}"
