"""What comes to a city that stands: rows, and what people do with the portal's own commands."""

import random
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import event

from portal.city.days import Calendar
from portal.city.houses import House
from portal.core import Actor, ActorKind, Addressed, Permission, Session, reading_as


@contextmanager
def foretold(session: Session, seed: int) -> Iterator[None]:
    """Give each new row the address that this seed foretells."""
    draw = random.Random(seed)

    def give_addresses(session: Session, *_: Any) -> None:
        for one in session.new:
            if isinstance(one, Addressed):
                one.uuid = uuid.UUID(int=draw.getrandbits(128), version=4)

    event.listen(session, "before_flush", give_addresses)
    yield
    event.remove(session, "before_flush", give_addresses)


@dataclass
class Later:
    """Adds to a city; the same `draw` adds the same."""

    session: Session
    calendar: Calendar
    houses: dict[str, House]
    draw: random.Random
    secret: bytes  # of the portal: marks of who works where are made with it

    def by(self, actor: Actor, do: Callable[..., Any], *args: Any, **values: Any) -> Any:
        """Let somebody do something."""
        with reading_as(self.session, actor):
            made = do(self.session, actor, *args, **values)
            self.session.flush()
            return made

    def staff(self, organisation_id: int, *may: Permission) -> Actor:
        """Somebody of an organisation, who may do these things."""
        names = {house.id: house.entry["name"] for house in self.houses.values()}
        return Actor(
            ActorKind.STAFF, organisation_id=organisation_id, permissions=frozenset(may),
            organisation_name=names.get(organisation_id, ""),
        )  # fmt: skip
