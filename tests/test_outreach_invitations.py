"""Sessions, letters, answers and attendance, through the commands."""

from pathlib import Path

import pytest

from .conftest import Program


def letters(program: Program, session: str = "2024-05-24") -> dict[str, str]:
    """What the letters say, by the names of their Markdown files."""
    folder = program.folder / "letters" / session
    return {path.name: path.read_text("utf-8") for path in sorted(folder.glob("*.md"))}


def files(program: Program, session: str = "2024-05-24") -> dict[str, bytes | None]:
    """Every file of the letters, byte for byte; None for a folder."""
    folder = program.folder / "letters" / session
    return {path.name: path.read_bytes() if path.is_file() else None for path in sorted(folder.glob("*"))}


def test_the_first_session_is_planned_from_the_defaults_in_the_same_step(mtep: Program) -> None:
    mtep("add-partner", "Any")
    printed = mtep("invite", "--session", "May 24, 2024")
    assert "Planned session 2024-05-24 from the defaults" in printed.err
    assert "Friday, May 24, 2024, 12:00-1:00 p.m. CDT" in printed.err
    (session,) = mtep.list("sessions")
    assert session["starts"] == "2024-05-24T12:00:00-05:00"
    assert session["ends"] == "2024-05-24T13:00:00-05:00"
    assert session["title"] == "Informational Meeting for MTEP 2.0 Network Expansion Partners"
    mtep("undo")
    assert mtep.list("sessions") == []
    assert files(mtep) == {}


def test_the_defaults_of_a_session_are_settings(mtep: Program) -> None:
    mtep(
        "settings",
        "session.start=2pm",
        "session.end=3:30 p.m.",
        "session.time_zone=america/new_york",
        "session.title=Hello",
    )
    mtep("add-partner", "Any")
    mtep("invite", "--session", "2024-05-24")
    (session,) = mtep.list("sessions")
    assert (session["when"], session["title"]) == ("Friday, May 24, 2024, 2:00-3:30 p.m. EDT", "Hello")


def test_once_there_is_a_session_an_unknown_day_is_refused(network: Program) -> None:
    refused = network("invite", "--session", "2024-05-25", code=1)
    assert "No session is planned for 2024-05-25" in refused.err
    assert "2024-05-24" in refused.err
    assert len(network.list("sessions")) == 1


def test_a_second_session_on_one_day_has_a_name_of_its_own(network: Program) -> None:
    network("add-session", "2024-05-24", "--start", "3pm")
    network("add-session", "2024-05-24", "--start", "5pm", "--end", "6pm")
    assert [row["session"] for row in network.list("sessions")] == ["2024-05-24", "2024-05-24-2", "2024-05-24-3"]
    assert network.list("sessions")[1]["when"] == "Friday, May 24, 2024, 3:00-4:00 p.m. CDT"
    network("invite", "AMTE", "--session", "2024-05-24-2")
    assert list(letters(network, "2024-05-24-2")) == ["0001-association-of-mathematics.md"]


def test_without_a_session_the_next_one_is_meant_else_the_latest(network: Program) -> None:
    network("add-session", "2024-07-01")
    assert "2024-05-24" in network("invite", "3").out
    assert "2024-07-01" in network("invite", "3", today="2024-05-25").out
    assert "2024-07-01" in network("invite", "2", today="2025-01-01").out


def test_a_session_in_the_past_is_said_and_is_no_error(network: Program) -> None:
    assert "lies in the past" in network("invite", "3", today="2024-06-01").err
    assert "lies in the past" not in network("invite", "3").err


def test_an_organization_is_invited_to_a_session_once(network: Program) -> None:
    before = letters(network)
    printed = network("invite")
    assert "already invited on Wednesday, May 1, 2024: Association" in printed.err
    assert [name for name in letters(network) if name not in before] == ["0003-lee-county-schools.md"]
    printed = network("invite")
    assert "No new letter for session 2024-05-24." in printed.err
    assert len(network.list("invitations")) == 3


