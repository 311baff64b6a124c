"""Forged and odd answers, as mails through the program: no status changes, no address is marked."""

import re
from base64 import encodebytes
from collections.abc import Callable, Iterator
from email.message import EmailMessage
from email.policy import SMTP
from quopri import encodestring

import pytest

from .answers import DEAD, bounce, letter, mailed, opt_out, reply, words
from .conftest import Program
from .mailings import ADA, ANN, BAY, BEA, CALC, CY, DAY, Post, calendar, connected
from .test_cli_inbox import Inbox

EVE = "Eve <eve@elsewhere.example.com>"
Mails = dict[str, EmailMessage]


@pytest.fixture
def inbox(mtep: Program) -> Iterator[Inbox]:
    with connected(mtep) as post:
        mtep("invite", "--session", DAY, "--send")
        yield Inbox(Post(mtep, post.server))


# ---- calendar answers ----------------------------------------------------------------------------------------


def changed(old: bytes, new: bytes) -> Callable[[Mails], bytes]:
    """Ann's true answer with one thing in it changed."""

    def make(mails: Mails) -> bytes:
        entry = reply(mails[ANN])
        assert re.search(old, entry), old
        return re.sub(old, new, entry)

    return make


def said(partstat: str = "ACCEPTED", **more: object) -> Callable[[Mails], bytes]:
    return lambda mails: reply(mails[ANN], partstat, **more)  # type: ignore[arg-type]


def named(change: Callable[[str], str]) -> Callable[[Mails], bytes]:
    """Ann's answer to an invitation whose name only looks like hers."""
    return lambda mails: reply(mails[ANN], uid=change(calendar(mails[ANN])["UID"]))


def line(text: str) -> Callable[[Mails], bytes]:
    """Ann's answer with a line more."""
    return said(more=[text])


ATTENDEES = {
    "a stranger": "eve@elsewhere.example.com", "somebody else who was invited": BEA, "the organizer": "hub@example.org",
    "a tag": "ann+x@example.org", "a dot": "a.nn@example.org", "another domain": "ann@example.com",
    "a longer domain": "ann@example.org.evil.example", "an address in an address": "ann@example.org@evil.example",
    "a Cyrillic letter": "\N{CYRILLIC SMALL LETTER A}nn@example.org", "letters of full width": "ａnn@example.org",
    "a domain of full width": "ann@ｅxample.org", "a dotless domain": "ann@example。org",
    "a zero-width letter": "ann\u200b@example.org", "a soft hyphen": "ann\u00ad@example.org",
    "a direction": "\u202eann@example.org", "a coded zero": "ann%00@example.org",
    "a coded line": "ann%0D%0A@example.org",
    "a combining letter": "ann\u0301@example.org", "a blank inside": "an n@example.org",
    "a comment": "ann(x)@example.org",
    "a route": "@evil.example:ann@example.org", "two at once": "ann@example.org,eve@example.com",
}  # fmt: skip

