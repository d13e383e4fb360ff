"""A proof is made at her wish, checked by others, and says no more than she lets it."""

from __future__ import annotations

import io
import json
import unicodedata

import pypdf
import pytest
from joserfc import jwt
from joserfc.jwk import KeySet
from sqlalchemy import select

from portal.core import RuleBroken, reading_as
from portal.core.signing_keys import open_keys, rotate
from portal.credentials import commands, queries
from portal.credentials.models import Credential
from portal.notices.models import Notice
from portal.organisations.rules import OrganisationStatus
from portal.participants.rules import ContactWay
from portal.progress.rules import Voice
from tests import factories as make
from tests.credentials import made
from tests.credentials.test_rules import places_in

NAME, EXAMPLE = "Şükran Żółć ሰላም محمد", "Kookte voor veertig buren."


@pytest.fixture
def proof(session, cast):
    cast.participant.name = NAME
    found = made.proof(session, cast)
    session.commit()
    return found


def read(client, token):
    """A credential by whoever has what is published, and nothing of ours."""
    keys = KeySet.import_key_set(json.loads(client.get("/.well-known/jwks.json").data))
    return dict(jwt.decode(token, keys, algorithms=["ES256"]).claims)


def is_withdrawn(client, claims) -> bool:
    status = claims["credentialStatus"]
    answer = client.get(status["statusListCredential"].replace(claims_base(claims), ""))
    assert answer.headers["Content-Type"] == "application/vc+jwt"
    listed = read(client, answer.text)
    assert listed["iss"] == listed["issuer"] == claims["iss"]
    return int(status["statusListIndex"]) in places_in(listed["credentialSubject"]["encodedList"])


def claims_base(claims) -> str:
    return str(claims["id"]).partition("/credentials/")[0]


def post(client, url, **values):
    return client.post(url, data={**values, "csrf_token": client.csrf_token()})


def test_she_makes_one_and_others_check_it_without_us(session, cast):
    made.told(session, cast.enrolment)
    session.commit()
    her, visitor = cast.client("participant"), cast.client()
    page = her.page("/my/can")
    her.submit(page, form='[action="/my/can/proofs"]', follow=False)
    (row,) = session.scalars(select(Credential)).all()
    url = f"/my/can/proofs/{row.number}"
    answer = her.get(f"{url}.jwt")
    assert answer.headers["Content-Type"] == "application/vc+jwt"
    assert answer.headers["Cache-Control"] == "no-store"
    claims = read(visitor, answer.text)
    assert claims == her.get(f"{url}.json").json
    assert claims["iss"] == claims["issuer"]["id"]
    assert claims["jti"] == claims["id"]
    assert claims["sub"] == claims["credentialSubject"]["id"]
    assert claims["sub"].startswith("urn:uuid:")
    assert [one["name"] for one in claims["evidence"]] == [
        "Gezien door een begeleider", "Gezien door een ervaringsdeskundige"
    ]  # fmt: skip
    for secret in (cast.participant.name, str(cast.participant.uuid), "hielp een nieuwe collega"):
        assert secret not in json.dumps(claims, ensure_ascii=False)
    assert not is_withdrawn(visitor, claims)
    assert 'action="/my/can/proofs"' not in her.get("/my/can").text  # it has one


@pytest.mark.parametrize("why", ["one voice", "hers alone", "hidden", "put apart", "unverified"])
def test_what_is_not_confirmed_gets_none(session, cast, why):
    voices = {"one voice": [Voice.GUIDE] * 2, "hers alone": [Voice.PARTICIPANT] * 2}
    rows = [
        make.observation(session, cast.enrolment, competence="koken", voice=voice)
        for voice in voices.get(why, [Voice.GUIDE, Voice.EXPERT])
    ]
    if why == "hidden":
        make.own_say(session, rows[0])
    if why == "put apart":  # two voices, each of another organisation
        elsewhere = make.enrolment(
            session, make.offering(session, cast.other_enterprise), cast.participant
        )
        make.observation(session, elsewhere, competence="koken", voice=Voice.EXPERT)
        make.own_say(session, rows[1])
    if why == "unverified":
        cast.enterprise.status = OrganisationStatus.SUSPENDED
    session.commit()
    actor, keys = cast.actor("participant"), open_keys(session, "s" * 32)
    with reading_as(session, actor), pytest.raises(RuleBroken):
        commands.prove(
            session, actor, competence="koken", organisation_id=cast.enterprise.id,
            keys=keys, base_url="",
        )  # fmt: skip
    session.rollback()
    assert "/my/can/proofs" not in cast.client("participant").get("/my/can").text


@pytest.mark.one_database
def test_tampered_is_refused_and_a_rotated_key_is_not(session, cast, proof):
    visitor = cast.client()
    rotate(session, cast.app.config["SETTINGS"].secret_key)
    session.commit()
    claims = read(visitor, proof.token)
    assert not is_withdrawn(visitor, claims)  # the list is signed with the new key
    head, body, tail = proof.token.split(".")
    for forged in (
        f"{head}.{body[:-4]}AAAA.{tail}",
        f"{head}.{body}.{tail[::-1]}",
        f"{head}.{body}.",
    ):
        with pytest.raises(Exception, match=r"."):
            read(visitor, forged)
    proof.token = f"{head}.{body[:-4]}AAAA.{tail}"
    session.commit()
    assert "Vertrouw dit bewijs niet" in visitor.page(f"/credentials/{proof.number}").main.text


