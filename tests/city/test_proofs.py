"""What the demo city shows of her record: proofs, every destination, a photo."""

from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal import city
from portal.core.signing_keys import open_keys
from portal.credentials.models import Credential
from portal.progress.models import Outflow, OwnSay
from portal.progress.rules import OutflowKind
from tests.city.grown import grow


@pytest.mark.slow
def test_25_people_have_a_proof_and_one_is_withdrawn(app: Flask, session: Session, of_all: Path):
    with app.app_context():  # marks are made with the portal's secret
        grow(session, of_all)
    city.write_proofs(session, open_keys(session, "s" * 32), "https://demo.example")
    session.flush()
    withdrawn = func.count(Credential.withdrawn_at)
    assert session.execute(select(func.count(), withdrawn)).one() == (25, 1)
    assert set(session.scalars(select(Outflow.kind))) == set(OutflowKind)
    assert session.scalar(select(func.count(OwnSay.photo_digest)))
