"""What the columns of other people's files mean."""

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

import pytest

from mtep_outreach.errors import (
    AttendanceReportError,
    NoOrganizationColumnError,
    NotAPartnerListError,
    UnknownColumnError,
    UnknownFieldError,
)
from mtep_outreach.names import name_key
from mtep_outreach.outreach import columns
from mtep_outreach.outreach.columns import FIELDS, Layout, looks_like_header
from mtep_outreach.outreach.network import Remembered
from mtep_outreach.outreach.presets import PRESETS
from mtep_outreach.outreach.rows import RowReader, Understood
from mtep_outreach.vocabulary import StopKind

TODAY = date(2024, 5, 1)


def layout(
    *names: str,
    rows: Sequence[Sequence[str]] = (),
    said: Mapping[str, str] | None = None,
    remembered: Mapping[str, Remembered] | None = None,
) -> Layout:
    return columns.layout(Path("sheet.csv"), names, rows, said or {}, remembered)


def meant(*names: str, rows: Sequence[Sequence[str]] = ()) -> dict[str, str | None]:
    return dict(layout(*names, rows=rows).meanings)


def read(cells: Mapping[str, str]) -> Understood:
    said, mistakes = RowReader(layout(*cells), TODAY).read(tuple(cells.values()))
    assert mistakes == []
    return said


def mistakes(cells: Mapping[str, str]) -> list[tuple[str, str]]:
    return [(wrong.column, wrong.message) for wrong in RowReader(layout(*cells), TODAY).read(tuple(cells.values()))[1]]


# ---- names of columns ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("column", "field"),
    [
        ("Abbreviation", "acronym"), ("AKA", "alias"), ("Level", "scope"), ("Type of Organization", "sector"),
        ("Type", None), ("Kind", None), ("First", "first-name"),
        ("STABBR", "state"), ("Town", "city"), ("ZIP", "postal-code"), ("Street Address", "address"),
        ("Country/Region", "country"), ("Web site", "website"), ("WEBADDR", "website"),
        ("Main phone", "organization-phone"),
        ("Comments", "note"), ("Contact person", "contact"), ("Given Name", "first-name"), ("Surname", "last-name"),
        ("E-mail", "email"), ("Job Title", "contact-title"), ("Cell", "phone"), ("Nominated by", "nominated-by"),
        ("Your email", "nominator-email"), ("Why?", "reason"), ("Date", "nominated-on"),
        ("Unsubscribed", "unsubscribed-on"),
        ("Bounced", "bounced-on"), ("Stopped", "stopped"), ("Do not contact", "do-not-contact"),
        ("mtep line", "ignore"), ("Shoe size", None),
    ],
)  # fmt: skip
def test_a_column_is_known_by_its_usual_names(column: str, field: str | None) -> None:
    assert meant("Organization", column) == {"Organization": "name", column: field}


@pytest.mark.parametrize(
    "column",
    ["Name", "Organization", "ORGANISATION", "Institution", "INSTNM", "Company", "Organizations", "Partners", "School",
     "Name of the organization", "Affiliation"],
)  # fmt: skip
def test_a_list_of_names_alone_is_a_list_of_organizations(column: str) -> None:
    assert meant(column) == {column: "name"}


def test_a_name_beside_an_organization_is_a_person() -> None:
    assert meant("Name", "Company", "Email") == {"Name": "contact", "Company": "name", "Email": "email"}
    assert meant("Email", "Organization", "Name")["Name"] == "contact"


def test_a_name_beside_a_code_is_the_organization() -> None:
    rows = [("1001", "Sample Council"), ("1002", "Other Council")]
    assert meant("ORGANIZATION", "NAME", rows=rows) == {"ORGANIZATION": None, "NAME": "name"}


def test_a_column_is_what_it_says_only_if_half_of_its_cells_can_be_that() -> None:
    assert meant("name", "region", rows=[("A", "North"), ("B", "South"), ("C", "AL")])["region"] is None
    assert meant("name", "region", rows=[("A", "Georgia"), ("B", "South"), ("C", "")])["region"] == "state"
    assert meant("name", "state", rows=[("A", "N/A"), ("B", "-"), ("C", "AL")])["state"] == "state"
    assert meant("name", "level", rows=[("A", "K-8"), ("B", "9-12")])["level"] is None


