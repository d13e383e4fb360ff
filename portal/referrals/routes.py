"""Doors of the referrals room."""

from flask import request

from portal.core import Permission
from portal.enrolments.queries import get_enrolment, get_offering
from portal.enrolments.rules import EnrolmentStatus
from portal.participants.commands.keys import may_enter
from portal.participants.pages import card_to_print, enter_here, keep_to_print
from portal.participants.rules import new_card_token
from portal.referrals import commands, forms, queries
from portal.referrals.models import Referral
from portal.web.address import read_words
from portal.web.throttle import Sending
from portal.web.view import UUID, Response, Room, _, actor, check_seen, page, see_other, session

room = Room("referrals", __name__)
room.app_template_global("own_referrals")(lambda: queries.list_own(session(), actor()))
room.app_template_global("referrals_of")(
    lambda enrolments: queries.by_enrolment(session(), actor(), enrolments)
)
_referrals = Sending("referral", by_one=300, from_range=1000)


@room.door("/work/referrals", allow=Permission.REFER)
def list_made() -> Response:
    """What became of each referral."""
    number = request.args.get("page", 1, type=int)
    return page("referrals/list.html", referrals=queries.list_made(session(), actor(), number))


@room.form("/work/referrals/new", allow=Permission.REFER, known_by=("name",))
def refer() -> Response:
    """Refer somebody to the offering that is named in the address."""
    if "offering" not in request.args:
        return see_other("catalogue.find")
    offering = get_offering(session(), request.args["offering"])
    if offering.organisation_id == actor().organisation_id:
        return see_other("enrolments.sign_up_at_desk", slug=offering.slug)
    if not offering.takes_people:
        return page("enrolments/closed.html", offering=offering)
    form = forms.ReferForm()
    if form.is_sent_and_valid():
        _referrals.take()
        token = new_card_token()
        about = {"offering_id": offering.id, "card_token": token, **form.referral()}
        referral = commands.refer(session(), actor(), **about)
        keep_to_print(referral.enrolment.participant.uuid, token)
        done = _("Referred. Print the card now: it can't be shown again later.")
        return see_other("referrals.show", uuid=referral.uuid, done=done)
    return page("referrals/new.html", form=form, offering=offering)


@room.door("/work/referrals/<uuid:uuid>", allow=Permission.REFER)
def show(uuid: UUID) -> Response:
    """What became of one referral, and the card while it can be printed."""
    referral = queries.get_made(session(), actor(), uuid)
    card = None
    if referral.followed is not None:
        card = card_to_print(referral.participant_uuid, referral.followed.participant.name)
    return page("referrals/show.html", referral=referral, card=card)


@room.form(
    "/my/enrolments/<uuid:uuid>/move-on", allow=Permission.OWN_PAGE, endpoint="move_on_myself"
)
@room.form("/work/enrolments/<uuid:uuid>/move-on", allow=Permission.REFER)
def move_on(uuid: UUID) -> Response:
    """Go on with another provider: first where, then what she agrees to.

    Staff let one of their people; she does it herself where her keys let her in.
    """
    old = get_enrolment(session(), actor(), uuid)
    form = forms.OwnMoveForm() if actor().is_participant else forms.MoveForm()
    if "offering" not in request.args:
        words = read_words(request.args.get("q"))
        number = request.args.get("page", 1, type=int)
        found = queries.list_to_refer_to(session(), old.organisation_id, words, number)
        return page("referrals/move_to.html", old=old, found=found, q=words)
    offering = get_offering(session(), request.args["offering"])
    if actor().is_participant and not may_enter(session(), actor(), offering.organisation_id):
        done = _("Sign up here. The place that you have stays yours.")
        return see_other("enrolments.sign_up", slug=offering.slug, done=done)
    if form.is_sent_and_valid():
        referral = commands.move_on(
            session(), actor(), old=old, offering_id=offering.id, **form.move()
        )
        return _moved(referral)
    return page("referrals/move_on.html", form=form, old=old, offering=offering)


@room.form("/work/referrals/<uuid:uuid>/reference", allow=Permission.REFER)
def give_reference(uuid: UUID) -> Response:
    """The referrer's own number for her: written by whoever referred, or who has her now."""
    referral = queries.get_followed(session(), uuid)
    form = forms.ReferenceForm(of=referral, data=lambda: {"reference": referral.reference})
    if form.does(lambda: commands.give_reference(session(), actor(), referral, **form.values())):
        return see_other("referrals.give_reference", uuid=uuid, done=_("Saved."))
    return page("referrals/reference.html", form=form, referral=referral)


def _moved(referral: Referral) -> Response:
    if actor().is_participant:
        enter_here(referral.to_organisation_id)
        done = _("You have signed up there. Your place here stays until you have the new one.")
        if referral.enrolment.status is EnrolmentStatus.ENROLLED:
            done = _("You have a new place. Your old place stops today.")
        return see_other("home.activities", done=done)
    return see_other("referrals.show", uuid=referral.uuid, done=_("Signed up there."))


@room.button("/my/referrals/<uuid:uuid>/withdraw", allow=Permission.OWN_PAGE)
def withdraw(uuid: UUID) -> Response:
    """She takes back that others read of her; her places stay as they are."""
    referral = queries.get_own(session(), actor(), uuid)
    check_seen(referral)
    if request.form.get("what") == "reference":
        commands.give_reference(session(), actor(), referral, reference="")
        done = _("They can't read your days and hours any more.")
    elif request.form.get("what") == "history":
        commands.stop_sharing(session(), actor(), referral)
        done = _("They can't read any more what you did before.")
    else:
        commands.withdraw(session(), actor(), referral)
        done = _("Done. They see nothing of it any more.")
    return see_other("home.activities", done=done)
