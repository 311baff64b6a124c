"""Delivery: whatever a mail server does, the caller knows what became of the message."""

import contextlib
import os
import signal
import socket
import threading
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mtep_outreach.letters.delivery import Connection, Fate, Outcome, Server
from mtep_outreach.letters.dialogue import one_line
from mtep_outreach.vocabulary import Security

from .smtp_servers import ANN, FAULTS, HUB, LONG, SHORT, SOON, Scripted, go, patient, plain, says, slowly, stall, then

# One letter for each of the faults above. S: sent, L: later, R: refused, D: in doubt.
FATES = {
    "mail": "LLL LLLL RRR LSS L",
    "rcpt": "LLL LLLL RRR LSS L",
    "data": "LLL LLLL RRR LSS L",
    "payload": "LLL LLLL RRR LLL L",  # whatever is said before the end, the end is not written any more
    "dot": "DDD LLLL RRR DSS D",
    "quit": "SSS SSSS SSS SSS S",
    "next": "LLL LLLL LLL LLL L",  # said or done unasked between two messages: it is not about the second one
}
LETTERS = {"S": Fate.SENT, "L": Fate.LATER, "R": Fate.REFUSED, "D": Fate.IN_DOUBT}
CASES = [
    pytest.param(phase, fault, 2 if phase == "next" else message, LETTERS[letter], id=f"{phase}-{fault}-{message}")
    for phase, letters in FATES.items()
    for message in ((1, 2) if phase not in {"next", "quit"} else (1,))
    for fault, letter in zip(FAULTS, letters.replace(" ", ""), strict=True)
]


AT_ONCE = (b"PIPELINING", b"SIZE 20000000")
IN_TURN = (b"SIZE 20000000",)


def deliver(server: Scripted, content: bytes = SHORT, times: int = 1) -> list[Outcome]:
    with Connection(plain(server)) as connection:
        connection.open()
        return [connection.send(HUB, ANN, content, go) for _ in range(times)]


# ---- one thing goes wrong ----------------------------------------------------------------------------------


@pytest.mark.parametrize("offers", [AT_ONCE, IN_TURN], ids=["at once", "in turn"])
@pytest.mark.parametrize(("phase", "fault", "message", "fate"), CASES)
def test_whatever_a_server_does_in_whichever_phase_the_fate_is_known(
    phase: str, fault: str, message: int, fate: Fate, offers: tuple[bytes, ...]
) -> None:
    content = LONG if phase == "payload" else SHORT
    number = 1 if phase in {"next", "quit"} else message
    with Scripted(phase, FAULTS[fault], message=number, offers=offers) as server:
        with Connection(plain(server, patient(phase, fault))) as connection:
            connection.open()
            before = [connection.send(HUB, ANN, SHORT, go) for _ in range(message - 1)]
            if phase == "next":
                assert server.done.wait(10)
            begun = time.monotonic()
            outcome = connection.send(HUB, ANN, content, go)
            if fault in {"drop", "reset", "stall", "421", "garbage", "drip"} and phase != "quit":
                assert not connection.usable
        took = time.monotonic() - begun
    assert [one.fate for one in before] == [Fate.SENT] * (message - 1)
    assert outcome.fate is fate
    assert took < SOON + 2
    known_to_have_ended = server.complete[message - 1 :]
    assert known_to_have_ended == ([] if phase not in {"dot", "quit"} and fate is not Fate.SENT else [content])


@pytest.mark.parametrize("offers", [AT_ONCE, IN_TURN], ids=["at once", "in turn"])
@pytest.mark.parametrize("fault", ["450", "451", "452", "550", "552", "554"])
@pytest.mark.parametrize("phase", ["mail", "rcpt", "data", "dot"])
def test_after_a_no_to_one_message_the_next_one_goes_over_the_same_connection(
    phase: str, fault: str, offers: tuple[bytes, ...]
) -> None:
    with Scripted(phase, FAULTS[fault], offers=offers) as server, Connection(plain(server)) as connection:
        connection.open()
        first = connection.send(HUB, ANN, SHORT, go)
        server.at = ""
        assert connection.usable
        second = connection.send(HUB, ANN, SHORT, go)
    assert first.code == int(fault)
    assert second == Outcome(Fate.SENT, "taken", 250)
    assert server.connections == 1