@pytest.mark.parametrize("who", ["she", "the issuer"])
def test_withdrawn_says_so_to_everybody_and_why_to_her_only(session, cast, proof, who):
    her, visitor = cast.client("participant"), cast.client()
    other = made.proof(session, cast, "naaien")
    session.commit()
    url = f"/my/can/proofs/{proof.number}"
    if who == "she":
        her.submit(url, form=f'[action="{url}/withdraw"]')
    else:
        of_staff = f"/participants/{cast.participant.uuid}/proofs/{proof.number}"
        staff = cast.client("coordinator")
        assert of_staff in staff.get(f"/participants/{cast.participant.uuid}").text
        assert staff.page(staff.submit(of_staff, reason="", follow=False), status=422)
        staff.submit(of_staff, reason="Het was een vergissing.")
        assert "vergissing" in her.page(url).main.text
    assert not her.page(url).main.select("form, a[href$='.pdf'], a[href*='jwt'], a[href*='json']")
    assert her.page(f"/my/can/proofs/{other.number}").main.select("form, a[href$='.pdf']")
    check = visitor.page(f"/credentials/{proof.number}").main.text
    assert "geldt niet meer" in check
    assert "vergissing" not in check
    assert "oken" not in check
    assert is_withdrawn(visitor, read(visitor, proof.token))
    assert not is_withdrawn(visitor, read(visitor, other.token))
    assert "bewijs is echt" in visitor.page(f"/credentials/{other.number}").main.text
    session.refresh(proof)
    assert proof.is_withdrawn_by_issuer == (who != "she")


def test_the_check_shows_no_name_and_examples_only_where_she_lets_it(session, cast, proof):
    row = make.observation(
        session, cast.enrolment, competence="koken", voice=Voice.GUIDE, example=EXAMPLE
    )
    session.commit()
    her, visitor = cast.client("participant"), cast.client()
    check, url = f"/credentials/{proof.number}", f"/my/can/proofs/{proof.number}"
    answer = visitor.get(check)
    assert answer.headers["X-Robots-Tag"] == "noindex"
    assert NAME not in answer.text
    assert EXAMPLE not in answer.text
    her.submit(url, form=f'[action="{url}/examples"]')
    assert EXAMPLE in visitor.get(check).text
    post(her, f"/my/observations/{row.uuid}/hide")
    assert EXAMPLE not in visitor.get(check).text
    post(her, f"/my/observations/{row.uuid}/hide")
    assert EXAMPLE in visitor.get(check).text
    her.submit(url, form=f'[action="{url}/examples"]')
    assert EXAMPLE not in visitor.get(check).text


@pytest.mark.one_database
@pytest.mark.parametrize("language", ["nl", "ar", "tr", "pl", "en"])
def test_the_certificate_is_one_page_with_her_name(cast, proof, language):
    her = cast.client("participant")
    post(her, "/language", language=language, to="/my")
    paper = pypdf.PdfReader(io.BytesIO(her.get(f"/my/can/proofs/{proof.number}.pdf").data))
    assert len(paper.pages) == 1
    text = unicodedata.normalize("NFKC", paper.pages[0].extract_text())
    assert "Şükran Żółć" in text
    assert proof.number in text


@pytest.mark.one_database
def test_it_stays_right_when_she_is_forgotten(session, cast, proof):
    proof.participant_id = None
    proof.shows_examples = True
    session.commit()
    visitor = cast.client()
    assert "bewijs is echt" in visitor.page(f"/credentials/{proof.number}").main.text
    assert queries.list_examples(session, proof) == []
    assert cast.client("participant").get(f"/my/can/proofs/{proof.number}").status_code == 404


def test_she_is_told_when_the_issuer_takes_one_back_and_not_of_her_own_doing(session, cast, proof):
    make.reach(session, cast.participant, contact_way=ContactWay.PHONE, phone="+31687654321")
    other = made.proof(session, cast, "naaien")
    session.commit()
    her = cast.client("participant")
    post(her, f"/my/can/proofs/{other.number}/withdraw")
    issuers = f"/participants/{cast.participant.uuid}/proofs/{proof.number}"
    cast.client("coordinator").submit(issuers, follow=False, reason="Het ging over een ander.")
    session.rollback()
    told = session.scalars(select(Notice).where(Notice.kind == "credentials/withdrawn")).all()
    assert [notice.data["number"] for notice in told] == [proof.number]
    assert "over een ander" not in str(told[0].data)
    assert "over een ander" in her.get(f"/my/can/proofs/{proof.number}").text


def test_as_she_leaves_she_chooses_what_becomes_of_what_was_handed_out(session, cast, proof):
    made.proof(session, cast, "naaien")
    session.commit()
    her, visitor = cast.client("participant"), cast.client()
    claims = [read(visitor, one.token) for one in session.scalars(select(Credential))]
    assert "blijven kloppen" in her.page("/my/data").select_one("#leaving").text
    assert not any(is_withdrawn(visitor, one) for one in claims)
    her.submit("/my/data", form="#leaving form", follow=False)
    assert all(is_withdrawn(visitor, one) for one in claims)
    assert not her.page("/my/data").select_one("#leaving form")
