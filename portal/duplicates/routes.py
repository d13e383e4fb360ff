"""Doors of the duplicates room."""

from collections.abc import Sequence
from typing import Any

from portal.core import NotFound, Permission
from portal.duplicates import commands, forms, queries
from portal.duplicates.models import ParticipantMerge
from portal.duplicates.rules import EntryButton, Kind, MergeStatus
from portal.enrolments.pages import called
from portal.participants.models import Participant, ParticipantLink
from portal.participants.queries import get_participant, list_links
from portal.web.forms import ButtonsForm
from portal.web.i18n import SPOKEN
from portal.web.view import UUID, Response, Room, _, actor, check_seen, page, see_other, session

room = Room("duplicates", __name__)
room.app_template_global("own_merges")(lambda: queries.list_own(session(), actor()))


@room.door("/work/duplicates", allow=Permission.MERGE_PARTICIPANTS)
def list_all() -> Response:
    """Show who may be entered twice, what waits, and what can be undone."""
    return page(
        "duplicates/list.html",
        suggestions=queries.list_suggestions(session(), actor()),
        asked=queries.list_asked(session(), actor()),
        recent=queries.list_recent(session(), actor()),
    )


@room.form("/work/duplicates/<uuid:one>/<uuid:other>", allow=Permission.MERGE_PARTICIPANTS)
def compare(one: UUID, other: UUID) -> Response:
    """Two entries side by side, and what happens when they are brought together."""
    form = forms.CompareForm(data={"keep": str(one)})
    if one == other:
        raise NotFound("participant")
    people = [get_participant(session(), actor(), uuid) for uuid in (one, other)]
    form.keep.choices = [(str(person.uuid), called(person)) for person in people]
    if form.is_sent_and_valid():
        check_seen(*_shown(people))
        return _compared(form, people)
    return page(
        "duplicates/compare.html",
        form=form,
        people=people,
        shown=_shown(people),
        **_side_by_side(people),
    )


def _side_by_side(people: Sequence[Participant]) -> dict[str, Any]:
    """What the page says of each of these people."""
    there = queries.what_is_there(session(), people)
    return {"links": _links_of(people), "there": there, "kinds": list(Kind), "spoken": SPOKEN}


def _links_of(people: Sequence[Participant]) -> dict[int, ParticipantLink]:
    return list_links(session(), actor().organisation_id, [person.id for person in people])


def _shown(people: Sequence[Participant]) -> list[Participant | ParticipantLink]:
    """What the page says of them, and the buttons decide about."""
    return [*people, *_links_of(people).values()]


def _compared(form: forms.CompareForm, people: list[Participant]) -> Response:
    if form.pressed((EntryButton.TOGETHER, EntryButton.APART)) is EntryButton.APART:
        commands.keep_apart(session(), actor(), *people)
        return see_other("duplicates.list_all", done=_("Noted: these are two different people."))
    kept, merged = sorted(people, key=lambda person: str(person.uuid) != form.keep.data)
    merge = commands.ask(session(), actor(), kept=kept, merged=merged)
    return see_other("duplicates.show", uuid=merge.uuid, done=_done(merge))


@room.form("/work/merges/<uuid:uuid>", allow=Permission.MERGE_PARTICIPANTS)
def show(uuid: UUID) -> Response:
    """One merge: agree, refuse, or take it back."""
    form = ButtonsForm()
    seen = queries.get_merge(session(), actor(), uuid)
    if form.is_sent_and_valid():
        check_seen(seen.merge, *_shown(seen.known))
        return _decided(form, seen)
    return page(
        "duplicates/show.html",
        form=form,
        seen=seen,
        merge=seen.merge,
        shown=[seen.merge, *_shown(seen.known)],
        **_side_by_side(seen.known),
    )


def _decided(form: ButtonsForm, seen: queries.SeenMerge) -> Response:
    merge = seen.merge
    match form.pressed((EntryButton.AGREE, EntryButton.REFUSE, EntryButton.UNDO)):
        case EntryButton.UNDO:
            commands.undo(session(), actor(), merge)
            done = _("Taken back: these are two entries again.")
        case EntryButton.AGREE:
            commands.say(session(), actor(), merge, is_agreed=True)
            done = _done(merge)
        case EntryButton.REFUSE:
            commands.say(session(), actor(), merge, is_agreed=False)
            done = _("Noted. They are not brought together.")
        case other:
            raise AssertionError(other)
    return see_other("duplicates.show", uuid=merge.uuid, done=done)


def _done(merge: ParticipantMerge) -> str:
    if merge.status is MergeStatus.DONE:
        return _("Done. This is one person now.")
    return _("Others know her too. They are asked first.")
