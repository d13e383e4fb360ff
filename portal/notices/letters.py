"""From notices to an e-mail or an SMS: templates in the reader's language, plain text."""

from __future__ import annotations

from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import format_datetime

from flask import render_template
from flask_babel import force_locale, gettext

from portal.core import clock
from portal.notices.models import Notice
from portal.web.i18n import DEFAULT, LANGUAGES

_SUBJECT, _SMS = "Subject:", "Sms:"


@dataclass(frozen=True)
class Words:
    """What one notice says.

    A template begins with `Subject: ...`, which never holds a name or what the person does. For
    participants a line `Sms: ...` follows, which stands alone. After an empty line comes the text.
    """

    subject: str
    sms: str
    text: str


def letter(notices: list[Notice], sender: str) -> EmailMessage:
    """One e-mail to one person that says all of `notices`; needs a request for addresses."""
    first = notices[0]
    language = first.language if first.language in LANGUAGES else DEFAULT
    with force_locale(language):
        all_words = [words_of(notice) for notice in notices]
        subject = all_words[0].subject if len(notices) == 1 else gettext("News from Warm Werkt")
        body = render_template(
            "mail/letter.txt", name=first.name, texts=[words.text for words in all_words]
        )
    message = EmailMessage()
    message["Subject"] = subject
    message["From"] = f"Warm Werkt <{sender}>"
    message["To"] = first.address
    message["Date"] = format_datetime(clock.now())
    message["Message-ID"] = f"<{first.uuid}@{sender.partition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"
    message["Content-Language"] = language
    message.set_content(body)
    return message


def words_of(notice: Notice) -> Words:
    """What a notice says, in the language of the request: by post, or read out by staff."""
    drawn = render_template(f"mail/{notice.kind}.txt", name=notice.name, **notice.data)
    subject, _, text = drawn.strip().partition("\n")
    sms = ""
    if text.startswith(_SMS):
        sms, _, text = text.partition("\n")
    return Words(_after(_SUBJECT, subject), _after(_SMS, sms), text.strip())


def _after(label: str, line: str) -> str:
    return " ".join(line.removeprefix(label).split())
