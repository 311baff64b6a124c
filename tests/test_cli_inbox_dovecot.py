"""A real mail server that is killed and restarted while the inbox reads: every answer is applied once."""

import stat
import threading
from typing import Any

import pytest

from mtep_outreach.outreach.understanding import understood

from .answers import letter, mailed, reply
from .conftest import Program
from .mailings import DAY, connected
from .test_files_imap_dovecot import DOVECOT, PASSWORD, USER, Dovecot, dovecot

pytestmark = pytest.mark.skipif(not DOVECOT, reason="MTEP_TEST_DOVECOT does not name a dovecot to start")

PARTNERS, OTHERS, KILLS = 30, 10, 6


def test_every_answer_is_applied_once_however_often_the_server_is_killed(
    mtep: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    people = [
        ["add-partner", f"Society {n}", "--scope", "national", "--contact", f"Person {n} <person{n}@example.org>"]
        for n in range(PARTNERS)
    ]
    with connected(mtep, people) as post:
        mtep("invite", "--session", DAY, "--send")
        sent = post.mails()
    (mtep.folder / "password").write_text(PASSWORD, "utf-8")
    (mtep.folder / "password").chmod(stat.S_IRUSR)
    mtep("settings", f"imap.password_file={mtep.folder / 'password'}")
    mails = []
    for number, (address, invitation) in enumerate(sent.items()):
        partstat = ("ACCEPTED", "DECLINED", "TENTATIVE")[number % 3]
        mails.append(mailed(reply(invitation, partstat), address, Message_ID=f"<{number}@example.org>"))
        mails += [letter("Eve <eve@example.com>", f"{number} {n}", "Buy").as_bytes() for n in range(OTHERS)]
    with dovecot() as server:
        server.fill(mails)
        kill_now_and_then(server, monkeypatch, every=len(mails) // (KILLS + 1))
        printed = mtep("inbox", f"imap://{USER}@localhost:{server.port}/INBOX", today="2024-05-03")
        assert f"Read {len(mails)} new mails: {PARTNERS} applied, 0 to review" in printed.out
        again = mtep("inbox", f"imap://{USER}@localhost:{server.port}/INBOX", today="2024-05-03")
        assert f"Read before: {len(mails)}." in again.out
        with server.other_client() as client:
            client.select_folder("INBOX", readonly=True)
            assert len(client.search("UNSEEN")) == len(mails), "reading leaves no trace"
    found = [(row["partner"], row["answer"]) for row in mtep.list("replies")]
    assert len(found) == len(set(found)) == PARTNERS
    assert {answer for _, answer in found} == {"accepted", "declined", "tentative"}


def kill_now_and_then(server: Dovecot, monkeypatch: pytest.MonkeyPatch, *, every: int) -> None:
    """Kill the server whenever so many mails were read, and start it again a moment later."""
    count = 0

    def counting(*arguments: Any, **more: Any) -> Any:
        nonlocal count
        count += 1
        if count % every == 0 and count // every <= KILLS:
            server.kill()
            threading.Timer(0.3, server.start).start()
        return understood(*arguments, **more)

    monkeypatch.setattr("mtep_outreach.outreach.inbox.understood", counting)
