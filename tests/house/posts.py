"""What is sent to each address that writes, so that it does: the heaviest that people send."""

import io
import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from argon2 import PasswordHasher
from sqlalchemy import delete, select

from portal.accounts.models import User
from portal.attendance import commands as attendance
from portal.attendance.models import AttendanceChange
from portal.attendance.rules import AttendanceStatus, RecordedHow
from portal.core import clock
from portal.core.actor import Role
from portal.core.browser_session import BrowserSession
from portal.duplicates.models import MergeSay, ParticipantMerge
from portal.enrolments.models import Enrolment
from portal.imports.rules.sheets.reading import read_file
from portal.notices.rules import Channel, NoticeStatus
from portal.offerings.rules import OfferingKind
from portal.organisations.models import Membership
from tests import factories as make
from tests.credentials.made import asked_of
from tests.hours.made import many_days, mark
from tests.house.filled import all_cards, register_sheet
from tests.house.post import Post, Values
from tests.house.world import World
from tests.impact.money_sheets import SHEET
from tests.offerings.made import photo
from tests.pages import AuditingClient, page_of
from tests.recognition.made import recognised_beside, recognises
from tests.recognition.words import SAID, came_then

_PASSWORD = "drie blauwe fietsen"


def _with_password(world: World) -> None:
    """A password that was hashed before today's parameters, so that it is hashed anew."""
    user = world.session.get_one(User, world.cast.actor("guide").user_id)
    old = PasswordHasher(time_cost=1, memory_cost=8_192, parallelism=1)
    user.password_hash = old.hash(_PASSWORD)


def _at_two(world: World) -> None:
    world.session.add(
        Membership(
            user_id=world.cast.actor("guide").user_id,
            organisation_id=world.cast.other_enterprise.id,
            role=Role.GUIDE,
        )
    )


def _beside(world: World) -> None:
    """Another provider of the same part of the city, with a report over the same days."""
    recognised_beside(world.session, world.cast, 3)
    for one in (world.cast.enterprise, world.cast.other_enterprise):
        one.area_code = "BU05991570"


def _photo(world: World) -> Values:
    """What a telephone makes today: 12 megapixels."""
    sent = (io.BytesIO(photo(size=(4000, 3000))), "a.jpg")
    return {"file": sent, "alt": "Wortels.", "may_show": "y"}  # hers asks for the file alone


def _upload(world: World) -> Values:
    return {"file": (io.BytesIO(register_sheet(40, 50)), "a.xlsx"), "offering": world.offering.slug}


def _read_much(world: World) -> None:
    data = register_sheet(3, 12)  # each person who is made takes some milliseconds
    grid = read_file(data, today=clock.today()).grid
    world.register_import.reading = {"grid": grid.to_json()}


def _much_attended(world: World) -> None:
    """A year of sessions, so that figures and hours have something to count."""
    session, cast = world.session, world.cast
    for week in range(1, 60):
        mark(session, cast.enrolment, clock.now() - timedelta(days=7 * week + 1))


def _full_register(world: World) -> None:
    """Thirty people more."""
    world.offering.places = 50
    for number in range(30):
        person = make.participant(world.session, f"Deelnemer {number}")
        make.enrolment(world.session, world.offering, person)


def _marked(world: World) -> None:
    _full_register(world)
    attendance.record_everyone(world.session, world.cast.actor("guide"), world.offering_session)


def _batch(world: World) -> Values:
    batches = select(AttendanceChange.batch_id).where(AttendanceChange.batch_id.is_not(None))
    return {"batch": str(world.session.scalars(batches).first())}


def _events(world: World) -> Values:
    enrolments = world.session.query(Enrolment).filter_by(offering_id=world.offering.id).all()
    events = [
        {
            "id": str(uuid.uuid4()),
            "kind": "mark",
            "session": str(world.offering_session.uuid),
            "person": str(one.uuid),
            "status": "present",
            "tapped_at": clock.now().isoformat(),
        }
        for one in enrolments
    ]
    return {"json": {"sent_at": clock.now().isoformat(), "events": events}}


