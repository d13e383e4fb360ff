"""The audit that every page of the suite goes through finds what it must, and only that."""

import random

import pytest
from flask import Flask, request

from tests.page_audit import CONTENT_SECURITY_POLICY, audit, audit_part
from tests.pages import AuditingClient, shape_of

HEADERS = {
    "Content-Security-Policy": "; ".join(f"{k} {v}" for k, v in CONTENT_SECURITY_POLICY.items()),
    "X-Content-Type-Options": "nosniff",
}
PAGE = """<!doctype html>
<html lang="nl"><head><meta charset="utf-8"><title>Zoeken – Warm Werkt</title></head>
<body><header><a href="#main">Naar de inhoud</a></header>
<main id="main"><h1>Zoeken</h1>
<form method="post" action="/x"><input type="hidden" name="csrf_token" value="abc">
<input type="hidden" name="drawn_for" value="1.abc">
<label for="name">Naam</label><input type="text" id="name" name="name" aria-describedby="help">
<p id="help">Hulp</p>
<fieldset><legend>Hoe</legend><label><input type="radio" name="how" value="a"> A</label></fieldset>
<button type="submit">Verder</button></form>
<table><tr><th scope="col">Dag</th></tr></table><ul><li>Een</li></ul>
{body}</main></body></html>"""


def test_a_good_page_passes():
    assert audit(PAGE.replace("{body}", ""), HEADERS) == []


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        ("<p><div>x</div></p>", "not valid HTML"),
        ("<b><i>x</b></i>", "not valid HTML"),
        ('<p class="a" class="b">x</p>', "not valid HTML"),
        ("<h1>Nog een</h1>", "exactly one <h1>"),
        ("<main></main>", "exactly one <main>"),
        ("<h3>Diep</h3>", "skips a heading level"),
        ('<p id="main">x</p>', "used 2 times"),
        ('<p id="a b">x</p>', "holds a space"),
        ('<p id="_a">x</p>', "begin with a letter"),
        ("<button>x</button>", "doesn't say its type"),
        (f"<form>{2 * '<input type=date name=a aria-label=a>'}</form>", "name of another field"),
        ("<input type=file aria-label=a autocomplete=off>", "filled in by a browser"),
        ('<input name="a">', "has no label"),
        ('<label for="z"></label><input id="z">', "has no label"),
        ('<textarea name="a"></textarea>', "has no label"),
        ("<select><option>1</option></select>", "has no label"),
        ('<label for="nowhere">x</label>', "leads nowhere"),
        ('<p aria-describedby="nowhere">x</p>', "leads nowhere"),
        ('<a href="#nowhere">x</a>', "leads nowhere"),
        ('<p data-hx-target="#nowhere">x</p>', "leads nowhere"),
        ('<img src="/x.png">', "has no alt"),
        ('<svg><use href="/static/img/icons.svg?v=1#unicorn"></use></svg>', "no icon 'unicorn'"),
        ('<a href="/x"></a>', "says nothing"),
        ("<button></button>", "says nothing"),
        ("<script>alert(1)</script>", "a <script> in the page"),
        ("<style>p {}</style>", "not valid HTML|a <style> in the page"),
        ('<p style="color: red">x</p>', "has style="),
        ('<p onclick="x()">x</p>', "has onclick="),
        ('<a href="javascript:x()">x</a>', "javascript: address"),
        ('<p hx-get="/x">x</p>', "write data-hx-get"),
        ('<p data-hx-on:click="x()">x</p>', "needs eval"),
        ('<p tabindex="2">x</p>', "positive tabindex"),
        ('<form method="post" action="/x"></form>', "without a csrf_token"),
        ('<form method="post" action="/x"></form>', "without saying for whom"),
        ('<form method="post"></form>', "must have an action"),
        ('<form action="/x"></form>', "must say method"),
        ('<button data-hx-post="/x">x</button>', "without JavaScript"),
        ('<input type="radio" name="r" aria-label="x">', "fieldset with a legend"),
        ("<ul><p>x</p></ul>", "may not hold <p>"),
        ("<dl><li>x</li></dl>", "may not hold <li>"),
        ("<details><p>x</p></details>", "begin with a <summary>"),
        ("<table><tr><th>Dag</th></tr></table>", "needs a scope"),
        ("<span><div>x</div></span>", "may not hold <div>"),
        ('<a href="/x">x <button>y</button></a>', "may not hold <button>"),
        ("<p>Dag %(name)s</p>", "left unfilled"),
        ("<p>There are {taken} people</p>", "left unfilled"),
        ("<p>None</p>", "left unfilled"),
    ],
)
def test_a_fault_is_found(body, fault):
    found = audit(PAGE.replace("{body}", body), HEADERS)
    assert any(part in line for line in found for part in fault.split("|")), found


@pytest.mark.parametrize(
    ("good", "bad"),
    [
        ("Dag Jan", "Dag %(name)s"),
        ("Dag Jan", "None"),
        ("Dag Jan", "– Warm Werkt"),
        ("Dag Jan", ""),
        ("Dag Jan", "a & b"),
        ("Dag Jan", "a &lt b"),
        ('href="/there"', 'href="javascript:x()"'),
        ('href="/there"', 'href="#nowhere"'),
        ('href="/there"', ""),
        ("icons.svg#home", "icons.svg#unicorn"),
        ('value="abc"', 'value=""'),
        ('aria-label="x"', 'aria-label=" "'),
        ('"a": 1', '"a": Jan'),
        ('method="get"', 'method="got"'),
    ],
)
def test_no_fault_hides_in_the_shape_of_a_good_page(good, bad):
    page = (
        '<script type="application/ld+json">{"a": 1}</script><form method="get" action="/x">'
        '<input type="hidden" name="a" value="abc"><a href="/there">Dag Jan</a><i aria-label="x">'
        '</i><svg><use href="/static/img/icons.svg#home"></use></svg></form>'
    )
    assert shape_of(page) != shape_of(page.replace(good, bad))
    assert shape_of(page) == shape_of(page.replace("Dag Jan", "Hoi Piet &amp; co"))


