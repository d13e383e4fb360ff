"""Doors of introductions: hers, and those of an employer and of a guide whom she lets help."""

import uuid as uuids
from enum import StrEnum
from functools import partial

from portal.core import NotFound, Permission, clock
from portal.core.areas import districts
from portal.introductions import commands, queries, rules
from portal.introductions.forms import IntroductionForm, WantForm, WorkAgreementForm
from portal.introductions.models import Introduction
from portal.introductions.rules import IntroductionMove, Side
from portal.offerings.rules import DutchLevel
from portal.progress.rules import AftercareAnswer
from portal.web.documents import csv_response
from portal.web.view import Response, Room, _, actor, check_seen, page, see_other, session
from portal.web.words import label
from portal.work_places.queries import get_work_place, list_visible

room = Room("introductions", __name__)
room.app_template_global("work_to_answer")(
    lambda: queries.list_waiting(session(), actor(), Side.HER)
)
room.app_template_filter("why_not")(lambda why: label(rules.WhyNot(why)))
room.app_template_filter("district_called")(lambda code: districts()[code])
room.app_template_filter("dutch_in_words")(lambda code: label(DutchLevel(code) if code else None))


class _Button(StrEnum):
    AGREE = "agree"
    MET = "met"


@room.door("/my/introductions", allow=Permission.OWN_PAGE)
def own_list() -> Response:
    """Hers, what waits first."""
    return page("introductions/own_list.html", rows=queries.list_seen(session()))


@room.form("/my/work/<slug>/meet", allow=Permission.OWN_PAGE)
def want(slug: str) -> Response:
    """She says that she wants to meet an employer, alone or with a guide."""
    place, form = get_work_place(session(), slug), WantForm()
    helpers = {
        one.organisation.slug: one.organisation
        for one in queries.list_helpers(session(), actor(), place.organisation_id)
    }
    named = [(key, one.name) for key, one in helpers.items()]
    form.guide.choices = [*named, ("alone", _("I go alone"))]
    if form.is_sent_and_valid():
        guide = helpers.get(form.guide.data)
        commands.want(session(), actor(), place, guide_organisation_id=guide.id if guide else None)
        return see_other("introductions.own_list", done=_("Sent. The company answers you here."))
    return page("introductions/want.html", form=form, place=place)


@room.door("/work/introductions", allow=Permission.RECORD_PROGRESS)
def list_all() -> Response:
    """An employer's by work place, and those of whom a guide may help."""
    return page("introductions/list.html", rows=queries.list_seen(session()))


@room.form("/my/introductions/<uuid:uuid>", allow=Permission.OWN_PAGE, endpoint="own")
@room.form("/work/introductions/<uuid:uuid>", allow=Permission.RECORD_PROGRESS)
def show(uuid: uuids.UUID) -> Response:
    """One introduction, for her, the employer or guide: what is next."""
    is_hers = actor().is_participant
    row, form = queries.get_seen(session(), uuid), IntroductionForm()
    side = row.side_of(actor())
    form.why.choices = [(one, label(one)) for one in rules.WHY_NOT[side]]
    if form.does(lambda: _act(row, form)):
        back = "introductions.own_list" if is_hers else "introductions.list_all"
        return see_other(back, done=_("Saved."))
    text = queries.find_text(session(), row)
    return page(
        "introductions/own.html" if is_hers else "introductions/show.html",
        form=form, row=row, side=side, text=text, unsaid=queries.unsaid(row, text),
        asked=queries.list_asked(session(), row), may=partial(rules.may, side, row.status),
        seen=list_visible(session(), row.organisation_id).get(row.participant_id),
    )  # fmt: skip


def _act(row: Introduction, form: IntroductionForm) -> None:
    """Do what one button says."""
    check_seen(row)
    do = form.pressed([*IntroductionMove, *AftercareAnswer, *_Button])
    if isinstance(do, IntroductionMove):
        commands.take_step(session(), actor(), row, do, **form.step())
    elif do is _Button.AGREE:
        commands.agree(session(), actor(), row, form.version.data or "")
    else:
        asked = form.meant("question", queries.list_asked(session(), row))
        if isinstance(do, AftercareAnswer):
            commands.answer(session(), actor(), asked, do)
        else:
            commands.meet(session(), actor(), asked)


@room.form("/work/introductions/<uuid:uuid>/agreement", allow=Permission.RECORD_PROGRESS)
def write(uuid: uuids.UUID) -> Response:
    """The employer writes what is agreed for a trial or for work."""
    row = queries.get_seen(session(), uuid)
    if row.side_of(actor()) is not Side.EMPLOYER:
        raise NotFound("introduction")
    text = queries.find_text(session(), row)
    begun = {"from_on": clock.today(), "minutes_per_week": row.work_place.week_minutes}
    form = WorkAgreementForm(of=text, **({} if text else {"data": lambda: begun}))
    if form.does(lambda: commands.write(session(), actor(), row, **form.values())):
        done = _("Sent. It holds once all said yes.")
        return see_other("introductions.show", uuid=uuid, done=done)
    return page("introductions/write.html", form=form, row=row)


@room.door("/work/introductions.csv", allow=Permission.RECORD_PROGRESS)
def export() -> Response:
    """The same list as a file."""
    header = [_("Work place"), _("Name"), _("Step"), _("From"), _("Until")]
    rows = [
        [one.work_place.title, one.name_at_work, label(one.status), one.from_on, one.until_on]
        for one in queries.list_seen(session())
    ]
    return csv_response(header, rows, f"kennismakingen-{clock.today():%Y-%m-%d}.csv")
