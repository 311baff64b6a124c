"""The panel *Partners*, continued: people at organizations, and people of the network."""

import shlex
from typing import Annotated

import typer

from .. import days, places
from ..people import person
from ..store.reading import Reads, Record
from ..vocabulary import DeliveryState, MemberRole, in_words
from . import completion
from .arguments import (
    PARTNERS,
    DryRunOption,
    NoteOption,
    PartnerArgument,
    PersonArgument,
    StateOption,
    TimeZoneOption,
    called,
)
from .output import notice, say
from .run import Run, this

app = typer.Typer()

ContactArgument = Annotated[
    str,
    typer.Argument(
        metavar="PERSON",
        help="A contact's mail address, or a name that one contact has.",
        autocompletion=completion.contacts,
        show_default=False,
    ),
]
AtOption = Annotated[
    str | None,
    typer.Option(
        "--partner", metavar="PARTNER", help="At which organization, where that has to be said.",
        autocompletion=completion.partners,
    ),
]  # fmt: skip
MemberArgument = Annotated[
    str,
    typer.Argument(
        metavar="MEMBER", help="A member's name, mail address or number.", autocompletion=completion.members,
        show_default=False,
    ),
]  # fmt: skip
NameOption = Annotated[str | None, typer.Option("--name", metavar="TEXT", help="The person's name.")]
EmailOption = Annotated[str | None, typer.Option("--email", metavar="ADDRESS", help="The person's mail address.")]
TitleOption = Annotated[str | None, typer.Option("--title", metavar="TEXT", help="What the person is there.")]
PhoneOption = Annotated[str | None, typer.Option("--phone", metavar="NUMBER", help="Kept as typed.")]
PrimaryOption = Annotated[bool, typer.Option("--primary", help="Letters go to this person.")]
TeamOption = Annotated[str | None, typer.Option("--team", metavar="TEXT", help="The person's team.")]

_SAME = "It is so already; nothing was changed."


# ---- contacts -------------------------------------------------------------------------------------------


@app.command(
    "add-contact",
    rich_help_panel=PARTNERS,
    epilog='Example: mtep add-contact AMTE "Maria Rivera <rivera@example.edu>" --title President --primary',
)
def add_contact(
    context: typer.Context,
    partner: PartnerArgument,
    who: PersonArgument,
    title: TitleOption = None,
    phone: PhoneOption = None,
    time_zone: TimeZoneOption = None,
    primary: PrimaryOption = False,
    dry_run: DryRunOption = False,
) -> None:
    """Add a person at an organization. Letters go to the primary contact, else to the one added first."""
    from ..outreach import contacts, partners

    someone = person(who)
    zone = days.zone(time_zone) if time_zone is not None else None
    run = this(context)
    with run.step(dry_run=dry_run) as work:
        found = partners.find(work, partner)
        contacts.add(work, found, someone, today=run.today, title=title, phone=phone, time_zone=zone, primary=primary)
    say(dry_run, f"Added {someone} as {'the primary' if primary else 'a'} contact of {called(found)}.")


@app.command(
    "edit-contact",
    rich_help_panel=PARTNERS,
    epilog="Example: mtep edit-contact adams@example.org --email ann.adams@example.org --primary",
)
def edit_contact(
    context: typer.Context,
    who: ContactArgument,
    partner: AtOption = None,
    name: NameOption = None,
    email: EmailOption = None,
    title: TitleOption = None,
    phone: PhoneOption = None,
    time_zone: TimeZoneOption = None,
    note: NoteOption = None,
    primary: PrimaryOption = False,
    dry_run: DryRunOption = False,
) -> None:
    """Correct what is known of a person at an organization. An empty text, as in --phone "", takes a fact away."""
    from ..outreach import contacts

    said = contacts.facts(
        name=name, email=email, title=title, phone=phone, time_zone=time_zone, note=note, primary=primary
    )
    run = this(context)
    with run.step(dry_run=dry_run) as work:
        found = _contact(work, who, partner)
        someone = contacts.edit(work, found, said)
        changed = work.summary
        stopped = _stopped(work, someone.email) if said.email else ""
        letters = contacts.letters_to_rewrite(work, found["partner_id"], run.today)
    say(dry_run, f"Changed {someone}, contact of {found['partner']}." if changed else _SAME)
    if stopped:
        notice(f"No letter goes to {someone.email}: {stopped}.")
    elif changed and (primary or any(text is not None for text in (name, email, title, time_zone))):
        for letter in letters:
            _name_rewriting(letter)