def test_what_stands_in_parentheses_and_a_first_number_are_passed_over() -> None:
    names = ("Organization (full name)", "State (2 letters)", "Contact 1", "Email 1", "Contact 2", "Email 2")
    assert list(meant(*names).values()) == ["name", "state", "contact", "email", None, None]
    assert looks_like_header(names[:2])


def test_rows_with_problems_are_no_sample() -> None:
    rows = [("A", "Atlantis", "2", "wrong")]
    assert meant("name", "state", "mtep line", "mtep problem", rows=rows)["state"] == "state"


def test_one_field_has_one_column() -> None:
    assert meant("Organization", "Company", "State", "Region") == {
        "Organization": "name", "Company": None, "State": "state", "Region": None,
    }  # fmt: skip


def test_what_was_said_counts_first() -> None:
    found = layout("Name", "Company", "list", said={"company": "note", "LIST": "scope"})
    assert found.meanings == {"Name": "name", "Company": "note", "list": "scope"}


def test_what_was_said_before_counts_for_the_same_columns() -> None:
    remembered = {"mapping.form": Remembered(["Who", "Where"], {"Who": "name", "Where": "state"})}
    found = layout("Who", "Where", remembered=remembered)
    assert found.meanings == {"Who": "name", "Where": "state"}
    assert found.mapping == "mapping.form"
    with pytest.raises(NoOrganizationColumnError):
        layout("Where", "Who", remembered=remembered)
    assert layout("Who", "Where", said={"Where": "city"}, remembered=remembered).meanings["Where"] == "city"


def test_what_was_said_before_counts_for_the_rows_with_problems_too() -> None:
    remembered = {"mapping.form": Remembered(["Who", "Where"], {"Who": "name", "Where": "state"})}
    found = layout("Who", "Where", "mtep line", "mtep problem", remembered=remembered)
    assert list(found.meanings.values()) == ["name", "state", "ignore", "ignore"]
    assert found.own == [0, 1]


def test_what_cannot_be_meant_is_refused() -> None:
    with pytest.raises(UnknownColumnError, match="no column 'Nobody'"):
        layout("Name", said={"Nobody": "name"})
    with pytest.raises(UnknownFieldError, match="no field 'nme'"):
        layout("Name", said={"Name": "nme"})
    with pytest.raises(NoOrganizationColumnError, match=r"none of its columns .* \(Colour, Size\)") as refused:
        layout("Colour", "Size")
    assert "--map 'COLUMN=name'. If the first line is no header, put one above it." in refused.value.hint
    with pytest.raises(NoOrganizationColumnError, match=r"it lists people, but none of its columns") as refused:
        layout("First Name", "Email")
    assert "If none does, add one." in refused.value.hint


@pytest.mark.parametrize(
    "names",
    [
        ("Name (Original Name)", "User Email", "Join Time", "Leave Time", "Duration (Minutes)", "Guest"),
        ("Name", "First Join", "Last Leave", "In-Meeting Duration", "Email", "Role"),
        ("First name", "Last name", "Email", "Duration", "Time joined", "Time exited"),
    ],
    ids=["Zoom", "Teams", "Meet"],
)
def test_a_report_of_who_attended_is_no_list_of_organizations(names: tuple[str, ...]) -> None:
    with pytest.raises(AttendanceReportError) as refused:
        layout(*names)
    assert "mtep attend" in refused.value.hint


@pytest.mark.parametrize(
    ("names", "title"),
    [
        (("id", "name", "email", "role", "team", "state", "nominations"), "a member list of mtep"),
        (("id", "session", "partner_id", "partner", "contact", "invited_on", "reply"), "an invitation list of mtep"),
        (("id", "session", "invitation", "partner_id", "partner", "kind", "message_id"), "a list of letters of mtep"),
        (("id", "session", "partner_id", "partner", "answer", "day", "counts"), "a list of answers of mtep"),
        (("session", "when", "starts", "ends", "title", "invited", "no_answer"), "a session list of mtep"),
    ],
)
def test_other_lists_of_mtep_make_no_partners(names: tuple[str, ...], title: str) -> None:
    with pytest.raises(NotAPartnerListError, match=title) as refused:
        layout(*names)
    assert "mtep export network.zip" in refused.value.hint


