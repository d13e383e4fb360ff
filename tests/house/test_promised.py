"""What other programs rely on is there for a stranger, as docs/promised.md says."""

import re
from pathlib import Path

import pytest
from flask import Flask

_PROMISED = (Path(__file__).parents[2] / "docs" / "promised.md").read_text(encoding="utf-8")
_ROWS = [line.split("|")[1] for line in _PROMISED.splitlines() if line.startswith("| `/")]


def addresses():
    for row in _ROWS:
        first, *others = re.findall(r"`([^`]+)`", row)
        yield first
        yield from (first + one if one.startswith(".") else one for one in others)


@pytest.mark.parametrize("address", list(addresses()))
def test_what_is_promised_has_an_address(app: Flask, address):
    path = address.replace("<", "no-").replace(">", "")
    app.url_map.bind("localhost").match(path)  # there is such an address
    assert app.test_client().get(path).status_code in (200, 301, 404), "a stranger must sign in"
