"""People are corrected and removed: contacts with all that refers to them, and members."""

from collections.abc import Iterator
from typing import Any

import pytest

from .answers import opt_out
from .conftest import Program, stored
from .mailings import ADA, ANN, BAY, BEA, DAY, Post, connected, letters
from .smtp_servers import FAULTS, Scripted

NEW = "ann.adams@example.org"
AFTER = "2024-05-26"


def words(text: str) -> str:
    return " ".join(text.split())


def contact(program: Program, name: str) -> dict[str, Any]:
    """The one contact of a name."""
    (found,) = [row for row in program.list("contacts") if row["name"] == name]
    return found


def waiting(program: Program, what: str, today: str = "2024-05-01") -> list[dict[str, Any]]:
    return [row for row in program("next", "--format", "json", today=today).json if row["what"] == what]


@pytest.fixture
def post(mtep: Program) -> Iterator[Post]:
    with connected(mtep) as made:
        yield made


# ---- edit-contact ---------------------------------------------------------------------------------------


def test_what_is_known_of_a_contact_is_corrected_and_taken_away(network: Program) -> None:
    said = network("edit-contact", "adams@example.org", "--name", "Anne Adams", "--email", NEW, "--title", "Dean",
                   "--phone", "555 1234", "--time-zone", "America/Denver", "--note", "Likes tea.")  # fmt: skip
    assert f"Changed Anne Adams <{NEW}>, contact of Association" in said.out
    found = contact(network, "Anne Adams")
    assert [found[key] for key in ("email", "title", "phone", "time_zone", "note")] == [
        NEW, "Dean", "555 1234", "America/Denver", "Likes tea.",
    ]  # fmt: skip
    taken = [word for option in ("--email", "--title", "--phone", "--time-zone", "--note") for word in (option, "")]
    network("edit-contact", "anne adams", *taken)
    found = contact(network, "Anne Adams")
    assert {found[key] for key in ("email", "title", "phone", "time_zone", "note")} == {None}


def test_there_is_one_primary_contact(network: Program) -> None:
    for name in ("Bo Bell", "Cy Cole"):
        network("add-contact", "AMTE", f"{name} <{name[:2].lower()}@example.org>", "--primary")
    network("edit-contact", "Bo Bell", "--primary")
    assert [row["name"] for row in network.list("contacts") if row["primary"]] == ["Bo Bell"]
    before = stored(network.database)
    assert "It is so already" in network("edit-contact", "Bo Bell", "--primary").out
    assert stored(network.database) == before


def test_who_is_known_by_the_address_alone_is_still_so_with_another_address(network: Program) -> None:
    network("add-contact", "AMTE", "office@example.org")
    network("edit-contact", "office@example.org", "--email", "desk@example.org")
    assert contact(network, "desk@example.org")["email"] == "desk@example.org"
    network("add-contact", "AMTE", "Di Dean <desk@example.org>", "--title", "Dean", "--primary")
    found = contact(network, "Di Dean")
    assert (found["email"], found["title"], bool(found["primary"])) == ("desk@example.org", "Dean", True)


@pytest.mark.parametrize(("typed", "code", "says"), [
    (["Nobody"], 1, "No contact is called 'Nobody'"),
    (["Ann Adams"], 1, "fits several contacts: Ann Adams <adams@example.org> of Association"),
    (["adams@example.org"], 2, "mtep edit-contact --help"),
    (["adams@example.org", "--name", ""], 2, "empty"),
    (["adams@example.org", "--email", "adams"], 2, "is not an e-mail address"),
    (["adams@example.org", "--time-zone", "Mars"], 2, "is not a time zone"),
    (["adams@example.org", "--email", "BELL@example.org"], 1, "Bo Bell <bell@example.org> is a contact"),
    (["adams@example.org", "--partner", "Lee County"], 1, "No contact is called"),
    (["nunez@example.org", "--email", "gone@example.org"], 1, "asked to be forgotten"),
])  # fmt: skip
def test_what_cannot_be_meant_is_refused(network: Program, typed: list[str], code: int, says: str) -> None:
    network("add-contact", "AMTE", "Bo Bell <bell@example.org>")
    network("add-contact", "AMTE", "Gone <gone@example.org>")
    network("forget", "gone@example.org", "--yes")
    network("add-contact", "Lee County", "Ann Adams <ann@lee.example>")
    before = stored(network.database)
    more = [] if "--" in " ".join(typed) or says.endswith("--help") else ["--phone", "1"]
    assert says in words(network("edit-contact", *typed, *more, code=code).err)
    assert stored(network.database) == before


