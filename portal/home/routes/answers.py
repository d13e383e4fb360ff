"""What a link from a message opens: one answer, in one tap, without signing in.

Whoever is signed in in this browser stays so and is not asked: the link alone says whose answer it
is. Opening it changes nothing, so that a program that looks at links beforehand does no harm.
"""

from collections.abc import Callable
from typing import Any, assert_never

from flask import request
from flask_babel import gettext as _

from portal.core import Actor, Link, NotFound, Purpose, links, participant_actor, reading_as
from portal.enrolments import commands as enrolments
from portal.home.commands import answers
from portal.home.forms import Answer, AnswerForm
from portal.home.routes import room
from portal.introductions import queries as introductions
from portal.introductions.commands import answer as answer_at_work
from portal.participants.commands import want_reminders
from portal.progress import queries as progress
from portal.progress.commands import answer_aftercare
from portal.progress.rules import AftercareAnswer
from portal.searches import commands as searches, queries as kept_searches
from portal.web.forms import ButtonsForm, OnOff
from portal.web.i18n import prefer_language
from portal.web.known import told_to_nobody
from portal.web.view import ANYONE, Response, check_seen, page, see_other, session
from portal.web.words import day

_QUESTIONS = ("leave", "agreement")  # that have a page of their own


@room.form("/a/<token>", allow=ANYONE, for_all=True)
def answer(token: str) -> Response:
    """Show what can be answered, and take the answer."""
    link = links.find(session(), token, *_ABOUT)
    try:
        if link is None:
            raise NotFound("link")
        response = _ABOUT[link.purpose](link, token)
    except NotFound:
        response = page("home/link_over.html", status=404)
    return told_to_nobody(response)


def _about_enrolment(link: Link, token: str) -> Response:
    found = answers.find_enrolment(session(), link, token)
    prefer_language(found.language)
    form = AnswerForm()
    with reading_as(session(), found.her):
        if form.is_sent_and_valid():
            return _do(form, found, link, token)
        answers.look_up(session(), found)
    asked = request.args.get("ask")
    return page(
        "home/answer.html",
        form=form,
        found=found,
        enrolment=found.enrolment,
        offering=found.offering,
        agreement=found.agreement,
        ask=asked if asked in _QUESTIONS else None,
        takes_people=found.offering.takes_people and found.offering.organisation.is_verified,
        token=token,
    )


def _do(form: AnswerForm, found: answers.Answerable, link: Link, token: str) -> Response:
    match form.pressed(Answer):
        case Answer.TAKE:
            enrolments.take_place(session(), found.her, found.enrolment)
            done = _("You have a place. See you there!")
        case Answer.LEAVE:
            check_seen(found.enrolment)
            enrolments.leave(session(), found.her, found.enrolment)
            done = _("You are off the list.")
        case Answer.EXCUSE:
            row = answers.excuse(session(), found, form.session_uuid(), form.seen_at())
            done = _("We know: you do not come on %(day)s.", day=day(row.starts_at))
        case Answer.COME:
            row = answers.come(session(), found, form.session_uuid())
            done = _("Good: you come on %(day)s.", day=day(row.starts_at))
        case Answer.AGREE:
            answers.agree(session(), found, form.about.data or "")
            done = _("Thank you. You said yes.")
        case Answer.AGAIN:
            answers.sign_up_again(session(), found, link)
            done = _("You have signed up")
        case never:
            assert_never(never)
    return see_other("home.answer", token=token, done=done)


def _about_reminders(link: Link, token: str) -> Response:
    participant, known = answers.find_reminded(session(), link, token)
    prefer_language(participant.language)
    form = ButtonsForm()
    if form.is_sent_and_valid():
        wants = form.pressed(OnOff) is OnOff.ON
        her = participant_actor(participant.id, participant.name, ())
        want_reminders(session(), her, participant, known, wants=wants)
        return see_other("home.answer", token=token, done=_("Saved."))
    wants = any(one.wants_reminders for one in known)
    return page("home/reminders.html", form=form, wants=wants)


def _about_search(link: Link, token: str) -> Response:
    search = kept_searches.find_linked(session(), link, token)
    if search.language:
        prefer_language(search.language)
    form = ButtonsForm()
    if form.is_sent_and_valid():
        if form.pressed(OnOff) is OnOff.ON:
            searches.confirm(session(), search)
            return see_other(
                "home.answer", token=token, done=_("We tell you when something comes.")
            )
        searches.end(session(), search)
        return page("searches/ended.html")
    return page("searches/linked.html", form=form, search=search)


def _about_aftercare(link: Link, token: str) -> Response:
    row = progress.find_aftercare(session(), link, token)
    prefer_language(row.participant.language)
    her = participant_actor(row.participant_id, row.participant.name, [row.organisation_id])
    return _how_it_goes(row, her, token, answer_aftercare)


def _about_work(link: Link, token: str) -> Response:
    row, introduction, her = introductions.find_asked(session(), link, token)
    prefer_language(introduction.participant.language)
    return _how_it_goes(row, her, token, answer_at_work, introduction=introduction)


def _how_it_goes(
    row: Any, her: Actor, token: str, say: Callable[..., None], **about: Any
) -> Response:
    form = ButtonsForm()
    if form.is_sent_and_valid():
        with reading_as(session(), her):
            say(session(), her, row, form.pressed(AftercareAnswer))
            return see_other("home.answer", token=token, done=_("Thank you."))
    return page("progress/how_it_goes.html", form=form, row=row, **about)


_ABOUT = {
    Purpose.ENROLMENT: _about_enrolment,
    Purpose.REMINDERS: _about_reminders,
    Purpose.SEARCH: _about_search,
    Purpose.AFTERCARE: _about_aftercare,
    Purpose.WORK: _about_work,
}
