"""A participant's own pages, and what a link from a message opens: one answer, in one tap.

Whoever is signed in stays so and is not asked: the link alone says whose answer it is. Opening it
changes nothing, so that a program that looks at links beforehand does no harm.
"""

from collections.abc import Callable
from typing import Any, assert_never

from flask import request

from portal.attendance import commands as attendance
from portal.attendance.queries import list_coming
from portal.catalogue.pages.cards import draw_cards
from portal.check_in.queries import may_check_in
from portal.core import Actor, Link, NotFound, Permission, Purpose, clock, links, participant_actor
from portal.core.guard import reading_as
from portal.enrolments import commands as enrolments
from portal.home.commands import answers
from portal.home.forms import Answer, AnswerForm, OwnContactForm
from portal.home.queries import hers
from portal.home.routes import room
from portal.hours.queries import hours_of
from portal.introductions import queries as introductions
from portal.introductions.commands import answer as answer_at_work
from portal.participants import commands, commands as participants
from portal.participants.commands import want_reminders
from portal.participants.queries import entries_of, get_own_self, ids_within, list_terms, own_links
from portal.participants.queries.happened import NEW_DEVICE, get_happened, list_happened, list_views
from portal.participants.rules import Contact
from portal.progress import queries as progress
from portal.progress.commands import answer_aftercare, rate
from portal.progress.rules import AftercareAnswer, Face
from portal.referrals.queries import list_taken
from portal.searches import commands as searches, queries as kept_searches
from portal.web import signing_in
from portal.web.forms import ButtonsForm, OnOff
from portal.web.i18n import prefer_language
from portal.web.known import told_to_nobody
from portal.web.view import ANYONE, Response, _, actor, check_seen, page, see_other, session
from portal.web.words import day

room.app_template_global("stays_signed_in")(signing_in.stays)

_MOST_TIMES = 20


@room.door("/my", allow=Permission.OWN_PAGE)
def my() -> Response:
    """The participant's first page: what is next, and the way to the rest."""
    return page(
        "home/my.html",
        start=hers.start(session(), actor(), here := signing_in.this_id()),
        here=here,
        may_check_in=may_check_in(session(), actor(), clock.now()),
    )


@room.door("/my/times", allow=Permission.OWN_PAGE)
def times() -> Response:
    """Show all that comes, whether she comes, and where she was lately."""
    her = actor().participant_id or 0
    return page(
        "home/times.html",
        coming=list_coming(session(), her, clock.now(), most=_MOST_TIMES),
        visits=hours_of(session(), her, ()).latest,
    )


@room.door("/my/activities", allow=Permission.OWN_PAGE)
def activities() -> Response:
    """What she takes part in, waits for or did before."""
    return page("home/activities.html", activities=hers.activities(session(), actor()))


@room.door("/my/saved", allow=Permission.OWN_PAGE)
def saved() -> Response:
    """What she saved and looks for, and what suits her."""
    found = hers.finds(session(), actor())
    return page(
        "home/saved.html",
        found=found,
        saved=draw_cards(session(), found.saved),
        suits=draw_cards(session(), found.suits),
    )


@room.door("/my/steps", allow=Permission.OWN_PAGE)
def steps() -> Response:
    """Where she stands on the ladder, and where she went on to."""
    her = actor().participant_id or 0
    return page(
        "home/steps.html",
        steps=progress.list_steps(session(), her),
        outflow=progress.list_outflow(session(), her),
    )


@room.door("/my/data", allow=Permission.OWN_PAGE)
def data() -> Response:
    """What is kept about her, who sees it, and what was done with it."""
    her = get_own_self(session(), actor())
    links = own_links(session(), her.id)
    terms = list_terms(session(), [her.id])
    return page(
        "home/data.html",
        participant=her,
        term=next((term for term in terms if term.runs_on(clock.today())), None),
        links=hers.knowing(links),
        happened=list_happened(session(), actor(), links),
        views=list_views(session(), commands.VIEWED, her.__tablename__, [her.id]),
        taken=list_taken(session(), actor()),
        here=signing_in.this_id(),
    )