def test_of_several_of_a_name_the_partner_tells_which(network: Program) -> None:
    network("add-contact", "Lee County", "Ann Adams <ann@lee.example>")
    assert "--partner PARTNER" in network("edit-contact", "Ann Adams", "--phone", "1", code=1).err
    network("edit-contact", "Ann Adams", "--partner", "Lee County", "--phone", "1")
    assert [row["email"] for row in network.list("contacts") if row["phone"]] == ["ann@lee.example"]


def test_adding_who_is_here_names_the_command_that_changes_them(network: Program) -> None:
    said = network("add-contact", "AMTE", "Ann Adams <adams@example.org>", "--primary", code=1)
    assert "mtep edit-contact adams@example.org --primary" in words(said.err)
    network("edit-contact", "adams@example.org", "--primary")
    assert contact(network, "Ann Adams")["primary"]


def test_an_address_that_nothing_goes_to_is_said_to_be_one(network: Program) -> None:
    network("do-not-contact", NEW)
    said = network("edit-contact", "Ann Adams", "--email", NEW)
    assert f"No letter goes to {NEW}: whoever has it asked for no more letters." in words(said.err)


# ---- a letter that did not arrive -----------------------------------------------------------------------


def test_a_letter_to_a_wrong_address_is_written_again_to_the_right_one(post: Post) -> None:
    """The server refuses the address; what is listed then is typed as it stands, and the letter is sent."""
    mtep = post.mtep
    with Scripted("rcpt", FAULTS["550"]) as server:
        mtep("settings", f"smtp.port={server.port}")
        mtep("invite", ADA, "--session", DAY, "--send", "--wait", "0", code=3)
    (task,) = waiting(mtep, "failed")
    assert task["why"] == "could not be delivered: 550 5.1.1 no such user"
    again = f"mtep invite 1 --session {DAY} --rewrite --send"
    edit = f"mtep edit-contact {ANN} --email ADDRESS"
    assert task["do"] == f'{edit}, or mtep add-contact 1 "Name <mail>" --primary; then {again}'
    assert f"invitation could not be delivered: {ANN}: 550 5.1.1 no such user" in words(mtep("show", ADA).out)
    mtep("settings", f"smtp.port={post.server.port}")
    corrected = mtep("edit-contact", ANN, "--email", NEW)
    assert again in words(corrected.err)
    (task,) = waiting(mtep, "failed")
    assert task["do"] == again
    sent = mtep(*task["do"].split()[1:])
    assert f"Written to be sent by mail: {ADA}." in sent.err
    assert list(post.mails()) == [NEW]
    assert waiting(mtep, "failed") == []
    assert [row["state"] for row in letters(mtep)] == ["sent"]


def test_a_letter_that_was_refused_goes_to_another_person_who_is_named(post: Post) -> None:
    mtep = post.mtep
    with Scripted("rcpt", FAULTS["550"]) as server:
        mtep("settings", f"smtp.port={server.port}")
        mtep("invite", ADA, "--session", DAY, "--send", "--wait", "0", code=3)
    mtep("settings", f"smtp.port={post.server.port}")
    mtep("remove-contact", ANN)
    (task,) = waiting(mtep, "failed")
    assert task["do"].startswith('mtep add-contact 1 "Name <mail>" --primary; then mtep invite 1 ')
    mtep("add-contact", "1", "Al Alder <al@example.org>", "--primary")
    (task,) = waiting(mtep, "failed")
    mtep(*task["do"].split()[1:])
    assert list(post.mails()) == ["al@example.org"]


@pytest.mark.parametrize("kind", ["remind", "reschedule", "cancel", "thank"])
def test_a_later_letter_that_was_refused_is_sent_by_the_command_that_is_named(post: Post, kind: str) -> None:
    mtep = post.mtep
    mtep("invite", ADA, "--session", DAY, "--send")
    post.clear()
    later = {"remind": "2024-05-10", "thank": AFTER}.get(kind, "2024-05-02")
    typed = {
        "remind": ["remind", "--session", DAY], "reschedule": ["reschedule", DAY, "--start", "13:00"],
        "cancel": ["cancel", DAY], "thank": ["thank", "--session", DAY],
    }[kind]  # fmt: skip
    if kind == "thank":
        mtep("attend", "--session", DAY, ADA, today=AFTER)
    with Scripted("rcpt", FAULTS["550"]) as server:
        mtep("settings", f"smtp.port={server.port}")
        mtep(*typed, "--send", "--wait", "0", code=3, today=later)
    mtep("settings", f"smtp.port={post.server.port}")
    mtep("edit-contact", ANN, "--email", NEW)
    (task,) = waiting(mtep, "failed", later)
    assert task["do"].startswith(f"mtep {kind} ")
    mtep(*task["do"].split()[1:], today=later)
    assert list(post.mails()) == [NEW]


