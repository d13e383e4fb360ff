"""The first lock: nobody enters by a way that doesn't say who may."""

from urllib.parse import unquote

import pytest
from flask import Flask

import portal
from portal.config import Settings
from portal.core.actor import Permission
from portal.extensions import db
from portal.web.gate import check_doors
from portal.web.room import ANYONE, Room, doors
from tests.house.conftest import make_trial


def view():
    return "inside"


@pytest.mark.parametrize("door", ["door", "form", "button"])
@pytest.mark.parametrize("allow", [None, "manage_team", True, [Permission.OPERATE], lambda: True])
def test_a_door_that_does_not_say_who_may_enter_is_refused(allow, door):
    with pytest.raises(TypeError, match="allow="):
        getattr(Room("trial", __name__), door)("/trial", allow=allow)


@pytest.mark.parametrize("door", ["door", "form", "button"])
def test_a_door_without_allow_is_refused(door):
    with pytest.raises(TypeError, match="allow"):
        getattr(Room("trial", __name__), door)("/trial")


@pytest.mark.parametrize("way", ["route", "get", "post", "put", "patch", "delete"])
def test_a_room_has_no_other_way_in(way):
    add = getattr(Room("trial", __name__), way)("/trial")
    with pytest.raises(TypeError, match=r"room\.door"):
        add(view)


def test_the_door_closes_behind_a_view_that_failed_to_be_added():
    room = Room("trial", __name__)
    with pytest.raises(ValueError, match=r"'\."):
        room.door("/trial", allow=ANYONE, endpoint="with.dot")(view)
    with pytest.raises(TypeError, match=r"room\.door"):
        room.add_url_rule("/trial", "view", view)


def test_a_rule_around_the_doors_stops_the_start(monkeypatch, tmp_path):
    def init_with_a_back_door(app: Flask, settings: Settings) -> None:
        init_app(app, settings)
        app.add_url_rule("/back-door", view_func=view)

    init_app = portal.web.init_app
    monkeypatch.setattr(portal.web, "init_app", init_with_a_back_door)
    with pytest.raises(RuntimeError, match="/back-door"):
        portal.create_app(Settings.from_environment({"PORTAL_INSTANCE": str(tmp_path)}))


def test_a_rule_added_after_the_start_lets_nobody_in(database_url, engine, tmp_path):
    app = make_trial(database_url, tmp_path)
    app.add_url_rule("/back-door", view_func=view)
    assert app.test_client().get("/back-door").status_code == 403
    with pytest.raises(RuntimeError, match="/back-door"):
        check_doors(app)
    with app.app_context():
        db.engine.dispose()


def test_a_closed_door_sends_a_visitor_to_sign_in_and_back(app, browser):
    answer = browser.get("/trial/closed?day=1")
    assert answer.status_code == 303
    assert answer.location.startswith("/sign-in?next=")
    assert unquote(answer.location).endswith("=/trial/closed?day=1")
    assert browser.send("/trial/closed").status_code == 401


def test_every_room_is_entered_by_doors_only(app):
    assert set(doors(app)) == {rule.endpoint for rule in app.url_map.iter_rules()}


def test_htmx_is_led_to_the_sign_in_page_and_back(cast):
    register = f"/registers/{cast.offering_session.uuid}"
    answer = cast.client().post(register, headers={"HX-Request": "true"})
    assert answer.status_code == 204
    assert answer.headers["HX-Redirect"] == f"/sign-in?next={register}"
