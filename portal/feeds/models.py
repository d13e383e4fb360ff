"""When each item of a feed last changed."""

from __future__ import annotations

import uuid

from sqlalchemy import BigInteger, Index
from sqlalchemy.orm import Mapped, mapped_column

from portal.core import Base, enum_column
from portal.feeds.rules import Feed


class FeedItem(Base):
    """An offering or session in a feed, with the stamp of its change.

    The stamp grows in the order of commits, so a reader who goes on from the last one misses
    nothing. The row stays when the offering is gone: the feed then says that it was deleted.
    """

    __tablename__ = "feed_item"
    __table_args__ = (Index("ix_feed_item_feed_modified_uuid", "feed", "modified", "uuid"),)

    feed: Mapped[Feed] = enum_column(Feed, primary_key=True)
    uuid: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    modified: Mapped[int] = mapped_column(BigInteger)
