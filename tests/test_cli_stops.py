"""Who is not to be written to gets no letter, by whatever way."""

import json
import socket
from collections.abc import Iterator
from contextlib import closing

import pytest

from .conftest import Program, stored
from .mailings import ADA, ANN, BAY, BEA, CALC, CY, DAY, EVERYBODY, Post, connected, letters

WHO = {"partner": ADA, "address": ANN, "capitals": ANN.upper(), "person": f"Ann Adams <{ANN}>"}
marked = pytest.mark.parametrize("who", WHO.values(), ids=WHO.keys())


def words(text: str) -> str:
    return " ".join(text.split())


@pytest.fixture
def post(mtep: Program) -> Iterator[Post]:
    with connected(mtep) as made:
        mtep("add-session", DAY)
        yield made


@marked
def test_who_is_marked_is_not_invited_by_mail(post: Post, who: str) -> None:
    post.mtep("do-not-contact", who, "--reason", "They asked.")
    post.mtep("invite", "--session", DAY, "--send", code=None)
    assert sorted(post.mails()) == [BEA, CY]
    assert ADA not in {row["partner"] for row in post.mtep.list("invitations")}


@marked
@pytest.mark.parametrize("form", ["docx", "eml", "md"])
def test_who_is_marked_is_named_in_no_file(post: Post, who: str, form: str) -> None:
    post.mtep("do-not-contact", who)
    post.mtep("invite", "--session", DAY, "--as", form, code=None)
    made = [path for path in (post.mtep.folder / "letters").rglob("*") if path.is_file()]
    assert len([path for path in made if path.suffix == f".{form}"]) in (2, 3)
    for path in made:
        assert b"Ann Adams" not in path.read_bytes()
        assert ANN.encode() not in path.read_bytes()
    if who == ADA:
        assert not [path for path in made if "ada-society" in path.name]


@marked
def test_who_is_marked_after_the_invitation_gets_nothing_more(post: Post, who: str) -> None:
    post.mtep("invite", "--session", DAY, "--send")
    post.mtep("rsvp", ADA, "yes")
    post.mtep("do-not-contact", who)
    post.mtep("remind", "--session", DAY, "--send", today="2024-05-10")
    post.mtep("reschedule", DAY, "--day", "2024-05-31", "--send", code=None)
    post.mtep("attend", "--session", "2024-05-31", ADA, BAY, today="2024-06-02")
    post.mtep("thank", "--session", "2024-05-31", "--send", today="2024-06-02")
    assert post.server.recipients == {ANN: 1, BEA: 4, CY: 3}


@marked
def test_what_was_written_for_who_is_marked_is_not_sent(post: Post, who: str) -> None:
    post.mtep("invite", "--session", DAY)
    post.mtep("do-not-contact", who)
    post.mtep("invite", "--session", DAY, "--send", "--yes", code=None)
    assert sorted(post.mails()) == [BEA, CY]


@marked
def test_what_is_queued_for_who_is_marked_does_not_leave(post: Post, who: str) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as taken:
        port = taken.getsockname()[1]
    post.mtep("settings", f"smtp.port={port}")
    post.mtep("invite", "--session", DAY, "--send", "--wait", "0", code=1)
    post.mtep("settings", f"smtp.port={post.server.port}")
    post.mtep("do-not-contact", who)
    post.mtep("send", code=None)
    assert sorted(post.mails()) == [BEA, CY]
    assert [row["state"] for row in letters(post.mtep, partner=ADA)] == ["failed"]


def test_a_colleague_is_written_to_when_one_address_is_marked(post: Post) -> None:
    post.mtep("add-contact", ADA, "Al Abel <al@example.org>")
    post.mtep("do-not-contact", ANN)
    post.mtep("invite", "--session", DAY, "--send")
    assert sorted(post.mails()) == ["al@example.org", BEA, CY]


@marked
def test_a_mark_can_be_lifted_and_can_be_undone(post: Post, who: str) -> None:
    before = stored(post.mtep.database)
    post.mtep("do-not-contact", who)
    post.mtep("undo")
    assert stored(post.mtep.database) == before
    post.mtep("do-not-contact", who)
    assert "already" in post.mtep("do-not-contact", who, code=1).err
    post.mtep("do-not-contact", who, "--lift")
    assert "is not marked" in post.mtep("do-not-contact", who, "--lift", code=1).err
    post.mtep("invite", "--session", DAY, "--send")
    assert sorted(post.mails()) == EVERYBODY


def test_a_reason_says_nothing_where_a_mark_is_lifted(post: Post) -> None:
    post.mtep("do-not-contact", ADA)
    assert "--reason" in post.mtep("do-not-contact", ADA, "--lift", "--reason", "Why", code=2).err


# ---- whatever else happens --------------------------------------------------------------------------------


def test_an_import_of_the_address_does_not_lift_the_mark(post: Post) -> None:
    post.mtep("do-not-contact", ANN)
    (post.mtep.folder / "more.csv").write_text(
        f"name,contact,email\n{ADA},Ann Adams,{ANN}\nEcho Institute,Ann Adams,{ANN.upper()}\n", "utf-8"
    )
    post.mtep("import", "more.csv", "--yes", code=None)
    post.mtep("invite", "--session", DAY, "--send", code=None)
    assert sorted(post.mails()) == [BEA, CY]
    assert post.server.recipients == {BEA: 1, CY: 1}


def test_a_bundle_carries_the_marks(post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    post.mtep("do-not-contact", ANN)
    post.mtep("do-not-contact", BAY, "--reason", "They asked.")
    post.mtep("export", "all.zip")
    monkeypatch.setenv("MTEP_DB", str(post.mtep.folder / "second.sqlite"))
    post.mtep("import", "all.zip", "--yes")
    post.mtep("invite", "--session", DAY, "--send", code=None)
    assert list(post.mails()) == [CY]


@pytest.mark.parametrize(("into", "other"), [(BAY, ADA), (ADA, BAY)])
def test_a_mark_survives_a_merge(post: Post, into: str, other: str) -> None:
    post.mtep("do-not-contact", ADA)
    post.mtep("merge", into, other)
    post.mtep("invite", "--session", DAY, "--send")
    assert list(post.mails()) == [CY]


def test_a_mark_survives_the_undo_of_another_step(post: Post) -> None:
    post.mtep("add-partner", "Delta Academy")
    post.mtep("do-not-contact", ADA)
    (step,) = [row["id"] for row in post.mtep("log", "--format", "json").json if "Delta" in row["command"]]
    post.mtep("undo", str(step))
    post.mtep("invite", "--session", DAY, "--send")
    assert sorted(post.mails()) == [BEA, CY]


# ---- to be seen -------------------------------------------------------------------------------------------


def test_a_mark_is_listed_and_on_the_card_with_its_reason(post: Post) -> None:
    post.mtep("do-not-contact", ADA, "--reason", "They asked us to wait.")
    post.mtep("do-not-contact", BEA)
    rows = {row["name"]: row["do_not_contact"] for row in post.mtep.list()}
    assert rows == {ADA: True, BAY: False, CALC: False}
    card = words(post.mtep("show", ADA).out)
    assert "They asked us to wait." in card
    assert "do not contact" in card.lower()
    assert "opted-out" in json.dumps(post.mtep.list("contacts"))


def test_a_mark_is_part_of_the_export(post: Post) -> None:
    post.mtep("do-not-contact", ADA)
    rows = {row["name"]: row["do_not_contact"] for row in post.mtep.export()["partners"]}
    assert rows[ADA] is True
    assert rows[CALC] is False