def test_a_header_is_known_by_two_names_of_columns_or_by_one_that_stands_alone() -> None:
    assert looks_like_header(["Organization", "State"])
    assert looks_like_header(["Organizations"])
    assert looks_like_header(["", "Name", ""])
    assert not looks_like_header(["Sample Council", "AL", "Auburn"])
    assert not looks_like_header(["Report of", "State", "universities"])


def test_presets_and_names_of_columns_mean_fields() -> None:
    for preset in PRESETS:
        assert {field for field in preset.means.values() if field} <= {*FIELDS, "name"}, preset.title
        assert all(name_key(key) == key for key in preset.means), preset.title


# ---- presets ------------------------------------------------------------------------------------------------

LAYOUTS: Mapping[str, tuple[str, Mapping[str, str | None]]] = {
    "Google Forms": ("a nomination form", {
        "Timestamp": "nominated-on",
        "Email Address": "nominator-email",
        "What is the name of the organization you would like to nominate?": "name",
        "Why would this organization be a good partner for MTEP 2.0? (2-3 sentences)": "reason",
        "Is it a national, state or local organization?": "scope",
        "What type of organization is it?": "sector",
        "Which state is the organization located in?": "state",
        "Contact person's name and title": "contact",
        "What is that contact's email address?": "email",
        "Organization website": "website",
        "Anything else we should know?": None,
    }),
    "Microsoft Forms": ("a nomination form", {
        "ID": "ignore",
        "Start time": "ignore",
        "Completion time": "nominated-on",
        "Email": "nominator-email",
        "Name": "nominated-by",
        "Your name (first and last)": "nominated-by",
        "Name of the organization you nominate": "name",
        "Why should MTEP invite them?": "reason",
        "Name of a contact person at the organization": "contact",
        "E-mail address of the contact person": "email",
    }),
    "Google Contacts, old": ("Google Contacts", {
        "Name": "contact", "Given Name": "first-name", "Family Name": "last-name", "Nickname": None, "Location": None,
        "Occupation": None, "Notes": "note", "Group Membership": None, "E-mail 1 - Type": None,
        "E-mail 1 - Value": "email", "E-mail 2 - Value": "email", "Phone 1 - Value": "phone",
        "Organization 1 - Name": "name", "Organization 1 - Title": "contact-title", "Website 1 - Value": None,
    }),
    "Google Contacts, new": ("Google Contacts", {
        "First Name": "first-name", "Middle Name": None, "Last Name": "last-name", "Organization Name": "name",
        "Organization Title": "contact-title", "Organization Department": None, "Notes": "note", "Labels": None,
        "E-mail 1 - Label": None, "E-mail 1 - Value": "email", "Phone 1 - Value": "phone",
    }),
    "Outlook": ("Outlook", {
        "First Name": "first-name", "Last Name": "last-name", "Title": None, "Suffix": None, "E-mail Address": "email",
        "E-mail 2 Address": "email", "Mobile Phone": "phone", "Business Phone": "phone", "Company": "name",
        "Job Title": "contact-title", "Business Street": "address", "Business City": "city", "Business State": "state",
        "Business Postal Code": "postal-code", "Business Country/Region": "country", "Web Page": "website",
        "Notes": "note", "Location": None, "Initials": None,
    }),
    "Thunderbird": ("Thunderbird", {
        "First Name": "first-name", "Last Name": "last-name", "Display Name": "contact", "Primary Email": "email",
        "Secondary Email": "email", "Work Phone": "phone", "Mobile Number": "phone", "Home City": None,
        "Work Address": "address", "Work City": "city", "Work State": "state", "Work ZipCode": "postal-code",
        "Work Country": "country", "Job Title": "contact-title", "Organization": "name", "Web Page 1": "website",
        "Notes": "note",
    }),
    "Mailchimp, subscribed": ("Mailchimp", {
        "Email Address": "email", "First Name": "first-name", "Last Name": "last-name", "Organization": "name",
        "MEMBER_RATING": "ignore", "OPTIN_TIME": None, "CC": None, "REGION": None, "LEID": "ignore", "EUID": "ignore",
        "NOTES": "note", "TAGS": None,
    }),
    "Mailchimp, unsubscribed": ("Mailchimp", {
        "Email Address": "email", "First Name": "first-name", "Organization": "name", "UNSUB_TIME": "unsubscribed-on",
        "UNSUB_REASON": None, "LEID": "ignore",
    }),
    "Mailchimp, cleaned": ("Mailchimp", {
        "Email Address": "email", "Organization": "name", "CLEAN_TIME": "bounced-on", "LEID": "ignore",
    }),
    "LinkedIn": ("LinkedIn connections", {
        "First Name": "first-name", "Last Name": "last-name", "URL": None, "Email Address": "email", "Company": "name",
        "Position": "contact-title", "Connected On": None,
    }),
    "Eventbrite": ("event registrations", {
        "Order #": None, "Order Date": None, "First Name": "first-name", "Last Name": "last-name", "Email": "email",
        "Quantity": None, "Ticket Type": None, "Company": "name", "Job Title": "contact-title",
    }),
}  # fmt: skip


