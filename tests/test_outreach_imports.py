"""Import: other people's files become partners, contacts, members and nominations, each once."""

import csv
import json
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from mtep_outreach.cli import exchange
from mtep_outreach.files.blocks import Sheet
from mtep_outreach.outreach import imports
from mtep_outreach.store.reading import Reader

from .conftest import TODAY, Program, stored

if TYPE_CHECKING:
    from .test_cli_terminal import Terminal

posix = pytest.mark.skipif(os.name != "posix", reason="this needs a POSIX terminal")
AMTE = "Association of Mathematics Teacher Educators"
SHORT = "Assoc. of Math Teacher Educators"


def write(program: Program, text: str, name: str = "sheet.csv") -> str:
    (program.folder / name).write_bytes(text.encode())
    return name


def take(program: Program, text: str, *options: str, code: int = 0, name: str = "sheet.csv") -> str:
    """Import a text with a yes to everything, and return what was said of it."""
    return program("import", write(program, text, name), "--yes", *options, code=code).out.strip()


def filled(row: Mapping[str, Any], *but: str) -> dict[str, Any]:
    """What is known of a record."""
    left_out = {"id", "stage", "step", "added_on", "partner_id", "stopped", *but}
    return {key: value for key, value in row.items() if value not in (None, "", False, []) and key not in left_out}


def card(program: Program, partner: str = "1") -> dict[str, Any]:
    found: dict[str, Any] = program("show", partner, "--format", "json").json
    return found


def problems(program: Program, name: str = "sheet.csv.problems.csv") -> list[dict[str, str]]:
    with (program.folder / name).open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


def entries(program: Program) -> int:
    return len(program("log", "--format", "json").json)


# ---- every layout -------------------------------------------------------------------------------------------

COUNCIL = {"name": "Sample Council", "contact": "Ann Adams", "email": "ann@example.org"}
ANN = {"name": "Ann Adams", "email": "ann@example.org", "partner": "Sample Council", "title": "President"}
RIVERA = {"name": "Maria Rivera", "email": "rivera@example.edu", "role": "change-agent", "nominations": 1}
Expected = tuple[str, dict[str, Any], dict[str, Any], dict[str, Any], dict[str, Any]]

FILES: Mapping[str, Expected] = {
    "Google Forms": (
        ("Timestamp,Email Address,Your name,What is the name of the organization you would like to nominate?,"
        '"Why would it be a good partner? (2-3 sentences)",Which state is the organization located in?,'
        "Who should we contact there?,What is that contact's email address?,Anything else?\r\n"
        '4/2/2024 10:31:07,rivera@example.edu,Maria Rivera,Sample Council,"They know every school,\n'
        'and every teacher.",Alabama,Ann Adams,ann@example.org,They meet in June\r\n'),
        {**COUNCIL, "state": "AL", "note": "Anything else?: They meet in June"},
        {**ANN, "title": None},
        RIVERA,
        {"day": "2024-04-02", "reason": "They know every school,\nand every teacher."},
    ),
    "Microsoft Forms": (
        ("ID,Start time,Completion time,Email,Name,Last modified time,Name of the organization you nominate,"
        "Why should MTEP invite them?,Name of a contact person,E-mail address of the contact person\n"
        "1,4/2/24 10:30:00,4/2/24 10:31:07,rivera@example.edu,Maria Rivera,,Sample Council,Close to us,Ann Adams,"
        "ann@example.org\n"),
        COUNCIL,
        {**ANN, "title": None},
        RIVERA,
        {"day": "2024-04-02", "reason": "Close to us"},
    ),
    "Google Contacts, old": (
        ("Name,Given Name,Additional Name,Family Name,Nickname,Notes,Group Membership,E-mail 1 - Type,E-mail 1 - Value,"
        "E-mail 2 - Value,Phone 1 - Type,Phone 1 - Value,Organization 1 - Name,Organization 1 - Title\n"
        "Ann Adams,Ann,,Adams,Annie,Met in Auburn,* myContacts,* Work,ann@example.org,a2@example.org,Work,555-0100,"
        "Sample Council,President\n"),
        COUNCIL,
        {**ANN, "phone": "555-0100", "note": "Met in Auburn\nNickname: Annie\nGroup Membership: * myContacts\n"
         "E-mail 1 - Type: * Work\nPhone 1 - Type: Work\nE-mail 2 - Value: a2@example.org"},
        {},
        {},
    ),
    "Google Contacts, new": (
        ("First Name,Middle Name,Last Name,Organization Name,Organization Title,Birthday,Notes,Labels,"
        "E-mail 1 - Label,E-mail 1 - Value,Phone 1 - Label,Phone 1 - Value\n"
        "Ann,,Adams,Sample Council,President,,Met in Auburn,,,ann@example.org,,555-0100\n"),
        COUNCIL,
        {**ANN, "phone": "555-0100", "note": "Met in Auburn"},
        {},
        {},
    ),
    "Outlook": (
        ("First Name,Last Name,Title,E-mail Address,Mobile Phone,Business Phone,Company,Job Title,Business Street,"
        "Business City,Business State,Business Postal Code,Business Country/Region,Web Page,Notes\n"
        "Ann,Adams,Dr.,ann@example.org,555-0101,555-0100,Sample Council,President,1 Main St,Auburn,AL,03683,"
        "United States of America,www.example.org,Met in Auburn\n"),
        {**COUNCIL, "address": "1 Main St", "city": "Auburn", "state": "AL", "postal_code": "03683",
         "website": "www.example.org"},
        {**ANN, "phone": "555-0100", "note": "Met in Auburn\nTitle: Dr.\nMobile Phone: 555-0101"},
        {},
        {},
    ),
    "Thunderbird": (
        ("First Name,Last Name,Display Name,Primary Email,Secondary Email,Work Phone,Home City,Work Address,Work City,"
        "Work State,Work ZipCode,Work Country,Job Title,Organization,Web Page 1,Notes\n"
        "Ann,Adams,Ann Adams,ann@example.org,,555-0100,Opelika,1 Main St,Auburn,AL,36830,USA,President,Sample Council,"
        "http://example.org,\n"),
        {**COUNCIL, "address": "1 Main St", "city": "Auburn", "state": "AL", "postal_code": "36830",
         "website": "http://example.org"},
        {**ANN, "phone": "555-0100", "note": "Home City: Opelika"},
        {},
        {},
    ),
    "Mailchimp, subscribed": (
        ("Email Address,First Name,Last Name,Organization,MEMBER_RATING,OPTIN_TIME,CONFIRM_IP,REGION,LEID,EUID,NOTES\n"
        "ann@example.org,Ann,Adams,Sample Council,2,2023-01-02 03:04:05,192.0.2.1,bavaria,17,abc,Likes us\n"),
        COUNCIL,
        {**ANN, "title": None, "note": "Likes us\nOPTIN_TIME: 2023-01-02 03:04:05\nREGION: bavaria"},
        {},
        {},
    ),
    "LinkedIn": (
        ("Notes:\n"
        '"When exporting your connection data, you may notice that some of the email addresses are missing."\n\n'
        "First Name,Last Name,URL,Email Address,Company,Position,Connected On\n"
        "Ann,Adams,https://www.linkedin.com/in/ann,ann@example.org,Sample Council,President,02 Apr 2024\n"),
        COUNCIL,
        {**ANN, "note": "URL: https://www.linkedin.com/in/ann\nConnected On: 02 Apr 2024"},
        {},
        {},
    ),
    "Eventbrite": (
        ("Order #,Order Date,First Name,Last Name,Email,Quantity,Ticket Type,Company,Job Title\n"
        "123,2024-04-02,Ann,Adams,ann@example.org,1,General,Sample Council,President\n"),
        COUNCIL,
        {**ANN, "note": "Order #: 123\nOrder Date: 2024-04-02\nQuantity: 1\nTicket Type: General"},
        {},
        {},
    ),
    "a sheet of somebody's": (
        ("\ufeffOrganization;Abbreviation;Level;Type of Organization;State/Province;Town;Contact Person;E-mail;"
        "Job Title;Nominated by;Your email;Why?;Timestamp;Favorite color\r\n"
        "Sample Council;SC;Statewide;K-12;Ala.;Auburn;Ann Adams;ann@example.org;President;Maria Rivera;"
        "rivera@example.edu;Close to us;4/2/2024;green\r\n"),
        {**COUNCIL, "acronym": "SC", "scope": "state", "sector": "k12", "state": "AL", "city": "Auburn",
         "note": "Favorite color: green"},
        ANN,
        RIVERA,
        {"day": "2024-04-02", "reason": "Close to us"},
    ),
}  # fmt: skip


