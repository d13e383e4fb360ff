"""A place in a room at which rooms above do something of their own, in the same transaction."""

from collections.abc import Callable, Iterator
from typing import Any, Generic, TypeVar

F = TypeVar("F", bound=Callable[..., Any])


class Hook(Generic[F]):
    """What is called at such a place: a function joins by this as its decorator."""

    def __init__(self) -> None:
        self._called: list[F] = []

    def __call__(self, do: F) -> F:
        """Have a function called there."""
        self._called.append(do)
        return do

    def __iter__(self) -> Iterator[F]:
        return iter(self._called)
