"""How somebody is called on a page and on paper: by her name, and by what tells it apart."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from flask import g
from flask_babel import gettext as _, ngettext

from portal.enrolments.queries.namesakes import Asked, FirstDay, Note, notes_of
from portal.participants.models import Participant
from portal.web.current import actor, session
from portal.web.words import day_and_year

NEW, SKIP = "new", "skip"  # what may be answered about a name, beside who it is


def called(who: Any, *, on_paper: bool = False) -> str:
    """The name of a participant, or of a row with a `participant_id` and a `name`.

    Where staff see somebody else of that name, what tells her apart stands behind it. All whose
    rows were read for this page are asked about at once; a row may bring its own `note`.
    """
    if not actor().is_staff:
        return str(who.name)
    if hasattr(who, "note"):
        return with_note(who.name, who.note, on_paper=on_paper)
    id_ = _id_in(who)
    return with_note(who.name, _notes({id_})[id_] if id_ else None, on_paper=on_paper)


def will_call(people: Iterable[Any]) -> None:
    """Ask at once what tells people apart whom a page calls by their names."""
    _notes({*filter(None, map(_id_in, people))})


def _id_in(who: Any) -> int | None:
    found: int | None = who.id if isinstance(who, Participant) else who.participant_id
    return found


def with_note(name: str, note: Note | None, *, on_paper: bool = False) -> str:
    """Add to a name what tells it apart; on paper never a phone."""
    if note is None:
        return name
    said = [_day(note.day)] if note.day else []
    said += note.groups
    if note.number:
        said.append(_("number %(number)s", number=note.number))
    if note.digits and not on_paper:
        said.append(_("phone ends in %(digits)s", digits=note.digits))
    return f"{name} ({', '.join(said)})"


def _day(day: FirstDay) -> str:
    words = day_and_year(day.on)
    if day.has_begun:
        return str(_("since %(day)s", day=words))
    return str(_("entered on %(day)s", day=words))


def _notes(wanted: Collection[int]) -> dict[int, Note | None]:
    notes: dict[int, Note | None] = g.setdefault("namesakes", {})
    if not notes.keys() >= set(wanted):
        rows = session().identity_map.values()
        ids = {*wanted, *filter(None, map(_id_of, rows))} - notes.keys()
        found = notes_of(session(), ids)
        notes.update({id_: found.get(id_) for id_ in ids})
    return notes


def _id_of(row: Any) -> int | None:
    """Whose row it is, without asking the database."""
    key = "id" if isinstance(row, Participant) else "participant_id"
    found: int | None = vars(row).get(key)
    return found


def answered(asked: Sequence[Asked], said: Mapping[str, str]) -> dict[str, Any] | None:
    """Sort new from known, once each question about the names is answered."""
    new, known = [], []
    for row in asked:
        ids = {str(person.uuid): person.id for person in row.known}
        answer = said.get(row.key, "" if row.known or row.is_twice else NEW)
        if answer not in {NEW, SKIP, *ids}:
            return None
        if answer == NEW:
            new.append(row.name)
        elif answer != SKIP:
            known.append(ids[answer])
    return {"names": new, "known_ids": list(dict.fromkeys(known))}


def said_of_group(places: int, line: int) -> str:
    """What became of a group that was entered."""
    in_it = ngettext(
        "%(num)s person is in the group now.", "%(num)s people are in the group now.", places
    )
    if not line:
        return str(in_it)
    rest = ngettext("%(num)s waits for a place.", "%(num)s wait for a place.", line)
    return f"{in_it} {rest}"