@pytest.mark.parametrize("program", FILES)
def test_one_row_makes_all_that_it_holds(mtep: Program, program: str) -> None:
    text, partner, contact, member, nomination = FILES[program]
    printed = take(mtep, text)
    assert printed == "Imported 1 new partner, 1 contact" + (", 1 new member, 1 nomination." if member else ".")
    (row,) = mtep.list()
    assert filled(row) == partner
    (row,) = mtep.list("contacts")
    assert filled(row) == filled(contact)
    assert [filled(row) for row in mtep.list("members")] == ([member] if member else [])
    assert [filled(row, "partner", "member") for row in mtep.list("nominations")] == (
        [nomination] if nomination else []
    )


@pytest.mark.parametrize("doubts", ["new", "link", "skip"])
@pytest.mark.parametrize("program", FILES)
def test_the_same_file_again_changes_nothing(mtep: Program, program: str, doubts: str) -> None:
    text = FILES[program][0]
    take(mtep, text)
    before = stored(mtep.database), entries(mtep)
    assert take(mtep, text, "--duplicates", doubts) == "Nothing new to import. 1 row changed nothing."
    assert (stored(mtep.database), entries(mtep)) == before


MAILCHIMP = "Email Address,First Name,Last Name,Organization,{},LEID\n"


def test_partners_that_are_not_to_be_contacted_come_in_as_such_once(network: Program) -> None:
    sheet = "name,state,do not contact\nLee County Schools,AL,yes\nFar Away Society,GA,2024-04-02\nNear Society,AL,no\n"
    (network.folder / "stops.csv").write_text(sheet, "utf-8")
    printed = network("import", "stops.csv", "--yes").out
    assert "2 partners that nobody writes to" in printed
    marked = {row["name"]: row["note"] for row in network.list() if row["do_not_contact"]}
    assert marked == {"Lee County Schools": None, "Far Away Society": None}
    days = {row["partner_id"]: row["day"] for row in rows_of(network, "partner_stops")}
    assert days == {3: TODAY, 4: "2024-04-02"}
    network("import", "stops.csv", "--yes", "--update")
    assert len(rows_of(network, "partner_stops")) == 2
    (network.folder / "more.csv").write_text("name,state,do not contact\n" + "Near Society,AL,yes\n" * 2, "utf-8")
    assert "1 partner that nobody writes to" in network("import", "more.csv", "--yes").out
    network("undo")
    assert len(rows_of(network, "partner_stops")) == 2


def rows_of(program: Program, table: str) -> list[dict[str, Any]]:
    with Reader(program.database) as reader:
        return reader.select(table, order_by="id")


@pytest.mark.parametrize(("column", "kind"), [("UNSUB_TIME", "opted-out"), ("CLEAN_TIME", "bounced")])
def test_addresses_that_a_mailing_list_gave_up_are_not_written_to(network: Program, column: str, kind: str) -> None:
    text = (
        MAILCHIMP.format(column)
        + "ADAMS@example.org,Ann,Adams,AMTE,2023-05-02 03:04:05,1\n"
        + "nobody@example.org,,,,2023-05-02 03:04:05,2\n"
    )
    network("merge", "Alabama Mathematics Council", "Lee County Schools")
    printed = take(network, text.replace("AMTE", AMTE))
    assert printed.startswith("Imported 2 addresses that nothing is sent to.")
    (ann,) = (row for row in network.list("contacts") if row["email"] == "adams@example.org")
    assert ann["stopped"] == kind
    assert network.list()[0]["contact"] is None
    network("add-session", "2024-06-24")
    network("invite", "AMTE", "--session", "2024-06-24")
    letter = network.list("invitations", "--session", "2024-06-24")[0]
    assert (letter["contact"], letter["address"]) == (None, None)
    assert take(network, text.replace("AMTE", AMTE)) == "Nothing new to import. 2 rows changed nothing."


@pytest.mark.parametrize("column", ["UNSUB_TIME", "CLEAN_TIME"])
def test_no_later_file_revives_an_address(mtep: Program, column: str) -> None:
    take(mtep, MAILCHIMP.format(column) + "ann@example.org,Ann,Adams,Sample Council,2023-05-02,1\n")
    stopped = mtep.list("contacts")[0]["stopped"]
    take(mtep, FILES["Mailchimp, subscribed"][0], "--update")
    take(mtep, "Organization,Contact,Email,Unsubscribed\nSample Council,Ann Adams,Ann@Example.org,no\n", "--update")
    take(mtep, "Organization,Contact,Email\nOther Society,Ann Adams,ann@example.org\n")
    assert [row["stopped"] for row in mtep.list("contacts")] == [stopped, stopped]
    assert [row["contact"] for row in mtep.list()] == [None, None]


def test_opting_out_counts_at_a_removed_partner_too(network: Program) -> None:
    network("add-contact", "Lee County", "Ann Adams <adams@example.org>", "--primary")
    network("remove", "AMTE")
    take(network, MAILCHIMP.format("UNSUB_TIME") + f"adams@example.org,Ann,Adams,{AMTE},2023-05-02,1\n")
    assert [row["stopped"] for row in network.list("contacts") if row["email"] == "adams@example.org"] == ["opted-out"]


@pytest.mark.parametrize("kind", ["partners", "contacts", "nominations"])
def test_a_list_of_mtep_comes_in_again_and_changes_nothing_where_it_was_made(network: Program, kind: str) -> None:
    network("edit", "AMTE", "--website", "https://amte.net", "--note", "A note, with\ntwo lines")
    network("export", "out.csv", "--what", kind)
    before = stored(network.database)
    count = len(network.list(kind))
    assert network("import", "out.csv", "--yes").out == (
        f"Nothing new to import. {count} row{'s' * (count != 1)} changed nothing.\n"
    )
    assert {key: rows for key, rows in stored(network.database).items() if key != "imported_rows"} == {
        key: rows for key, rows in before.items() if key != "imported_rows"
    }


