"""How much may be sent in one's name: whatever a request tells somebody is counted here.

`notices.commands.tell` asks before it puts anything in the outbox, so no form can be left out: per
sender, per reader and per range of addresses. Who takes part has a limit a day of her own
(decision 20), which holds a message up and refuses nobody what she does.
"""

from datetime import timedelta
from ipaddress import ip_network

from flask import Flask, g, request

from portal.extensions import db
from portal.web.current import actor
from portal.web.throttle import Throttle

_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)
_by_staff = Throttle("sends: staff", 600, _HOUR)
_by_participant = Throttle("sends: participant", 60, _HOUR)
_from_range = Throttle("sends: range", 2000, _HOUR)  # many telephones share one
_to_reader = Throttle("sends: reader", 20, _HOUR)


class Sending:
    """How often a day a sender (an organisation is one) may send to typed addresses."""

    def __init__(self, what: str, *, by_one: int, from_range: int, to_one: int = 0) -> None:
        self._by_one = Throttle(f"{what}: sender", by_one, _DAY)
        self._from_range = Throttle(f"{what}: range", from_range, _DAY)
        self._to_one = Throttle(f"{what}: reader", to_one, _DAY)

    def take(self, to: str = "") -> None:
        """Count one that goes `to` an address; 429 when there were enough."""
        who = actor()
        sender = str(who.organisation_id or who.participant_id or address_range())
        counts = [(self._by_one, sender), (self._from_range, address_range())]
        if to:
            counts.append((self._to_one, to))
        for throttle, name in counts:
            throttle.check(name)
        for throttle, name in counts:
            throttle.count(name)


def init_app(app: Flask) -> None:
    """Have each request's session ask before it tells anybody anything."""
    app.before_request(lambda: db.session().info.__setitem__("before_telling", _take))


def _take(participant_id: int | None, to: str) -> None:
    who = actor()
    counts = []
    if not g.get("is_sending"):  # one tap may tell a whole group, and is one
        g.is_sending = True
        if who.is_participant:
            counts.append((_by_participant, str(who.participant_id)))
        elif who.is_staff:
            counts.append((_by_staff, str(who.user_id)))
        counts.append((_from_range, address_range()))
    if participant_id is None:
        counts.append((_to_reader, to))
    with db.session().no_autoflush:  # what is told of may be half made
        for throttle, name in counts:
            throttle.check(name)
            throttle.count(name)


def address_range() -> str:
    """The addresses that one sender easily has: a /24, or a /64 of IPv6."""
    given = request.remote_addr or ""
    try:
        return str(ip_network((given, 64 if ":" in given else 24), strict=False))
    except ValueError:
        return given