FORGED: dict[str, Callable[[Mails], bytes]] = {
    **{f"attendee: {name}": said(attendee=address) for name, address in ATTENDEES.items()},
    **{
        f"method: {method}": said(method=method)
        for method in ("REQUEST", "CANCEL", "PUBLISH", "ADD", "REFRESH", "DECLINECOUNTER", "COUNTER", "X-REPLY")
    },
    **{f"kind: {kind}": changed(b"VEVENT", kind.encode()) for kind in ("VTODO", "VFREEBUSY", "VJOURNAL", "X-EVENT")},
    **{
        f"answer: {text}": said(text)
        for text in ("ACCEPTED,DECLINED", "X-YES", "COMPLETED", "NEEDS-ACTION", "ACC\N{CYRILLIC CAPITAL LETTER IE}PTED")
    },
    "method: two": changed(b"METHOD:REPLY", b"METHOD:REPLY\r\nMETHOD:REQUEST"),
    "no answer": changed(b";PARTSTAT=ACCEPTED", b""),
    "two answers": changed(b"PARTSTAT=ACCEPTED", b"PARTSTAT=ACCEPTED;PARTSTAT=DECLINED"),
    "delegated": said("DELEGATED", attendee_more=';DELEGATED-TO="mailto:eve@example.com"'),
    "passed on": said(attendee_more=';DELEGATED-TO="mailto:eve@example.com"'),
    "taken over": said(attendee_more=';DELEGATED-FROM="mailto:bea@example.org"'),
    "sent by another": said(attendee_more=';SENT-BY="mailto:eve@example.com"'),
    "two attendees": line("ATTENDEE;PARTSTAT=ACCEPTED:mailto:bea@example.org"),
    "two attendees who differ": line("ATTENDEE;PARTSTAT=DECLINED:mailto:ann@example.org"),
    "she organizes": changed(rb"ORGANIZER:.*\r\n", b"ORGANIZER:mailto:ann@example.org\r\n"),
    "an attendee who is nobody": changed(b"mailto:ann@example.org", b"mailto:"),
    "no attendee": changed(rb"ATTENDEE.*\r\n", b""),
    "the attendee of an alarm": changed(rb"(ATTENDEE.*\r\n)", rb"BEGIN:VALARM\r\n\1END:VALARM\r\n"),
    "an event in an event": changed(rb"(ATTENDEE.*\r\n)", rb"BEGIN:VEVENT\r\n\1END:VEVENT\r\n"),
    "a date of a series": line("RECURRENCE-ID:20240524T170000Z"),
    "a series": line("RRULE:FREQ=WEEKLY"),
    "another hour": line("DTSTART:20240524T190000Z"),
    "another end": line("DTEND:20240524T230000Z"),
    "another length": said(more=["DTSTART:20240524T170000Z", "DURATION:PT9H"]),
    "a whole day": line("DTSTART;VALUE=DATE:20240524"),
    "no zone": line("DTSTART:20240524T120000"),
    "an unknown zone": line("DTSTART;TZID=Evil/Zone:20240524T120000"),
    "two hours": said(more=["DTSTART:20240524T170000Z", "DTSTART:20240524T180000Z"]),
    "the future": said(stamp="20900101T000000Z"),
    "next week": said(stamp="20240515T000000Z"),
    "two dates": line("DTSTAMP:20240503T000000Z"),
    "a negative version": changed(rb"SEQUENCE:\d+", b"SEQUENCE:-1"),
    "a version of letters": changed(rb"SEQUENCE:\d+", b"SEQUENCE:x"),
    "a version without an end": changed(rb"SEQUENCE:\d+", b"SEQUENCE:99999999999"),
    "two versions": line("SEQUENCE:9"),
    "two names": line("UID:other@example.com"),
    "two events": changed(b"END:VEVENT", b"END:VEVENT\r\nBEGIN:VEVENT\r\nUID:x\r\nEND:VEVENT"),
    "cut off": changed(rb"END:VEVENT\r\nEND:VCALENDAR\r\n", b""),
    "an end too many": changed(b"BEGIN:VEVENT", b"END:VTODO\r\nBEGIN:VEVENT"),
    "of somebody else": lambda mails: reply(mails[BEA], attendee=ANN),
    "name: unknown": named(lambda _: "11111111-1111-4111-8111-111111111111"),
    "name: empty": changed(rb"UID:.*", b"UID:\r"),
    "name: capitals": named(str.upper),
    "name: cut off": named(lambda uid: uid[:-1]),
    "name: more": named(lambda uid: uid + "0"),
    "name: a blank": named(lambda uid: uid.replace("-", " -", 1)),
    "name: a coded zero": named(lambda uid: uid + "%00"),
    "name: a zero": named(lambda uid: uid + "\0"),
    "name: a zero-width letter": named(lambda uid: uid + "\u200b"),
    "name: another hyphen": named(lambda uid: uid.replace("-", "\u2010")),
    "name: letters of full width": named(lambda uid: "".join(chr(ord(c) + 0xFEE0) if c.isdigit() else c for c in uid)),
    "name: in brackets": named(lambda uid: f"{{{uid}}}"),
    "name: a URN": named(lambda uid: f"urn:uuid:{uid}"),
    "name: a mail address": named(lambda uid: f"{uid}@example.org"),
}  # fmt: skip


FORGED_NAMES = {f"{number:03d}.{ending}": name for number, name in enumerate(FORGED, 1) for ending in ("eml", "ics")}
"""Which file each of them is laid down in."""


def as_mail(entry: bytes, mails: Mails) -> bytes:
    return mailed(entry, f"Ann Adams <{ANN}>")


def _one_part(entry: bytes, encoding: str, packed: bytes) -> bytes:
    top = f"From: {ANN}\nTo: hub@example.org\nSubject: Accepted\nContent-Type: text/calendar; charset=utf-8\n"
    return f"{top}Content-Transfer-Encoding: {encoding}\n\n".encode() + packed


def in_base64(entry: bytes, mails: Mails) -> bytes:
    return _one_part(entry, "base64", encodebytes(entry))


def quoted_printable(entry: bytes, mails: Mails) -> bytes:
    return _one_part(entry, "quoted-printable", encodestring(entry))


def attached(entry: bytes, mails: Mails) -> bytes:
    mail = letter(f"Ann Adams <{ANN}>", "Accepted", "See the file.")
    mail.add_attachment(entry, maintype="application", subtype="octet-stream", filename="invite.ics")
    return mail.as_bytes(policy=SMTP)


def bare(entry: bytes, mails: Mails) -> bytes:
    return entry