def test_lists_of_mtep_make_the_same_partners_elsewhere(network: Program) -> None:
    network("edit", "AMTE", "--website", "https://amte.net", "--note", "A note, with\ntwo lines")
    take(network, MAILCHIMP.format("UNSUB_TIME") + f"adams@example.org,Ann,Adams,{AMTE},2023-05-02,1\n")
    for kind in ("partners", "contacts", "nominations"):
        network("export", f"{kind}.csv", "--what", kind)
    network("export", "all.xlsx")
    other = ("--db", str(network.folder / "other.sqlite"))
    for kind in ("partners", "contacts", "nominations"):
        network(*other, "import", f"{kind}.csv", "--yes")

    def compared(kind: str, *where: str) -> list[dict[str, Any]]:
        rows = network(*where, "list", kind, "--format", "json").json
        shown = ("id", "partner_id", "stage", "time_zone", "note")
        return [{key: value for key, value in row.items() if key not in shown} for row in rows]

    assert compared("partners", *other) == compared("partners")
    assert compared("nominations", *other) == compared("nominations")
    by_address = {row["email"]: row for row in compared("contacts", *other)}
    assert by_address == {row["email"]: row for row in compared("contacts")}
    assert by_address["adams@example.org"]["stopped"] == "opted-out"
    before = network(*other, "list", "partners", "--format", "json").json
    printed = network(*other, "import", "all.xlsx", "--yes")
    assert network(*other, "list", "partners", "--format", "json").json == before
    for sheet in ("members", "sessions", "invitations"):
        assert f"Left out: Excel, sheet '{sheet}', as it is no list of organizations." in printed.err


@pytest.mark.parametrize("kind", ["members", "sessions", "invitations"])
def test_a_list_of_mtep_that_holds_no_partners_is_refused(network: Program, kind: str) -> None:
    network("export", "out.csv", "--what", kind)
    refused = network("import", "out.csv", "--yes", code=1)
    assert f"out.csv is a{'n' * (kind == 'invitations')} {kind.removesuffix('s')} list of mtep" in refused.err
    assert "mtep export network.zip" in refused.err


def test_a_report_of_who_attended_is_refused_with_the_command_for_it(mtep: Program) -> None:
    text = "Name (Original Name),User Email,Join Time,Leave Time,Duration (Minutes)\nAnn,a@example.org,1,2,60\n"
    refused = mtep("import", write(mtep, text), "--yes", code=1)
    assert "is a report of who attended a meeting, not a list of organizations" in refused.err
    assert "mtep attend" in refused.err
    assert not mtep.database.exists()


def test_a_list_without_organizations_is_refused_with_its_columns(mtep: Program) -> None:
    refused = mtep("import", write(mtep, "Colour,Size\nred,1\n"), "--yes", code=1)
    assert "none of its columns is known to hold organizations' names (Colour, Size)" in refused.err
    assert "--map 'COLUMN=name'" in refused.err
    assert not mtep.database.exists()


def test_a_header_without_rows_is_said_to_have_none(mtep: Program) -> None:
    printed = mtep("import", write(mtep, "name,state\n"), "--yes")
    assert printed.out == "Nothing to import: no row stands below the header.\n"


# ---- what columns mean --------------------------------------------------------------------------------------


def test_what_is_understood_and_what_is_kept_in_the_note_is_said(mtep: Program) -> None:
    text = "Organization,State,Why should they come along with us?,Favorite color,Empty,mtep line\nA,AL,So,green,,7\n"
    printed = mtep("import", write(mtep, text), "--yes", "--map", "Why should they come along with us?=reason")
    assert (
        "sheet.csv: CSV (UTF-8, commas). Understood: Organization as name, State,"
        " 'Why should they come along with us?' as reason.\n"
        "The letters quote the reasons.\n"
        "Kept in the note: Favorite color. To say what a column means: --map 'COLUMN=field'\n"
    ) in printed.err
    assert card(mtep)["note"] == "Favorite color: green"


def test_a_column_can_be_passed_over(mtep: Program) -> None:
    printed = mtep("import", write(mtep, "name,shoe\nA,7\n"), "--yes", "--map", "shoe=ignore")
    assert "shoe" not in printed.err
    assert card(mtep)["note"] is None


def test_what_was_said_of_columns_is_remembered_shown_and_forgotten(mtep: Program) -> None:
    sheet = write(mtep, "who,where\nFirst Council,AL\n", "spring form.csv")
    mtep("import", sheet, "--yes", "--map", "Who=name", "--map", "where=state")
    shown = {row["key"]: row for row in mtep("settings", "--format", "json").json}["mapping.spring-form"]
    assert shown["value"] == "Who=name; where=state"
    assert shown["meaning"].endswith("who, where")
    printed = mtep("import", write(mtep, "who,where\nSecond Council,GA\n"), "--yes")
    assert "as you said before (mapping.spring-form; to forget it: mtep settings mapping.spring-form=)" in printed.err
    assert [row["state"] for row in mtep.list()] == ["AL", "GA"]

    assert mtep("settings", "mapping.spring-form=").out == "mapping.spring-form is forgotten.\n"
    assert "mapping" not in mtep("settings").out
    mtep("import", write(mtep, "who,where\nThird Council,GA\n"), "--yes", code=1)
    refused = mtep("settings", "mapping.spring-form=", code=2)
    assert "There is no setting 'mapping.spring-form'" in refused.err
    mtep("undo")
    mtep("import", "sheet.csv", "--yes")


def test_a_mapping_is_said_anew_and_only_with_an_import(mtep: Program) -> None:
    sheet = write(mtep, "who,where\nFirst Council,AL\n")
    mtep("import", sheet, "--yes", "--map", "who=name", "--map", "where=city")
    mtep("import", sheet, "--yes", "--map", "who=name", "--map", "where=state")
    write(mtep, "who,what\nB,x\n")
    mtep("import", sheet, "--yes", "--map", "who=name")
    keys = [row["key"] for row in mtep("settings", "--format", "json").json if row["key"].startswith("mapping.")]
    assert keys == ["mapping.sheet", "mapping.sheet-2"]
    refused = mtep("settings", "mapping.sheet=who", code=2)
    assert "mtep import --map" in refused.err
    assert "mtep settings mapping.sheet=" in refused.err


# ---- one organization in several rows -----------------------------------------------------------------------


def test_several_rows_of_one_organization_are_one_partner_and_all_nominators_keep_the_credit(mtep: Program) -> None:
    text = (
        "Organization,State,Contact,Email,Nominated by,Reason\n"
        "Sample Council,AL,Ann Adams,ann@example.org,Maria Rivera,First\n"
        "SAMPLE COUNCIL,Alabama,Bo Beck,bo@example.org,Bo Chen <chen@example.edu>,Second\n"
        "Sample Council,,Ann Adams,ann@example.org,Maria Rivera,First\n"
        "Sample Council,GA,Cy Cole,cy@example.org,Maria Rivera,Third\n"
    )
    assert take(mtep, text) == (
        "Imported 2 new partners, 3 contacts, 2 new members, 3 nominations. 1 row changed what is here."
        " 1 row changed nothing."
    )
    assert [(row["name"], row["state"]) for row in mtep.list()] == [("Sample Council", "AL"), ("Sample Council", "GA")]
    assert sorted((row["partner_id"], row["name"]) for row in mtep.list("contacts")) == [
        (1, "Ann Adams"), (1, "Bo Beck"), (2, "Cy Cole"),
    ]  # fmt: skip
    assert [(row["partner_id"], row["member"], row["reason"]) for row in mtep.list("nominations")] == [
        (1, "Maria Rivera", "First"), (1, "Bo Chen", "Second"), (2, "Maria Rivera", "Third"),
    ]  # fmt: skip