@pytest.mark.parametrize("fault", ["drop", "421", "450", "garbage", "stall"])
@pytest.mark.parametrize("phase", ["mail", "data", "next"])
def test_after_a_lost_connection_it_can_be_opened_again(phase: str, fault: str) -> None:
    with Scripted(phase, FAULTS[fault]) as server, Connection(plain(server, patient(phase, fault))) as connection:
        connection.open()
        connection.send(HUB, ANN, SHORT, go)
        assert phase != "next" or server.done.wait(10)
        if phase == "next" and fault == "stall":
            connection.send(HUB, ANN, SHORT, go)
        server.over.set()
        server.at = ""
        connection.open()
        assert connection.send(HUB, ANN, SHORT, go).fate is Fate.SENT


def test_a_connection_that_is_open_is_not_opened_twice() -> None:
    with Scripted() as server, Connection(plain(server)) as connection:
        connection.open()
        connection.open()
    assert server.connections == 1


ANSWERS_TO_THE_END = {
    b"250\r\n": Fate.SENT,
    b"250 ok\n": Fate.SENT,
    b"251 forwarded\r\n": Fate.SENT,
    b"250-a\r\n250-b\r\n250 c\r\n": Fate.SENT,
    b"250 ok\r\n421 too many\r\n": Fate.SENT,
    b"250 ok\r\n\xff\xfe\r\n": Fate.SENT,
    b"250 " + b"x" * 1_000_000 + b"\r\n": Fate.SENT,
    b"421 busy\r\n": Fate.LATER,
    b"450-a\r\n450 b\r\n": Fate.LATER,
    b"550-a\r\n550 b\r\n": Fate.REFUSED,
    b"354 go on\r\n": Fate.IN_DOUBT,
    b"334 more\r\n": Fate.IN_DOUBT,
    b"150 hm\r\n": Fate.IN_DOUBT,
    b"650 hm\r\n": Fate.IN_DOUBT,
    b"999 hm\r\n": Fate.IN_DOUBT,
    b"2500 hm\r\n": Fate.IN_DOUBT,
    b"25\r\n": Fate.IN_DOUBT,
    b"\r\n": Fate.IN_DOUBT,
    b"OK\r\n": Fate.IN_DOUBT,
    b" 250 ok\r\n": Fate.IN_DOUBT,
    b"\xb2\xb5\xb0 ok\r\n": Fate.IN_DOUBT,
    "٢٥٠ ok\r\n".encode(): Fate.IN_DOUBT,
    b"250-a\r\n550 b\r\n": Fate.IN_DOUBT,
    b"550-a\r\n250 b\r\n": Fate.IN_DOUBT,
    b"250-a\r\nb\r\n": Fate.IN_DOUBT,
    b"HTTP/1.1 400 Bad Request\r\n\r\n": Fate.IN_DOUBT,
    b"250 " + b"x" * 1_100_000 + b"\r\n": Fate.IN_DOUBT,
    b"250-x\r\n" * 300_000 + b"250 x\r\n": Fate.IN_DOUBT,
}


@pytest.mark.parametrize(
    ("answer", "fate"), ANSWERS_TO_THE_END.items(), ids=[repr(answer[:24]) for answer in ANSWERS_TO_THE_END]
)
def test_only_a_whole_and_valid_answer_to_the_end_of_a_message_is_believed(answer: bytes, fate: Fate) -> None:
    with Scripted("dot", says(answer)) as server, Connection(plain(server)) as connection:
        connection.open()
        outcome = connection.send(HUB, ANN, SHORT, go)
        assert fate is not Fate.IN_DOUBT or not connection.usable
    assert outcome.fate is fate
    assert len(outcome.said) <= 400
    assert outcome.said.isprintable()


