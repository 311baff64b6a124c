"""The peer of `mtep add-partner`: one partner with two names, through SQLModel, in one transaction."""

import datetime as dt
from pathlib import Path
from typing import Any

import typer
from rich.console import Console
from sqlalchemy import event
from sqlmodel import Field, Session, SQLModel, create_engine


class Partner(SQLModel, table=True):
    """An organization."""

    __tablename__ = "partners"

    id: int | None = Field(default=None, primary_key=True)
    scope: str | None = Field(default=None, index=True)
    sector: str | None = Field(default=None, index=True)
    state: str | None = Field(default=None, index=True)
    city: str | None = None
    website: str | None = None
    note: str | None = None
    added_on: dt.date
    removed_on: dt.date | None = None
    public: bool = False


class Name(SQLModel, table=True):
    """One name of an organization."""

    __tablename__ = "names"

    id: int | None = Field(default=None, primary_key=True)
    partner_id: int | None = Field(foreign_key="partners.id", index=True)
    kind: str
    text: str
    key: str = Field(index=True)


def add_partner(database: Path, name: str, acronym: str, scope: str) -> None:
    """Add a partner."""
    engine = create_engine(f"sqlite:///{database}")

    @event.listens_for(engine, "connect")
    def _prepare(connection: Any, _record: Any) -> None:
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA synchronous = FULL")

    with Session(engine) as session:
        partner = Partner(scope=scope, added_on=dt.datetime.now(dt.UTC).date())
        session.add(partner)
        session.flush()
        for kind, text in (("official", name), ("acronym", acronym)):
            session.add(Name(partner_id=partner.id, kind=kind, text=text, key=text.casefold()))
        session.commit()
        Console(markup=False, highlight=False).print(f"Added partner {partner.id}: {name} ({acronym}).")


if __name__ == "__main__":
    typer.run(add_partner)
