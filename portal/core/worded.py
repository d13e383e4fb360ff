"""Choices with words: what a page shows stands beside the member that it is of."""

from enum import StrEnum
from typing import Self


class WordedEnum(StrEnum):
    """A choice with its English words, marked by `N_`; "" where none are shown."""

    _value_: str
    words: str

    def __new__(cls, value: str, words: str = "") -> Self:
        member = str.__new__(cls, value)
        member._value_, member.words = value, words
        return member