def beside_a_good_one(entry: bytes, mails: Mails) -> bytes:
    mail = letter(f"Ann Adams <{ANN}>", "Accepted", "Both of us.")
    for part in (entry, reply(mails[BEA])):
        mail.add_attachment(part, maintype="text", subtype="calendar", filename="invite.ics")
    return mail.as_bytes(policy=SMTP)


GUISES = [as_mail, in_base64, quoted_printable, attached, bare, beside_a_good_one]


@pytest.mark.parametrize("guise", GUISES)
def test_no_forged_or_odd_answer_changes_a_reply(inbox: Inbox, guise: Callable[[bytes, Mails], bytes]) -> None:
    rows = inbox.read(*(guise(make(inbox.mails), inbox.mails) for make in FORGED.values()))
    recorded = [FORGED_NAMES[row["place"]] for row in inbox.said.json if row["done"].startswith("recorded")]
    if guise is beside_a_good_one:
        assert inbox.replies() == {ADA: None, BAY: "accepted", CALC: None}
        rows = [row for row in rows if row[0] != BAY]
    else:
        assert recorded == []
        assert set(inbox.replies().values()) == {None}
    assert {done for *_, done in rows} == {"to review"}
    assert all(understood.endswith(".") for _, understood, _ in rows)
    assert inbox.stops() == {}
    assert len(FORGED) * len(GUISES) >= 300


@pytest.mark.parametrize("guise", GUISES)
def test_a_true_answer_in_the_same_guise_is_recorded(inbox: Inbox, guise: Callable[[bytes, Mails], bytes]) -> None:
    inbox.read(guise(reply(inbox.mails[ANN]), inbox.mails))
    assert inbox.replies()[ADA] == "accepted"


TRUE_ALL_THE_SAME = {
    "an address in capitals": said(attendee="ANN@Example.ORG"),
    "a coded letter": said(attendee="%61nn@example.org"),
    "blanks around the name": named(lambda uid: f"  {uid} "),
    "small letters": said("accepted"),
    "a clock a day ahead": said(stamp="20240504T120000Z"),
    "the organizer too": line("ATTENDEE;PARTSTAT=ACCEPTED:mailto:hub@example.org"),
    "another version, of a calendar that counts on": said(sequence=7),
}


@pytest.mark.parametrize("name", TRUE_ALL_THE_SAME)
def test_what_programs_write_otherwise_and_means_the_same_is_recorded(inbox: Inbox, name: str) -> None:
    inbox.read(as_mail(TRUE_ALL_THE_SAME[name](inbox.mails), inbox.mails))
    assert inbox.replies()[ADA] == "accepted"


# ---- what was passed on, and senders who are doubted ---------------------------------------------------------


def test_an_answer_that_somebody_passes_on_changes_no_reply(inbox: Inbox) -> None:
    entry = reply(inbox.mails[ANN])
    true = mailed(entry, f"Ann Adams <{ANN}>")
    marks = ["Fwd:", "FW:", " fwd :", "WG:", "TR:", "RV:", "Enc:", "Doorst:"]
    passed_on = [mailed(entry, EVE, subject=f"{mark} Accepted") for mark in marks]
    for kind in ("message/rfc822", "multipart/digest; boundary=b"):
        for encoding in ("7bit", "base64", "quoted-printable"):
            packed = {"base64": encodebytes, "quoted-printable": encodestring}.get(encoding, bytes)(true)
            top = (
                f"From: {EVE}\nSubject: Look\nContent-Type: multipart/mixed; boundary=a\n\n--a\nContent-Type: {kind}\n"
            )
            inner = b"\n--b\n\n" + true + b"\n--b--\n" if "digest" in kind else packed
            head = top.encode() + (b"" if "digest" in kind else f"Content-Transfer-Encoding: {encoding}\n".encode())
            passed_on.append(head + f"X-Number: {encoding}\n\n".encode() + inner + b"\n--a--\n")
    rows = inbox.read(*passed_on)
    assert set(inbox.replies().values()) == {None}
    assert [done for *_, done in rows] == ["to review"] * len(rows)
    assert all("forwards an answer" in understood for _, understood, _ in rows)


DOUBTED = {
    "dmarc": "mx.example.org; dmarc=fail header.from=example.org",
    "dmarc, though the rest passes": "mx.example.org; spf=pass; dkim=pass header.d=evil.example; dmarc=fail",
    "spf alone": "mx.example.org; spf=fail smtp.mailfrom=example.org",
    "a key that is wrong": "mx.example.org; dkim=fail header.d=example.org; dmarc=none",
    "a record that cannot be read": "mx.example.org; dmarc=permerror",
    "in capitals": "MX.Example.ORG; DMARC=FAIL",
    "with a version": "mx.example.org 1; dmarc=fail",
    "with comments": "mx.example.org (dmarc=pass); dmarc (pass) = fail (dmarc=pass)",
    "two findings": "mx.example.org; dmarc=pass header.from=a.example; dmarc=fail header.from=example.org",
}
ABOVE = (
    "",
    "Authentication-Results: mx.evil.example; dmarc=pass\n",
    "Authentication-Results: x; spf=pass; dkim=pass\n",
)