@pytest.mark.parametrize("answer", [b"250 ok", b"250", b"250-ok\r\n", b"2", b"250-ok\r\n250 ok"])
def test_half_an_answer_to_the_end_of_a_message_is_no_answer(answer: bytes) -> None:
    def half(server: Scripted, words: bytes) -> None:
        server.wire.sendall(answer)
        server.wire.shutdown(socket.SHUT_WR)

    with Scripted("dot", half) as server:
        [outcome] = deliver(server)
    assert outcome == Outcome(Fate.IN_DOUBT, "it closed the connection")


@pytest.mark.parametrize("fault", ["drop", "reset", "421", "550", "garbage", "stall"])
def test_what_was_taken_stays_taken_whatever_follows(fault: str) -> None:
    with (
        Scripted("dot", then(FAULTS[fault])) as server,
        Connection(plain(server, patient("quit", fault))) as connection,
    ):
        connection.open()
        assert connection.send(HUB, ANN, SHORT, go) == Outcome(Fate.SENT, "taken", 250)
        assert server.done.wait(10)
        assert connection.usable is (fault == "stall")
    assert server.complete == [SHORT]


@pytest.mark.parametrize("unasked", [b"250 ok\r\n", b"550 no\r\n", b"2", b"\xff\r\n"])
def test_an_answer_given_before_the_message_is_no_answer_to_it(unasked: bytes) -> None:
    with Scripted("data", says(b"354 go on\r\n" + unasked)) as server, Connection(plain(server)) as connection:
        connection.open()
        outcome = connection.send(HUB, ANN, SHORT, lambda: pytest.fail("asked"))
        assert not connection.usable
    assert outcome.fate is Fate.LATER
    assert server.complete == []


def test_an_answer_given_while_it_is_asked_whether_the_message_may_go_is_no_answer_to_it() -> None:
    with Scripted("data", then(slowly(says(b"250 ok\r\n")))) as server, Connection(plain(server)) as connection:
        connection.open()
        outcome = connection.send(HUB, ANN, SHORT, lambda: server.done.wait(10))
    assert outcome.fate is Fate.LATER
    assert server.complete == []


@pytest.mark.parametrize(("code", "fate"), [(530, "later"), (535, "later"), (538, "later"), (550, "refused")])
def test_a_no_to_the_account_is_no_refusal_of_the_letter(code: int, fate: str) -> None:
    with Scripted("mail", says(b"%d hm\r\n" % code)) as server, Connection(plain(server)) as connection:
        connection.open()
        assert connection.send(HUB, ANN, SHORT, go).fate == fate
        assert connection.usable is (fate == "refused")


@pytest.mark.parametrize("answer", [b"250 ok", b"221 bye", b"300 hm", b"334 more", b"355 go on"])
def test_a_message_is_written_only_when_the_server_asks_for_it(answer: bytes) -> None:
    with Scripted("data", says(answer + b"\r\n")) as server, Connection(plain(server)) as connection:
        connection.open()
        assert connection.send(HUB, ANN, SHORT, lambda: pytest.fail("asked")).fate is Fate.LATER
        assert not connection.usable


# ---- in one breath, or one after the other --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("offers", "said_already"),
    [(AT_ONCE, b"RCPT TO:<ann@example.org>\r\nDATA\r\n"), (IN_TURN, b""), ((b"PIPELININGS",), b"")],
)
def test_a_message_is_announced_in_one_breath_where_the_server_offers_it(
    offers: tuple[bytes, ...], said_already: bytes
) -> None:
    def look(server: Scripted, words: bytes) -> None:
        time.sleep(0.1)  # whatever is said before the answer has come by then
        server.wire.setblocking(False)
        with contextlib.suppress(BlockingIOError):
            server._read += server.wire.recv(9_999)
        server.wire.setblocking(True)
        seen.append(server._read)
        server.write(words + b"\r\n")

    seen: list[bytes] = []
    with Scripted("mail", look, offers=offers) as server:
        [outcome] = deliver(server)
    assert seen == [said_already]
    assert outcome.fate is Fate.SENT