def test_a_letter_that_was_held_back_when_the_session_had_begun_is_for_another_session(post: Post) -> None:
    mtep = post.mtep
    mtep("invite", ADA, "--session", DAY, "--send")
    with Scripted("rcpt", FAULTS["450"]) as server:
        mtep("settings", f"smtp.port={server.port}")
        mtep("invite", BAY, "--session", DAY, "--send", "--wait", "0", code=3)
    mtep("send", code=3, today=AFTER)
    (task,) = waiting(mtep, "failed", AFTER)
    assert (task["why"], task["do"]) == (
        "has a letter that was not sent: the session has begun meanwhile", "mtep invite 2 --session DAY",
    )  # fmt: skip


def test_rewriting_names_what_waits_to_be_sent(post: Post) -> None:
    mtep = post.mtep
    with Scripted("rcpt", FAULTS["550"]) as server:
        mtep("settings", f"smtp.port={server.port}")
        mtep("invite", ADA, "--session", DAY, "--send", "--wait", "0", code=3)
    said = mtep("invite", ADA, "--session", DAY, "--rewrite")
    assert f"Written to be sent by mail: {ADA}. To send it: mtep send --session {DAY}" in words(said.err)


# ---- remove-contact -------------------------------------------------------------------------------------


def test_a_removed_contact_gets_no_letters_and_what_happened_stays_readable(post: Post) -> None:
    mtep = post.mtep
    mtep("add-contact", ADA, "Al Alder <al@example.org>")
    mtep("invite", ADA, "--session", DAY, "--send")
    (mtep.folder / "who.csv").write_text("Name,Email\nAnn Adams,ann@example.org\n", "utf-8")
    mtep("attend", "--session", DAY, "--from", "who.csv", today=AFTER)
    before = stored(mtep.database)
    said = mtep("remove-contact", "Ann Adams", today=AFTER)
    assert f"Removed Ann Adams <{ANN}> from the contacts of {ADA}." in words(said.out)
    assert "Its letters go to Al Alder." in said.err
    assert [row["name"] for row in mtep.list("contacts") if row["partner"] == ADA] == ["Al Alder"]
    assert [row["address"] for row in mtep.list("invitations")] == [ANN]
    assert "Ann Adams" in mtep("show", ADA).out
    mtep("undo")
    assert stored(mtep.database) == before
    mtep("redo")
    assert [row["name"] for row in mtep.list("contacts") if row["partner"] == ADA] == ["Al Alder"]


def test_an_answer_of_somebody_removed_is_still_understood(post: Post) -> None:
    mtep = post.mtep
    mtep("invite", ADA, "--session", DAY, "--send")
    mtep("remove-contact", ANN)
    assert 'mtep add-contact 1 "Name <mail>"' in mtep("show", ADA).out
    (mtep.folder / "mail.eml").write_bytes(opt_out(post.mails()[ANN]))
    mtep("inbox", "mail.eml", today="2024-05-03")
    mtep("add-contact", ADA, f"Ann Adams <{ANN}>")
    assert [row["stopped"] for row in mtep.list("contacts") if row["email"] == ANN] == ["opted-out"]


@pytest.mark.parametrize("how", [["--as", "md"], ["--send", "--wait", "0"]], ids=["file", "mail"])
def test_a_contact_for_whom_a_letter_waits_is_not_removed_until_it_is_for_somebody_else(
    post: Post, how: list[str]
) -> None:
    mtep = post.mtep
    with Scripted("rcpt", FAULTS["450"]) as server:
        mtep("settings", f"smtp.port={server.port}")
        mtep("invite", ADA, "--session", DAY, *how, code=None)
    refused = words(mtep("remove-contact", ANN, code=1).err)
    assert f"A letter to Ann Adams <{ANN}> for session {DAY} waits to be sent." in refused
    assert 'mtep add-contact 1 "Name <mail>" --primary, then mtep invite 1 --session 2024-05-24 --rewrite' in refused
    mtep("add-contact", "1", "Al Alder <al@example.org>", "--primary")
    mtep("invite", "1", "--session", DAY, "--rewrite")
    mtep("remove-contact", ANN)
    assert [row["contact"] for row in mtep.list("invitations")] == ["Al Alder"]


