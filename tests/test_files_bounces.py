"""Bounces: what mail systems of all kinds say of a letter that came back, and which addresses are dead."""

import csv
import os
import random
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mtep_outreach.files.bounce_reasons import verdict
from mtep_outreach.files.bounces import Bounce, bounce
from mtep_outreach.vocabulary import BounceReason

REAL = Path(os.environ.get("MTEP_TEST_DATA", "no folder")) / "bounces"
needs_data = pytest.mark.skipif(not REAL.is_dir(), reason="MTEP_TEST_DATA names no folder of real bounces")

LETTER = """\
Message-ID: <letter-7@example.org>
From: Hub <hub@example.org>
To: Ann Adams <ann@example.edu>
Subject: =?utf-8?q?Informational_Meeting_=E2=80=93_May_24?=
"""
CALENDAR = """\
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary=letter

--letter
Content-Type: text/plain

Dear Ann
--letter
Content-Type: text/calendar; method=REQUEST
Content-Transfer-Encoding: base64

QkVHSU46VkNBTEVOREFSCkJFR0lOOlZFVkVOVApVSUQ6c2Vzc2lvbi0yNC1hbm4tMTIzNDU2
Nzg5MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MAogMTIzNEBleGFtcGxlLm9yZwpF
TkQ6VkVWRU5UCkVORDpWQ0FMRU5EQVIK
--letter--
"""


def mail(text: str, *fields: str, sender: str = "Mail Delivery System <MAILER-DAEMON@mx.example.org>") -> bytes:
    head = [f"From: {sender}", "To: hub@example.org", *fields]
    return "\n".join([*head, "", text]).encode()


def report(
    status: str, letter: str = LETTER + CALENDAR, kind: str = "message/rfc822", said: str = "It failed."
) -> bytes:
    return mail(
        f"--b\nContent-Type: text/plain\n\n{said}\n--b\nContent-Type: message/delivery-status\n\n"
        f"Reporting-MTA: dns; mx.example.org\n\n{status}\n--b\nContent-Type: {kind}\n\n{letter}\n--b--\n",
        "Subject: Undelivered Mail Returned to Sender",
        "MIME-Version: 1.0",
        "Content-Type: multipart/report; report-type=delivery-status; boundary=b",
    )


def only(found: Bounce | None) -> tuple[str, str | None, int | None, str, bool | None]:
    assert found is not None
    (one,) = found.recipients
    return one.address, one.verdict.status, one.verdict.code, one.verdict.reason.value, one.verdict.permanent


# ---- delivery reports -----------------------------------------------------------------------------------


def test_a_report_names_the_address_the_words_and_the_letter() -> None:
    found = bounce(
        report(
            "Final-Recipient: rfc822; Ann@Example.EDU\nAction: failed\nStatus: 5.1.1\n"
            "Diagnostic-Code: smtp; 550-5.1.1 The email account that you tried to\n    reach does not exist."
        )
    )
    assert only(found) == ("Ann@example.edu", "5.1.1", 550, "unknown-user", True)
    assert found is not None
    assert found.recipients[0].verdict.words == "550-5.1.1 The email account that you tried to reach does not exist."
    assert found.recipients[0].final is None
    assert found.returned.message_ids == ("letter-7@example.org",)
    assert found.returned.uids == ("session-24-ann-12345678901234567890123456789012345678901234@example.org",)
    assert found.returned.fields["subject"] == "Informational Meeting – May 24"


def test_each_recipient_of_a_report_is_judged_alone_and_those_who_got_it_are_left_out() -> None:
    found = bounce(
        report(
            "Final-Recipient: rfc822;a@example.edu\nAction: failed\nStatus: 5.1.1\n\n"
            "Final-Recipient: rfc822;b@example.edu\nAction: failed\nStatus: 5.2.2\n \n"
            "Final-Recipient: rfc822;c@example.edu\nAction: relayed\nStatus: 2.0.0\n\n"
            "Final-Recipient: rfc822;A@EXAMPLE.edu\nAction: failed\nStatus: 5.2.2\n\n"
            "Final-Recipient: rfc822;d@example.edu\nAction: delayed\nStatus: 4.4.1"
        )
    )
    assert found is not None
    assert [(one.address, one.verdict.reason.value, one.verdict.permanent) for one in found.recipients] == [
        ("a@example.edu", "unknown-user", True),
        ("b@example.edu", "mailbox-full", False),
        ("d@example.edu", "delayed", False),
    ]


