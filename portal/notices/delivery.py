"""Handing one letter to whoever carries it, and writing down what became of it."""

from __future__ import annotations

import smtplib
from collections.abc import Callable
from dataclasses import dataclass
from email.message import EmailMessage
from functools import partial

from flask import current_app
from sqlalchemy.orm import Session

from portal.notices import commands
from portal.notices.gateway import NotNow, Refused, SmsTransport
from portal.notices.letters import letter, text_message
from portal.notices.models import Notice
from portal.notices.rules import Channel, contact_of
from portal.notices.transport import Transport
from portal.web.links import minting

_AWAY = 30.0  # seconds


@dataclass(frozen=True)
class Post:
    """The carriers of this house, and the address that its letters come from."""

    mail: Transport
    sms: SmsTransport
    sender: str

    def deliver(self, session: Session, notices: list[Notice]) -> float:
        """Send one letter; the seconds for which its carrier is left alone when it is away.

        Needs a request for the addresses of links, which are made here: what they open is kept
        before the letter leaves, and committed, so that no transaction waits for a carrier.
        Only the kind of an error is kept: a server's own words may hold an address.
        """
        try:
            send = self._pack(session, notices)
            session.commit()
            commands.confirm_sent(notices, send())
        except Refused as error:
            commands.give_up(notices, str(error))
        except NotNow as error:
            commands.note_failure(notices, error.reason, wait=error.wait)
            return max(error.wait, _AWAY)
        except smtplib.SMTPRecipientsRefused as error:
            _note_refusal(notices, error)
        except smtplib.SMTPResponseException as error:
            commands.note_failure(notices, type(error).__name__)
        except (OSError, smtplib.SMTPException) as error:
            commands.note_failure(notices, type(error).__name__)
            return _AWAY
        except Exception:
            current_app.logger.exception("a letter of kind %s can't be made", notices[0].kind)
            commands.note_failure(notices, "template")
        return 0

    def _pack(self, session: Session, notices: list[Notice]) -> Callable[[], str]:
        """Make the letter and its links; what is returned hands it over."""
        first = notices[0]
        minted = minting(contact_of(first.channel, first.address))
        if first.channel is Channel.SMS:
            send = partial(self.sms.send, first.address, text_message(notices), str(first.letter))
        else:
            send = partial(self._mail, letter(notices, self.sender))
        session.add_all(minted.links)
        return send

    def _mail(self, message: EmailMessage) -> str:
        self.mail.send(message)
        return ""


def _note_refusal(notices: list[Notice], error: smtplib.SMTPRecipientsRefused) -> None:
    """A server that says 5xx of the only reader will not change its mind; 4xx may."""
    codes = [code for code, _ in error.recipients.values()]
    if codes and min(codes) >= 500:
        commands.give_up(notices, type(error).__name__)
    else:
        commands.note_failure(notices, type(error).__name__)