# ---- members --------------------------------------------------------------------------------------------


def member(program: Program, name: str) -> dict[str, Any]:
    (found,) = [row for row in program.list("members") if row["name"] == name]
    return found


def test_what_is_known_of_a_member_is_corrected_and_taken_away(network: Program) -> None:
    network("edit-member", "Bo Chen", "--name", "Bob Chen", "--email", "bob@example.edu", "--role", "hub-leader",
            "--team", "Tampa", "--state", "Florida")  # fmt: skip
    found = member(network, "Bob Chen")
    assert [found[key] for key in ("email", "role", "team", "state")] == [
        "bob@example.edu",
        "hub-leader",
        "Tampa",
        "FL",
    ]
    network("edit-member", "bob", "--email", "", "--team", "", "--state", "")
    found = member(network, "Bob Chen")
    assert {found[key] for key in ("email", "team", "state")} == {None}
    assert "It is so already" in network("edit-member", "bob", "--team", "").out


def test_a_member_known_by_the_address_alone_is_still_so_with_another_address(network: Program) -> None:
    network("add-member", "coach@example.edu")
    network("edit-member", "coach@example.edu", "--email", "other@example.edu")
    assert member(network, "other@example.edu")["email"] == "other@example.edu"


def test_adding_a_member_who_is_here_names_the_command_that_changes_them(network: Program) -> None:
    network("add-member", "Sam Stone")
    said = words(network("add-member", "Sam Stone <sam@example.edu>", code=1).err)
    assert "Sam Stone is a member already, without a mail address." in said
    assert "<sam@example.edu>" not in said
    typed = said.partition("To add it: mtep ")[2].split()
    network(*typed)
    assert member(network, "Sam Stone")["email"] == "sam@example.edu"
    again = words(network("add-member", "Sam Stone <sam@example.edu>", code=1).err)
    assert "Sam Stone <sam@example.edu> is a member already" in again
    assert "mtep edit-member 3" in again


@pytest.mark.parametrize(("typed", "code", "says"), [
    (["Zoe", "--team", "X"], 1, "No member is called 'Zoe'"), (["Bo Chen"], 2, "mtep edit-member --help"),
    (["Bo Chen", "--email", "RIVERA@example.edu"], 1, "Maria Rivera <rivera@example.edu> is a member already"),
    (["Bo Chen", "--name", " "], 2, "empty"), (["Bo Chen", "--state", "XX"], 2, "'XX'"),
    (["Bo Chen", "--email", "bo"], 2, "is not an e-mail address"),
])  # fmt: skip
def test_what_cannot_be_meant_of_a_member_is_refused(network: Program, typed: list[str], code: int, says: str) -> None:
    before = stored(network.database)
    assert says in words(network("edit-member", *typed, code=code).err)
    assert stored(network.database) == before


# ---- left in peace --------------------------------------------------------------------------------------


def test_who_asked_for_no_more_letters_is_left_in_peace(post: Post) -> None:
    mtep = post.mtep
    mtep("invite", ADA, BAY, "--session", DAY, "--send")
    (mtep.folder / "mail.eml").write_bytes(opt_out(post.mails()[BEA]))
    mtep("inbox", "mail.eml", today="2024-05-03")
    for today in ("2024-05-13", AFTER):
        rows = mtep("next", "--format", "json", today=today).json
        assert {row["partner"] for row in rows if row["partner_id"] in (1, 2)} == {ADA}
    shown = words(mtep("show", BAY).out)
    assert f"Bea Brown <{BEA}> (asked for no more letters on Friday, May 3, 2024)" in shown
    assert f"Friday, May 3, 2024 {BEA} asked for no more letters" in shown
    said = mtep("next", "--for", "Maria Rivera", "--draft", "maria.eml", today="2024-05-13")
    assert "Nothing waits for Maria Rivera" in said.out
    mtep("add-contact", BAY, "Al Alder <al@example.org>")
    assert BAY in {row["partner"] for row in mtep("next", "--format", "json", today="2024-05-13").json}
