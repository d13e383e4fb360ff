"""No page shows a way that is shut: each link is open to whom it is shown."""

import html
import re
from collections import Counter

import pytest
from flask import Flask, url_for
from werkzeug.exceptions import HTTPException

from tests.cast import COLUMNS, Cast
from tests.house.access import CHANGES_WHO
from tests.house.access_matrix import MATRIX
from tests.house.world import World

_OF_ONE_KIND = 3  # links to one page that are followed, for each who sees them
_READ_WHOLE = {"visitor", "participant", "coordinator", "employer"}  # and their HTML is looked at
_LINK = re.compile(r'<a [^>]*href="(/[^"#]*)')
# Kept on the phone of who opened a register: everybody else may open it, and nothing leads there.
_OF_PHONES = "phones.not_here"


def pages_of(app: Flask, world: World, who: str) -> list[str]:
    """The pages that one may open as the access matrix says, in Arabic, which weighs most."""
    with app.test_request_context():
        return [
            url_for(endpoint, **row.url_values(world), lang="ar")
            for endpoint, row in MATRIX.items()
            if who in row.who and endpoint not in {*CHANGES_WHO, _OF_PHONES}
        ]


@pytest.mark.slow
@pytest.mark.one_database  # who may open what is asked of both by the matrix
@pytest.mark.parametrize("who", COLUMNS)
def test_each_link_is_open_to_whom_it_is_shown(app: Flask, cast: Cast, world: World, who: str):
    client, addresses = cast.client(who), app.url_map.bind("127.0.0.1")
    client.audits = who in _READ_WHOLE
    followed: Counter[str] = Counter()
    seen: set[str] = set()
    shut, open_now = [], set()  # addresses that were opened as the matrix has them
    shown: dict[str, list[str]] = {}
    for url in pages_of(app, world, who):
        answer = client.get(url)
        if answer.status_code < 400:
            open_now.add(url.removesuffix("?lang=ar"))
        if answer.mimetype == "text/html" and answer.status_code == 200:
            shown[url] = [html.unescape(to) for to in _LINK.findall(answer.text)]
    for url, links in shown.items():
        for to in links:
            try:
                endpoint, _ = addresses.match(to.partition("?")[0])
            except HTTPException:
                shut.append(f"{url} shows {to}, which is no page")
                continue
            if to in seen or endpoint in CHANGES_WHO or followed[endpoint] == _OF_ONE_KIND:
                continue
            seen.add(to)
            followed[endpoint] += 1
            if to not in open_now and (status := client.get(to).status_code) >= 400:
                shut.append(f"{url} shows {to}, which is {status}")
    assert len(seen) > 5
    assert not shut, f"for {who}: {shut}"
