"""What Flask can do at most here: a view with one read through SQLAlchemy and a small template."""

from __future__ import annotations

import os

from flask import Flask, render_template
from sqlalchemy import String, create_engine, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column


class Base(DeclarativeBase):
    pass


class Organisation(Base):
    __tablename__ = "organisation"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String)


application = Flask(__name__)
engine = create_engine(os.environ["BARE_DATABASE_URL"])


@application.get("/")
def bare() -> str:
    with Session(engine) as session:
        row = session.scalars(select(Organisation).limit(1)).one()
        return render_template("bare.html", name=row.name)
