"""The keys that sign: sealed where they lie, followed by newer ones, and for ever checked by."""

import json

import pytest
from joserfc.jwk import ECKey
from sqlalchemy import select, text

from portal.core.signing import jwks_of, verified
from portal.core.signing_keys import SigningKey, open_keys, published, rotate

SECRET, OTHER = "s" * 32, "t" * 32


def test_a_key_is_made_once_and_lies_there_sealed(session):
    assert jwks_of(published(session)) == {"keys": []}
    keys = open_keys(session, SECRET)
    again = open_keys(session, SECRET)
    assert verified(again.sign({"minutes": 1}), keys.published) == {"minutes": 1}
    (row,) = session.scalars(select(SigningKey)).all()
    private = str(keys.current.as_dict(private=True)["d"])
    stored = str(tuple(session.execute(text("SELECT * FROM signing_key")).one()))
    assert private not in stored
    assert row.kid in stored
    (shown,) = jwks_of(published(session))["keys"]
    assert "d" not in shown
    assert (shown["kid"], shown["alg"], shown["crv"]) == (row.kid, "ES256", "P-256")


@pytest.mark.parametrize("is_rotated", [True, False])
def test_what_was_signed_before_stays_right(session, is_rotated):
    """After a new key, and after the secret that the old one was sealed with is gone."""
    old = open_keys(session, SECRET)
    before = old.sign({"minutes": 1})
    if is_rotated:
        rotate(session, SECRET)
    keys = open_keys(session, SECRET if is_rotated else OTHER)
    assert keys.current.thumbprint() != old.current.thumbprint()
    assert verified(before, keys.published) == {"minutes": 1}
    assert verified(keys.sign({}), old.published) is None
    kept = session.scalars(select(SigningKey).order_by(SigningKey.id)).all()
    assert [row.private is not None for row in kept] == [False, True]
    session.expire_all()
    assert (
        open_keys(session, SECRET if is_rotated else OTHER).sign({}).split(".")[0]
        == (keys.sign({}).split(".")[0])
    )


def test_the_command_rotates_and_publishes_both(app, session, cast):
    old = open_keys(session, app.config["SETTINGS"].secret_key).current
    session.commit()
    answer = app.test_cli_runner().invoke(args=["portal", "rotate-key"])
    assert answer.exit_code == 0, answer.output
    shown = json.loads(cast.client().get("/.well-known/jwks.json").data)["keys"]
    assert [key["kid"] for key in shown] == [answer.output.split()[-1], old.thumbprint()]
    assert all(ECKey.import_key(key).is_private is False for key in shown)
    assert {key.kid for key in published(session).keys} == {key["kid"] for key in shown}