def test_those_who_joined_are_left_out_unless_named(network: Program) -> None:
    network("join", "Lee County Schools")
    assert "joined already: Lee County Schools" in network("invite").err
    network("invite", "Lee County Schools")
    assert len(network.list("invitations")) == 3


def test_filters_and_limit_choose_who_is_invited(network: Program) -> None:
    network("add-partner", "Another", "--scope", "local")
    network("add-session", "2024-07-01")
    rows = network("invite", "--session", "2024-07-01", "--scope", "local", "--limit", "1", "--format", "json").json
    assert [row["partner"] for row in rows] == ["Lee County Schools"]
    rows = network("invite", "--session", "2024-07-01", "--stage", "accepted", "--format", "json").json
    assert [row["partner"] for row in rows] == ["Association of Mathematics Teacher Educators"]


def test_the_change_agent_who_nominated_a_state_or_local_partner_signs(network: Program) -> None:
    rows = {row["partner"]: row["signer"] for row in network.list("invitations")}
    assert rows == {"Association of Mathematics Teacher Educators": None, "Alabama Mathematics Council": "Maria Rivera"}
    text = letters(network)["0002-alabama-mathematics-council.md"]
    assert "I suggested your organization to the network myself" in text
    assert "“They know every school.”" in text
    assert text.rstrip().endswith("rivera@example.edu")
    network("nominate", "Lee County", "--by", "Bo Chen")
    assert "Signed by" in network("invite").out
    assert network.list("invitations")[-1]["signer"] is None, "a coach does not sign"


def test_a_letter_says_the_hour_in_the_contacts_own_zone_too(network: Program) -> None:
    network("invite")
    text = letters(network)["0003-lee-county-schools.md"]
    assert "Friday, May 24, 2024, 12:00-1:00 p.m. CDT (10:00-11:00 a.m. PDT where you are)" in text
    assert "Dear José Núñez," in text


def test_without_a_contact_the_letter_is_addressed_to_the_organization(network: Program) -> None:
    assert (
        "Dear colleagues at the Alabama Mathematics Council," in letters(network)["0002-alabama-mathematics-council.md"]
    )
    assert "no-contact" in {
        task["what"] for task in network("report", "--format", "json").json["next"] if task["count"]
    }


def test_facts_that_are_not_set_are_left_out_and_named(network: Program) -> None:
    printed = network("invite", "3")
    text = letters(network)["0003-lee-county-schools.md"]
    assert "The link follows" in text
    assert "mtep settings contact_person=" in printed.err
    assert "mtep edit-session 2024-05-24 --where" in printed.err
    network("settings", "contact_person=Dee Hub <dee@example.edu>", "postal_address=1 Main St, Auburn, AL 36830")
    network("edit-session", "2024-05-24", "--where", "https://example.org/meet", "--host", "Hal <hal@example.edu>")
    network("invite", "--rewrite")
    text = letters(network)["0003-lee-county-schools.md"]
    for fact in ("https://example.org/meet", "Dee Hub", "dee@example.edu", "1 Main St", "Hal (hal@example.edu)"):
        assert fact in text


def test_show_prints_a_letter_and_writes_nothing(network: Program) -> None:
    before = files(network), network.export()
    assert network("invite", "--show", "AMTE").out == letters(network)["0001-association-of-mathematics.md"]
    assert "Dear José Núñez" in network("invite", "--show", "3").out
    assert (files(network), network.export()) == before


def test_show_needs_no_session_yet(mtep: Program) -> None:
    mtep("add-partner", "Any")
    assert "Friday, May 24, 2024, 12:00-1:00 p.m. CDT" in mtep("invite", "--session", "2024-05-24", "--show", "Any").out
    assert mtep.list("sessions") == []


SECOND = "0002-alabama-mathematics-council.md"


