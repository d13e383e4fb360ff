"""What an opportunity asks, in words."""

from flask_babel import gettext

from portal.tenders.rules import Requirement
from portal.web.words import label


def asked_words(asked: Requirement) -> str:
    """Say one requirement in a sentence."""
    name = asked.name or label(asked.competence)
    return str(gettext(asked.need.words, least=asked.least, name=name))
