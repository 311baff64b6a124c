"""What holds for every command that writes: a dry run, an error and an undo leave what was there."""

import socket
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import typer.main

from mtep_outreach.cli.app import app

from .answers import from_everybody
from .conftest import Program, stored
from .outbox import sink

SHEET = "name,state,contact,email,nominated by,reason\nNew Council,Georgia,Kim Lee,lee@example.org,Ana Ruiz,Near us\n"
DOUBTFUL = (
    "Who,Place,City,State,Mail\nAlabama Math Council,Auburn,Auburn,AL,a@example.org\n"
    "Lee County Schools,Opelika,Opelika,AL,b@example.org\n"
)

WRITING: dict[str, list[str]] = {
    "add-partner": ["add-partner", "New Society", "--acronym", "NS", "--alias", "Old Society", "--state", "Ala.",
                    "--council-role", "school-personnel", "--contact", "Al <al@example.org>",
                    "--nominated-by", "Bo Chen", "--note", "A note."],
    "add-contact": ["add-contact", "AMTE", "New Person <new@example.org>", "--primary"],
    "edit-contact": ["edit-contact", "adams@example.org", "--name", "Anne Adams", "--email", "anne@example.org",
                     "--title", "Dean", "--note", "Moved.", "--primary"],
    "remove-contact": ["remove-contact", "José Núñez", "--partner", "Lee County"],
    "edit-member": ["edit-member", "Bo Chen", "--name", "Bob Chen", "--email", "", "--role", "hub-leader",
                    "--state", "GA"],
    "add-member": ["add-member", "New Member <member@example.edu>", "--role", "hub-leader"],
    "nominate": ["nominate", "A Brand New Partner", "--by", "New Nominator <nn@example.edu>", "--reason", "Why not"],
    "edit": ["edit", "AMTE", "--name", "AMTE renamed", "--acronym", "", "--alias", "Another", "--website", "amte.net"],
    "remove": ["remove", "AMTE"],
    "join": ["join", "AMTE", "--kind", "mou", "--document", "mou.pdf"],
    "add-session": ["add-session", "June 3, 2024", "--start", "1pm", "--time-zone", "America/New_York"],
    "edit-session": ["edit-session", "2024-05-24", "--where", "https://example.org", "--start", "13:00"],
    "invite": ["invite", "--session", "2024-05-24"],
    "remind": ["remind", "--session", "2024-05-24"],
    "thank": ["thank", "--session", "2024-05-24"],
    "reschedule": ["reschedule", "2024-05-24", "--day", "2024-05-31", "--start", "13:00"],
    "cancel": ["cancel", "2024-05-24"],
    "rsvp": ["rsvp", "AMTE", "no", "--note", "A changed mind."],
    "attend": ["attend", "--session", "2024-05-24", "AMTE", "Lee County Schools"],
    "sent": ["sent", "2024-05-24", "AMTE", "Alabama Mathematics Council"],
    "settle": ["settle", "1", "again"],
    "inbox": ["inbox", "mails"],
    "review": ["review", "1", "--as", "no"],
    "do-not-contact": ["do-not-contact", "AMTE", "--reason", "They asked."],
    "add-commitment": ["add-commitment", "AMTE", "We reach 300 students a year.", "--yes", "--by", "2025", "--public",
                       "--goal", "funding", "--where", "AL", "--who", "rural"],
    "edit-commitment": ["edit-commitment", "1", "--target", "400", "--unit", "Students", "--drop", "teachers"],
    "progress": ["progress", "1", "120", "--unit", "students", "--evidence", "https://example.org"],
    "withdraw-commitment": ["withdraw-commitment", "1"],
    "merge": ["merge", "AMTE", "Alabama Mathematics Council", "Lee County Schools", "--take", "name"],
    "duplicates": ["duplicates", "--apart", "AMTE", "Lee County Schools"],
    "import": ["import", "sheet.csv", "--yes"],
    "settings": ["settings", "goal=50", "contact_person=Dee <dee@example.edu>"],
    "undo": ["undo"],
    "redo": ["redo"],
}  # fmt: skip
MORE: dict[str, list[str]] = {
    "import with its options": ["import", "doubtful.csv", "--yes", "--map", "Who=name", "--map", "Mail=email",
                                "--duplicates", "link", "--update", "--skip-bad", "--encoding", "utf-8",
                                "--delimiter", "comma"],
    "import of doubtful rows": ["import", "doubtful.csv", "--yes", "--map", "Who=name", "--duplicates", "new"],
    "import of a bundle": ["import", "bundle.zip", "--yes"],
    "invite by mail": ["invite", "--session", "2024-05-24", "--as", "eml"],
    "invite again": ["invite", "--session", "2024-05-24", "--rewrite"],
    "remind by mail": ["remind", "--session", "2024-05-24", "--as", "eml", "--as", "docx"],
    "review dismissed": ["review", "1", "--dismiss"],
    "settle as sent": ["settle", "1", "sent"],
    "progress that is done": ["progress", "1", "--done", "--on", "2024-04-30"],
    "settings of outcomes": ["settings", "goal.teachers=100000", "goal.students=5"],
    "do-not-contact of an address": ["do-not-contact", "adams@example.org"],
    "do-not-contact taken back": ["do-not-contact", "AMTE", "--lift"],
}  # fmt: skip
"""Other ways to use a command that writes."""