def test_a_nominator_known_by_name_is_not_added_again(network: Program) -> None:
    text = (
        "name,nominated by\nArt Fund,Maria Rivera\nBird Club,maria rivera\nCity Lab,New Person\nDeep Sea,New Person\n"
    )
    take(network, text)
    assert {row["name"]: row["nominations"] for row in network.list("members")} == {
        "Maria Rivera": 3, "Bo Chen": 1, "New Person": 2,
    }  # fmt: skip


def test_a_nomination_without_a_reason_gets_the_one_that_is_given_later(network: Program) -> None:
    sheet = "name,nominated by,reason\n{},Bo Chen,{}\n"
    assert "1 row changed what is here." in take(network, sheet.format(AMTE, "They set the standards"))
    assert "1 row changed nothing." in take(network, sheet.format(AMTE, "Another reason"))
    assert [row["reason"] for row in network.list("nominations") if row["member"] == "Bo Chen"] == [
        "They set the standards"
    ]


def test_a_nominator_who_could_be_two_members_is_a_problem_of_that_row(network: Program) -> None:
    network("add-member", "Maria Rivera <second@example.edu>")
    sheet = write(network, "name,nominated by\nArt Fund,Maria Rivera\nBird Club,Maria Rivera <second@example.edu>\n")
    printed = network("import", sheet, "--yes", code=3)
    assert "sheet.csv, line 2: 'Maria Rivera' fits several members" in printed.err
    assert "Give the nominator's address too" in printed.err
    assert network.list("nominations")[-1]["partner"] == "Bird Club"


# ---- partners that are here ---------------------------------------------------------------------------------


def test_a_partner_of_the_same_name_and_state_is_known(network: Program) -> None:
    take(network, "name,state\nALABAMA mathematics council,Alabama\nAlabama Mathematics Council,GA\nReal Numbers,AL\n")
    assert [(row["name"], row["state"]) for row in network.list()[3:]] == [
        ("Alabama Mathematics Council", "GA"), ("Real Numbers", "AL"),
    ]  # fmt: skip


FULL = (
    "name,state,acronym,alias,city,sector,address,phone,council role,note,contact,email,title\n"
    "Alabama Mathematics Council,AL,AMC,Bama Math,Auburn,professional,1 Main St,555-0100,mathematics-faculty,"
    '"First note\nSecond note",Ann Adams,adams@example.org,President\n'
)
CHANGED = FULL.replace("AMC", "AMX").replace("professional", "k12").replace("Ann Adams", "Ann B. Adams")
CHANGED = CHANGED.replace("555-0100", "555-0199").replace("President", "Dean")


def test_what_is_empty_is_filled_and_notes_are_appended(network: Program) -> None:
    network("edit", "Alabama Mathematics Council", "--note", "Second note", "--sector", "k12")
    network("add-contact", "Alabama Mathematics Council", "adams@example.org")
    assert take(network, FULL) == "Nothing new to import. 1 row changed what is here."
    found = card(network, "Alabama Mathematics Council")
    assert (found["acronym"], found["aliases"], found["city"]) == ("AMC", ["Bama Math"], "Auburn")
    assert (found["address"], found["phone"], found["sector"]) == ("1 Main St", None, "k12")
    assert found["note"] == "Second note\nFirst note"
    assert found["council_roles"] == ["mathematics-faculty"]
    (ann,) = (row for row in network.list("contacts") if row["partner_id"] == 2)
    assert (ann["name"], ann["title"], ann["phone"]) == ("Ann Adams", "President", "555-0100")


def test_nothing_is_overwritten_without_update(network: Program) -> None:
    take(network, FULL)
    before = stored(network.database)
    printed = network("import", write(network, CHANGED, "other.csv"), "--yes")
    assert printed.out == "Nothing new to import. 1 row changed nothing.\n"
    assert "was" not in printed.err
    after = stored(network.database)
    assert {key for key in after if after[key] != before[key]} == {"imported_rows"}


UPDATED = (
    "Alabama Mathematics Council: sector was 'professional', is 'k12'\n"
    "Alabama Mathematics Council: acronym was 'AMC', is 'AMX'\n"
    "Alabama Mathematics Council: title of Ann Adams was 'President', is 'Dean'\n"
    "Alabama Mathematics Council: phone of Ann Adams was '555-0100', is '555-0199'\n"
    "Alabama Mathematics Council: name of adams@example.org was 'Ann Adams', is 'Ann B. Adams'\n"
)


@pytest.mark.parametrize("seen", [False, True], ids=["at once", "after an import of it that did not"])
def test_update_overwrites_and_lists_old_and_new(network: Program, *, seen: bool) -> None:
    take(network, FULL)
    before = stored(network.database)
    sheet = write(network, CHANGED, "other.csv")
    if seen:
        network("import", sheet, "--yes")
        before = stored(network.database)
    shown = network("import", sheet, "--update", "--dry-run", "--yes")
    assert UPDATED in shown.err
    assert stored(network.database) == before
    printed = network("import", sheet, "--yes", "--update")
    assert UPDATED in printed.err
    assert printed.out == "Nothing new to import. 1 row changed what is here.\n"
    found = card(network, "Alabama Mathematics Council")
    assert (found["acronym"], found["sector"]) == ("AMX", "k12")
    again = network("import", sheet, "--yes", "--update")
    assert again.out == "Nothing new to import. 1 row changed nothing.\n"
    assert "was" not in again.err
    network("undo")
    assert stored(network.database) == before


@pytest.mark.parametrize(
    ("column", "old", "new"),
    [("city", "Auburn", "Mobile"), ("website", "amc.example.org", "bama.example.org"), ("address", "1 Main", "2 High")],
)
def test_a_partner_that_has_moved_is_found_and_moves_only_with_an_update(
    mtep: Program, column: str, old: str, new: str
) -> None:
    sheet = f"name,state,{column}\nAlabama Mathematics Council,AL,{{}}\n"
    for text, options, stands in ((old, [], old), (new, [], old), (new, ["--update"], new)):
        take(mtep, sheet.format(text), *options)
        assert [row[column] for row in mtep.list()] == [stands]


def test_two_schools_of_one_name_in_two_towns_are_two(mtep: Program) -> None:
    take(mtep, "name,state,city\nLincoln Elementary School,AL,Auburn\nLincoln Elementary School,AL,Mobile\n")
    assert [row["city"] for row in mtep.list()] == ["Auburn", "Mobile"]


def test_update_leaves_alone_what_a_file_does_not_say(network: Program) -> None:
    take(network, FULL)
    before = card(network, "Alabama Mathematics Council")
    take(network, "name,state,city,note\nAlabama Mathematics Council,AL,,\n", "--update")
    assert card(network, "Alabama Mathematics Council") == before


def test_a_removed_partner_is_left_alone(network: Program) -> None:
    network("remove", "Lee County Schools")
    before = stored(network.database)
    for options in ((), ("--update",), ("--duplicates", "link"), ("--duplicates", "new")):
        printed = network(
            "import", write(network, "name,state,nominated by\nLee County Schools,AL,Bo Chen\n"), "--yes", *options
        )
        assert "Left alone, because these partners were removed: Lee County Schools (line 2)" in printed.err
        assert stored(network.database) == before
    network("undo")
    take(network, "name,state,nominated by\nLee County Schools,AL,Bo Chen\n")
    assert network.list("nominations")[-1]["partner"] == "Lee County Schools"


def test_a_partner_that_an_import_made_is_not_revived_by_it(mtep: Program) -> None:
    take(mtep, "name,state\nSample Council,AL\n")
    mtep("remove", "Sample Council")
    for options in ((), ("--update",), ("--duplicates", "new")):
        printed = mtep("import", write(mtep, "name,state\nSample Council,AL\n"), "--yes", *options)
        assert printed.out == "Nothing new to import. 1 row changed nothing.\n"
        if options == ("--update",):
            assert "Left alone, because these partners were removed: Sample Council (line 2)" in printed.err
    assert mtep.list() == []


