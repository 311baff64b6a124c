"""The panel *Partners*: organizations, and who suggested them."""

from typing import TYPE_CHECKING, Annotated

import typer

from .. import days, places
from ..errors import MissingArgumentError, MtepError, OptionNeedsOtherError, PartnerNotFoundError
from ..people import person
from ..vocabulary import AgreementKind, Scope
from . import completion, questions
from .arguments import (
    PARTNERS,
    AcronymOption,
    AliasOption,
    CityOption,
    ContactOption,
    DryRunOption,
    NewOption,
    NominatedByOption,
    NoteOption,
    OnOption,
    PartnerArgument,
    PublicOption,
    ReasonOption,
    RoleOption,
    ScopeOption,
    SectorOption,
    StateOption,
    WebsiteOption,
    called,
)
from .output import notice, say
from .run import Run, this

if TYPE_CHECKING:
    from ..outreach.partners import PartnerFacts

app = typer.Typer()

_EXAMPLE = 'mtep add-partner "Association of Mathematics Teacher Educators" --acronym AMTE --scope national'


@app.command("add-partner", rich_help_panel=PARTNERS, epilog=f"Example: {_EXAMPLE}")
def add_partner(
    context: typer.Context,
    name: Annotated[
        str | None, typer.Argument(metavar="NAME", help="The organization's full name.", show_default=False)
    ] = None,
    acronym: AcronymOption = None,
    alias: AliasOption = None,
    scope: ScopeOption = None,
    sector: SectorOption = None,
    state: StateOption = None,
    city: CityOption = None,
    website: WebsiteOption = None,
    council_role: RoleOption = None,
    contact: ContactOption = None,
    nominated_by: NominatedByOption = None,
    reason: ReasonOption = None,
    note: NoteOption = None,
    public: PublicOption = None,
    new: NewOption = False,
    dry_run: DryRunOption = False,
) -> None:
    """Add an organization that you would like to win. Without a name, and at a terminal, it asks for what it needs."""
    from ..outreach import contacts, duplicates, nominations, partners

    scope_text: str | None = scope
    if name is None:
        if not questions.can_ask():
            raise MissingArgumentError("name of the organization", _EXAMPLE)
        name = questions.ask("Name of the organization", partners.CHECKS["name"], required=True)
        acronym = acronym or questions.ask("Acronym (Enter for none)", partners.CHECKS["acronym"])
        scope_text = scope or questions.ask(f"Scope: {', '.join(Scope)} (Enter for none)", partners.CHECKS["scope"])
        state = state or questions.ask("State (Enter for none)", places.state_code)
        contact = contact or questions.ask("Contact, as Name <mail> (Enter for none)", person)
    if reason is not None and nominated_by is None:
        raise OptionNeedsOtherError("--reason", "--nominated-by")
    said = partners.facts(
        name=name,
        acronym=acronym,
        aliases=alias,
        scope=scope_text,
        sector=sector,
        state=state,
        city=city,
        website=website,
        council_roles=council_role,
        note=note,
        public=public,
    )
    someone = person(contact) if contact is not None else None
    run = this(context)
    sure = new or _confirmed(run, said)
    with run.step(dry_run=dry_run) as work:
        made = duplicates.add(work, said, today=run.today, sure=sure)
        found = partners.find(work, str(made.number))
        if someone:
            contacts.add(work, found, someone, today=run.today)
        if nominated_by is not None:
            member, is_new = nominations.record(work, found, nominated_by, today=run.today, reason=reason)
    say(dry_run, f"Added partner {found['id']}: {called(found)}.")
    if nominated_by is not None:
        say(dry_run, f"Nominated by {member['name']}{' (a new member)' if is_new else ''}.")
    if not someone:
        notice(f'It has no contact yet: mtep add-contact {found["id"]} "Name <mail>"')


def _confirmed(run: Run, said: "PartnerFacts") -> bool:
    """Ask, where a person can answer, whether an organization that is much like a known one is another."""
    from ..outreach import duplicates, partners

    if not questions.can_ask():
        return False
    with run.reader(must_exist=False) as reader:
        known = partners.same_name_and_state(reader, said.name or "", said.state or None)
        likely = [] if known else duplicates.likely_partners(reader, said)
    if not likely:
        return False
    for one in likely:
        notice(f"It may be here already: {one}")
    questions.confirm("Is it another organization, to be added?", "Adding it", yes=False)
    return True


def _is_known(run: Run, text: str) -> bool:
    """Return whether a text means a partner, or several, or one that was removed."""
    from ..outreach import partners

    with run.reader(must_exist=False) as reader:
        try:
            partners.find(reader, text)
        except PartnerNotFoundError:
            return False
        except MtepError:
            return True
    return True