@pytest.mark.parametrize("said", [b"550 no\r\n", b"450 no\r\n"])
@pytest.mark.parametrize("phase", ["mail", "rcpt"])
def test_nothing_is_written_to_a_server_that_waits_for_a_message_which_it_refused(phase: str, said: bytes) -> None:
    def refuse_and_wait(server: Scripted, _words: bytes) -> None:
        server.write(said)
        while server._line() != b"DATA\r\n":
            server.write(b"503 no\r\n")
        server.write(b"354 go on\r\n")
        while server._line():  # whatever is said now would be taken for the message
            pass
        raise ConnectionResetError

    with Scripted(phase, refuse_and_wait, offers=AT_ONCE) as server, Connection(plain(server)) as connection:
        connection.open()
        outcome = connection.send(HUB, ANN, SHORT, lambda: pytest.fail("asked"))
        assert not connection.usable
    assert (outcome.fate, outcome.code) == (Fate.REFUSED if said[:1] == b"5" else Fate.LATER, int(said[:3]))
    assert server.commands[-1] == b"DATA"


@pytest.mark.parametrize(
    ("phase", "answers", "code"),
    [
        ("mail", b"550 no\r\n503 no\r\n354 go on\r\n", 550),
        ("mail", b"550 no\r\n250 fine\r\n354 go on\r\n", 550),
        ("rcpt", b"550 no\r\n354 go on\r\n", 550),
        ("rcpt", b"450 no\r\n354 go on\r\n", 450),
        ("rcpt", b"550 no\r\n250 fine\r\n", 550),
        ("rcpt", b"550 no\r\n\xff\r\n", 550),
    ],
)
def test_after_a_refusal_nothing_is_believed_that_does_not_refuse_the_rest_too(
    phase: str, answers: bytes, code: int
) -> None:
    with Scripted(phase, says(answers), offers=AT_ONCE) as server, Connection(plain(server)) as connection:
        connection.open()
        outcome = connection.send(HUB, ANN, SHORT, lambda: pytest.fail("asked"))
        assert not connection.usable
    assert (outcome.fate, outcome.code) == (Fate.REFUSED if code == 550 else Fate.LATER, code)
    assert server.complete == []
    assert set(server.commands[1:]) <= {
        b"MAIL FROM:<hub@example.org> SIZE=%d" % len(SHORT),
        b"RCPT TO:<ann@example.org>",
        b"DATA",
    }


@pytest.mark.parametrize("fault", ["drop", "reset", "421", "stall"])
def test_a_refusal_stands_whatever_comes_instead_of_the_answers_that_are_left(fault: str) -> None:
    def refuse(server: Scripted, _words: bytes) -> None:
        server.write(b"550 5.1.1 no such user\r\n")
        time.sleep(0.05)  # a reset takes away what was not read yet
        FAULTS[fault](server, b"")

    with (
        Scripted("rcpt", refuse, offers=AT_ONCE) as server,
        Connection(plain(server, patient("rcpt", fault))) as connection,
    ):
        connection.open()
        outcome = connection.send(HUB, ANN, SHORT, go)
        assert not connection.usable
    assert outcome == Outcome(Fate.REFUSED, "5.1.1 no such user", 550)


def test_when_the_dialogue_cannot_begin_anew_the_connection_is_given_up() -> None:
    for after in (b"250 early\r\n", b"421 bye\r\n", b"\xff\r\n"):
        with Scripted("rcpt", says(b"550 no\r\n" + after)) as server, Connection(plain(server)) as connection:
            connection.open()
            assert connection.send(HUB, ANN, SHORT, go).fate is Fate.REFUSED
            assert not connection.usable


def test_a_server_that_will_not_begin_anew_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    with Scripted("rcpt", says(b"450 no\r\n")) as server, Connection(plain(server)) as connection:
        connection.open()
        send = Scripted._send
        monkeypatch.setattr(Scripted, "_send", lambda self, words: send(self, words.replace(b"250 anew", b"502 hm")))
        assert connection.send(HUB, ANN, SHORT, go).fate is Fate.LATER
        assert not connection.usable