# ---- again --------------------------------------------------------------------------------------------------

TWINS = "name,state,contact\nTwin Society,AL,Ann\nTwin Society,AL,Ann\nTwin Society,GA,\nOther Fund,,\nOther Fund,,\n"


@pytest.mark.parametrize("doubts", ["new", "link", "skip"])
@pytest.mark.parametrize(
    "meanwhile",
    [
        [],
        [["edit", "Other Fund", "--name", "Renamed"], ["edit", "1", "--state", "TX", "--name", "Gemini"]],
        [["merge", "Other Fund", "1", "2"]],
        [["edit", "1", "--website", "twin.example.org", "--city", "Auburn"]],
    ],
    ids=["as it is", "renamed", "merged", "edited"],
)
def test_rows_that_came_before_change_nothing(mtep: Program, meanwhile: list[list[str]], doubts: str) -> None:
    assert take(mtep, TWINS) == "Imported 3 new partners, 1 contact. 2 rows changed nothing."
    for command in meanwhile:
        mtep(*command)
    before = stored(mtep.database), entries(mtep)
    assert take(mtep, TWINS, "--duplicates", doubts) == "Nothing new to import. 5 rows changed nothing."
    assert (stored(mtep.database), entries(mtep)) == before


def test_rows_are_known_in_any_order_beside_new_ones(mtep: Program) -> None:
    take(mtep, TWINS)
    header, *rows = TWINS.splitlines()
    text = "\n".join([header, "Brand New,TX,", *reversed(rows)]) + "\n"
    assert take(mtep, text) == "Imported 1 new partner. 5 rows changed nothing."


def test_a_later_file_that_names_a_merged_partner_finds_the_kept_one(mtep: Program) -> None:
    take(mtep, "name,state\nAlpha Council,AL\nZenith Society,AL\n")
    mtep("merge", "Alpha Council", "Zenith Society")
    assert take(mtep, "name,state,city\nZenith Society,AL,Mobile\n").endswith("1 row changed what is here.")
    (row,) = mtep.list()
    assert (row["name"], row["city"]) == ("Alpha Council", "Mobile")


# ---- rows with problems -------------------------------------------------------------------------------------

BAD = (
    'name,state,email,note\nGood,AL,,\n"Two\nlines",Atlantis,no-address,=1+1\n,GA,,no name\nToo,AL,x@example.org,a,b\n'
    "Fine,GA,,-5\n"
)


def test_good_rows_come_in_and_all_that_is_wrong_is_listed_by_line_and_column(mtep: Program) -> None:
    printed = mtep("import", write(mtep, BAD), "--yes", code=3)
    assert printed.out == "Imported 2 new partners. 3 rows could not be used.\n"
    listed = [line for line in printed.err.splitlines() if line.startswith("sheet.csv, line")]
    for line, words in zip(
        listed,
        (
            "sheet.csv, line 3, column 'state': 'Atlantis' is not a US state or territory.",
            "sheet.csv, line 3, column 'email': 'no-address' is not an e-mail address",
            "sheet.csv, line 5, column 'name': The name of the organization is missing.",
            "sheet.csv, line 6: it has 5 cells, but the header has 4",
        ),
        strict=True,
    ):
        assert line.startswith(words)
    assert "Rows to be mended: sheet.csv.problems.csv." in printed.err
    assert [row["name"] for row in mtep.list()] == ["Good", "Fine"]


def test_rows_with_problems_go_to_a_file_in_the_columns_of_their_own(mtep: Program) -> None:
    (mtep.folder / "elsewhere").mkdir()
    mtep("import", write(mtep, BAD, "elsewhere/sheet.csv"), "--yes", code=3)
    assert problems(mtep) == [
        {"name": "Two\nlines", "state": "Atlantis", "email": "no-address", "note": "'=1+1", "mtep line": "3",
         "mtep problem": "state: 'Atlantis' is not a US state or territory. Type a code or a name: AL, Alabama or Ala."
         " email: 'no-address' is not an e-mail address: An email address must have an @-sign."
         " Type it like rivera@example.edu."},
        {"name": "", "state": "GA", "email": "", "note": "no name", "mtep line": "5",
         "mtep problem": "name: The name of the organization is missing."},
        {"name": "Too", "state": "AL", "email": "x@example.org", "note": "a", "mtep line": "6",
         "mtep problem": "it has 5 cells, but the header has 4", None: ["b"]},
    ]  # fmt: skip


def test_mended_rows_are_imported_as_they_are(mtep: Program) -> None:
    mtep("import", write(mtep, BAD), "--yes", code=3)
    file = mtep.folder / "sheet.csv.problems.csv"
    assert mtep("import", file.name, "--yes", code=3).out == "Nothing new to import. 3 rows could not be used.\n"
    (mtep.folder / "sheet.csv.problems-2.csv").unlink()
    mended = file.read_text("utf-8-sig").replace("Atlantis", "Alabama").replace("no-address", "a@example.org")
    mended = mended.replace("\n,GA", "\nNamed,GA").replace('header has 4",b', 'header has 4"')
    file.write_text(mended, "utf-8-sig")
    assert mtep("import", file.name, "--yes").out == "Imported 3 new partners, 2 contacts.\n"
    assert [(row["name"], row["state"], row["note"]) for row in mtep.list()[2:]] == [
        ("Two lines", "AL", "=1+1"), ("Named", "GA", "no name"), ("Too", "AL", "a"),
    ]  # fmt: skip
    assert mtep("import", file.name, "--yes").out == "Nothing new to import. 3 rows changed nothing.\n"


def test_a_problems_file_is_never_replaced_and_not_written_twice(mtep: Program) -> None:
    write(mtep, "mine", "sheet.csv.problems.csv")
    sheet = write(mtep, BAD)
    assert "Rows to be mended: sheet.csv.problems-2.csv" in mtep("import", sheet, "--yes", code=3).err
    assert "Rows to be mended: sheet.csv.problems-2.csv" in mtep("import", sheet, "--yes", code=3).err
    assert (mtep.folder / "sheet.csv.problems.csv").read_text() == "mine"
    assert not list(mtep.folder.glob("*problems-3*"))
    again = mtep("import", "sheet.csv.problems-2.csv", "--yes", code=3).err
    assert "Rows to be mended: sheet.csv.problems-3.csv" in again


def test_what_was_said_of_columns_holds_for_their_rows_with_problems(mtep: Program) -> None:
    mtep("import", write(mtep, "who,where\nA,AL\nB,Atlantis\n"), "--yes", "--map", "who=name", "--map", "where=state",
         code=3)  # fmt: skip
    refused = mtep("import", "sheet.csv.problems.csv", "--yes", code=3)
    assert "line 2, column 'where': 'Atlantis' is not a US state" in refused.err


def test_skip_bad_leaves_them_out_for_good(mtep: Program) -> None:
    printed = mtep("import", write(mtep, BAD), "--yes", "--skip-bad", code=3)
    assert "line 3, column 'state'" in printed.err
    assert "mended" not in printed.err
    assert [row["name"] for row in mtep.list()] == ["Good", "Fine"]
    assert not list(mtep.folder.glob("*problems*"))