def test_rewrite_brings_up_to_date_what_nobody_changed_or_answered(network: Program) -> None:
    network("invite", "3")
    path = network.folder / "letters" / "2024-05-24" / SECOND
    path.write_text("My own words.\n", "utf-8")
    network("edit-session", "2024-05-24", "--where", "https://example.org/meet")
    answered = letters(network)["0001-association-of-mathematics.md"]
    printed = network("invite", "--rewrite")
    assert "a person changed its letter: Alabama" in printed.err
    assert "answered already: Association" in printed.err
    assert path.read_text("utf-8") == "My own words.\n"
    assert letters(network)["0001-association-of-mathematics.md"] == answered
    assert "https://example.org/meet" in letters(network)["0003-lee-county-schools.md"]
    assert "its letter would be the same: Lee" in network("invite", "--rewrite", today="2024-05-03").err


def test_rewrite_writes_a_letter_that_is_gone(network: Program) -> None:
    path = network.folder / "letters" / "2024-05-24" / SECOND
    text = path.read_text("utf-8")
    path.unlink()
    network("invite", "--rewrite", "2")
    assert path.read_text("utf-8") == text


def test_rewrite_keeps_the_template_that_a_letter_was_made_from(network: Program) -> None:
    (network.folder / "own").mkdir()
    (network.folder / "own" / "board.md.j2").write_text("Board: {{ when }}", "utf-8")
    network("settings", "templates=own")
    network("invite", "3", "--template", "board")
    network("edit-session", "2024-05-24", "--start", "13:00")
    network("invite", "3", "--rewrite")
    assert letters(network)["0003-lee-county-schools.md"] == "Board: Friday, May 24, 2024, 1:00-2:00 p.m. CDT\n"
    network("invite", "3", "--rewrite", "--template", "invitation")
    assert "Dear José" in letters(network)["0003-lee-county-schools.md"]


def test_undo_of_a_rewriting_brings_back_the_former_text(network: Program) -> None:
    before = files(network)
    network("edit-session", "2024-05-24", "--start", "13:00")
    network("invite", "--rewrite")
    after = files(network)
    assert after != before
    network("undo")
    assert files(network) == before
    network("redo")
    assert files(network) == after


def restore(program: Program, found: dict[str, bytes | None]) -> None:
    """Let the files of letters be there as they were once."""
    folder = program.folder / "letters" / "2024-05-24"
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in found.items():
        (folder / name).write_bytes(content or b"")


@pytest.mark.parametrize("ending", ["md", "docx", ""], ids=["killed after the first", "after the second", "after both"])
def test_rewrite_adopts_what_a_killed_run_wrote(network: Program, ending: str) -> None:
    """The files of a rewriting are written before its commit: a run that is killed in between leaves the new text."""
    network("edit-session", "2024-05-24", "--where", "https://example.org/meet")
    network("invite", "--rewrite", "2")
    new = files(network)
    network("undo")
    restore(network, {name: content for name, content in new.items() if name.endswith(ending)})
    fate = network("invite", "--rewrite", "2", "--format", "json").json[0]["fate"]
    assert fate == ("written" if ending else "same")
    assert files(network) == new
    assert "would be the same" in network("invite", "--rewrite", "2").err


@pytest.mark.parametrize("options", [["--session", "2024-05-24"], ["--rewrite"]], ids=["invite", "rewrite"])
def test_when_one_letter_cannot_be_written_none_is(network: Program, options: list[str]) -> None:
    network("invite", "3")
    for name in ("Fourth", "Fifth"):
        network("add-partner", name)
    network("edit-session", "2024-05-24", "--start", "13:00")
    blocked = "0003-lee-county-schools.md" if options == ["--rewrite"] else "0005-fifth.md"
    path = network.folder / "letters" / "2024-05-24" / blocked
    path.unlink(missing_ok=True)
    path.mkdir()
    before = files(network), network.export()
    network("invite", *options, code=1)
    assert (files(network), network.export()) == before


@pytest.mark.parametrize("ending", ["md", "docx", ""], ids=["killed after the first", "after the second", "after both"])
def test_a_leftover_of_a_broken_run_is_adopted(network: Program, ending: str) -> None:
    before = files(network)
    network("invite", "3")
    new = files(network)
    network("undo")
    assert files(network) == before
    restore(network, {name: content for name, content in new.items() if name.endswith(ending)})
    fate = network("invite", "3", "--format", "json").json[0]["fate"]
    assert fate == ("written" if ending else "same")
    assert files(network) == new


