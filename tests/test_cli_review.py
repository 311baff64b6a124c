"""Reviews: a person says what mails mean, one key for each, and nothing is decided twice."""

from collections.abc import Iterator

import pytest

from mtep_outreach.cli import questions

from .answers import bounce, lay_down, letter, mailed, reply, words
from .conftest import Program, stored
from .mailings import ADA, ANN, BAY, BEA, CALC, CY, DAY, connected

AFTER = "2024-05-03"


@pytest.fixture
def waiting(mtep: Program) -> Program:
    """Five items: a yes, a no, an unclear mail, an answer of a stranger, and a letter that came back from elsewhere."""
    with connected(mtep) as post:
        mtep("invite", "--session", DAY, "--send")
        mails = post.mails()
    lay_down(
        mtep.folder / "mails",
        words(mails[ANN], "Yes, we would love to come."),
        words(mails[BEA], "Sorry, we can't make it."),
        words(mails[CY], "Who else is coming?\n[bold]Cy[/bold]"),
        mailed(reply(mails[ANN], attendee="eve@example.com"), "Eve <eve@example.com>"),
        bounce(mails[BEA], recipient="bea@elsewhere.example"),
    )
    mtep("inbox", "mails", today=AFTER)
    return mtep


def replies(program: Program) -> dict[str, str | None]:
    return {row["partner"]: row["reply"] for row in program.list("invitations")}


def open_items(program: Program) -> list[int]:
    return [row["id"] for row in program("review", "--format", "json").json]


def test_items_are_listed_and_shown_in_full(waiting: Program) -> None:
    rows = waiting("review", "--format", "json").json
    assert [(row["partner"], row["likely"]) for row in rows] == [
        (ADA, "yes"), (BAY, "no"), (CALC, None), (ADA, "yes"), (BAY, "bounced"),
    ]  # fmt: skip
    shown = waiting("review", "3").out
    assert "[bold]Cy[/bold]" in shown
    assert "we invite you" not in shown, "what is quoted is not shown"
    assert waiting("review", "1", "2", "--format", "json").json[1]["text"] == "Sorry, we can't make it."
    assert waiting("review", "1", "--format", "csv").out.count("\n") == 2


def test_a_sender_whom_nobody_invited_is_said_to_be_one(waiting: Program) -> None:
    assert "From:    Eve <eve@example.com>, whom nobody invited\n" in waiting("review", "4").out
    assert [number for number in ("1", "2", "3", "5") if "whom nobody invited\n" in waiting("review", number).out] == []