def test_of_a_forwarded_letter_the_address_that_we_wrote_to_is_named_first() -> None:
    found = bounce(
        report(
            "Original-Recipient: rfc822;ann@example.edu\nFinal-Recipient: rfc822;ann@forwarded.example\n"
            "Action: failed\nStatus: 5.1.1"
        )
    )
    assert found is not None
    assert (found.recipients[0].address, found.recipients[0].final) == ("ann@example.edu", "ann@forwarded.example")


@pytest.mark.parametrize("kind", ["text/rfc822-headers", "message/global", "message/rfc822"])
def test_the_letter_is_found_by_its_header_alone(kind: str) -> None:
    found = bounce(report("Final-Recipient: rfc822;a@example.edu\nStatus: 5.1.1", LETTER, kind))
    assert found is not None
    assert found.returned.message_ids == ("letter-7@example.org",)


def test_the_letters_that_a_bounce_answers_are_named_too() -> None:
    content = report("Final-Recipient: rfc822;a@example.edu\nStatus: 5.1.1", "", "text/plain")
    found = bounce(b"In-Reply-To: <x@example.org>\nReferences: <y@example.org> <x@example.org>\n" + content)
    assert found is not None
    assert set(found.returned.message_ids) == {"x@example.org", "y@example.org"}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("message/delivery-status", "text/plain"),
        ("--b\nContent-Type: message/delivery-status\n", ""),
        ("--b--\n", ""),
        ("\n", "\r\n"),
        ("\n", "\r"),
        ("boundary=b", "boundary=another"),
    ],
)
def test_a_broken_report_is_read_all_the_same(old: str, new: str) -> None:
    content = report("Final-Recipient: rfc822;a@example.edu\nAction: failed\nStatus: 5.1.1").decode()
    assert only(bounce(content.replace(old, new).encode()))[::3] == ("a@example.edu", "unknown-user")


def test_the_report_that_a_letter_arrived_is_no_bounce() -> None:
    assert bounce(report("Final-Recipient: rfc822;a@example.edu\nAction: delivered\nStatus: 2.0.0")) is None


def test_nothing_that_is_returned_holds_control_characters() -> None:
    found = bounce(
        report(
            "Final-Recipient: rfc822;a\0\x1b@example.edu\nStatus: 5.1.1\nDiagnostic-Code: smtp; 550 \x1b[31m\0no user"
        )
    )
    assert found is not None
    assert not any(ord(sign) < 32 for one in found.recipients for sign in one.address + one.verdict.words)


# ---- words alone ----------------------------------------------------------------------------------------