@room.button("/my/reminders", allow=Permission.OWN_PAGE)
def reminders() -> Response:
    """Reminders the day before: on or off."""
    wants = ButtonsForm().pressed(OnOff) is OnOff.ON
    her = get_own_self(session(), actor())
    links = own_links(session(), her.id)
    participants.want_reminders(session(), actor(), her, links, wants=wants)
    return see_other("home.data", done=_("Saved."))


@room.form("/my/sessions", allow=Permission.OWN_PAGE)
def sessions() -> Response:
    """Show where her page is open, with buttons to sign out there."""
    mine = entries_of(session(), actor().participant_id or 0)
    found = signing_in.list_sessions("card", mine)
    within = ids_within(session(), actor(), {key for row in found for key in row.keys})
    found = [row for row in found if within.issuperset(row.keys)]
    if request.method == "POST":
        named = request.form.get("end")
        if any(str(row.uuid) == named for row in found):
            signing_in.end("card", mine, named)
        return see_other("home.sessions", done=_("Signed out there."))
    return page("home/sessions.html", sessions=found, is_this=signing_in.is_this)


@room.button("/my/own-phone", allow=Permission.OWN_PAGE)
def own_phone() -> Response:
    """She stays signed in here, as this phone is hers alone, or no longer."""
    stays = ButtonsForm().pressed(OnOff) is OnOff.ON
    signing_in.stay(stays=stays)
    done = _("You stay signed in on this phone.") if stays else _("You do not stay signed in here.")
    return see_other("home.sessions", done=done)


@room.form("/my/contact", allow=Permission.OWN_PAGE)
def own_contact() -> Response:
    """How she is reached: see it, correct it, say that it is right."""
    her = get_own_self(session(), actor())
    links = [link for link in own_links(session(), her.id) if link.knows_her]

    def known() -> dict[str, str]:
        reached = links[0].as_typed if links else {}
        return {"name": her.name, "language": her.language, **reached}

    form = OwnContactForm(of=(her, *links), data=known)
    if form.is_sent_and_valid():
        answers = form.contact()
        contact = Contact.of(answers["contact_way"], answers["phone"], answers["email"])
        commands.change_own_contact(
            session(), actor(), her, contact=contact,
            name=form.name.data or her.name, language=answers["language"],
        )  # fmt: skip
        return see_other("home.data", done=_("Saved."))
    return page("home/own_contact.html", form=form, links=links)


@room.button("/my/happened/<int:event_id>", allow=Permission.OWN_PAGE)
def not_me(event_id: int) -> Response:
    """Undo what she did not do or ask; whoever keeps the portal hears."""
    one = get_happened(session(), actor(), event_id)
    answers.undo(session(), actor(), one)
    if one.event == NEW_DEVICE:
        done = _("Signed out there. Is a card lost, or did others see it? Stop it here.")
        return see_other("participants.own_card", done=done)
    return see_other("home.data", done=_("We put it back. We look at what happened."))


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
    if progress.is_to_rate(found.enrolment):
        rate(session(), found.her, found.enrolment, form.pressed(Face))
        return see_other("home.answer", token=token, done=_("Thank you."))
    match form.pressed(Answer):
        case Answer.TAKE:
            enrolments.take_place(session(), found.her, found.enrolment)
            done = _("You have a place. See you there!")
        case Answer.LEAVE:
            check_seen(found.enrolment)
            enrolments.leave(session(), found.her, found.enrolment)
            done = _("You are off the list.")
        case Answer.EXCUSE:
            row = answers.session_of(session(), found, form.session_uuid())
            attendance.excuse(session(), found.her, row, seen_at=form.seen_at())
            done = _("We know: you do not come on %(day)s.", day=day(row.starts_at))
        case Answer.COME:
            row = answers.session_of(session(), found, form.session_uuid())
            attendance.take_back_excuse(session(), found.her, row)
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
