"""From notices to an e-mail: templates in the reader's language, plain text."""

from __future__ import annotations

from email.message import EmailMessage
from email.utils import format_datetime

from flask import render_template
from flask_babel import force_locale, gettext

from portal.core import clock
from portal.notices.models import Notice
from portal.web.i18n import DEFAULT, LANGUAGES


def letter(notices: list[Notice], sender: str) -> EmailMessage:
    """One e-mail to one person that says all of `notices`; needs a request context for addresses.

    A template's first line is `Subject: ...`; it never holds a name or what the person does.
    """
    first = notices[0]
    language = first.language if first.language in LANGUAGES else DEFAULT
    with force_locale(language):
        texts = [_subject_and_text(notice) for notice in notices]
        subject = texts[0][0] if len(texts) == 1 else gettext("News from Warm Werkt")
        body = render_template(
            "mail/letter.txt", name=first.name, texts=[text for _, text in texts]
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


def words_of(notice: Notice) -> str:
    """What a notice says, for staff who tell it by phone or at the desk."""
    return _subject_and_text(notice)[1]


def _subject_and_text(notice: Notice) -> tuple[str, str]:
    drawn = render_template(f"mail/{notice.kind}.txt", name=notice.name, **notice.data)
    first_line, _, text = drawn.strip().partition("\n")
    return " ".join(first_line.removeprefix("Subject:").split()), text.strip()
