"""Column types that both databases treat alike."""

from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, DateTime, Dialect, Enum, Integer, String, TypeDecorator


class UtcDateTime(TypeDecorator[datetime]):
    """An aware moment: kept in UTC, and aware again when read, on SQLite too."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise TypeError("a moment without a time zone can't be stored")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def result_processor(self, dialect: Dialect, coltype: object) -> Any:
        """Read SQLite's text in one step: a page reads thousands of moments."""
        if dialect.name == "sqlite":
            return _of_text
        return super().result_processor(dialect, coltype)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def _of_text(value: str | None) -> datetime | None:
    return None if value is None else datetime.fromisoformat(f"{value}+00:00")


class FreeText(TypeDecorator[str]):
    """Words typed by a person; `core.base` refuses a citizen service number in any of these."""

    impl = String
    cache_ok = True


# Compared and sorted letter by letter, on PostgreSQL too: there a place's own order is the default.
Plain = String().with_variant(String(collation="C"), "postgresql")

# SQLite numbers rows by itself only for a column that is exactly INTEGER.
RowId = BigInteger().with_variant(Integer, "sqlite")


def enum_by_value(of: type[StrEnum]) -> Enum:
    """A short text column that holds an enum's value, whatever its name becomes."""
    return Enum(of, native_enum=False, length=32, values_callable=_values, validate_strings=True)


def _values(of: Any) -> list[str]:
    return [member.value for member in of]