def test_a_file_of_bad_rows_alone_changes_nothing(network: Program) -> None:
    before = stored(network.database), entries(network)
    network("import", write(network, "name,state\nA,Atlantis\nB,Atlantis\nC,AL,x\n"), "--yes", "--map", "state=state",
            code=3)  # fmt: skip
    assert [row["name"] for row in network.list()] == [AMTE, "Alabama Mathematics Council", "Lee County Schools"]
    assert stored(network.database)["partners"] == before[0]["partners"]


def test_of_many_problems_ten_are_shown_and_all_are_in_the_file(mtep: Program) -> None:
    rows = "".join(f"Partner {number},Atlantis,nobody\n" for number in range(30))
    sheet = write(mtep, f"name,state,email\n{rows}")
    printed = mtep("import", sheet, "--yes", "--map", "state=state", code=3)
    assert printed.err.count("sheet.csv, line") == 10
    assert "... and 25 more rows with problems." in printed.err
    assert len(problems(mtep)) == 30


# ---- doubts -------------------------------------------------------------------------------------------------

DOUBTFUL = f"name,contact,email,nominated by\n{SHORT},Bo Beck,bo@example.org,Maria Rivera\n"


def test_a_doubtful_row_becomes_a_partner_and_the_pair_waits_to_be_decided(network: Program) -> None:
    printed = network("import", write(network, DOUBTFUL), "--yes")
    assert printed.out == "Imported 1 new partner, 1 contact, 1 nomination.\n"
    assert "Partners that may be here twice are listed by: mtep duplicates" in printed.err
    assert network.list()[-1]["name"] == SHORT
    (task,) = (row for row in network("next", "--format", "json").json if row["what"] == "maybe-twice")
    assert task["do"] == "mtep merge 1 4, or mtep duplicates --apart 1 4"
    assert [(pair["a"], pair["b"]) for pair in network("duplicates", "--format", "json").json] == [(1, 4)]
    assert network("duplicates", "--apart", "1", "4").out
    assert network("duplicates", "--format", "json").json == []


def test_a_row_that_is_certain_leaves_no_doubt(network: Program) -> None:
    printed = network("import", write(network, f"name\n{AMTE}\nQuartz Foundation\n"), "--yes")
    assert "twice" not in printed.err
    assert network("duplicates", "--format", "json").json == []


def test_a_doubtful_row_is_linked_and_its_name_is_certain_from_then_on(network: Program) -> None:
    printed = network("import", write(network, DOUBTFUL), "--yes", "--duplicates", "link")
    assert printed.out == "Imported 1 contact, 1 nomination. 1 row changed what is here.\n"
    assert "twice" not in printed.err
    found = card(network, "AMTE")
    assert found["aliases"] == [SHORT]
    assert [row["member"] for row in network.list("nominations") if row["partner_id"] == 1] == [
        "Bo Chen", "Maria Rivera",
    ]  # fmt: skip
    assert network("duplicates", "--format", "json").json == []
    preview = network("import", write(network, f"name,city\n{SHORT},Auburn\n", "later.csv"), "--dry-run")
    assert "1 row: 0 new, 1 changed, 0 same, 0 doubtful, 0 refused." in preview.err


def test_a_doubtful_row_is_skipped_into_the_problems_file_and_imported_later(network: Program) -> None:
    before = stored(network.database)
    printed = network("import", write(network, DOUBTFUL), "--yes", "--duplicates", "skip", code=3)
    assert printed.out == "Nothing new to import. 1 row could not be used.\n"
    assert stored(network.database) == before
    (row,) = problems(network)
    assert row["name"] == SHORT
    assert row["mtep problem"].startswith(f"It may be '{AMTE}', number 1: ")
    later = network("import", "sheet.csv.problems.csv", "--yes", "--duplicates", "new")
    assert later.out == "Imported 1 new partner, 1 contact, 1 nomination.\n"
    again = network("import", "sheet.csv", "--yes", "--duplicates", "skip")
    assert again.out == "Nothing new to import. 1 row changed nothing.\n"


def test_rows_of_one_file_are_doubted_too(mtep: Program) -> None:
    printed = mtep("import", write(mtep, f"name\n{AMTE}\n{SHORT}\n"), "--yes")
    assert "Partners that may be here twice" in printed.err
    assert len(mtep("duplicates", "--format", "json").json) == 1
    mtep("undo")
    assert take(mtep, f"name\n{AMTE}\n{SHORT}\n", "--duplicates", "link").startswith("Imported 1 new partner.")
    assert card(mtep, AMTE)["aliases"] == [SHORT]


@pytest.mark.parametrize("doubts", ["new", "link", "skip"])
def test_rows_of_one_doubtful_name_have_one_fate(network: Program, doubts: str) -> None:
    text = f"name,contact\n{SHORT},Ann\n{SHORT},Bo\n{SHORT},Cy\n"
    shown = network("import", write(network, text), "--dry-run", "--duplicates", doubts, code=None).err
    assert f"0 same, {3 if doubts == 'skip' else 1} doubtful, 0 refused." in shown
    take(network, text, "--duplicates", doubts, code=3 if doubts == "skip" else 0)
    assert len(network.list()) == 3 + (doubts == "new")
    assert len(network.list("contacts")) == 2 + 3 * (doubts != "skip")
    assert doubts != "skip" or len(problems(network)) == 3


def test_chapters_of_one_body_in_different_states_are_no_duplicates(mtep: Program) -> None:
    text = "name,state\nAlabama Council of Teachers of Mathematics,AL\nGeorgia Council of Teachers of Mathematics,GA\n"
    assert "doubt" not in mtep("import", write(mtep, text), "--dry-run").err.replace("0 doubtful", "")


def test_to_ask_takes_a_terminal(network: Program) -> None:
    refused = network("import", write(network, DOUBTFUL), "--duplicates", "ask", "--yes", code=1)
    assert "--duplicates skip, new or link" in refused.err
    assert len(network.list()) == 3


# ---- a look before ------------------------------------------------------------------------------------------

MIXED = (
    "Organization,State,Contact,Email\n"
    "Quartz Foundation,AL,Ann Adams,ann@example.org\n"
    f"{SHORT},,,\n"
    "Lee County Schools,AL,New Person,new@example.org\n"
    "Alabama Mathematics Council,AL,,\n"
    "Wrong,Atlantis,,\n"
)


def test_a_dry_run_shows_what_would_be_and_changes_nothing(network: Program) -> None:
    before = stored(network.database), entries(network)
    sheet = write(network, MIXED)
    shown = network("import", sheet, "--dry-run", code=3)
    assert "5 rows: 1 new, 1 changed, 1 same, 1 doubtful, 1 refused.\n" in shown.err
    assert "Organization as name" in shown.err
    table = [line.split("  ")[0] for line in shown.err.splitlines() if "  " in line]
    assert table[:4] == ["Will be", "new", "doubtful", "changed"]
    assert "Ann Adams <ann@example.org>" in shown.err
    assert "sheet.csv, line 6, column 'State': 'Atlantis' is not a US state" in shown.err
    assert f"Doubtful: line 3, '{SHORT}', may be '{AMTE}', number 1: " in shown.err
    assert "Dry run: nothing was changed." in shown.err.splitlines()[-1]
    assert (stored(network.database), entries(network)) == before
    assert not list(network.folder.glob("*problems*"))


@pytest.mark.parametrize("doubts", ["new", "link", "skip"])
def test_the_counts_of_a_look_add_up(network: Program, doubts: str) -> None:
    shown = network("import", write(network, MIXED), "--dry-run", "--duplicates", doubts, code=3)
    assert "5 rows: 1 new, 1 changed, 1 same, 1 doubtful, 1 refused.\n" in shown.err
    assert shown.err.count(f"may be '{AMTE}'") == 1


