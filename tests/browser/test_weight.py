"""What a real browser is sent that comes for the first time, as it came over the wire."""

import pytest

from tests.browser.browsers import WIDE
from tests.patience import SECONDS

pytestmark = pytest.mark.browser

KB = 1024


def sent_for(page, path):
    """Bytes over the wire, headers too, for a page and what it asks for: without and with its
    pictures."""
    wire = page.context.new_cdp_session(page)
    wire.send("Network.enable")
    wire.send("Network.clearBrowserCache")
    sizes: dict[str, int] = {}
    pictures: dict[str, bool] = {}
    wire.on(
        "Network.loadingFinished",
        lambda event: sizes.__setitem__(event["requestId"], event["encodedDataLength"]),
    )
    wire.on(
        "Network.responseReceived",
        lambda event: pictures.__setitem__(
            event["requestId"], "/picture-" in event["response"]["url"]
        ),
    )
    page.goto(path, wait_until="networkidle")
    for _ in range(10 * SECONDS):  # an icon comes in its own time
        if len(sizes) > 4 + sum(pictures.values()):
            break
        page.wait_for_timeout(100)
    wire.detach()
    assert len(sizes) > 4  # the page, its styles, scripts and icons
    return sum(size for of, size in sizes.items() if not pictures.get(of)), sum(sizes.values())


def test_a_first_visit_is_light(city, browsers):
    for path in ("/", "/offerings"):
        page = browsers.open(city.url, js=city.js, viewport=WIDE)
        plain, with_pictures = sent_for(page, path)
        assert plain <= 35 * KB, path
        assert plain <= with_pictures <= 60 * KB, path
    guide = browsers.as_one_of(city, "guide")
    guide.goto("/work")
    register = guide.locator("main a[href^='/registers/']").first.get_attribute("href")
    hers = browsers.open(city.url, js=city.js)
    hers.goto(city.card)
    if hers.locator("main form[method=post]").count():
        hers.locator("main form[method=post] button").first.click()
    for page, path in ((guide, "/work"), (guide, register), (hers, "/my")):
        assert sent_for(page, path)[1] <= 45 * KB, path