EVERY = {**WRITING, **MORE}

READING = {
    "list",
    "show",
    "report",
    "log",
    "where",
    "export",
    "demo",
    "next",
    "templates",
    "check-letters",
    "dashboard",
}
FINAL = {"send", "forget"}
"""What they did cannot be taken back: a letter that a server took, a person who is erased."""


@pytest.fixture
def ready(network: Program, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Program:
    """The network, with files to import and a step to do again; an empty database where a bundle is imported.

    The network can be written to by mail, and what a command is to settle or lift is there.
    """
    call = getattr(request.node, "callspec", None)
    name = str(call.params.get("name")) if call else ""
    network("settings", "sender=Hub <hub@example.edu>", "postal_address=1 Main St, Auburn, AL 36830")
    if name == "do-not-contact taken back":
        network("do-not-contact", "AMTE")
    if name == "remind by mail":
        network("add-contact", "Alabama Mathematics Council", "Al Alder <alder@example.org>")
    if name.startswith("settle"):
        leave_in_doubt(network.database)
    network("add-commitment", "AMTE", "We help.", "--target", "300", "--unit", "students", "--target", "9", "--unit",
            "teachers", "--on", "2024-04-01")  # fmt: skip
    network("progress", "1", "3", "--unit", "teachers")
    mails = from_everybody(network, network.folder / "mails")
    if name.startswith("review"):
        network("inbox", str(mails))
    if name == "import of a bundle":
        network("export", "bundle.zip")
        network.database = network.folder / "second.sqlite"
        monkeypatch.setenv("MTEP_DB", str(network.database))
    (network.folder / "sheet.csv").write_text(SHEET, "utf-8")
    (network.folder / "doubtful.csv").write_text(DOUBTFUL, "utf-8")
    network("add-partner", "Undone Again")
    network("undo")
    return network


def leave_in_doubt(database: Path) -> None:
    """Let the first letter be one of which nobody knows whether the server took it."""
    with closing(sqlite3.connect(database)) as connection:
        connection.execute(
            "UPDATE deliveries SET state = 'in-doubt', attempts = 1, address = 'adams@example.org' WHERE id = 1"
        )
        connection.execute(
            "INSERT INTO messages (delivery_id, envelope_from, recipient, content)"
            " VALUES (1, 'hub@example.edu', 'adams@example.org', '')"
        )
        connection.commit()


def commands() -> Iterator[tuple[str, set[str]]]:
    group: Any = typer.main.get_command(app)
    for name, command in group.commands.items():
        yield name, {option for parameter in command.params for option in parameter.opts}


def test_every_command_is_known_here_as_writing_reading_or_final() -> None:
    found = dict(commands())
    assert set(found) == set(WRITING) | READING | FINAL
    assert {name for name, options in found.items() if "--dry-run" in options} == set(WRITING) | {"forget"}


def test_every_command_shows_an_example(mtep: Program) -> None:
    for name, _ in commands():
        assert f"Example: mtep {name}" in " ".join(mtep(name, "--help").out.split()), name


@pytest.mark.parametrize("name", EVERY)
def test_a_dry_run_changes_nothing_and_says_so(ready: Program, name: str) -> None:
    before = ready.database.read_bytes(), sorted(ready.folder.rglob("*"))
    printed = ready(*EVERY[name], "--dry-run")
    assert (ready.database.read_bytes(), sorted(ready.folder.rglob("*"))) == before
    assert "Dry run" in printed.err


@pytest.mark.parametrize("name", sorted(set(WRITING) - {"undo", "redo", "import", "edit-session", "remove", "join"}))
def test_a_dry_run_on_an_empty_machine_leaves_it_empty(mtep: Program, name: str) -> None:
    mtep(*WRITING[name], "--dry-run", code=None)
    assert not mtep.database.exists()
    assert not (mtep.folder / "data").exists()


@pytest.mark.parametrize("name", EVERY)
@pytest.mark.parametrize("after", [0, 1], ids=["first-change", "second-change"])
def test_an_error_on_the_way_leaves_nothing(ready: Program, name: str, after: int) -> None:
    """The database itself refuses a change: whatever went before it in the same command is gone too."""
    with closing(sqlite3.connect(ready.database)) as connection:
        connection.execute(
            "CREATE TRIGGER stop AFTER INSERT ON journal_changes WHEN (SELECT COUNT(*) FROM journal_changes"
            f" WHERE entry_id = NEW.entry_id) > {after} BEGIN SELECT RAISE(ABORT, 'stopped by the test'); END"
        )
        connection.commit()
    before = stored(ready.database), sorted(ready.folder.rglob("*"))
    printed = ready(*EVERY[name], code=None)
    if printed.code == 0:
        with closing(sqlite3.connect(ready.database)) as connection:
            (changes,) = connection.execute(
                "SELECT COUNT(*) FROM journal_changes WHERE entry_id = (SELECT MAX(id) FROM journal_entries)"
            ).fetchone()
        assert changes <= after, "it changed more than the database allows"
        return
    assert printed.code == 1
    assert "stopped by the test" in printed.err
    assert "Traceback" not in printed.err
    assert (stored(ready.database), sorted(ready.folder.rglob("*"))) == before


@pytest.mark.parametrize("name", sorted(set(EVERY) - {"undo", "redo"}))
def test_undo_restores_the_content_exactly_and_redo_brings_it_back(ready: Program, name: str) -> None:
    before, exported = stored(ready.database), ready.export()
    files = {path: path.read_bytes() for path in ready.folder.rglob("*.md")}
    ready(*EVERY[name])
    after = stored(ready.database)
    assert after != before
    ready("undo")
    assert stored(ready.database) == before
    assert ready.export() == exported
    assert {path: path.read_bytes() for path in ready.folder.rglob("*.md")} == files
    ready("redo")
    assert stored(ready.database) == after


@pytest.mark.parametrize("name", sorted(set(EVERY) - {"undo", "redo"}))
def test_one_command_is_one_entry_of_the_log(ready: Program, name: str) -> None:
    steps = ready("log", "--format", "json").json
    ready(*EVERY[name])
    newest, *rest = ready("log", "--format", "json").json
    assert rest == steps
    assert newest["actor"] == "tester"
    assert newest["command"].startswith(f"mtep --today 2024-05-01 {EVERY[name][0]}")


def test_three_undos_go_three_steps_back_and_three_redos_forward(ready: Program) -> None:
    states = [stored(ready.database)]
    for name in ("rsvp", "join", "remove"):
        ready(*EVERY[name])
        states.append(stored(ready.database))
    for state in reversed(states[:-1]):
        ready("undo")
        assert stored(ready.database) == state
    for state in states[1:]:
        ready("redo")
        assert stored(ready.database) == state


def test_a_step_that_others_build_on_is_not_undone_and_they_are_named(network: Program) -> None:
    steps = {row["command"].split(" ", 3)[3]: row["id"] for row in network("log", "--format", "json").json}
    invite = next(number for command, number in steps.items() if command.startswith("invite"))
    rsvp = next(number for command, number in steps.items() if command.startswith("rsvp"))
    before = stored(network.database)
    refused = network("undo", str(invite), code=1)
    assert f"step {rsvp}" in refused.err
    assert f"mtep undo {rsvp}" in refused.err
    assert stored(network.database) == before
    network("undo", str(rsvp))
    network("undo", str(invite))
    assert network.list("invitations") == []


def test_an_older_step_is_undone_when_nothing_builds_on_it(network: Program) -> None:
    added = next(row["id"] for row in network("log", "--format", "json").json if "add-contact" in row["command"])
    network("undo", str(added))
    assert "José Núñez" not in {row["name"] for row in network.list("contacts")}
    assert len(network.list("invitations")) == 2


def test_a_number_is_never_given_twice(network: Program) -> None:
    network("add-partner", "Once")
    number = next(row["id"] for row in network.list() if row["name"] == "Once")
    network("undo")
    network("add-partner", "Twice")
    assert next(row["id"] for row in network.list() if row["name"] == "Twice") > number
    network("undo")
    network("redo")


def test_rows_added_together_are_not_taken_back_over_a_later_change(mtep: Program) -> None:
    (mtep.folder / "sheet.csv").write_text("name,state\nAlpha,AL\nBeta,GA\n", "utf-8")
    mtep("import", "sheet.csv", "--yes")
    mtep("edit", "Alpha", "--city", "Auburn")
    refused = mtep("undo", "1", code=1)
    assert "step 2 (mtep" in refused.err
    assert "mtep undo 2" in refused.err
    mtep("undo")
    mtep("undo")
    assert mtep.list() == []


def test_a_step_whose_place_is_taken_is_not_taken_back(mtep: Program) -> None:
    for value in ("40", "", "50"):
        mtep("settings", f"goal={value}")
    refused = mtep("undo", "2", code=1)
    assert "Step 2 cannot be taken back" in refused.err
    assert mtep("report", "--format", "json").json["goal"] == 50


def test_nothing_is_redone_after_a_new_step(network: Program) -> None:
    network("undo")
    network("add-partner", "Newer")
    assert "nothing to redo" in network("redo", code=1).err


def test_settings_of_network_and_machine_are_changed_together_or_not_at_all(network: Program) -> None:
    (network.folder / "config").write_text("a file where a folder should be", "utf-8")
    network("settings", "goal=77", "letters=elsewhere", code=1)
    assert network("report", "--format", "json").json["goal"] == 30


# ---- what cannot be taken back ------------------------------------------------------------------------------


def test_a_dry_run_of_forgetting_changes_nothing_and_asks_nothing(ready: Program) -> None:
    before = ready.database.read_bytes(), sorted(ready.folder.rglob("*"))
    printed = ready("forget", "adams@example.org", "--dry-run")
    assert (ready.database.read_bytes(), sorted(ready.folder.rglob("*"))) == before
    assert "Dry run" in printed.err
    assert "1 contact" in printed.out


def test_nobody_is_forgotten_without_a_yes(ready: Program) -> None:
    before = ready.database.read_bytes()
    assert "--yes" in ready("forget", "adams@example.org", code=1).err
    assert ready.database.read_bytes() == before


def test_forgetting_is_one_final_step_that_is_not_undone(ready: Program) -> None:
    steps = ready("log", "--format", "json").json
    ready("forget", "adams@example.org", "--yes")
    after = stored(ready.database)
    newest, *rest = ready("log", "--format", "json").json
    assert [row["id"] for row in rest] == [row["id"] for row in steps]
    assert (newest["kind"], newest["state"], newest["actor"]) == ("final", "final", "tester")
    assert "what it sent or erased cannot come back" in ready("undo", str(newest["id"]), code=1).err
    assert stored(ready.database) == after
    assert "adams@example.org" not in ready.database.read_bytes().decode("latin-1")


@pytest.fixture
def queued(ready: Program) -> Program:
    """The network with a letter that waits to be sent, and a server that does not answer."""
    with closing(socket.create_server(("127.0.0.1", 0))) as taken:
        port = taken.getsockname()[1]
    ready("settings", "smtp.host=127.0.0.1", f"smtp.port={port}", "smtp.security=none")
    ready("invite", "3", "--send", "--wait", "0", code=1)
    assert [row["state"] for row in ready.list("deliveries")] == ["written", "written", "queued"]
    return ready


def test_sending_that_reaches_no_server_changes_nothing(queued: Program) -> None:
    before = stored(queued.database), queued("log", "--format", "json").json
    assert "cannot be reached" in queued("send", "--wait", "0", code=1).err
    assert (stored(queued.database), queued("log", "--format", "json").json) == before


def test_sending_what_is_queued_is_a_final_step_that_is_not_undone(queued: Program) -> None:
    steps = queued("log", "--format", "json").json
    with sink() as server:
        queued("settings", f"smtp.port={server.port}")
        queued("send")
    assert list(server.recipients) == ["nunez@example.org"]
    assert [row["state"] for row in queued.list("deliveries")] == ["written", "written", "sent"]
    newest, *rest = queued("log", "--format", "json").json
    assert [row["id"] for row in rest] == [row["id"] for row in steps]
    assert (newest["kind"], newest["state"], newest["actor"]) == ("final", "final", "tester")
    after = stored(queued.database)
    assert "what it sent or erased cannot come back" in queued("undo", str(newest["id"]), code=1).err
    invited = next(row["id"] for row in rest if "--send" in row["command"])
    assert "1 of its letters has left" in queued("undo", str(invited), code=1).err
    assert stored(queued.database) == after


@pytest.mark.parametrize("state", ["sending", "in-doubt", "bounced"])
def test_the_step_that_wrote_a_letter_which_may_have_left_is_not_undone(queued: Program, state: str) -> None:
    with closing(sqlite3.connect(queued.database)) as connection:
        connection.execute("UPDATE deliveries SET state = ?, attempts = 1 WHERE state = 'queued'", [state])
        connection.commit()
    invited = next(row["id"] for row in queued("log", "--format", "json").json if "--send" in row["command"])
    before = stored(queued.database)
    assert "1 of its letters has left" in queued("undo", str(invited), code=1).err
    assert stored(queued.database) == before


def test_sending_where_nothing_is_queued_changes_nothing(ready: Program) -> None:
    ready("settings", "smtp.host=127.0.0.1", "smtp.port=9", "smtp.security=none")
    before = stored(ready.database), ready("log", "--format", "json").json
    assert "No letter was sent." in ready("send").out
    assert (stored(ready.database), ready("log", "--format", "json").json) == before
