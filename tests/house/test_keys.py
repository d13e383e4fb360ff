"""A participant sees what her keys open: no table that somebody adds later forgets it."""

from typing import Any

from sqlalchemy.dialects import sqlite

from portal.core.actor import VISITOR, participant_actor
from portal.core.base import Base
from portal.core.guard import Guarded

# Of all who know her, where staff of each see it too; and what is hers and of no organisation.
SHARED = {
    "brought_badge", "participant", "programme_term", "profile_choice", "profile_share",
    "visibility", "work_wish",
    "work_place",  # about nobody, but not all of them are for visitors
}  # fmt: skip


def _asked(model, *opens):
    """What a participant's query of a table is narrowed to."""
    return _text(model.visible_to(participant_actor(1, "x", opens)))


def _text(found):
    return str(found.compile(dialect=sqlite.dialect(), compile_kwargs={"literal_binds": True}))


def test_every_table_with_her_in_it_is_narrowed_to_what_her_keys_open(app):
    models: list[Any] = [m.class_ for m in Base.registry.mappers if issubclass(m.class_, Guarded)]
    hers = [model for model in models if _asked(model) != _text(model.visible_to(VISITOR))]
    assert len(hers) >= 10
    open_to_all = {
        model.__tablename__ for model in hers if _asked(model, 7701, 7702) == _asked(model)
    }
    assert open_to_all == SHARED
    for model in hers:
        if model.__tablename__ not in SHARED:
            assert "7701, 7702" in _asked(model, 7702, 7701), model
