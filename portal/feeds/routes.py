"""Doors of the open data: anybody may read and use it."""

import json
from typing import Any

from flask import Response, request, url_for
from flask_babel import force_locale

from portal.core import NotFound
from portal.core.plain import plain_values
from portal.feeds import commands, queries, rules
from portal.feeds.models import FeedItem
from portal.feeds.pages import opportunities
from portal.feeds.pages.concepts import dataset, scheme
from portal.feeds.pages.offering_list import offering_list, schema as offering_schema
from portal.finding.queries import find_version
from portal.web.view import ANYONE, Room, page, session, settings

room = Room("feeds", __name__)
_RPDE = "application/vnd.openactive.rpde+json; version=1"
_KEPT_LONG, _KEPT_SHORT = 3600, 8  # seconds; RPDE says which page gets which
_LIST_KEPT = 300


@room.door("/feeds/", allow=ANYONE)
def about() -> Response:
    """What there is for others to use, and how."""
    return page("feeds/about.html", feeds=rules.Feed, licence=rules.LICENCE, dataset=dataset())


@room.door("/feeds/<name>", allow=ANYONE)
def page_of(name: str) -> Response:
    """A page of an RPDE feed."""
    if name not in list(rules.Feed):
        raise NotFound("feed")
    feed = rules.Feed(name)
    try:
        after = rules.read_after(request.args.get("afterTimestamp"), request.args.get("afterId"))
    except ValueError as error:
        return Response(f"{error}\n", 400, content_type="text/plain; charset=utf-8")
    items = queries.list_items(session(), feed, after)
    if items:
        after = rules.After(items[-1].modified, items[-1].uuid)
    with force_locale("nl"):
        find, draw = _DATA[feed]
        found = find(session(), [item.uuid for item in items])
        data = {uuid: draw(one) for uuid, one in found.items()}
        told = [_item(feed, item, data.get(item.uuid)) for item in items]
        body = {"next": _next(feed, after), "items": told, "license": rules.LICENCE}
    return _open(body, _RPDE, _KEPT_LONG if items else _KEPT_SHORT)


@room.door("/feeds/concepts", allow=ANYONE)
def concepts() -> Response:
    """Our own list of concepts."""
    with force_locale("nl"):
        return _open(scheme(), "application/ld+json", _KEPT_LONG)


@room.door("/feeds/offerings.json", allow=ANYONE)
def offerings() -> Response:
    """Every public offering at once."""
    etag = f'W/"{find_version(session())}"'  # read before the rows: they may be newer, never older
    if request.headers.get("If-None-Match") == etag:
        response = _open(None, "application/json", _LIST_KEPT)
        response.status_code = 304
    else:
        body = offering_list(queries.list_offerings(session()))
        response = _open(body, "application/json", _LIST_KEPT)
    response.headers["ETag"] = etag
    return response


@room.door("/feeds/offerings.schema.json", allow=ANYONE)
def schema() -> Response:
    """What `offerings.json` may hold."""
    address = settings().base_url + url_for("feeds.schema")
    return _open(offering_schema(address), "application/schema+json", _KEPT_LONG)


def _item(feed: rules.Feed, item: FeedItem, data: Any) -> dict[str, Any]:
    """An item, with its data as long as it is public."""
    return {
        "state": "deleted" if data is None else "updated",
        "kind": rules.KIND_OF[feed],
        "id": str(item.uuid),
        "modified": item.modified,
        **({} if data is None else {"data": data}),
    }


# How the items of each feed are found, and how one is written.
_DATA: dict[rules.Feed, tuple[Any, Any]] = {
    rules.Feed.SESSION_SERIES: (queries.find_planned, opportunities.session_series),
    rules.Feed.COURSE_INSTANCES: (queries.find_planned, opportunities.course_instance),
    rules.Feed.SCHEDULED_SESSIONS: (queries.find_sessions, opportunities.scheduled_session),
}


def _next(feed: rules.Feed, after: rules.After | None) -> str:
    """The page after these items; the last page leads to itself."""
    values: dict[str, Any] = {}
    if after is not None:
        values = {"afterTimestamp": after.modified}
        if after.id is not None:
            values["afterId"] = str(after.id)
    return settings().base_url + url_for("feeds.page_of", name=feed.value, **values)


def _open(body: Any, content_type: str, seconds: int) -> Response:
    """JSON that a page of another site may read too, without markup."""
    text = "" if body is None else json.dumps(plain_values(body), ensure_ascii=False)
    response = Response(text)
    response.headers["Content-Type"] = content_type
    response.headers["Cache-Control"] = f"public, max-age={seconds}"
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


__all__ = ["commands", "room"]  # importing the commands keeps the feeds' numbers