def test_a_sender_whom_the_trusted_server_doubts_changes_nothing(inbox: Inbox) -> None:
    inbox.mtep("settings", "inbox.trusted_server=mx.example.org")
    forged = [
        f"{above}Authentication-Results: {found}\n{below}".encode() + content
        for found in DOUBTED.values()
        for above in ABOVE
        for below in ("", "Authentication-Results: mx.example.org; dmarc=pass\n")
        for content in (mailed(reply(inbox.mails[ANN]), ANN), opt_out(inbox.mails[ANN]), bounce(inbox.mails[ANN]))
    ]
    rows = inbox.read(*forged)
    assert set(inbox.replies().values()) == {None}
    assert inbox.stops() == {}
    assert {done for *_, done in rows} == {"to review"}
    assert all("could not confirm the sender" in understood for _, understood, _ in rows)


# ---- letters that did not come back --------------------------------------------------------------------------


def as_if_returned(mails: Mails, **fields: str) -> EmailMessage:
    """A letter to Ann that was never sent: its fields are given with _ for -, "" takes one away."""
    other = EmailMessage()
    known = {"From": "hub@example.org", "To": ANN, "Subject": "Lunch?", "Message-ID": "<forged@example.org>"}
    for name, value in (known | {name.replace("_", "-"): value for name, value in fields.items()}).items():
        if value:
            other[name] = value
    other.set_content("Shall we?")
    return other


def test_no_forged_bounce_marks_an_address(inbox: Inbox) -> None:
    mails = inbox.mails
    subject = str(mails[ANN]["Subject"])
    true = bounce(mails[ANN])
    other = bounce(as_if_returned(mails, Message_ID=str(mails[BEA]["Message-ID"]), Subject=subject))
    inner = letter(EVE, "Fwd: Undelivered", "Look at this.")
    enclosed = (
        b"Content-Type: multipart/mixed; boundary=a\n\n--a\nContent-Type: message/rfc822\n\n" + true + b"\n--a--\n"
    )
    forged = {
        "another letter": bounce(as_if_returned(mails)),
        "another letter's header": bounce(as_if_returned(mails), whole=False),
        "our subject, and a name that nobody gave": bounce(as_if_returned(mails, Subject=subject)),
        "our subject, and another's name": other,
        "our letter, and another recipient": bounce(mails[ANN], recipient="eve@example.com"),
        "our letter, and a recipient who looks alike": bounce(mails[ANN], recipient="ann@example.org.evil.example"),
        "a name in capitals": bounce(as_if_returned(mails, Message_ID=str(mails[ANN]["Message-ID"]).upper())),
        **{
            f"{action} all the same": true.replace(b"Action: failed", f"Action: {action}".encode())
            for action in ("delivered", "relayed", "expanded", "delayed")
        },
        "too late": true.replace(b"5.1.1", b"4.4.1").replace(b"550", b"450"),
        "in a mail of somebody": f"From: {EVE}\nSubject: Fwd: this\n".encode() + enclosed,
        "in words of somebody": words(mails[ANN], f"<{ANN}>: {DEAD[1]}", sender=EVE, Subject="Undelivered Mail"),
        "of nobody we wrote to": bounce(as_if_returned(mails, To="eve@example.com"), recipient="eve@example.com"),
        "in a mail about lunch": inner.as_bytes(),
    }
    for number, (name, content) in enumerate(forged.items()):
        # Mails of one Message-ID are one mail.
        rows = inbox.read(re.sub(rb"<\d+@mx.example.net>", b"<%d@mx.example.net>" % number, content, count=1))
        assert inbox.stops() == {}, name
        assert {done for *_, done in rows} <= {"to review", "nothing to do"}, name
    inbox.read(true)
    assert inbox.stops() == {ANN: "bounced"}


def test_a_wish_to_stop_that_names_no_invitation_of_ours_marks_nobody(inbox: Inbox) -> None:
    asked = str(inbox.mails[ANN]["List-Unsubscribe"]).partition("unsubscribe%20")[2].rstrip(">")
    assert asked
    for number, name in enumerate(
        (asked.upper(), asked[:-1], asked + "0", f"{asked}\u200b", "1", "", f"{asked} {asked}")
    ):
        inbox.read(letter(EVE, f"unsubscribe {name}", " ", Message_ID=f"<{number}@example.com>").as_bytes(policy=SMTP))
    inbox.read(words(inbox.mails[CY], "unsubscribe", sender=EVE))
    assert inbox.stops() == {}