def _missed(world: World) -> None:
    for days in (9, 7, 5):
        row = make.offering_session(
            world.session, world.offering, clock.now() - timedelta(days=days)
        )
        attendance.record(
            world.session, world.cast.actor("guide"), row,
            {world.enrolment.id: (AttendanceStatus.ABSENT, None)}, RecordedHow.BY_HAND,
        )  # fmt: skip
        world.session.info["missed"] = row.uuid


def _pre_trajectory(world: World) -> None:
    world.offering.kind = OfferingKind.PRE_TRAJECTORY


def _dates(world: World) -> Values:
    return {
        "weekdays": ["1", "3"], "second_weekdays": None, "second_starts": None,
        "second_ends": None, "starts": "09:00", "ends": "12:00", "weeks": None,
        "first_on": clock.today().isoformat(), "times": None,
        "last_on": (clock.today() + timedelta(days=360)).isoformat(),
    }  # fmt: skip


def _seen(world: World) -> Values:
    """What the page says that shows what would change, so that it may be done."""
    client = world.cast.client("coordinator")
    client.audits = False
    url = f"/work/offerings/{world.draft.slug}/series/{world.series.id}/edit"
    shown = page_of(Post(_dates).send(client, url, world))
    hidden = shown.main.find_all("input", type="hidden")
    return {**{str(tag["name"]): tag["value"] for tag in hidden}, **_dates(world), "step": "apply"}


def _written_to(world: World) -> Values:
    """What the page says that shows how a message arrives, so that it goes."""
    client = world.cast.client("guide")
    url = f"/participants/message?group={world.offering.slug}"
    shown = client.submit(url, body="Tot dan!", button="look")
    [seen] = page_of(shown).select("input[name=seen]")
    return {"body": "Tot dan!", "seen": seen["value"], "do": None, "who": world.participant.uuid}


def _of_group(world: World) -> Values:
    return {"group": world.offering.slug}


def _another_group(world: World) -> None:
    world.session.info["ours"] = make.offering(world.session, world.cast.enterprise).slug


def _not_asked(world: World) -> None:
    """Nobody asked yet whether the two are one."""
    world.session.execute(delete(MergeSay))
    world.session.execute(delete(ParticipantMerge))
    _elsewhere(world)


def _elsewhere(world: World) -> None:
    """The two are in different groups, so that they can be one."""
    world.applied.offering_id = world.draft.id


def _not_sent(world: World) -> None:
    """A message that could not be delivered."""
    world.notice.channel, world.notice.status = Channel.EMAIL, NoticeStatus.FAILED
    world.notice.address, world.notice.data = "fatma@example.org", {"title": "Koken"}


def _began(client: AuditingClient, world: World) -> None:
    """She was at the pages before, a while ago."""
    with clock.freeze(clock.now() - timedelta(minutes=1)):
        client.submit(f"/offerings/{world.offering.slug}/sign-up")


def _named(client: AuditingClient, world: World) -> None:
    _began(client, world)
    client.submit(f"/offerings/{world.offering.slug}/sign-up/name", name="Amina B.")


def _reached(client: AuditingClient, world: World) -> None:
    _named(client, world)
    url = f"/offerings/{world.offering.slug}/sign-up/reach"
    client.submit(url, contact_way="phone", phone="06 12345678")


def _open_somewhere(world: World) -> Values:
    """Where her page is open: here."""
    hers = select(BrowserSession.uuid).where(BrowserSession.kind == "card")
    return {"end": str(world.session.scalars(hers).first())}


def _look(client: AuditingClient, path: str) -> None:
    client.page(path)


def _to_other(world: World) -> Values:
    return {"offering": world.session.info["away"]}


def _offer_away(world: World) -> None:
    away = make.offering(world.session, world.cast.other_enterprise)
    world.session.info["away"] = away.slug


def these(**values: Any) -> Callable[[World], Values]:
    return lambda world: values


