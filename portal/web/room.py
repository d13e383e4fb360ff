"""A room's door: the only way to add a view, and it names who may enter."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from flask import Blueprint, Flask, current_app, request
from flask.sansio.scaffold import Scaffold

from portal.core import Permission
from portal.web.once import once
from portal.web.redraw import redrawn

View = TypeVar("View", bound=Callable[..., Any])


class _Anyone:
    def __repr__(self) -> str:
        return "ANYONE"


ANYONE: Final = _Anyone()
Allowed = Permission | _Anyone
BOTH = ("GET", "POST")  # a page with a form, and the form
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
DOORS_KEY = "portal_doors"


@dataclass(frozen=True)
class Door:
    """Who may enter a view, and how much she may carry in.

    `is_json`: a script knocks, so refusals are JSON and nobody is led to the sign-in page.
    `reads_first`: it holds no lock until it says `transaction.writing()`.
    `for_all`: it does the same whoever is signed in, as a link or a password alone decides.
    """

    allow: Allowed
    most_bytes: int | None = None
    is_json: bool = False
    reads_first: bool = False
    for_all: bool = False


class Room(Blueprint):
    """A blueprint whose views are all added through a door."""

    def __init__(self, name: str, import_name: str) -> None:
        super().__init__(name, import_name)
        self._at_the_door = False

    def door(
        self,
        url: str,
        *,
        allow: Allowed,
        methods: Sequence[str] = ("GET",),
        endpoint: str | None = None,
        most_bytes: int | None = None,
        is_json: bool = False,
        reads_first: bool = False,
        for_all: bool = False,
        when_repeated: Callable[..., object] | None = None,
        known_by: Sequence[str] = (),
        **options: Any,
    ) -> Callable[[View], View]:
        """Add a view at `url` for those who hold `allow`, or for ANYONE.

        What a form asks is done once, however often the form is sent (`once.py`); `when_repeated`
        is called with the view's values where a second send needs more than the first one's answer.
        What a view makes is `known_by` the values of these fields, when a fresh page is sent again.
        """
        if not isinstance(allow, Permission | _Anyone):
            raise TypeError(f"allow= must be a Permission or ANYONE, not {allow!r}")

        def add(view: View) -> View:
            name = endpoint or view.__name__
            self.record_once(
                lambda state: doors(state.app).__setitem__(
                    f"{self.name}.{name}", Door(allow, most_bytes, is_json, reads_first, for_all)
                )
            )
            self._at_the_door = True
            try:
                guarded = (
                    once(redrawn(view), when_repeated, known_by) if "POST" in methods else view
                )
                self.add_url_rule(url, name, guarded, methods=list(methods), **options)
            finally:
                self._at_the_door = False
            return view

        return add

    def form(self, url: str, *, allow: Allowed, **options: Any) -> Callable[[View], View]:
        """Add a door to a page with a form, and to what the form sends."""
        return self.door(url, allow=allow, methods=BOTH, **options)

    def button(self, url: str, *, allow: Allowed, **options: Any) -> Callable[[View], View]:
        """Add a door to what a button sends.

        The button stands on a page with an address of its own.
        """
        return self.door(url, allow=allow, methods=("POST",), **options)

    def add_url_rule(self, *args: Any, **options: Any) -> None:
        """Refuses a rule that does not come through a door."""
        if not self._at_the_door:
            raise TypeError(f"room {self.name!r}: add views with room.door(url, allow=...)")
        super().add_url_rule(*args, **options)


def door_of_request() -> Door | None:
    """The door at which this request knocks; None where there is no such address."""
    return doors(current_app).get(request.endpoint or "")


def doors(app: Flask | Scaffold) -> dict[str, Door]:
    """The door of each endpoint of an application."""
    extensions: dict[str, Any] = app.extensions  # type: ignore[union-attr]
    found: dict[str, Door] = extensions.setdefault(DOORS_KEY, {})
    return found