def test_without_a_yes_and_without_a_terminal_nothing_is_written(mtep: Program) -> None:
    refused = mtep("import", write(mtep, "name\nAny\n"), code=1)
    assert "1 row: 1 new, 0 changed, 0 same, 0 doubtful, 0 refused." in refused.err
    assert "Importing 1 row needs a yes" in refused.err
    assert "--yes" in refused.err
    assert not mtep.database.exists()


def test_a_dry_run_of_a_first_import_makes_no_database(mtep: Program) -> None:
    mtep("import", write(mtep, "name\nAny\n"), "--dry-run", "--map", "name=name")
    assert not mtep.database.exists()


# ---- one step -----------------------------------------------------------------------------------------------


def test_an_import_is_one_step_that_is_taken_back_and_done_again(network: Program) -> None:
    before, steps = stored(network.database), entries(network)
    network("edit", "Lee County Schools", "--city", "")
    take(network, MIXED + "Who Knows,AL,,\n" + DOUBTFUL.splitlines()[1] + "\n", "--map", "State=state", code=3)
    after = stored(network.database)
    assert entries(network) == steps + 1
    network("undo")
    assert stored(network.database) == before
    network("redo")
    assert stored(network.database) == after
    network("undo")
    assert take(network, MIXED, code=3).startswith("Imported 2 new partners")


@pytest.mark.parametrize("moment", ["reading", "writing"])
def test_an_interrupted_import_leaves_nothing(network: Program, moment: str, monkeypatch: pytest.MonkeyPatch) -> None:
    before, files = stored(network.database), sorted(network.folder.iterdir())
    rows = "".join(f"Partner number {number},AL\nWrong {number},Atlantis\n" for number in range(1500))
    sheet = write(network, f"name,state\n{rows}")
    if moment == "reading":
        whole = Sheet.rows

        def broken(self: Sheet) -> Any:
            for number, row in enumerate(whole(self)):
                if number == 2500:
                    raise KeyboardInterrupt
                yield row

        monkeypatch.setattr(Sheet, "rows", broken)
    else:

        @contextmanager
        def progress(_what: str) -> Iterator[Callable[[int], None]]:
            def tick(_rows: int) -> None:
                raise KeyboardInterrupt

            yield tick

        monkeypatch.setattr(exchange, "progress", progress)
    network("import", sheet, "--yes", code=130)
    monkeypatch.undo()
    assert stored(network.database) == before
    assert sorted(network.folder.iterdir()) == sorted([*files, network.folder / sheet])