@app.command(
    "nominate",
    rich_help_panel=PARTNERS,
    epilog='Example: mtep nominate AMTE --by "Maria Rivera" --reason "They set the standards we follow."',
)
def nominate(
    context: typer.Context,
    partner: PartnerArgument,
    by: Annotated[
        str,
        typer.Option(
            "--by",
            metavar="MEMBER",
            help="Who suggests it; a new member as Name <mail>.",
            autocompletion=completion.members,
            show_default=False,
        ),
    ],
    reason: ReasonOption = None,
    on: OnOption = None,
    new: NewOption = False,
    dry_run: DryRunOption = False,
) -> None:
    """Record that a member suggests an organization; one that nobody has named yet is added."""
    from ..outreach import nominations, partners

    run = this(context)
    day = days.past_day(on, "A nomination", run.today) if on is not None else None
    sure = new
    if not new and questions.can_ask() and not _is_known(run, partner):
        sure = _confirmed(run, partners.facts(name=partner))
    with run.step(dry_run=dry_run) as work:
        done = nominations.nominate(work, partner, by, today=run.today, day=day, reason=reason, sure=sure)
    if done.partner_is_new:
        say(dry_run, f"Added partner {done.partner['id']}: {done.partner['name']}.")
    member = f"{done.member['name']}{' (a new member)' if done.member_is_new else ''}"
    say(dry_run, f"{member} nominated {called(done.partner)} on {days.day_in_words(done.day)}.")


@app.command(
    "edit",
    rich_help_panel=PARTNERS,
    epilog="Example: mtep edit AMTE --website https://amte.net --scope national",
)
def edit(
    context: typer.Context,
    partner: PartnerArgument,
    name: Annotated[str | None, typer.Option("--name", metavar="TEXT", help="Its new name.")] = None,
    acronym: AcronymOption = None,
    alias: AliasOption = None,
    scope: ScopeOption = None,
    sector: SectorOption = None,
    state: StateOption = None,
    city: CityOption = None,
    website: WebsiteOption = None,
    council_role: RoleOption = None,
    contact: ContactOption = None,
    nominated_by: NominatedByOption = None,
    reason: ReasonOption = None,
    note: NoteOption = None,
    public: PublicOption = None,
    dry_run: DryRunOption = False,
) -> None:
    """Change what is known of an organization. An empty text, as in --note "", takes a fact away.

    Aliases, council roles, contacts and nominations are added to those there are; --alias "" takes all aliases away.
    """
    from ..outreach import contacts, nominations, partners

    if reason is not None and nominated_by is None:
        raise OptionNeedsOtherError("--reason", "--nominated-by")
    said = partners.facts(
        name=name,
        acronym=acronym,
        aliases=alias,
        scope=scope,
        sector=sector,
        state=state,
        city=city,
        website=website,
        council_roles=council_role,
        note=note,
        public=public,
    )
    someone = person(contact) if contact is not None else None
    run = this(context)
    with run.step(dry_run=dry_run) as work:
        found = partners.find(work, partner)
        if not said.says_nothing or not (someone or nominated_by is not None):
            found = partners.edit(work, str(found["id"]), said)
        if someone:
            contacts.add(work, found, someone, today=run.today)
        if nominated_by is not None:
            nominations.record(work, found, nominated_by, today=run.today, reason=reason)
        changed = work.summary
    say(
        dry_run,
        f"Changed partner {found['id']}: {called(found)}." if changed else "It is so already; nothing was changed.",
    )


@app.command("remove", rich_help_panel=PARTNERS, epilog='Example: mtep remove "Sample Society"')
def remove(context: typer.Context, partner: PartnerArgument, dry_run: DryRunOption = False) -> None:
    """Remove an organization from lists, reports and invitations. Its history is kept; undo brings it back."""
    from ..outreach import partners

    run = this(context)
    with run.step(dry_run=dry_run) as work:
        found = partners.remove(work, partner, today=run.today)
        promised = work.count("commitments", ["partner_id = :number"], number=found["id"])
    say(dry_run, f"Removed partner {found['id']}: {called(found)}.")
    if promised:
        its = f"Its {promised:,} commitments leave" if promised != 1 else "Its commitment leaves"
        notice(f"{its} every list, total and goal with it.")
    if not dry_run:
        notice("To bring it back: mtep undo")


@app.command(
    "join",
    rich_help_panel=PARTNERS,
    epilog='Example: mtep join AMTE --on "June 3, 2024" --kind mou --document MOU-2024.pdf',
)
def join(
    context: typer.Context,
    partner: PartnerArgument,
    on: OnOption = None,
    kind: Annotated[
        AgreementKind | None, typer.Option("--kind", case_sensitive=False, help="In what form it joined.")
    ] = None,
    document: Annotated[
        str | None,
        typer.Option("--document", metavar="TEXT", help="Where the agreement is: a file name or link."),
    ] = None,
    dry_run: DryRunOption = False,
) -> None:
    """Record that an organization joined the network."""
    from ..outreach import agreements, partners

    run = this(context)
    day = days.past_day(on, "Joining", run.today) if on is not None else run.today
    with run.step(dry_run=dry_run) as work:
        found = partners.find(work, partner)
        agreements.join(work, found, day=day, kind=kind, document=document)
    say(dry_run, f"{called(found)} joined on {days.day_in_words(day)}.")
