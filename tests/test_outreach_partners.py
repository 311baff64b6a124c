"""Partners, contacts, members and nominations, through the commands."""

import pytest

from .conftest import Program


@pytest.mark.parametrize(
    "text",
    [
        "AMTE",
        "amte",
        "1",
        "association of mathematics teacher educators",
        "ASSOCIATION OF MATH",
        "The Teachers",
        "Ámte",
    ],
)
def test_any_name_in_any_case_finds_a_partner(mtep: Program, text: str) -> None:
    mtep("add-partner", "Association of Mathematics Teacher Educators", "--acronym", "AMTE", "--alias", "The Teachers")
    mtep("add-partner", "Association of Physics Teachers")
    assert mtep("show", text, "--format", "json").json["acronym"] == "AMTE"


def test_a_beginning_that_fits_two_lists_both(mtep: Program) -> None:
    mtep("add-partner", "Association of Algebra")
    mtep("add-partner", "Association of Geometry", "--acronym", "AG")
    refused = mtep("show", "Association", code=1)
    assert "Association of Algebra, number 1" in refused.err
    assert "Association of Geometry (AG), number 2" in refused.err


def test_an_exact_name_goes_before_a_beginning(mtep: Program) -> None:
    mtep("add-partner", "Xavier University")
    mtep("add-partner", "Xavier")
    assert mtep("show", "Xavier", "--format", "json").json["id"] == 2


def test_a_misspelled_name_gets_a_suggestion(network: Program) -> None:
    refused = network("show", "Asociation of Mathematics Teachers Educators", code=1)
    assert "Did you mean 'Association of Mathematics Teacher Educators (AMTE)'?" in refused.err


def test_the_same_name_in_the_same_state_needs_new(mtep: Program) -> None:
    mtep("add-partner", "Lincoln University", "--state", "PA")
    mtep("add-partner", "Lincoln University", "--state", "MO")
    refused = mtep("add-partner", "lincoln  university", "--state", "Mo.", code=1)
    assert "number 2" in refused.err
    assert "--new" in refused.err
    mtep("add-partner", "Lincoln University", "--state", "MO", "--new")
    assert [row["state"] for row in mtep.list()] == ["PA", "MO", "MO"]


def test_a_removed_partner_is_nowhere_but_kept(network: Program) -> None:
    network("remove", "AMTE")
    assert "AMTE" not in {row["acronym"] for row in network.list()}
    assert "was removed on Wednesday, May 1, 2024" in network("show", "AMTE", code=1).err
    assert network("report", "--format", "json").json["identified"] == 2
    assert "removed on Wednesday" in network("invite", "AMTE").err
    network("undo")
    assert "AMTE" in {row["acronym"] for row in network.list()}


def test_edit_changes_adds_and_takes_away(network: Program) -> None:
    network("edit", "AMTE", "--name", "AMTE Inc.", "--acronym", "", "--alias", "Teacher Educators", "--note", "n")
    network("edit", "AMTE Inc.", "--council-role", "mathematics-teacher-educators", "--state", "n. carolina")
    card = network("show", "teacher educators", "--format", "json").json
    assert (card["name"], card["acronym"], card["state"], card["note"]) == ("AMTE Inc.", None, "NC", "n")
    assert card["aliases"] == ["Teacher Educators"]
    assert card["council_roles"] == ["mathematics-teacher-educators"]
    network("edit", "AMTE Inc.", "--alias", "", "--state", "", "--note", "")
    card = network("show", "AMTE Inc.", "--format", "json").json
    assert (card["aliases"], card["state"], card["note"]) == ([], None, None)


def test_an_edit_that_changes_nothing_is_no_step(network: Program) -> None:
    steps = network("log", "--format", "json").json
    assert "nothing was changed" in network("edit", "AMTE", "--scope", "national").out
    assert network("log", "--format", "json").json == steps


def test_letters_go_to_the_primary_contact_else_to_the_first(network: Program) -> None:
    assert network.list()[0]["contact"] == "Ann Adams"
    network("add-contact", "AMTE", "Ben Best <best@example.org>")
    assert network.list()[0]["contact"] == "Ann Adams"
    network("add-contact", "AMTE", "Cy Cole <cole@example.org>", "--primary", "--title", "President")
    assert network.list()[0]["contact"] == "Cy Cole"
    network("add-contact", "AMTE", "Di Dole <dole@example.org>", "--primary")
    assert network.list()[0]["contact"] == "Di Dole"
    assert [row["primary"] for row in network.list("contacts") if row["partner_id"] == 1] == [False, False, False, True]


def test_several_members_nominate_one_partner_and_all_keep_the_credit(network: Program) -> None:
    network("nominate", "AMTE", "--by", "maria", "--reason", "Standards", "--on", "April 3, 2024")
    found = [(row["member"], row["day"]) for row in network.list("nominations") if row["partner_id"] == 1]
    assert found == [("Bo Chen", "2024-05-01"), ("Maria Rivera", "2024-04-03")]
    assert {row["name"]: row["nominations"] for row in network.list("members")} == {"Maria Rivera": 2, "Bo Chen": 1}


@pytest.mark.parametrize(
    "by", ["1", "Maria Rivera", "maria", "rivera", "RIVERA@example.edu", "M R <rivera@example.edu>"]
)
def test_a_member_is_found_by_number_name_or_address(network: Program, by: str) -> None:
    network("nominate", "Lee County Schools", "--by", by)
    assert network.list("nominations")[-1]["member"] == "Maria Rivera"