def test_without_a_connection_a_message_goes_later() -> None:
    connection = Connection(Server("localhost", 1, Security.NONE))
    assert connection.send(HUB, ANN, SHORT, go).fate is Fate.LATER
    assert not connection.usable
    connection.close()


# ---- may it go? --------------------------------------------------------------------------------------------


def test_a_message_that_may_not_go_any_more_is_not_even_begun() -> None:
    with Scripted() as server, Connection(plain(server)) as connection:
        connection.open()
        assert connection.send(HUB, ANN, SHORT, lambda: False).fate is Fate.ABANDONED
        assert not connection.usable
    assert server.commands[-1] == b"DATA"
    assert server.complete == []


def test_whether_it_may_go_is_asked_once_when_the_server_waits_and_nothing_was_written() -> None:
    heard = []
    with Scripted() as server, Connection(plain(server)) as connection:
        connection.open()

        def may_go() -> bool:
            heard.append(server.commands[-3:])
            return True

        connection.send(HUB, ANN, SHORT, may_go)
    assert heard == [[b"MAIL FROM:<hub@example.org> SIZE=%d" % len(SHORT), b"RCPT TO:<ann@example.org>", b"DATA"]]


@pytest.mark.parametrize("fault", ["drop", "450", "550", "garbage"])
@pytest.mark.parametrize("phase", ["mail", "rcpt", "data"])
def test_whether_it_may_go_is_not_asked_of_what_does_not_go(phase: str, fault: str) -> None:
    with Scripted(phase, FAULTS[fault]) as server, Connection(plain(server)) as connection:
        connection.open()
        connection.send(HUB, ANN, SHORT, lambda: pytest.fail("asked"))


@pytest.mark.parametrize("error", [KeyboardInterrupt, ZeroDivisionError])
def test_when_the_asking_fails_nothing_is_written_and_the_connection_is_gone(error: type[BaseException]) -> None:
    def may_go() -> bool:
        raise error

    with Scripted() as server, Connection(plain(server)) as connection:
        connection.open()
        with pytest.raises(error):
            connection.send(HUB, ANN, SHORT, may_go)
        assert not connection.usable
    assert server.commands[-1] == b"DATA"


def interrupt(server: Scripted, words: bytes) -> None:
    """Press Ctrl-C, and say nothing."""
    signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)
    stall(server, words)


@pytest.mark.skipif(os.name == "nt", reason="signals are sent as POSIX does")
@pytest.mark.parametrize(("phase", "asked"), [("mail", 0), ("data", 0), ("dot", 1)])
def test_ctrl_c_reaches_the_caller_and_the_connection_is_gone(phase: str, asked: int) -> None:
    asks: list[int] = []

    def may_go() -> bool:
        asks.append(1)
        return True

    with Scripted(phase, interrupt) as server, Connection(plain(server)) as connection:
        connection.open()
        with pytest.raises(KeyboardInterrupt):
            connection.send(HUB, ANN, SHORT, may_go)
        assert not connection.usable
    assert len(asks) == asked


@pytest.mark.skipif(os.name == "nt", reason="signals are sent as POSIX does")
def test_ctrl_c_while_connecting_leaves_no_connection() -> None:
    with Scripted("greeting", slowly(interrupt)) as server:
        connection = Connection(plain(server))
        with pytest.raises(KeyboardInterrupt):
            connection.open()
        assert not connection.usable


# ---- what is written ----------------------------------------------------------------------------------------


@given(st.lists(st.text(st.sampled_from(".\tab :"), max_size=5), min_size=1, max_size=8))
def test_dots_at_the_beginning_of_lines_arrive_as_they_left(lines: list[str]) -> None:
    content = "".join(f"{line}\r\n" for line in lines).encode()
    with Scripted() as server:
        outcomes = deliver(server, content, times=2)
    assert [one.fate for one in outcomes] == [Fate.SENT, Fate.SENT]
    assert server.complete == [content, content]
    assert server.heard.count(b"\r\n.\r\n") == 2
    assert b"\r" not in server.heard.replace(b"\r\n", b"")
    assert b"\n" not in server.heard.replace(b"\r\n", b"")