QMAIL = """\
Hi. This is the qmail-send program at mx.example.org.
I'm afraid I wasn't able to deliver your message to the following addresses.
This is a permanent error; I've given up. Sorry it didn't work out.

<ann@example.edu>:
192.0.2.1 does not like recipient.
Remote host said: {}
Giving up on 192.0.2.1.

--- Below this line is a copy of the message.

"""
EXIM = """\
This message was created automatically by mail delivery software.

A message that you sent could not be delivered to one or more of its
recipients. This is a permanent error. The following address(es) failed:

  ann@example.edu
    host mx.example.edu [192.0.2.1]
    SMTP error from remote mail server after RCPT TO:<ann@example.edu>:
    {}

------ This is a copy of the message, including all the headers. ------

"""
POSTFIX = """\
This is the mail system at host mx.example.org.

I'm sorry to have to inform you that your message could not
be delivered to one or more recipients.

<ann@example.edu>: host mx.example.edu[192.0.2.1] said:
    {} (in reply to RCPT TO command)

"""
GMAIL = """\
Delivery to the following recipient failed permanently:

     ann@example.edu

Technical details of permanent failure:
Google tried to deliver your message, but it was rejected by the server for the recipient domain example.edu.

The error that the other server returned was:
{}

----- Original message -----

"""
EXCHANGE = """\
Delivery has failed to these recipients or groups:

ann@example.edu<mailto:ann@example.edu>
The email address you entered couldn't be found.

Diagnostic information for administrators:

Generating server: mx.example.edu

ann@example.edu
#{} ##

Original message headers:

"""
DIALECTS = {
    "qmail": (QMAIL, "Subject: failure notice"),
    "exim": (EXIM, "Subject: Mail delivery failed: returning message to sender"),
    "exim-header": (EXIM, "Subject: Warning", "X-Failed-Recipients: ann@example.edu"),
    "postfix": (POSTFIX, "Subject: Undelivered Mail Returned to Sender"),
    "gmail": (GMAIL, "Subject: Delivery Status Notification (Failure)", "X-Failed-Recipients: ann@example.edu"),
    "exchange": (EXCHANGE, "Subject: Undeliverable: Informational Meeting"),
}


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("550 5.1.1 <ann@example.edu>... User unknown", ("5.1.1", 550, "unknown-user", True)),
        ("552 5.2.2 Mailbox full", ("5.2.2", 552, "mailbox-full", False)),
        ("554 5.7.1 Message rejected by spam filter", ("5.7.1", 554, "content", False)),
        ("451 4.7.1 Greylisted, try again later", ("4.7.1", 451, "policy", False)),
    ],
)
def test_the_usual_mail_systems_are_understood_in_words(dialect: str, said: str, meant: tuple[object, ...]) -> None:
    text, *fields = DIALECTS[dialect]
    found = bounce(mail(text.format(said) + LETTER + "\nDear Ann", *fields))
    assert only(found) == ("ann@example.edu", *meant)
    assert found is not None
    if dialect != "postfix":
        assert found.returned.message_ids == ("letter-7@example.org",)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        (
            # Notes says the reason first.
            (
                "------- Failure Reasons  --------\n\nUser not listed in public Name & Address Book\n"
                "ann@example.edu\n\n"
                "------- Returned Message --------\n\n"
            ),
            ("ann@example.edu", None, None, "unknown-user", True),
        ),
        (
            (
                "Sorry, we were unable to deliver your message to the following address.\n\n<ann@example.edu>:\n"
                "554: delivery error: dd This user doesn't have a yahoo.com account (ann@example.edu) [0]\n\n"
                "--- Below this line is a copy of the message.\n\n"
            ),
            ("ann@example.edu", None, 554, "unknown-user", True),
        ),
        (
            (
                "This message was created automatically by mail delivery software.\n A message that you sent could not "
                "be delivered to one or more of its recipients. This is a permanent error.\n\n"
                "ann@example.edu Error, ERROR_CODE :421, ERROR_CODE :, Host not reachable.\n\n"
            ),
            ("ann@example.edu", None, 421, "delayed", False),
        ),
        (
            "Your message to ann@example.edu couldn't be delivered.\n\nann wasn't found at example.edu.\n",
            ("ann@example.edu", None, None, "unknown-user", True),
        ),
        (  # nobody is named, and the letter went to one person
            "The message that you sent bounced:\n550 5.1.1 User unknown\n\n----- Original message -----\n\n",
            ("ann@example.edu", "5.1.1", 550, "unknown-user", True),
        ),
    ],
)
def test_other_systems_are_understood_too(text: str, meant: tuple[object, ...]) -> None:
    assert only(bounce(mail(text + LETTER, "Subject: Undeliverable message"))) == meant


def test_what_amazon_says_as_json_is_understood() -> None:
    said = (
        '{"notificationType":"Bounce","bounce":{"bounceType":"Permanent","bouncedRecipients":[{"emailAddress":'
        '"ann@example.edu","action":"failed","status":"5.1.1","diagnosticCode":"smtp; 550 5.1.1 user unknown"}]}}'
    )
    assert only(bounce(mail(said, sender="no-reply@sns.amazonaws.com"))) == (
        "ann@example.edu", "5.1.1", 550, "unknown-user", True,
    )  # fmt: skip
    assert bounce(mail(said.replace("Bounce", "Delivery").replace('"bounce"', '"delivery"'))) is None
    assert bounce(mail('{"notificationType":' + "[" * 50_000)) is None