def test_batches_are_imported_as_one(mtep: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(imports, "_BATCH", 2)
    text = (
        "name,state,contact,nominated by\nAlpha Fund,AL,Ann,Maria\nBeta Fund,AL,,\nAlpha Fund,AL,Bo,Chen\n"
        f"{AMTE},,,\nBad,Atlantis,,\n{SHORT},,,\nAlpha Fund,AL,Ann,Maria\nAlpha Fund,AL,Ann,Maria\n"
    )
    assert take(mtep, text, code=3) == (
        "Imported 4 new partners, 2 contacts, 2 new members, 2 nominations. 1 row changed what is here."
        " 2 rows changed nothing. 1 row could not be used."
    )
    assert take(mtep, text, code=3) == "Nothing new to import. 7 rows changed nothing. 1 row could not be used."
    assert len(mtep("duplicates", "--format", "json").json) == 1


# ---- add-partner and nominate -------------------------------------------------------------------------------


@pytest.mark.parametrize("command", [["add-partner", SHORT], ["nominate", SHORT, "--by", "Maria"]], ids=" ".join)
def test_what_is_likely_here_is_added_only_on_purpose(network: Program, command: Sequence[str]) -> None:
    before = stored(network.database)
    refused = network(*command, code=1)
    assert f"'{SHORT}' may be here already:\n  '{AMTE}', number 1: " in refused.err
    assert "add --new" in refused.err
    assert stored(network.database) == before
    network(*command, "--new")
    assert network.list()[-1]["name"] == SHORT
    assert network("duplicates", "--format", "json").json == []  # decided: they are two
    assert [row for row in network("next", "--format", "json").json if row["what"] == "maybe-twice"] == []


def test_what_is_unlike_all_others_is_added_at_once(network: Program) -> None:
    assert "Added partner 4" in network("add-partner", "Quartz Foundation").out
    assert "Added partner 5" in network("nominate", "Marble Trust", "--by", "Maria").out


# ---- at a terminal ------------------------------------------------------------------------------------------


@pytest.fixture
def terminal(tmp_path: Path) -> "Terminal":
    pytest.importorskip("pexpect")
    from .test_cli_terminal import Terminal

    return Terminal(tmp_path)


def lines(terminal: "Terminal", command: str) -> list[str]:
    return terminal.run(*command.split()).stdout.splitlines()


@posix
@pytest.mark.parametrize(("answer", "code", "said"), [("n", 1, "Nothing was changed"), ("y", 0, "Imported 1 new part")])
def test_a_look_and_a_question_come_first(terminal: "Terminal", answer: str, code: int, said: str) -> None:
    (terminal.folder / "sheet.csv").write_text("Organization,State,Shoe\nAcme Fund,GA,7\n", "utf-8")
    child = terminal.sit("import", "sheet.csv", width=160)
    child.expect(r"Understood: Organization as name, State\.")
    child.expect("Kept in the note: Shoe")
    child.expect("new +Acme Fund +GA")
    child.expect("1 row: 1 new, 0 changed, 0 same, 0 doubtful, 0 refused")
    child.expect(r"Import this\? \[y/N\]: ")
    child.sendline(answer)
    rest = child.read()
    child.close()
    assert child.exitstatus == code
    assert said in rest
    assert terminal.names() == ["Acme Fund"] * (answer == "y")


@posix
def test_nothing_is_asked_of_a_file_that_changes_nothing(terminal: "Terminal") -> None:
    (terminal.folder / "sheet.csv").write_text("name\nAcme Fund\n", "utf-8")
    terminal.run("import", "sheet.csv", "--yes")
    shown = terminal.see("import", "sheet.csv")
    assert "Import this?" not in shown
    assert "Nothing new to import. 1 row changed nothing." in shown


TWO = ("University of Nebraska-Lincoln", "Georgia Mathematics Council")
LIKE = ("Univ. of Nebraska - Lincoln", "Georgia Math. Council")


@posix
@pytest.mark.parametrize(
    ("answers", "names", "code", "left"),
    [
        ("ssn", (), 0, 0), ("nns", LIKE, 0, 0), ("kkn", (), 3, 2), ("S", (), 0, 0), ("N", LIKE, 0, 0), ("K", (), 3, 3),
        ("sks", (), 3, 1),
    ],
)  # fmt: skip
def test_each_doubtful_row_is_decided(
    terminal: "Terminal", answers: str, names: Sequence[str], code: int, left: int
) -> None:
    (terminal.folder / "first.csv").write_text("name,state\n{},NE\n{},GA\n{},\n".format(*TWO, AMTE), "utf-8")
    (terminal.folder / "sheet.csv").write_text("name,state\n{},NE\n{},GA\n{},\n".format(*LIKE, SHORT), "utf-8")
    terminal.run("import", "first.csv", "--yes")
    child = terminal.sit("import", "sheet.csv", width=200)
    child.expect("3 rows: 0 new, 0 changed, 0 same, 3 doubtful, 0 refused")
    for place, answer in enumerate(answers):
        child.expect(rf"Line {place + 2}, '([^']*)'.* may be '([^']*)'")
        assert child.match[1] == (*LIKE, SHORT)[place]
        assert child.match[2] == (*TWO, AMTE)[place]
        child.expect("s, n or k: ")
        child.sendline("x")
        child.expect("s, n or k: ")
        child.sendline(answer)
    child.expect(r"Import this\? \[y/N\]: ")
    child.sendline("y")
    child.read()
    child.close()
    assert child.exitstatus == code
    made = [SHORT] if answers in ("ssn", "kkn", "N") else []
    assert terminal.names() == [*TWO, AMTE, *names, *made]
    # What a person decided is not asked again; what was answered for all that follow waits to be looked at.
    assert len(lines(terminal, "duplicates --format csv")[1:]) == (3 if answers == "N" else 0)
    if left:
        rows = (terminal.folder / "sheet.csv.problems.csv").read_text("utf-8-sig").splitlines()
        assert len(rows) == left + 1


@posix
@pytest.mark.parametrize(
    ("answers", "names", "contacts", "left"),
    [("s", 1, 3, 0), ("n", 2, 3, 0), ("k", 1, 0, 3)],
)
def test_a_decision_holds_for_later_rows_of_that_name(
    terminal: "Terminal", answers: str, names: int, contacts: int, left: int
) -> None:
    terminal.run("add-partner", AMTE)
    (terminal.folder / "sheet.csv").write_text(f"name,contact\n{SHORT},Ann\n{SHORT},Bo\n{SHORT},Cy\n", "utf-8")
    decided(terminal, answers, code=3 if left else 0)
    assert len(terminal.names()) == names
    assert len(lines(terminal, "list contacts --format csv")) == contacts + 1
    assert not left or len((terminal.folder / "sheet.csv.problems.csv").read_text("utf-8").splitlines()) == left + 1


@posix
@pytest.mark.parametrize(
    ("answers", "names"),
    [("ss", [AMTE, TWO[1]]), ("ks", [AMTE, TWO[1]]), ("ns", [AMTE, SHORT, TWO[1]]), ("kn", [AMTE, TWO[1], LIKE[1]])],
)
def test_a_row_is_linked_to_the_partner_that_was_shown_whatever_became_of_others(
    terminal: "Terminal", answers: str, names: list[str]
) -> None:
    terminal.run("add-partner", AMTE)
    (terminal.folder / "sheet.csv").write_text(f"name,state\n{SHORT},\n{TWO[1]},GA\n{LIKE[1]},GA\n", "utf-8")
    decided(terminal, answers, code=3 if "k" in answers else 0)
    assert terminal.names() == names
    if answers[1] == "s":
        assert LIKE[1] in terminal.run("show", TWO[1]).stdout


@posix
def test_a_row_that_is_like_one_that_was_kept_out_is_kept_out_too(terminal: "Terminal") -> None:
    text = f'name,website\n{AMTE},\n{SHORT},s.example.org\n"{SHORT}, Inc.",s.example.org\n'
    (terminal.folder / "sheet.csv").write_text(text, "utf-8")
    decided(terminal, "ks", code=3)
    assert terminal.names() == [AMTE]
    assert card_of(terminal, AMTE)["aliases"] == []
    reasons = (terminal.folder / "sheet.csv.problems.csv").read_text("utf-8-sig")
    assert reasons.count(f"It may be '{AMTE}'") == 1
    assert reasons.count(f"It may be '{SHORT}'") == 1


def card_of(terminal: "Terminal", partner: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(terminal.run("show", partner, "--format", "json").stdout)
    return found


def decided(terminal: "Terminal", answers: str, *, code: int) -> None:
    """Import a sheet at a terminal with these answers, and a yes."""
    child = terminal.sit("import", "sheet.csv", width=200)
    for answer in answers:
        child.expect("s, n or k: ")
        child.sendline(answer)
    child.expect(r"Import this\? \[y/N\]: ")
    child.sendline("y")
    shown = child.read()
    child.close()
    assert child.exitstatus == code, shown


@posix
def test_a_no_after_decisions_changes_nothing(terminal: "Terminal") -> None:
    (terminal.folder / "sheet.csv").write_text(f"name\n{AMTE}\n{SHORT}\n", "utf-8")
    child = terminal.sit("import", "sheet.csv", width=200)
    child.expect("s, n or k: ")
    child.sendline("s")
    child.expect(r"Import this\? \[y/N\]: ")
    child.sendline("n")
    assert "Nothing was changed" in child.read()
    child.close()
    assert child.exitstatus == 1
    assert not terminal.database.exists()


@posix
@pytest.mark.parametrize("command", [["add-partner", SHORT], ["nominate", SHORT, "--by", "Maria <m@example.edu>"]])
@pytest.mark.parametrize("answer", ["n", "y"])
def test_a_person_is_asked_whether_it_is_another(terminal: "Terminal", command: Sequence[str], answer: str) -> None:
    terminal.run("add-partner", AMTE)
    child = terminal.sit(*command, width=200)
    child.expect(f"It may be here already: '{AMTE}', number 1")
    child.expect(r"Is it another organization, to be added\? \[y/N\]: ")
    child.sendline(answer)
    rest = child.read()
    child.close()
    assert child.exitstatus == (0 if answer == "y" else 1)
    assert terminal.names() == [AMTE, *[SHORT] * (answer == "y")]
    if answer == "y":
        assert "Added partner 2" in rest
        assert lines(terminal, "duplicates --format csv")[1:] == []


@posix
def test_long_work_shows_rows_per_second_at_a_terminal_only(terminal: "Terminal") -> None:
    rows = "".join(f"Partner number {number} of Town {number * 7}\n" for number in range(8000))
    (terminal.folder / "sheet.csv").write_text(f"name\n{rows}", "utf-8")
    shown = terminal.see("import", "sheet.csv", "--dry-run")
    assert "rows/s" in shown
    printed = terminal.run("import", "sheet.csv", "--dry-run")
    assert "rows/s" not in printed.stdout + printed.stderr


def test_a_row_that_could_be_either_of_two_namesakes_is_doubtful(mtep: Program) -> None:
    mtep("add-partner", "Twin Mathematics Council", "--state", "AL")
    mtep("add-partner", "Twin Mathematics Council", "--state", "AL", "--new")
    mtep("add-partner", "TMC", "--new")
    sheet = "name,acronym,state\nTwin Mathematics Council,TMC,AL\nThree Moon Circus,,AL\n"
    assert "1 row could not be used" in take(mtep, sheet, "--duplicates", "skip", code=3)
    assert [row["name"] for row in mtep.list()][3:] == ["Three Moon Circus"]


def test_a_row_whose_note_has_no_room_is_kept_for_mending(mtep: Program) -> None:
    take(mtep, f"name,state,story\nSample Council,AL,{'a' * 9_000}\n")
    sheet = f"name,state,story,city\nSample Council,AL,{'b' * 2_000},Auburn\nSample Council,AL,short,\n"
    assert "1 row could not be used" in take(mtep, sheet, code=3)
    found = card(mtep)
    assert found["city"] is None
    assert found["note"].endswith("story: short")
    left = (mtep.folder / "sheet.csv.problems.csv").read_text("utf-8-sig")
    assert "b" * 2_000 in left
    assert "has no room" in left
    take(mtep, sheet, "--map", "story=ignore")
    assert card(mtep)["city"] == "Auburn"