@pytest.mark.parametrize("program", LAYOUTS)
def test_a_layout_is_known_by_its_columns(program: str) -> None:
    title, expected = LAYOUTS[program]
    found = layout(*expected)
    assert found.preset
    assert found.preset.title == title
    assert found.meanings == expected


def test_a_plain_list_with_a_time_stamp_is_no_form() -> None:
    assert meant("name", "nominated by", "timestamp", "reason") == {
        "name": "name", "nominated by": "nominated-by", "timestamp": "nominated-on", "reason": "reason",
    }  # fmt: skip


# ---- cells --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("nothing", ["N/A", "n/a", "none", "None", "-", "TBD", "Unknown", "null"])
def test_a_cell_that_says_that_nothing_is_known_is_empty(nothing: str) -> None:
    said = read(
        {
            "Organization": "A",
            "State": nothing,
            "Website": nothing,
            "Contact": nothing,
            "Email": nothing,
            "Shoe": nothing,
        }
    )
    assert (said.facts.state, said.facts.website, said.contact, said.facts.note) == (None, None, None, None)


def test_of_several_columns_for_one_field_the_first_in_the_preset_counts() -> None:
    names = ("Mobile Phone", "Business Phone", "First Name", "Last Name", "Company", "Job Title", "E-mail Address")
    said = read(dict(zip(names, ("555-0101", "555-0100", "Ann", "Adams", "A", "", ""), strict=True)))
    assert said.phone == "555-0100"
    assert said.contact_note == "Mobile Phone: 555-0101"


def test_who_filled_in_a_form_without_an_account_is_known_by_the_question() -> None:
    names = ("ID", "Completion time", "Email", "Name", "Your name", "Your email", "Organization")
    cells = ("1", "4/2/24 10:31:07", "anonymous", "", "Maria Rivera", "rivera@example.edu", "A")
    said = read(dict(zip(names, cells, strict=True)))
    assert str(said.nominator) == "Maria Rivera <rivera@example.edu>"
    assert said.facts.note is None
    cells = ("1", "4/2/24 10:31:07", "rivera@example.edu", "Rivera, Maria", "Maria Rivera", "rivera@example.edu", "A")
    said = read(dict(zip(names, cells, strict=True)))
    assert str(said.nominator) == "Maria Rivera <rivera@example.edu>"
    assert said.facts.note == "Name: Rivera, Maria"


@pytest.mark.parametrize(
    ("text", "address", "kept"),
    [
        ("ann@example.org", "ann@example.org", None),
        ("ann@example.org; bo@example.org", "ann@example.org", "Email: ann@example.org; bo@example.org"),
        ("ann@example.org or bo@example.org", "ann@example.org", "Email: ann@example.org or bo@example.org"),
        ("Ann Adams <ann@example.org>", "ann@example.org", "Email: Ann Adams <ann@example.org>"),
        ("mailto:ann@example.org", "ann@example.org", "Email: mailto:ann@example.org"),
    ],
)
def test_the_first_of_several_addresses_in_a_cell_counts(text: str, address: str, kept: str | None) -> None:
    said = read({"Organization": "A", "Email": text})
    assert said.contact
    assert (said.contact.email, said.facts.note) == (address, kept)


