"""The arguments and options that commands share, each spelled once."""

from pathlib import Path
from typing import Annotated

import typer

from .. import days, places
from ..outreach.filters import Filters
from ..outreach.sessions import SessionFacts
from ..store.reading import Record
from ..vocabulary import CouncilRole, Form, Scope, Sector, Stage
from . import completion
from .output import Format

PARTNERS, LETTERS, SENDING, ANSWERS = "Partners", "Sessions and letters", "Sending", "Answers"
COMMITMENTS, REPORTS, DATA = "Commitments", "Reports", "Data"
"""The panels of `mtep --help`."""

PartnerArgument = Annotated[
    str,
    typer.Argument(
        metavar="PARTNER",
        help="A partner's name, acronym, alias or number; a unique beginning is enough.",
        autocompletion=completion.partners,
        show_default=False,
    ),
]
PartnersArgument = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="PARTNER...",
        help="Partners by name, acronym, alias or number.",
        autocompletion=completion.partners,
        show_default=False,
    ),
]
PersonArgument = Annotated[
    str, typer.Argument(metavar='"NAME <MAIL>"', help="The person, as Name <mail>.", show_default=False)
]
SessionOption = Annotated[
    str | None,
    typer.Option(
        "--session",
        "-s",
        metavar="DAY",
        help="The session's day or name. Without it: the next one, else the latest.",
        autocompletion=completion.sessions,
    ),
]
AsOfOption = Annotated[
    str | None,
    typer.Option("--as-of", metavar="DAY", help="What had happened by that day, as known now."),
]
GoalOption = Annotated[
    int | None, typer.Option("--goal", min=1, max=1_000_000, help="Measure against this goal instead.")
]
ScopeOption = Annotated[
    Scope | None, typer.Option("--scope", case_sensitive=False, help="How far the organization reaches.")
]
SectorOption = Annotated[
    Sector | None, typer.Option("--sector", case_sensitive=False, help="What kind of organization it is.")
]
StateOption = Annotated[
    str | None,
    typer.Option("--state", metavar="STATE", help="A US state or territory: AL, Alabama or Ala."),
]
StageOption = Annotated[
    Stage | None, typer.Option("--stage", case_sensitive=False, help="Only partners that have come so far.")
]
SearchOption = Annotated[
    str | None,
    typer.Option("--search", metavar="TEXT", help="Only partners with this in a name, city, note or contact."),
]
FormatOption = Annotated[Format, typer.Option("--format", "-f", case_sensitive=False, help="How to print the result.")]
DryRunOption = Annotated[bool, typer.Option("--dry-run", help="Show what would change, and change nothing.")]
YesOption = Annotated[bool, typer.Option("--yes", "-y", help="Answer yes to every question.")]
OnOption = Annotated[str | None, typer.Option("--on", metavar="DAY", help="The day it happened (else: today).")]
NoteOption = Annotated[str | None, typer.Option("--note", metavar="TEXT", help="A note.")]
NewOption = Annotated[
    bool, typer.Option("--new", help="Add it though it is, or may be, here: it is another organization.")
]
ReasonOption = Annotated[
    str | None, typer.Option("--reason", metavar="TEXT", help="Why it is suggested. The letter quotes it.")
]

PublicOption = Annotated[
    bool | None,
    typer.Option("--public/--private", help="Whether it may be named in what is published.", show_default=False),
]

AcronymOption = Annotated[str | None, typer.Option("--acronym", metavar="TEXT", help="Its acronym.")]
AliasOption = Annotated[
    list[str] | None, typer.Option("--alias", metavar="TEXT", help="Another name of it. Can be repeated.")
]
CityOption = Annotated[str | None, typer.Option("--city", metavar="TEXT", help="Its city.")]
WebsiteOption = Annotated[str | None, typer.Option("--website", metavar="URL", help="Its web address.")]
RoleOption = Annotated[
    list[CouncilRole] | None,
    typer.Option(
        "--council-role",
        case_sensitive=False,
        help="A role of the partnership council it can fill. Can be repeated.",
    ),
]
ContactOption = Annotated[
    str | None, typer.Option("--contact", metavar='"NAME <MAIL>"', help="A person there, as Name <mail>.")
]
NominatedByOption = Annotated[
    str | None,
    typer.Option(
        "--nominated-by",
        metavar="MEMBER",
        help="The member who suggests it: name, address or number; a new one as Name <mail>.",
        autocompletion=completion.members,
    ),
]
TimeZoneOption = Annotated[
    str | None, typer.Option("--time-zone", metavar="ZONE", help="A time zone like America/Chicago.")
]
FormsOption = Annotated[
    list[Form] | None,
    typer.Option(
        "--as",
        case_sensitive=False,
        help="What files: md, txt, html, eml (drafts to send yourself), docx, pdf. Can be repeated. Else: docx and md.",
    ),
]
OneFileOption = Annotated[bool, typer.Option("--one-file", help="One PDF with all letters, to print.")]
_MAIL = "When letters are sent by mail"
"""The panel of options that only mean something then."""
SendOption = Annotated[
    bool, typer.Option("--send", help="Send them by mail, with a calendar invitation.", rich_help_panel=_MAIL)
]
RateOption = Annotated[
    str | None,
    typer.Option("--rate", metavar="N/min", help="At most so many letters a minute.", rich_help_panel=_MAIL),
]
ConnectionsOption = Annotated[
    int,
    typer.Option("--connections", min=1, max=20, help="So many connections at once.", rich_help_panel=_MAIL),
]
WaitOption = Annotated[
    float,
    typer.Option(
        "--wait",
        min=0,
        max=1440,
        metavar="MINUTES",
        help="How long to stay for letters that the server wants later.",
        rich_help_panel=_MAIL,
    ),
]
OutputOption = Annotated[
    Path | None,
    typer.Option("--output", "-o", metavar="FOLDER", help="The folder for the letters (else: letters/SESSION/)."),
]


def filters(
    scope: Scope | None,
    sector: Sector | None,
    state: str | None,
    stage: Stage | None,
    search: str | None = None,
) -> Filters:
    """Return the filters that were typed. Raises UnknownStateError."""
    return Filters(scope, sector, places.state_code(state) if state is not None else None, stage, search)


def called(partner: Record) -> str:
    """Return a partner's name, with its acronym."""
    return f"{partner['name']} ({partner['acronym']})" if partner["acronym"] else str(partner["name"])


def session_facts(
    start: str | None,
    end: str | None,
    time_zone: str | None,
    title: str | None,
    where: str | None,
    host: str | None,
    agenda: str | None,
) -> SessionFacts:
    """Return what was typed about a session. Raises as `days.hour`, `days.zone` and `people.person`."""
    from ..people import person

    return SessionFacts(
        start=days.hour(start) if start is not None else None,
        end=days.hour(end) if end is not None else None,
        time_zone=days.zone(time_zone) if time_zone is not None else None,
        title=title,
        place=where,
        host=person(host) if host else "" if host == "" else None,
        agenda=agenda,
    )
