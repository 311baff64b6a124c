"""The ledger: each letter is in one process's hands, and what a dead one left is settled."""

import sqlite3
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mtep_outreach.errors import DatabaseError
from mtep_outreach.store.ledger import Ledger, Result, is_alive, packed, sender_lock, unpacked
from mtep_outreach.vocabulary import DeliveryState

from .conftest import Program
from .outbox import SETTINGS

NOW = datetime(2024, 5, 1, 12, tzinfo=UTC)
NUMBER = 24


@pytest.fixture
def database(mtep: Program) -> Path:
    """Letters that are queued."""
    lines = [f"Partner {n} Society,national,Person {n},person{n}@example.org" for n in range(1, NUMBER + 1)]
    (mtep.folder / "p.csv").write_text("\n".join(["name,scope,contact,email", *lines]) + "\n", "utf-8")
    mtep("import", "p.csv", "--yes")
    mtep("settings", "smtp.host=127.0.0.1", "smtp.port=1", "smtp.security=none", *SETTINGS)
    mtep("invite", "--session", "2024-05-24", "--send", "--wait", "0", code=1)
    return mtep.database


def ledger(database: Path, clock: Callable[[], datetime] = lambda: NOW) -> Ledger:
    return Ledger(database, clock=clock, actor="tester", command="mtep send")


def rows(database: Path, columns: str = "state, sender") -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(database)) as connection:
        return connection.execute(f"SELECT {columns} FROM deliveries ORDER BY id").fetchall()


def test_a_run_that_reached_no_server_leaves_nothing_in_its_hands(database: Path) -> None:
    assert rows(database) == [("queued", None)] * NUMBER


@given(st.binary(max_size=3000))
def test_a_message_is_kept_byte_by_byte(content: bytes) -> None:
    assert unpacked(packed(content)) == content
    assert packed(content).isascii()


# ---- take -------------------------------------------------------------------------------------------------


def test_a_letter_in_hand_is_taken_by_nobody_else_until_it_is_given_back(database: Path) -> None:
    with ledger(database) as one, ledger(database) as other:
        mine = one.claim(10)
        theirs = other.claim(100)
        assert [letter.id for letter in mine] == list(range(1, 11))
        assert {letter.id for letter in mine}.isdisjoint(letter.id for letter in theirs)
        assert len(theirs) == NUMBER - 10
        assert one.claim(10) == other.claim(10) == []
        assert one.count() == 0
        one.give_back(mine)
        one.give_back(theirs)  # they are not its own
        assert one.count() == 10
        assert [letter.id for letter in other.claim(100)] == [letter.id for letter in mine]


def test_claims_of_many_threads_and_ledgers_never_overlap(database: Path) -> None:
    taken: list[int] = []
    with ledger(database) as one, ledger(database) as other:

        def take(here: Ledger) -> None:
            while claimed := here.claim(2):
                taken.extend(letter.id for letter in claimed)

        threads = [threading.Thread(target=take, args=[here]) for here in (one, other) * 4]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert Counter(taken) == dict.fromkeys(range(1, NUMBER + 1), 1)


def test_a_letter_is_handed_over_once(database: Path) -> None:
    with ledger(database) as one, ledger(database) as other:
        (letter,) = one.claim(1)
        assert not other.hand_over(letter.id)
        assert one.hand_over(letter.id)
        assert not one.hand_over(letter.id)
        assert rows(database)[0] == ("sending", one.sender)
        other.write_down([Result(letter.id, DeliveryState.SENT, NOW)])  # it is not its own
        assert rows(database)[0] == ("sending", one.sender)
        one.write_down([Result(letter.id, DeliveryState.SENT, NOW)])
    assert rows(database, "state, sender, attempts, sent_at")[0] == ("sent", None, 1, "2024-05-01 12:00:00.000000")


