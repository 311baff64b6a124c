"""The panel *Reports*, continued: the report as a page to look at."""

from pathlib import Path
from typing import Annotated

import typer

from .. import days
from ..atomic import check_folder, reason_of, write_whole
from ..errors import FileError, UnknownFormatError
from ..outreach.filters import Filters
from ..vocabulary import Scope
from .arguments import REPORTS, AsOfOption, GoalOption, ScopeOption, SessionOption
from .output import notice, sentence
from .run import Run, this

app = typer.Typer()

FILE = "dashboard.html"
_ENDINGS = (".html", ".htm")


@app.command("dashboard", rich_help_panel=REPORTS, epilog="Example: mtep dashboard board.html --open")
def dashboard(
    context: typer.Context,
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="Where to write it; a page written here before is replaced.")
    ] = Path(FILE),
    open_it: Annotated[bool, typer.Option("--open", help="Open it in the web browser.")] = False,
    as_of: AsOfOption = None,
    session: SessionOption = None,
    scope: ScopeOption = None,
    goal: GoalOption = None,
    private: Annotated[
        bool, typer.Option("--private", help="With contacts, phone numbers and mail addresses, which else stay out.")
    ] = False,
) -> None:
    """Write the report as a page to look at: one file with charts and a table to search, for any web browser.

    The page needs no network and shows no person's address, so it can be mailed to a board as it is.
    """
    write_page(this(context), file, as_of=as_of, session=session, scope=scope, goal=goal, private=private)
    if open_it and not _opened(file):
        notice(f"No web browser was found here. Open it with a double click: {file}")


def write_page(
    run: Run,
    file: Path,
    *,
    as_of: str | None = None,
    session: str | None = None,
    scope: Scope | None = None,
    goal: int | None = None,
    private: bool = False,
) -> None:
    """Write the page and say so.

    Raises UnknownFormatError for another ending than .html, FileError over a file that is no such page.
    """
    from ..dashboard.page import Subject, page
    from ..outreach import network, reports, sessions

    _check(file)
    day = days.past_day(as_of, "The report", run.today) if as_of is not None else None
    with run.reader() as reader:
        settings = network.network_settings(reader)
        meant = sessions.find(reader, session, today=run.today, now=run.now) if session is not None else None
        found = reports.report(
            reader,
            today=run.today,
            goal=goal or int(settings["goal"]),
            as_of=day,
            scope=scope,
            session=meant,
            sections=reports.ALL,
        )
        filters = Filters(scope=scope)
        rows = reader.select("partner_list", filters.conditions(), "name_key, id", as_of=day, **filters.values())
    subject = Subject(settings["network"], scope, meant["session"] if meant else None, private)
    content = page(found.as_dict(), rows, subject)
    write_whole(file.absolute(), content)
    many = "1 partner" if len(rows) == 1 else f"{len(rows):,} partners"
    sentence(f"Wrote the report with {many} as a page ({_size(len(content))}): {file}")
    if private:
        notice("It holds names, phone numbers and mail addresses of people: pass it on to nobody else.")


def _check(file: Path) -> None:
    """Refuse a file of another kind, and one that somebody else made."""
    from ..dashboard.page import is_own

    if file.suffix.lower() not in _ENDINGS:
        raise UnknownFormatError(file, _ENDINGS)
    check_folder(file)
    try:
        if file.exists() and not is_own(file):
            reason = "it is no page that mtep dashboard wrote, and was kept"
            raise FileError(file, reason, "Choose another name, or move it away.")
    except OSError as error:
        raise FileError(file, reason_of(error), "Choose another name.") from error


def _size(count: int) -> str:
    return f"{count / 1_000_000:.1f} MB" if count >= 1_000_000 else f"{max(1, round(count / 1000))} KB"  # noqa: PLR2004


def _opened(file: Path) -> bool:
    import webbrowser

    return webbrowser.open(file.absolute().as_uri())