def test_lines_that_are_folded_keep_their_indent(waiting: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    long = letter(f"Cy <{CY}>", "About " + "your letter " * 12, "Perhaps we come, " * 20)
    lay_down(waiting.folder / "mails", long.as_bytes())
    waiting("inbox", "mails", today=AFTER)
    monkeypatch.setenv("COLUMNS", "80")
    lines = waiting("review", "6").out.splitlines()
    place = next(number for number, line in enumerate(lines) if line.startswith("Subject: "))
    assert lines[place + 1].startswith(" " * 9 + "letter")
    assert [line for line in lines[lines.index("") + 1 :] if not line.startswith("    ") or line[4] == " "] == []
    assert max(map(len, lines)) <= 80


def test_what_waits_is_counted_new_and_in_all(waiting: Program) -> None:
    lay_down(waiting.folder / "mails", letter(f"Cy <{CY}>", "Well", "Perhaps we come.").as_bytes())
    assert "Waiting for you: 1 new, 6 in all. See: mtep review" in waiting("inbox", "mails", today=AFTER).err


def test_what_was_settled_names_the_way_to_take_it_back(waiting: Program) -> None:
    waiting("review", "1", "--dismiss")
    assert "mtep undo STEP takes it back" in " ".join(waiting("review", "1", "--apply", code=1).err.split())


def test_an_item_means_what_it_seems_to_mean(waiting: Program) -> None:
    said = waiting("review", "1", "2", "--apply", today=AFTER).out
    assert f"Item 1, {ADA}: a yes; recorded." in said
    assert (replies(waiting)[ADA], replies(waiting)[BAY]) == ("accepted", "declined")
    (found,) = [row for row in waiting.list("replies") if row["partner"] == ADA]
    assert (found["day"], found["address"], found["note"]) == ("2024-05-02", ANN, "Yes, we would love to come.")
    assert open_items(waiting) == [3, 4, 5]
    waiting("undo")
    assert replies(waiting)[ADA] is None
    assert open_items(waiting) == [1, 2, 3, 4, 5]


def test_an_item_means_what_a_person_says(waiting: Program) -> None:
    waiting("review", "1", "--as", "no", today=AFTER)
    waiting("review", "3", "--as", "maybe", today=AFTER)
    assert (replies(waiting)[ADA], replies(waiting)[CALC]) == ("declined", "tentative")
    waiting("review", "2", "--as", "stop", today=AFTER)
    assert {row["email"]: row["stopped"] for row in waiting.list("contacts")}[BEA] == "opted-out"


def test_a_letter_that_came_back_from_elsewhere_marks_whom_it_went_to(waiting: Program) -> None:
    assert "a dead address; address marked as bounced" in waiting("review", "5", "--apply").out
    assert {row["email"]: row["stopped"] for row in waiting.list("contacts")}[BEA] == "bounced"


def test_what_means_nothing_is_dismissed(waiting: Program) -> None:
    before = replies(waiting)
    assert f"Item 4, {ADA}: dismissed." in waiting("review", "4", "--dismiss").out
    assert (replies(waiting), open_items(waiting)) == (before, [1, 2, 3, 5])
    assert "Settled: dismissed on 2024-05-01" in waiting("review", "4").out


@pytest.mark.parametrize(
    ("command", "code", "says"),
    [
        (["review", "99"], 1, "There is no item 99"),
        (["review", "99", "--apply"], 1, "There is no item 99"),
        (["review", "3", "--apply"], 1, "mtep review 3 --as yes"),
        (["review", "--apply"], 2, "--apply"),
        (["review", "--dismiss"], 2, "--dismiss"),
        (["review", "1", "--dismiss", "--as", "yes"], 2, "cannot be used together"),
        (["review", "1", "--as", "perhaps"], 2, "yes, no, maybe, stop or bounced"),
        (["review", "1", "99", "--apply"], 1, "There is no item 99"),
        (["review", "--decide"], 2, "a terminal"),
        (["review", str(2**64)], 1, "There is no item"),
    ],
)
def test_what_cannot_be_is_refused_and_changes_nothing(
    waiting: Program, command: list[str], code: int, says: str
) -> None:
    before = stored(waiting.database)
    assert says in " ".join(waiting(*command, code=code).err.split())
    assert stored(waiting.database) == before


def test_nothing_is_decided_twice(waiting: Program) -> None:
    waiting("review", "1", "--apply")
    assert "Item 1 was applied on 2024-05-01" in waiting("review", "1", "--dismiss", code=1).err


def test_what_is_about_no_invitation_says_what_to_type_instead(mtep: Program) -> None:
    with connected(mtep) as post:
        mtep("invite", "--session", DAY, "--send")
        unknown = reply(post.mails()[ANN], uid="11111111-1111-4111-8111-111111111111")
    lay_down(mtep.folder / "mails", mailed(unknown, ANN))
    mtep("inbox", "mails", today=AFTER)
    assert "mtep rsvp PARTNER yes" in mtep("review", "1", "--apply", code=1).err


# ---- one after the other ---------------------------------------------------------------------------------


@pytest.fixture
def keys(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """What a person presses, one after the other; nothing is Enter."""
    pressed: list[str] = []

    def prompt(_question: str, *, default: str | None = None, **_: object) -> str:
        return pressed.pop(0) or default or ""

    monkeypatch.setattr(questions, "can_ask", lambda: True)
    monkeypatch.setattr("typer.prompt", prompt)
    yield pressed
    assert not pressed, "not everything was asked"


def test_one_key_decides_on_each_item(waiting: Program, keys: list[str]) -> None:
    keys += ["", "n", "?", "", "m", "d", "k"]  # neither "?" nor Enter means anything where nothing is likely
    waiting("review", "--decide", today=AFTER)
    assert replies(waiting) == {ADA: "accepted", BAY: "declined", CALC: "tentative"}
    assert open_items(waiting) == [5]
    waiting("undo")
    assert open_items(waiting) == [4, 5], "each answer is a step of its own"


def test_one_can_stop_in_between_and_nothing_is_asked_where_nothing_waits(waiting: Program, keys: list[str]) -> None:
    keys += ["y", "q"]
    waiting("review", "--decide", today=AFTER)
    assert open_items(waiting) == [2, 3, 4, 5]
    waiting("review", "2", "3", "4", "5", "--dismiss")
    assert "Nothing waits to be reviewed." in waiting("review", "--decide").out
    assert "Nothing waits to be reviewed." in waiting("review").err


def test_a_key_that_cannot_be_meant_is_said_and_the_next_item_comes(mtep: Program, keys: list[str]) -> None:
    with connected(mtep) as post:
        mtep("invite", "--session", DAY, "--send")
        unknown = reply(post.mails()[ANN], uid="11111111-1111-4111-8111-111111111111")
    again = letter(f"Bea <{BEA}>", "Re: invitation", "Yes, we will come.").as_bytes()
    lay_down(mtep.folder / "mails", mailed(unknown, ANN), again)
    mtep("inbox", "mails", today=AFTER)
    keys += ["y", "y"]
    assert "it is about no invitation" in mtep("review", "--decide", today=AFTER).err
    assert replies(mtep)[BAY] == "accepted"