@pytest.mark.parametrize(
    ("good", "bad", "fault"),
    [
        ('<html lang="nl">', "<html>", "must have a lang"),
        ("Zoeken – Warm Werkt", " – Warm Werkt", "<title> of its own"),
        ("<!doctype html>", "", "not valid HTML"),
        ("<h1>Zoeken</h1>", "<h1></h1>", "the <h1> is empty"),
    ],
)
def test_a_fault_in_the_frame_is_found(good, bad, fault):
    page = PAGE.replace("{body}", "").replace(good, bad)
    assert any(fault in line for line in audit(page, HEADERS))


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {**HEADERS, "Content-Security-Policy": "default-src 'self'"},
        {**HEADERS, "Content-Security-Policy": f"{HEADERS['Content-Security-Policy']}; font-src *"},
        {**HEADERS, "X-Content-Type-Options": ""},
    ],
)
def test_a_missing_or_open_header_is_found(headers):
    assert audit(PAGE.replace("{body}", ""), headers)


def test_a_heavy_page_is_found():
    noise = random.Random(1).randbytes(10_000).hex()
    page = PAGE.replace("{body}", f"<p>{noise}</p>")
    assert any("weighs" in line for line in audit(page, HEADERS, path="/offerings"))
    assert not audit(page, HEADERS, path="/work/offerings")


def test_an_error_page_speaks_to_people():
    bare = '<!doctype html><html lang="nl"><title>500</title><main><h1>500</h1></main>'
    assert any("in words" in line for line in audit(bare, HEADERS, status=500))
    words = "<p>Wij kunnen dit nu niet doen. Probeer het later.</p>"
    leaking = PAGE.replace("{body}", words + "<p>Traceback (most recent call last)</p>")
    assert any("inside of the software" in line for line in audit(leaking, HEADERS, status=500))


def test_a_part_may_refer_to_the_rest_of_the_page():
    assert audit_part('<p id="a" aria-describedby="elsewhere">x</p>') == []
    assert audit_part('<p id="a">x</p><p id="a">x</p>')


@pytest.fixture
def echo() -> AuditingClient:
    """A page with every kind of control, and what was sent to it."""
    app = Flask("echo")
    app.test_client_class = AuditingClient
    controls = """<form id="f" method="post" action="/there?a=1">
    <input type="hidden" name="csrf_token" value="abc">
    <input type="hidden" name="drawn_for" value="1.abc">
    <input type="text" name="text" value="old" aria-label="t">
    <textarea name="block" aria-label="b">\none\ntwo</textarea>
    <select name="pick" aria-label="p"><option value="1">1<option value="2" selected>2</select>
    <input type="checkbox" name="many" value="x" checked aria-label="x">
    <input type="checkbox" name="many" value="y" aria-label="y">
    <input type="checkbox" name="yes" value="ja" aria-label="j">
    <button type="submit" name="do" value="save">Bewaar</button>
    <button type="submit" name="do" value="stop">Stop</button>
    </form>"""

    @app.get("/here")
    def here():
        return PAGE.replace("{body}", controls), HEADERS

    @app.post("/there")
    def there():
        return {**request.form.to_dict(flat=False), "a": request.args["a"]}

    client = app.test_client()
    assert isinstance(client, AuditingClient)
    return client


def test_a_form_is_sent_as_it_stands(echo):
    assert echo.submit("/here", form="#f").json == {
        "csrf_token": ["abc"], "drawn_for": ["1.abc"],
        "text": ["old"], "block": ["one\r\ntwo"], "pick": ["2"],
        "many": ["x"], "do": ["save"], "a": "1",
    }  # fmt: skip


def test_a_form_is_filled_in(echo):
    page = echo.page("/here")
    sent = echo.submit(
        page, form=1, button="Stop", text="new", many=["x", "y"], yes=True, pick=1, block=None
    )
    assert sent.json == {
        "csrf_token": ["abc"], "drawn_for": ["1.abc"],
        "text": ["new"], "pick": ["1"], "many": ["x", "y"], "yes": ["ja"],
        "do": ["stop"], "a": "1",
    }  # fmt: skip


def test_a_field_or_button_or_form_that_is_not_there_is_said(echo):
    with pytest.raises(AssertionError, match="no field 'other'"):
        echo.submit("/here", form="#f", other=1)
    with pytest.raises(AssertionError, match="no button 'Weg'"):
        echo.submit("/here", form="#f", button="Weg")
    with pytest.raises(AssertionError, match="no form '#g'"):
        echo.submit("/here", form="#g")
    with pytest.raises(AssertionError, match="2 forms in <main>"):
        echo.submit("/here", form=2)


def test_the_client_refuses_a_bad_page_and_a_wrong_status():
    app = Flask("bad")
    app.test_client_class = AuditingClient
    app.add_url_rule("/", view_func=lambda: "<p>hoi")
    client = app.test_client()
    with pytest.raises(AssertionError, match="exactly one <h1>"):
        client.get("/")
    client.audits = False  # type: ignore[attr-defined]
    with pytest.raises(AssertionError, match="answered 404, not 200"):
        client.page("/nowhere")  # type: ignore[attr-defined]