@pytest.mark.parametrize(
    ("fields", "sender"),
    [
        (("Subject: Re: Undeliverable: Informational Meeting",), "ann@example.edu"),
        (("Subject: Lunch",), "MAILER-DAEMON@example.edu"),
        (("Subject: Out of office", "Return-Path: <>"), "ann@example.edu"),
        (("Subject: delivery of the chairs failed",), "ann@example.edu"),
    ],
)
def test_a_mail_about_something_else_is_no_bounce(fields: tuple[str, ...], sender: str) -> None:
    assert bounce(mail("<bo@example.edu>: 550 5.1.1 User unknown", *fields, sender=sender)) is None


def test_whoever_the_bounce_went_to_or_came_from_did_not_fail() -> None:
    text = "Delivery failed.\n\nhub@example.org\n\n<ann@example.edu>: 550 5.1.1 User unknown\n"
    assert only(bounce(mail(text, "Subject: failure notice")))[0] == "ann@example.edu"


# ---- what the words mean --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ("550 5.1.1 RESOLVER.ADR.RecipNotFound; not found", "unknown-user"),
        ("550 5.4.1 Recipient address rejected: Access denied. AS(201806281)", "unknown-user"),
        ("550 5.5.0 Requested action not taken: mailbox unavailable (S2017062302)", "unknown-user"),
        ("542 ann@example.edu Rejected", "unknown-user"),
        ("550 5.1.1 User Unknown - spamfilter.example.edu", "unknown-user"),
        ("550 sorry, no mailbox here by that name. (#5.1.1)", "unknown-user"),
        ("550 Invalid Recipient - https://community.example.com/docs/DOC-1369#550", "unknown-user"),
        ("Unrouteable address", "unknown-user"),
        ("Sorry, I couldn't find any host named example.edu. (#5.1.2)", "host-unknown"),
        ("Host or domain name not found. Name service error for name=x.edu type=A: Host not found", "host-unknown"),
        ("550 5.4.310 DNS domain x.edu does not exist", "host-unknown"),
        ("556 5.1.10 Domain x.edu does not accept mail (nullMX)", "host-unknown"),
        ("551 5.1.6 User has moved", "moved"),
        ("x is no longer with the company", "moved"),
        ("550 5.1.1 this account is disabled", "disabled"),
    ],
)
def test_an_address_is_dead_when_the_server_says_so(said: str, reason: str) -> None:
    found = verdict(said)
    assert (found.reason.value, found.permanent) == (reason, True)


@pytest.mark.parametrize(
    "said",
    [
        "501 5.0.0 Invalid domain name",
        "550 5.1.8 Domain of sender address x@y.org does not exist",
        "553 sorry, your domain does not exist: example.org",
        "550 Sender address rejected: Domain not found",
        "550 This server does not accept mail from you",
        "550 user refuses to receive this mail",
        "550 5.7.1 The group x may not exist or you may not have permission to post messages to the group",
        "552 5.2.2 user over quota. (#5.1.1)",
        "550 recipient rejected: mailbox would exceed maximum allowed storage",
        "550 5.2.3 message too large for this recipient",
        "550 5.7.606 Access denied, banned sending IP [192.0.2.1]",
        "550 5.4.300 Message expired -> 451 4.4.0",
        "Host or domain name not found. Name service error for name=y.org type=MX: Host not found, try again",
        "450 4.1.1 <x@y.org>: Recipient address rejected: unverified address",
        "550 Requested action not taken: mailbox unavailable",
        "550 5.1.90 Your message can't be sent because you've reached your daily limit for message recipients",
        "550 5.2.1 mailbox disabled, not accepting messages",
        "x-unix; procmail: no such user",
        "procmail: unknown user",
        "553 http://www.spamhaus.org/query/bl?ip=192.0.2.1",
        "550: : User unknown",
        "550 5.7.1 user unknown or blocked by policy",
        "",
    ],
)
def test_nothing_else_marks_an_address(said: str) -> None:
    assert verdict(said, action="failed").permanent is not True


def test_a_temporary_failure_is_none_of_the_address_whatever_else_is_said() -> None:
    for said, status, action in (
        ("550 5.1.1 User unknown", "4.1.1", "failed"),
        ("450 User unknown", "5.1.1", "failed"),
        ("550 5.1.1 User unknown", "5.1.1", "delayed"),
    ):
        found = verdict(said, status=status, action=action)
        assert (found.reason, found.permanent) == (BounceReason.DELAYED, False)


