"""From notices to an e-mail or an SMS: templates in the reader's language, plain text."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Any

from flask import render_template
from flask_babel import force_locale, gettext

from portal.core import N_, Purpose, clock
from portal.notices.models import Notice
from portal.notices.rules import OPTIONAL, sms
from portal.notices.rules.outcome import Refused
from portal.web.i18n import DEFAULT, LANGUAGES
from portal.web.links import short_link

_SUBJECT, _SMS = "Subject:", "Sms:"
_TITLE_LENGTHS = (None, 60, 40, 25)
_TYPED = frozenset({"title", "organisation", "cooperative", "address", "place", "body"})
_OF_LINES = "body"  # a whole message, whose lines stay
_ADDRESS = re.compile(
    r"\b(?:[a-z][a-z0-9+.-]*:/*|www\.)\S*\.\S+|[a-z][a-z0-9+.-]*://\S*", re.IGNORECASE
)
_DOTTED = re.compile(r"(?<=\w)[.@\u3002\uff0e\uff61](?=[^\W\d_]{2})")  # no date or initial has one
_STOPPED_BY = {
    "participant": Purpose.REMINDERS,
    "search": Purpose.SEARCH,
    "aftercare": Purpose.AFTERCARE,
    "work": Purpose.WORK,
}
_MORE = N_("There is news about your activity. Look on your own page, or call us.")


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
    with force_locale(language_of(first)):
        subject = words_of(first).subject if len(notices) == 1 else gettext("News from Warm Werkt")
    message = EmailMessage()
    message["Subject"] = subject
    message["From"] = f"Warm Werkt <{sender}>"
    message["To"] = in_ascii(first.address)
    message["Date"] = format_datetime(clock.now())
    message["Message-ID"] = f"<{first.letter}@{sender.partition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"
    message["Content-Language"] = language_of(first)
    for about, purpose in _STOPPED_BY.items():
        if first.kind in OPTIONAL and about in first.data:
            message["List-Unsubscribe"] = f"<{short_link(purpose, first.data[about])}>"
    message.set_content(letter_text(notices))
    return message


def letter_text(notices: list[Notice], *, on_paper: bool = False) -> str:
    """The whole letter in its reader's language, to be mailed or printed.

    Only on paper, which staff hand over, it begins with a name: anybody may have typed that name
    together with somebody else's address.
    """
    with force_locale(language_of(notices[0])):
        texts = [words_of(notice).text for notice in notices]
        name = unlinked(notices[0].name) if on_paper else ""
        return render_template("mail/letter.txt", name=name, texts=texts)


def text_message(notices: list[Notice]) -> str:
    """Write an SMS of all `notices`, or the first; a long title is cut."""
    with force_locale(language_of(notices[0])):
        for chosen, rest in ((notices, ""), (notices[:1], gettext(_MORE))):
            for most in _TITLE_LENGTHS:
                said = [words_of(notice, most).sms for notice in chosen]
                text = sms.plain(" ".join(["Warm Werkt:", *said, *rest.split()]))
                if sms.fits(text):
                    return text
        return sms.plain(f"Warm Werkt: {gettext(_MORE)}")


def words_of(notice: Notice, longest_title: int | None = None) -> Words:
    """Say a notice in the request's language: by post, or read out."""
    data = without_links(notice.data)
    if longest_title and len(title := str(data.get("title", ""))) > longest_title:
        data["title"] = f"{title[: longest_title - 3].rstrip()}..."
    drawn = render_template(f"mail/{notice.kind}.txt", **data)
    subject, _, text = drawn.strip().partition("\n")
    short = gettext(_MORE)
    if text.startswith(_SMS):
        line, _, text = text.partition("\n")
        short = _after(_SMS, line)
    return Words(_after(_SUBJECT, subject), short, text.strip())


def language_of(notice: Notice) -> str:
    """Choose the language to write in: hers, where we have the words."""
    return notice.language if notice.language in LANGUAGES else DEFAULT


def without_links(data: Mapping[str, Any]) -> dict[str, Any]:
    """What fills a template, with nothing to click on in what people typed."""
    return {
        key: "\n".join(map(unlinked, value.split("\n") if key == _OF_LINES else [value]))
        if key in _TYPED and isinstance(value, str)
        else [without_links(one) for one in value]
        if isinstance(value, list)
        else value
        for key, value in data.items()
    }


def unlinked(text: str) -> str:
    """Write a name on one line in which no program finds an address."""
    return " ".join(_DOTTED.sub(" ", _ADDRESS.sub(" ", text)).split())


def in_ascii(address: str) -> str:
    """An e-mail address as every mail server knows it; `Refused` where there is none."""
    from email_validator import EmailNotValidError, validate_email

    try:
        found = validate_email(address, check_deliverability=False, test_environment=True)
    except EmailNotValidError:
        plain = address if address.isascii() else None
    else:
        plain = found.ascii_email
    if plain is None:
        raise Refused("address")
    return plain


def _after(label: str, line: str) -> str:
    return " ".join(line.removeprefix(label).split())