def test_connections_at_work_share_commits_and_lose_none(database: Path) -> None:
    with ledger(database) as one:
        letters = one.claim(NUMBER)

        def send(numbers: list[int]) -> None:
            done: list[Result] = []
            for number in numbers:
                assert one.hand_over(number, done)
                done = [Result(number, DeliveryState.SENT, NOW)]
            one.write_down(done)

        threads = [threading.Thread(target=send, args=[[letter.id for letter in letters[k::6]]]) for k in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert rows(database) == [("sent", None)] * NUMBER


def test_a_letter_that_a_server_wants_later_waits_for_its_time(database: Path) -> None:
    moment = [NOW]
    later = NOW + timedelta(minutes=10)
    with ledger(database, lambda: moment[0]) as one:
        (letter,) = one.claim(1)
        one.hand_over(letter.id)
        one.write_down([Result(letter.id, DeliveryState.QUEUED, NOW, "450 later", later)])
        assert one.wanted_again() == (1, later)
        assert letter.id not in {claimed.id for claimed in one.claim(100)}
        moment[0] = later
        (again,) = one.claim(100)
    assert (again.id, again.attempts, again.content) == (letter.id, 1, letter.content)


def test_only_letters_of_the_session_meant_are_taken(database: Path) -> None:
    with ledger(database) as one:
        assert one.claim(100, session=99) == []
        assert (one.count(99), one.wanted_again(99), one.in_doubt(99)) == (0, (0, None), [])
        assert len(one.claim(100, session=1)) == NUMBER


# ---- recover ----------------------------------------------------------------------------------------------

DIES = """
import os, sys
from datetime import UTC, datetime
from pathlib import Path
from mtep_outreach.store.ledger import Ledger
one = Ledger(Path(sys.argv[1]), clock=lambda: datetime(2024, 5, 1, tzinfo=UTC), actor="tester", command="mtep send")
one.__enter__()
letters = one.claim(5)
assert one.hand_over(letters[0].id) and one.hand_over(letters[1].id)
print(one.sender, flush=True)
sys.stdin.readline()
os._exit(9)
"""


def test_what_a_dead_process_was_sending_is_in_doubt_and_the_rest_is_queued(database: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", DIES, str(database)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8"
    ) as process:
        assert process.stdout is not None
        assert process.stdin is not None
        sender = process.stdout.readline().strip()
        with ledger(database) as one:
            assert is_alive(database, sender)
            assert one.recover() == 0  # it lives
            assert len(one.claim(100)) == NUMBER - 5
            process.stdin.write("\n")
            process.stdin.flush()
            process.wait(timeout=30)
            assert not is_alive(database, sender)
            assert one.recover() == 2
            assert one.recover() == 0
            assert [number for number, _, _ in one.in_doubt()] == [1, 2]
            assert "the program ended" in one.in_doubt()[0][2]
            assert [letter.id for letter in one.claim(100)] == [3, 4, 5]
    assert not sender_lock(database, sender).exists()


def test_nobody_has_a_letter_in_hand_that_has_no_sender(database: Path) -> None:
    assert not is_alive(database, None)
    assert not is_alive(database, "nobody")
    with ledger(database) as one:
        assert is_alive(database, one.sender)
        assert sender_lock(database, one.sender).exists()
    assert not is_alive(database, one.sender)
    assert list(database.parent.glob(".*.sender-*")) == []


def test_a_database_that_breaks_is_told_as_such_and_changes_nothing(database: Path) -> None:
    with ledger(database) as one:
        letters = one.claim(3)
        with closing(sqlite3.connect(database)) as other:
            other.execute("ALTER TABLE deliveries RENAME TO elsewhere")
            other.commit()
            with pytest.raises(DatabaseError):
                one.write_down([Result(letters[0].id, DeliveryState.SENT, NOW)])
            with pytest.raises(DatabaseError):
                one.claim(3)
            other.execute("ALTER TABLE elsewhere RENAME TO deliveries")
            other.commit()
        assert one.hand_over(letters[0].id)
    assert rows(database)[0][0] == "sending"
