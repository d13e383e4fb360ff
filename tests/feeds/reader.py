"""A reader of a feed, who trusts nothing: each page is held against the rules of RPDE 1.0."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

from flask.testing import FlaskClient

from portal.feeds.rules import KIND_OF, LICENCE, Feed

Items = dict[str, dict[str, Any]]


@dataclass
class Reader:
    """What somebody has who follows a feed, and where she goes on."""

    client: FlaskClient
    feed: Feed
    next: str = ""
    data: Items = field(default_factory=dict)
    gone: set[str] = field(default_factory=set)
    position: tuple[int, str] = (-1, "")

    def follow(self, pages: int = 1000) -> Reader:
        """Read on to the end, or so many pages."""
        url = self.next or f"/feeds/{self.feed.value}"
        for _ in range(pages):
            body = self.read(url)
            self.next = body["next"]
            if not body["items"]:
                assert urlsplit(self.next).path == urlsplit(url).path
                assert urlsplit(self.next).query == urlsplit(url).query, "the last page is itself"
                break
            url = self.next
        return self

    def read(self, url: str) -> dict[str, Any]:
        """One page, checked."""
        response = self.client.get(url)
        assert response.status_code == 200, url
        assert response.headers["Content-Type"] == (
            "application/vnd.openactive.rpde+json; version=1"
        )
        body: dict[str, Any] = response.get_json(force=True)
        seconds = 3600 if body["items"] else 8
        assert response.headers["Cache-Control"] == f"public, max-age={seconds}"
        assert set(body) == {"next", "items", "license"}
        assert body["license"] == LICENCE
        for item in body["items"]:
            self._take(item)
        if body["items"]:
            query = parse_qs(urlsplit(body["next"]).query)
            assert query == {
                "afterTimestamp": [str(self.position[0])],
                "afterId": [self.position[1]],
            }
            assert body["next"].startswith("http")
        return body

    def _take(self, item: dict[str, Any]) -> None:
        assert item["kind"] == KIND_OF[self.feed]
        assert isinstance(item["modified"], int)
        here = (item["modified"], item["id"])
        assert here > self.position, "items stand in the order of (modified, id)"
        self.position = here
        if item["state"] == "deleted":
            assert "data" not in item
            self.data.pop(item["id"], None)
            self.gone.add(item["id"])
        else:
            assert item["state"] == "updated"
            assert item["data"]["@type"] == item["kind"]
            assert item["data"]["@id"].endswith(f"#{item['id']}")
            self.data[item["id"]] = item["data"]
            self.gone.discard(item["id"])