def test_a_file_of_another_text_is_never_written_over(network: Program) -> None:
    path = network.folder / "letters" / "2024-05-24" / "0003-lee-county-schools.md"
    path.write_text("Mine.\n", "utf-8")
    printed = network("invite", "3")
    assert path.read_text("utf-8") == "Mine.\n"
    assert "was kept as it is" in printed.err


def test_undo_removes_letters_but_not_one_that_a_person_changed(network: Program) -> None:
    network("undo")  # the answer
    path = network.folder / "letters" / "2024-05-24" / "0001-association-of-mathematics.md"
    path.write_text("My own words.\n", "utf-8")
    printed = network("undo")
    assert "3 letter files were removed." in printed.err
    assert f"Kept, because a person changed it: {path}" in printed.err
    assert list(letters(network).values()) == ["My own words.\n"]
    assert "3 letter files were written." in network("redo").err
    assert len(letters(network)) == 2
    assert path.read_text("utf-8") == "My own words.\n"


def test_letters_go_to_the_folder_that_is_named(network: Program, tmp_path: Path) -> None:
    network("invite", "3", "--output", "elsewhere")
    assert (network.folder / "elsewhere" / "0003-lee-county-schools.md").exists()
    network("undo")
    assert not (network.folder / "elsewhere").exists()
    network("settings", f"letters={tmp_path / 'mine'}")
    network("invite", "3")
    assert (tmp_path / "mine" / "2024-05-24" / "0003-lee-county-schools.md").exists()


def test_a_template_of_ones_own_goes_first(network: Program) -> None:
    folder = network.folder / "templates"
    folder.mkdir()
    (folder / "invitation.md.j2").write_text("{{ greeting }}: {{ when }}", "utf-8")
    (folder / "board.md.j2").write_text("Board: {{ organization }}", "utf-8")
    network("settings", f"templates={folder}")
    network("invite", "3")
    assert letters(network)["0003-lee-county-schools.md"].startswith("Dear José Núñez: Friday")
    assert network("invite", "--show", "3", "--template", "board").out == "Board: Lee County Schools\n"


def test_a_changed_mind_is_a_new_answer_and_the_old_one_is_kept(network: Program) -> None:
    network("rsvp", "AMTE", "no")
    assert "(before: declined)" in network("rsvp", "AMTE", "maybe", "--note", "Perhaps").out
    assert [row["answer"] for row in network.export()["replies"]] == ["accepted", "declined", "tentative"]
    assert network.list("invitations")[0]["reply"] == "tentative"
    assert network.list()[0]["stage"] == "invited"


def test_the_answer_of_the_newest_day_counts_not_the_one_typed_last(network: Program) -> None:
    network("rsvp", "AMTE", "no", "--on", "yesterday")
    assert network.list("invitations")[0]["reply"] == "accepted"


def test_attendance_without_an_invitation_is_allowed_and_shown(network: Program) -> None:
    printed = network("attend", "AMTE", "Lee County", today="2024-05-24")
    assert "Lee County Schools came to session 2024-05-24 (without an invitation)." in printed.out
    assert "came without an invitation" in network("show", "Lee County").out
    again = network("attend", "AMTE", "Alabama", today="2024-05-24")
    assert "(recorded already)" in again.out
    assert network("report", "--format", "json").json["sessions"][0]["attended"] == 3


def test_editing_a_session_moves_its_hour_not_its_name(network: Program) -> None:
    network("edit-session", "2024-05-24", "--start", "13:00", "--time-zone", "America/Denver", "--agenda", "Hello")
    (session,) = network.list("sessions")
    assert (session["session"], session["when"]) == ("2024-05-24", "Friday, May 24, 2024, 1:00-2:00 p.m. MDT")
    assert session["agenda"] == "Hello"
    network("edit-session", "2024-05-24", "--end", "3pm", "--title", "New", "--agenda", "")
    (session,) = network.list("sessions")
    assert (session["when"], session["agenda"]) == ("Friday, May 24, 2024, 1:00-3:00 p.m. MDT", None)
