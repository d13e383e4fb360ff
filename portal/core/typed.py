"""Reading plain values, as JSON holds them, into types."""

import threading
from typing import Any

import msgspec

_ONE_AT_A_TIME = threading.Lock()


def read_as(kind: Any, plain: object, *, str_keys: bool = False) -> Any:
    """Read plain values as a type; msgspec.ValidationError when they are none of it.

    By one thread at a time: two that meet a type at once while it is learned end the process.
    """
    with _ONE_AT_A_TIME:
        return msgspec.convert(plain, kind, str_keys=str_keys)


def written(value: object) -> Any:
    """A typed value as plain ones, to be kept as JSON."""
    with _ONE_AT_A_TIME:
        return msgspec.to_builtins(value, str_keys=True)