POSTS: dict[str, Post] = {
    "accounts.sign_in": Post(
        these(email="guide@example.org", password=_PASSWORD), before=_with_password
    ),
    "accounts.sign_out": Post(who="guide"),
    "accounts.account": Post(
        these(password=_PASSWORD, new_password="vijf natte laarzen"), _with_password, who="guide"
    ),
    "accounts.ask_reset": Post(these(email="guide@example.org")),
    "searches.keep": Post(these(contact="06 12345678"), query=these(q="koken"), who="stranger"),
    "participants.ask_link": Post(these(contact="06 12345678")),
    "organisations.switch": Post(
        lambda world: {"organisation": world.cast.other_enterprise.id},
        before=_at_two,
        who="guide",
        fills_page=False,
    ),
    "organisations.add_tie": Post(these(from_on="2020-01-01", until_on="2020-12-31")),
    "offerings.add_series": Post(_dates),
    "offerings.take_step": Post(these(step="archive"), fills_page=False),
    "offerings.publish": Post(
        lambda world: {"when": "on", "publish_on": clock.today() + timedelta(days=3)},
        fills_page=False,
    ),
    "enrolments.edit_series": Post(_seen),
    "progress.observe_group": Post(lambda world: {f"level-{world.enrolment.uuid}": "alone"}),
    "assessments.ask": Post(who="guide"),
    "assessments.show": Post(these(do="begin"), fills_page=False, who="expert"),
    "assessments.plan": Post(
        lambda world: {"day": clock.today() + timedelta(days=3), "starts": "10:00"}
    ),
    "assessments.table": Post(all_cards, fills_page=False),
    "assessments.own": Post(these(do="begin"), fills_page=False),
    "assessments.own_table": Post(all_cards, fills_page=False),
    "goals.own": Post(these(words0="Ik wil beter Nederlands praten.", words1="Ik kom op tijd.")),
    "goals.of_her": Post(these(words0="Ik wil beter praten.", words1="Ik kom op tijd.")),
    "profile.switch": Post(these(line="hours")),
    "credentials.bring": Post(lambda world: {"file": None, "text": world.brought_badge.token}),
    "social_return.contracts": Post(these(until_on="2099-12-31", duty_cents=None)),
    "social_return.declare": Post(these(from_on="2026-07-01", until_on="2026-07-02", who="Al")),
    "calls.answer": Post(these(phone="0612345678", email="")),
    "calls.write": Post(these(kind="need", do="save", of_id="")),
    "calls.edit": Post(these(kind="need", do="hand_in", of_id="")),
    "calls.check": Post(lambda world: {"do": "return", "call": str(world.call.uuid)}),
    "tenders.post": Post(these(do="save", kind="lot", reference_people="5"), who="recogniser"),
    "tenders.edit": Post(lambda world: {"do": "save", "closes_on": world.opportunity.closes_on}),
    "tenders.fit": Post(these(chosen="volume"), who="coordinator"),
    "social_return.got": Post(
        lambda world: {"do": "confirm", "line": str(world.got.uuid)}, who="coordinator"
    ),
    "social_return.schemes": Post(
        these(
            tariffs="key;way;group;euros;per\nbijstand;work;Bijstand;36000;year",
            bonuses="",
            source="https://example.org",
        ),
    ),
    "social_return.statement": Post(these(do="accept"), who="recogniser"),
    "work_places.post": Post(these(learned=None), who="employer"),
    "work_places.show_me": Post(these(employer_id="", shown="times", days=30), fills_page=False),
    "work_places.edit": Post(these(title="Op de kade", learned=None), who="employer"),
    "work_places.take_step": Post(fills_page=False, who="employer"),
    "credentials.prove": Post(lambda world: asked_of(world.cast)),
    "introductions.own": Post(these(do="no", why="times"), fills_page=False),
    "introductions.show": Post(
        these(do="no", why="filled"),
        fills_page=False,
        who="employer",
    ),
    "introductions.write": Post(these(leads_to="placed"), who="employer"),
    "profile.put_first": Post(these(competence="samenwerken")),
    "progress.own_aftercare": Post(these(do="still_there")),
    "progress.rate": Post(these(do="good")),
    "progress.give_photo": Post(_photo),
    "progress.object_to": Post(these(objection="Ik doe dit thuis al lang.")),
    "duplicates.compare": Post(before=_not_asked),
    "duplicates.show": Post(before=_elsewhere),
    "enrolments.sign_up_name": Post(prepare=_began),
    "enrolments.sign_up_reach": Post(these(contact_way="phone"), prepare=_named),
    "enrolments.sign_up_check": Post(prepare=_reached),
    "enrolments.enter_group": Post(these(names="Zahra B.\nEmre D.")),
    "enrolments.sign_up_known": Post(lambda world: {"person": world.applied.participant.uuid}),
    "presentation.give_picture": Post(_photo),
    "check_in.type_code": Post(lambda world: {"code": world.check_in_code}, who="participant"),
    "check_in.show": Post(who="participant", fills_page=False),
    "check_in.kiosk": Post(lambda world: {"card": world.card_token}),
    "referrals.move_on_myself": Post(before=_offer_away, query=_to_other),
    "referrals.move_on": Post(before=_offer_away, query=_to_other),
    "referrals.refer": Post(
        these(contact_way="phone", agreed_how="spoken", reference="W-9"),
        before=_offer_away,
        query=_to_other,
    ),
    "imports.upload": Post(_upload),
    "imports.show": Post(these(starts="09:00", ends="12:00", do="apply"), before=_read_much),
    "imports.correct": Post(these(year="2026")),
    "hours.person": Post(many_days, before=_much_attended),
    "hours.own": Post(many_days, before=_much_attended),
    "impact.choose_sheet": Post(lambda _: {"file": (io.BytesIO(SHEET.encode()), "a.csv")}),
    "impact.show_sheet": Post(these(do="apply")),
    "impact.give_picture": Post(lambda world: {**_photo(world), "agreed": "y"}),
    "impact.ask_words": Post(
        lambda world: {"person": world.session.info["guest"].uuid, "language": "nl", "words": SAID},
        before=came_then,
    ),
    "impact.own_words": Post(these(do="yes", words=None)),
    "impact.compile_report": Post(
        lambda world: {
            "from_on": clock.today() - timedelta(days=600),
            "until_on": clock.today() - timedelta(days=400),
        },
        before=_much_attended,
    ),
    "impact.ask_together": Post(
        these(name="Perceel 3", district="WK059915", providers=None), before=_beside
    ),
    "impact.together": Post(these(do="no")),
    "recognition.review": Post(recognises),
    "referrals.give_reference": Post(these(reference="W-2", agreed_how="spoken")),
    "recognition.appeal": Post(these(remark="Kijk naar maart."), fills_page=False),
    "agreements.write": Post(before=_pre_trajectory),
    "agreements.confirm_as_guide": Post(these(version="1"), fills_page=False),
    "agreements.note_paper": Post(
        lambda world: {"signed_on": clock.today(), "version": "1"}, fills_page=False
    ),
    "attendance.register": Post(these(do="everyone"), before=_full_register),
    "attendance.history": Post(_batch, before=_marked),
    "attendance.walk_in": Post(these(name="Nieuw", way="name", part=None)),
    "phones.take_events": Post(_events, before=_full_register),
    "absences.follow_up": Post(
        lambda world: {"step": "message", "missed": world.session.info["missed"]},
        before=_missed,
        fills_page=False,
    ),
    "home.write_to_all": Post(_written_to, query=_of_group, who="guide"),
    "home.make_cards": Post(query=_of_group, who="guide"),
    "home.end_places": Post(
        lambda world: {"group": world.offering.slug, "ended_on": clock.today()}, query=_of_group
    ),
    "home.move_places": Post(
        lambda world: {"group": world.offering.slug, "to": world.session.info["ours"]},
        before=_another_group,
        query=_of_group,
    ),
    "home.send_again": Post(before=_not_sent, fills_page=False),
    "notes.change": Post(these(do="done"), fills_page=False),
    "home.own_phone": Post(these(do="on"), fills_page=False),
    "searches.save": Post(these(do="on"), fills_page=False),
    "home.sessions": Post(
        _open_somewhere,
        fills_page=False,
        who="participant",
        prepare=lambda client, world: _look(client, "/my/sessions"),
    ),
    "home.reminders": Post(these(do="off"), fills_page=False),
}

# What only keeps something in the cookie, or looks.
WRITES_NOTHING = {
    "home.own_phone",
    "home.list_people",
    "home.find",
    "enrolments.sign_up",
    "enrolments.sign_up_name",
    "enrolments.sign_up_reach",
}