@pytest.mark.parametrize("text", ["ann at example.org", "ann@@example.org", "ann@example.org, bo@"])
def test_what_is_no_address_is_said_to_be_none(text: str) -> None:
    ((column, message),) = mistakes({"Organization": "A", "Email": text})
    assert column == "Email"
    assert "is not an e-mail address" in message


@pytest.mark.parametrize(
    "text",
    ["2024-04-02", "4/2/2024", "4/2/2024 10:31:07", "2024/04/02 10:31:07 AM CST", "2024-04-02T10:31:07Z", "4/2/24 9 AM",
     "April 2, 2024", "April 2, 2024 10:31 AM", "Apr 2, 2024, 10:31 AM", "2 Apr 2024 at 10:31"],
)  # fmt: skip
def test_a_time_stamp_is_a_day(text: str) -> None:
    assert read({"Organization": "A", "Timestamp": text}).nominated_on == date(2024, 4, 2)


@pytest.mark.parametrize(
    ("column", "text", "stops"),
    [
        ("Unsubscribed", "2023-05-02 03:04:05", ((StopKind.OPTED_OUT, date(2023, 5, 2)),)),
        ("Unsubscribed", "Yes", ((StopKind.OPTED_OUT, TODAY),)),
        ("Unsubscribed", "TRUE", ((StopKind.OPTED_OUT, TODAY),)),
        ("Unsubscribed", "no", ()),
        ("Bounced", "x", ((StopKind.BOUNCED, TODAY),)),
        ("Bounced", "", ()),
        ("stopped", "bounced", ((StopKind.BOUNCED, TODAY),)),
        ("stopped", "opted-out", ((StopKind.OPTED_OUT, TODAY),)),
        ("stopped", "", ()),
    ],
)
def test_a_file_says_in_its_own_way_that_an_address_is_given_up(
    column: str, text: str, stops: tuple[tuple[StopKind, date], ...]
) -> None:
    assert read({"Organization": "A", "Email": "ann@example.org", column: text}).stops == stops


@pytest.mark.parametrize(
    ("text", "scope"), [("State-level", "state"), ("national level", "national"), ("Local/Regional", "local")]
)
def test_a_scope_is_said_in_several_ways(text: str, scope: str) -> None:
    assert read({"Organization": "A", "Level": text}).facts.scope == scope


@pytest.mark.parametrize(
    ("country", "state", "note"),
    [
        ("USA", "AL", None), ("U.S.A.", "AL", None), ("United States of America", "AL", None), ("", "AL", None),
        ("Canada", None, "Country: Canada\nState: Alabama"), ("Georgia", None, "Country: Georgia\nState: Alabama"),
    ],
)  # fmt: skip
def test_a_state_of_another_country_is_kept_in_the_note(country: str, state: str | None, note: str | None) -> None:
    said = read({"Organization": "A", "State": "Alabama", "Country": country})
    assert (said.facts.state, said.facts.note) == (state, note)


def test_a_person_may_live_in_any_state_of_the_world() -> None:
    names = ("First Name", "Last Name", "Company", "Job Title", "Business Phone", "Business State")
    said = read(dict(zip(names, ("Zoe", "Zed", "A", "", "", "Ontario"), strict=True)))
    assert (said.facts.state, said.contact_note) == (None, "Business State: Ontario")


def test_a_phone_is_the_contacts_or_else_the_organizations() -> None:
    said = read({"Organization": "A", "Phone": "555-0100"})
    assert (said.facts.phone, said.phone) == ("555-0100", None)
    said = read({"Organization": "A", "Phone": "555-0100", "Contact": "Ann Adams", "Main phone": "555-0199"})
    assert (said.facts.phone, said.phone) == ("555-0199", "555-0100")


def test_every_mistake_of_a_row_is_named_with_its_column() -> None:
    found = mistakes({"Organization": "A", "State": "Atlantis", "Email": "nobody", "Scope": "global"})
    assert [column for column, _ in found] == ["State", "Email", "Scope"]


def test_a_partner_may_have_several_roles_in_one_cell() -> None:
    rows = [["Ohio College", "mathematics-faculty; education-faculty"]]
    assert meant("name", "council role", rows=rows)["council role"] == "council-role"
    assert read({"name": "Ohio College", "council role": rows[0][1]}).facts.council_roles == [
        "mathematics-faculty", "education-faculty",
    ]  # fmt: skip