@app.command(
    "remove-contact",
    rich_help_panel=PARTNERS,
    epilog='Example: mtep remove-contact "Ann Adams" --partner AMTE',
)
def remove_contact(
    context: typer.Context, who: ContactArgument, partner: AtOption = None, dry_run: DryRunOption = False
) -> None:
    """Remove a person from an organization: no more letters go there, what happened is kept, and undo brings it back.

    To erase a person for good: mtep forget. Whoever wants no more letters: mtep do-not-contact.
    """
    from ..outreach import contacts

    run = this(context)
    with run.step(dry_run=dry_run) as work:
        found = _contact(work, who, partner)
        contacts.remove(work, found)
        left = work.select("main_contacts", ["partner_id = :partner"], partner=found["partner_id"])
    named = person(f"{found['name']} <{found['email']}>") if found["email"] else found["name"]
    say(dry_run, f"Removed {named} from the contacts of {found['partner']}.")
    if left:
        notice(f"Its letters go to {left[0]['name']}.")
    else:
        notice(f'It has no contact now: mtep add-contact {found["partner_id"]} "Name <mail>"')


def _contact(reads: Reads, who: str, partner: str | None) -> Record:
    from ..outreach import contacts, partners

    return contacts.find(reads, who, partners.find(reads, partner) if partner is not None else None)


def _stopped(reads: Reads, email: str | None) -> str:
    """Return why nothing is sent to an address, where that is so."""
    rows = reads.select("stopped_addresses", ["address = :address"], address=(email or "").lower())
    whys = {"opted-out": "whoever has it asked for no more letters", "bounced": "a letter to it came back"}
    return whys[rows[0]["stopped"]] if rows else ""


def _name_rewriting(letter: Record) -> None:
    mailed = letter["attempts"] or letter["state"] == DeliveryState.QUEUED
    command = f"mtep invite {letter['partner_id']} --session {shlex.quote(letter['session'])} --rewrite"
    notice(f"To write its letter anew: {command}{' --send' if mailed else ''}")


# ---- members --------------------------------------------------------------------------------------------


@app.command(
    "add-member",
    rich_help_panel=PARTNERS,
    epilog='Example: mtep add-member "Maria Rivera <rivera@example.edu>" --role coach --team Auburn --state AL',
)
def add_member(
    context: typer.Context,
    who: PersonArgument,
    role: Annotated[
        MemberRole, typer.Option("--role", case_sensitive=False, help="What the person does in the network.")
    ] = MemberRole.CHANGE_AGENT,
    team: TeamOption = None,
    state: StateOption = None,
    dry_run: DryRunOption = False,
) -> None:
    """Add a person of the network, who nominates organizations and writes to them."""
    from ..outreach import members

    someone, code = person(who), places.state_code(state) if state is not None else None
    run: Run = this(context)
    with run.step(dry_run=dry_run) as work:
        made = members.add(work, someone, today=run.today, role=role, team=team, state=code)
        number = made.number
    say(dry_run, f"Added member {number}: {someone}, {in_words(role)}.")


@app.command(
    "edit-member",
    rich_help_panel=PARTNERS,
    epilog='Example: mtep edit-member "Maria Rivera" --email maria.rivera@example.edu',
)
def edit_member(
    context: typer.Context,
    member: MemberArgument,
    name: NameOption = None,
    email: EmailOption = None,
    role: Annotated[
        MemberRole | None, typer.Option("--role", case_sensitive=False, help="What the person does in the network.")
    ] = None,
    team: TeamOption = None,
    state: StateOption = None,
    dry_run: DryRunOption = False,
) -> None:
    """Correct what is known of a person of the network. An empty text, as in --team "", takes a fact away."""
    from ..outreach import members

    code = places.state_code(state) if state else state
    run = this(context)
    with run.step(dry_run=dry_run) as work:
        found = members.find(work, member)
        edited = members.edit(work, found, name=name, email=email, role=role, team=team, state=code)
        changed, someone = work.summary, edited.name + (f" <{edited.email}>" if edited.email else "")
    say(dry_run, f"Changed member {found['id']}: {someone}." if changed else _SAME)