ENDS = [a + b"." + b for a in (b"\r\n", b"\n", b"\r") for b in (b"\r\n", b"\n", b"\r", b"\n\n", b"\r\r\n")]


@pytest.mark.parametrize(
    "content",
    [
        *(b"a" + end + b"MAIL FROM:<x@y>\r\n" for end in ENDS if end != b"\r\n.\r\n"),
        b"",
        b"a",
        b"a\n",
        b"a\r",
        b"a\0b\r\n",
        b"caf\xc3\xa9\r\n",
        b"x" * 999 + b"\r\n",
    ],
)
def test_a_content_that_a_server_could_read_otherwise_is_not_sent(content: bytes) -> None:
    with Scripted() as server, Connection(plain(server)) as connection:
        connection.open()
        with pytest.raises(ValueError, match="message"):
            connection.send(HUB, ANN, content, go)
        assert connection.usable
        assert connection.send(HUB, ANN, b"x" * 998 + b"\r\n", go).fate is Fate.SENT
    assert len([one for one in server.commands if one.startswith(b"MAIL")]) == 1


@pytest.mark.parametrize(
    "address",
    ["", "ann", "a@b>\r\nRCPT TO:<spy@example.org", "a@b> SIZE=1", "a b@c", "josé@example.org", "<a@b>", "a@b\n"],
)
def test_an_address_that_says_more_than_an_address_is_not_sent(address: str) -> None:
    with Scripted() as server, Connection(plain(server)) as connection:
        connection.open()
        for envelope in ((HUB, address), (address, ANN)):
            with pytest.raises(ValueError, match="is not an address"):
                connection.send(*envelope, SHORT, go)
    assert b"MAIL" not in server.heard


@pytest.mark.parametrize(
    ("offer", "fate"),
    [(b"SIZE 20", "refused"), (b"SIZE 0", "sent"), (b"SIZE", "sent"), (b"SIZE lots", "sent"), (b"SIZE 52", "sent"),
     (b"HELP", "sent")],
)  # fmt: skip
def test_a_message_larger_than_the_server_takes_is_refused_unsent(offer: bytes, fate: str) -> None:
    assert len(SHORT) <= 52
    with Scripted(offers=(offer,)) as server, Connection(plain(server)) as connection:
        connection.open()
        outcome = connection.send(HUB, ANN, SHORT, go)
        assert outcome.fate == fate
        assert connection.usable
        sizes = [b"SIZE=" in one for one in server.commands if one.startswith(b"MAIL")]
    assert sizes == {"refused": []}.get(fate, [offer.startswith(b"SIZE")])
    assert fate == "sent" or "20 bytes" in outcome.said


def test_the_servers_words_are_one_line_that_a_terminal_can_show() -> None:
    with Scripted(
        "rcpt", says(b"550-5.1.1 \x1b]0;hi\x07 no\r\n550-such\t\xe2\x80\xae user\r\n550 " + b"x" * 999 + b"\r\n")
    ) as server:
        [outcome] = deliver(server)
    assert outcome.code == 550
    assert outcome.said.startswith("5.1.1 ]0;hi no such user xxx")
    assert len(outcome.said) == 300


@given(st.binary(max_size=400))
def test_any_words_become_one_printable_line(words: bytes) -> None:
    line = one_line(words)
    assert line.isprintable()
    assert len(line) <= 300


def test_no_name_of_this_computer_is_asked_for_or_told(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("getfqdn", "gethostname", "gethostbyname"):
        monkeypatch.setattr(socket, name, lambda *_: pytest.fail("asked"))
    with Scripted() as server:
        deliver(server)
    assert server.commands[0].upper() == b"EHLO [127.0.0.1]"