def test_a_domain_that_google_does_not_find_is_dead_though_it_says_4_0_0() -> None:
    said = "smtp; DNS Error: DNS type 'mx' lookup of x.edu responded with code NXDOMAIN Domain name not found: x.edu"
    assert verdict(said, status="4.0.0", action="failed").permanent is True
    assert verdict(said, status="4.4.3", action="failed").permanent is False
    assert verdict(said, status="4.0.0", action="delayed").permanent is False


def test_the_words_are_one_line_of_at_most_300_characters() -> None:
    found = verdict("smtp; 550 5.1.1\n\t" + "user unknown " * 10_000)
    assert len(found.words) == 300
    assert "\n" not in found.words


@given(st.text(max_size=300), st.text(max_size=20), st.text(max_size=20))
def test_any_words_are_judged(words: str, status: str, action: str) -> None:
    assert verdict(words, status=status, action=action).permanent in {True, False, None}


# ---- hostile ---------------------------------------------------------------------------------------------

BLOCK = "Final-Recipient: rfc822;{}@example.edu\nAction: failed\nStatus: 5.1.1\n\n"


@pytest.mark.parametrize(
    "content",
    [
        report("".join(BLOCK.format(number) for number in range(20_000))),
        report("Final-Recipient: rfc822;" + "." * 60_000 + "@x.edu\nStatus: 5.1.1"),
        report("Final-Recipient: rfc822;a@x.edu\nDiagnostic-Code: smtp; " + "a.b@" * 15_000),
        report("Final-Recipient: rfc822;a@x.edu\nStatus: " + "5.1." * 15_000),
        report("\n \n" * 100_000),
        report("final-recipient " * 50_000),
        report("x", LETTER.replace("ann@", "." * 50_000 + "@")),
        mail("-" * 200_000, "Subject: failure notice"),
        mail("\n".join(["-" * 500] * 2_000), "Subject: failure notice"),
        mail("<a@x.edu" * 20_000, "Subject: failure notice"),
        mail("\n".join(f"<a{number}@x.edu>:" for number in range(20_000)), "Subject: failure notice"),
        mail("a" * 200_000 + "@", "Subject: failure notice", "X-Failed-Recipients: " + "." * 16_000),
        mail("x", "Subject: " + "delivery " * 7_000),
        mail("x", "Subject: failure notice", "To: " + "a@x.edu, " * 7_000),
    ],
    ids=range(14),
)
def test_hostile_bounces_take_no_time(content: bytes) -> None:
    begun = time.perf_counter()
    found = bounce(content)
    assert time.perf_counter() - begun < 10
    assert found is None or len(found.recipients) <= 100


def test_damaged_bounces_are_values() -> None:
    dice = random.Random(7)
    whole = report(BLOCK.format("ann")) + mail(GMAIL.format("550 5.1.1 User unknown") + LETTER)
    for _ in range(300):
        content = bytearray(whole)
        for _ in range(dice.randrange(1, 30)):
            content[dice.randrange(len(content))] = dice.randrange(256)
        start = dice.randrange(len(content))
        del content[start : start + dice.randrange(200)]
        bounce(bytes(content))


# ---- real ones -------------------------------------------------------------------------------------------


@needs_data
def test_real_bounces_are_judged_as_they_are_known_to_be() -> None:
    rows = list(csv.DictReader((REAL / "truth.csv").read_text("utf-8").splitlines()))
    right, told = 0, 0
    for row in rows:
        found = bounce((REAL / row["file"]).read_bytes())
        if row["reason"] in {"not a bounce", "feedback", "delivered"}:
            assert found is None, row["file"]
            continue
        assert found is not None, row["file"]
        marked = [one.verdict.permanent is True for one in found.recipients]
        known = [word == "true" for word in row["hard_bounce"].split(" | ") if word]
        named = [address for address in row["recipients_named_in_dsn"].split(" | ") if address]
        if named:
            assert [one.address for one in found.recipients] == named, row["file"]
        assert known or not any(marked) or row["reason"] == "userunknown", row["file"]
        if known:
            told += 1
            right += marked == known
            assert not any(mark and not know for mark, know in zip(marked, known, strict=True)), row["file"]
    assert right >= 0.95 * told