def test_nominating_an_unknown_partner_adds_it_and_a_member_given_in_full(network: Program) -> None:
    printed = network("nominate", "Brand New", "--by", "Zoe Young <young@example.edu>", "--on", "4/1/2024")
    assert "Added partner 4: Brand New." in printed.out
    assert "Zoe Young (a new member) nominated Brand New on Monday, April 1, 2024." in printed.out
    assert network.list()[-1]["added_on"] == "2024-04-01"


@pytest.mark.parametrize(
    ("option", "value", "found"),
    [
        ("--scope", "state", ["Alabama Mathematics Council"]),
        ("--sector", "k12", ["Lee County Schools"]),
        ("--state", "Alabama", ["Alabama Mathematics Council", "Lee County Schools"]),
        ("--stage", "accepted", ["Association of Mathematics Teacher Educators"]),
        ("--search", "MATHEMATICS", ["Association of Mathematics Teacher Educators", "Alabama Mathematics Council"]),
        ("--search", "auburn", ["Alabama Mathematics Council"]),
        ("--search", "nunez@", ["Lee County Schools"]),
        ("--search", "%", []),
        ("--search", "amte", ["Association of Mathematics Teacher Educators"]),
    ],
)
def test_a_filter_keeps_only_what_fits(network: Program, option: str, value: str, found: list[str]) -> None:
    assert [row["name"] for row in network.list("partners", option, value)] == found


@pytest.mark.parametrize("kind", ["contacts", "nominations", "invitations"])
def test_filters_of_partners_hold_for_what_belongs_to_them(network: Program, kind: str) -> None:
    everything = network.list(kind)
    local = network.list(kind, "--scope", "state", "--state", "AL", "--search", "council")
    assert {row["partner"] for row in local} <= {"Alabama Mathematics Council"}
    assert len(local) < len(everything)


@pytest.mark.parametrize("kind", ["partners", "contacts", "members", "nominations", "sessions", "invitations"])
@pytest.mark.parametrize("sort", ["number", None])
def test_every_kind_is_listed_in_every_format(network: Program, kind: str, sort: str | None) -> None:
    rows = network.list(kind, *(["--sort", sort] if sort else []))
    assert rows
    for how in ("table", "plain", "markdown", "csv"):
        printed = network("list", kind, "--format", how).out
        assert len(printed.splitlines()) >= len(rows) + 1


def test_a_list_is_sorted_as_asked(network: Program) -> None:
    assert [row["id"] for row in network.list("partners", "--sort", "name")] == [2, 1, 3]
    assert [row["stage"] for row in network.list("partners", "--sort", "stage")] == [
        "accepted",
        "invited",
        "identified",
    ]


def test_the_card_tells_all_that_happened_in_order(network: Program) -> None:
    network("rsvp", "AMTE", "no", "--on", "5/1/2024", "--note", "A clash.")
    network("attend", "AMTE", today="2024-05-24")
    network("join", "AMTE", "--kind", "mou", "--document", "mou.pdf", today="2024-06-01")
    line = network("show", "AMTE", "--format", "json").json["time_line"]
    assert [(row["day"], row["what"]) for row in line] == [
        ("2024-05-01", "identified"),
        ("2024-05-01", "nominated"),
        ("2024-05-01", "invited"),
        ("2024-05-01", "accepted"),
        ("2024-05-01", "declined"),
        ("2024-05-24", "attended"),
        ("2024-06-01", "joined"),
    ]
    shown = network("show", "AMTE").out
    assert "declined for session 2024-05-24: A clash." in shown
    assert "joined the network (MOU): mou.pdf" in shown
    for how in ("plain", "csv", "markdown"):
        assert "Bo Chen" in network("show", "AMTE", "--format", how).out


@pytest.mark.parametrize("by", ["Mari <mari@new.example.edu>", "Maria Rivera <other@example.edu>"])
def test_an_address_nobody_has_makes_a_new_member_whatever_the_name(network: Program, by: str) -> None:
    assert "(a new member)" in network("nominate", "Lee County Schools", "--by", by).out
    assert len(network.list("members")) == 3


def test_a_name_is_not_changed_into_that_of_another_partner(network: Program) -> None:
    refused = network("edit", "AMTE", "--name", "Lee County Schools", "--state", "AL", code=1)
    assert "number 3" in refused.err


def test_a_contact_known_by_an_address_gets_its_name(network: Program) -> None:
    network("add-contact", "3", "office@example.org")
    network("add-contact", "3", "Olive Office <office@example.org>")
    assert [row["name"] for row in network.list("contacts") if row["partner_id"] == 3] == ["José Núñez", "Olive Office"]


@pytest.mark.parametrize("command", [["list"], ["invite"], ["add-member", "X <x@example.org>"]], ids=" ".join)
def test_an_empty_state_means_no_state_and_not_every_state(network: Program, command: list[str]) -> None:
    before = network.export()
    assert "is not a US state" in network(*command, "--state", "", code=2).err
    assert network.export() == before


def test_search_finds_accents_as_they_are_typed(network: Program) -> None:
    network("edit", "AMTE", "--city", "Éville")
    assert len(network.list("partners", "--search", "Éville")) == 1
