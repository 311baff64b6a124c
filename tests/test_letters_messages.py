"""The mail: what goes out is what was meant, and no reader finds anything else in it."""

import email
import email.policy
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from email.message import EmailMessage
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from inline_snapshot import snapshot

from mtep_outreach.errors import MessageMismatchError
from mtep_outreach.letters import messages as subject
from mtep_outreach.letters.calendar import Event, Method, calendar, plain
from mtep_outreach.letters.messages import Mail, message
from mtep_outreach.names import clean_line
from mtep_outreach.people import Person

HUB = Person("MTEP Outreach Hub", "hub@example.edu")
RIVERA = Person("Dr. Maria Rivera", "rivera@example.edu")
NUNEZ = Person("José Núñez", "nunez@example.org")
EVENT = Event(
    method=Method.REQUEST,
    uid="invitation-7@mtep.example.edu",
    sequence=0,
    starts=datetime(2024, 5, 24, 17, tzinfo=UTC),
    ends=datetime(2024, 5, 24, 18, tzinfo=UTC),
    zone="America/Chicago",
    title="Informational Meeting",
    description="Please join us.\n",
    location="https://example.zoom.us/j/1",
    organizer=HUB,
    attendee=NUNEZ,
    stamp=datetime(2024, 5, 1, 14, 30, tzinfo=UTC),
)
LETTER = Mail(
    sender=RIVERA,
    handed_in_by=HUB,
    reply_to=[RIVERA, HUB],
    recipient=NUNEZ,
    subject="Invitation to an informational meeting – May 24, 2024",
    text="Dear José Núñez,\n\n.\nFrom all of us: please come.\n\nMaria Rivera\n",
    html="<p>Dear José Núñez,</p>\n<p>From all of us: please come.</p>\n",
    calendar=None,
    method=None,
    message_id="20240501.7.f00@mtep.example.edu",
    date=datetime(2024, 5, 1, 14, 30, tzinfo=UTC),
    unsubscribe="hub+stop@example.edu",
    unsubscribe_token="k7Q-2_x",  # noqa: S106 - it opens nothing
    answers="20240417.7.f00@mtep.example.edu",
    draft=False,
)
INVITATION = replace(LETTER, calendar=calendar(EVENT), method=Method.REQUEST)
ANY_TEXT = st.text(st.characters(exclude_categories=[]))


def read(content: bytes) -> EmailMessage:
    """What a mail program reads, after the rules of the wire were seen to hold."""
    assert content.isascii()
    assert content.count(b"\r") == content.count(b"\n") == content.count(b"\r\n")
    # A link is not broken in two.
    assert all(len(line) <= 78 or line.startswith(b"List-Unsubscribe: ") for line in content.split(b"\r\n"))
    return email.message_from_bytes(content, policy=email.policy.default)


def one(content: bytes, header: str) -> str:
    (value,) = read(content).get_all(header)  # type: ignore[misc]
    return str(value)


def body(content: bytes, kind: str) -> str:
    (part,) = [part for part in read(content).walk() if part.get_content_type() == kind]
    decoded = part.get_payload(decode=True)
    assert isinstance(decoded, bytes)
    return decoded.decode()


def test_one_whole_letter_as_a_person_reads_it() -> None:
    assert message(replace(INVITATION, calendar=b"BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\n")).decode().replace(
        "\r\n", "\n"
    ) == snapshot("""\
From: "Dr. Maria Rivera" <rivera@example.edu>
Sender: MTEP Outreach Hub <hub@example.edu>
Reply-To: "Dr. Maria Rivera" <rivera@example.edu>, MTEP Outreach Hub
 <hub@example.edu>
To: =?utf-8?q?Jos=C3=A9_N=C3=BA=C3=B1ez?= <nunez@example.org>
Subject: =?utf-8?q?Invitation_to_an_informational_meeting_=E2=80=93_May?=
 =?utf-8?q?_24=2C_2024?=
Date: Wed, 01 May 2024 14:30:00 +0000
Message-ID: <20240501.7.f00@mtep.example.edu>
In-Reply-To: <20240417.7.f00@mtep.example.edu>
References: <20240417.7.f00@mtep.example.edu>
List-Unsubscribe: <mailto:hub+stop@example.edu?subject=unsubscribe%20k7Q-2_x>
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary="=_mix_fa67b30f39efe4cff2d2d0cd"

--=_mix_fa67b30f39efe4cff2d2d0cd
Content-Type: multipart/alternative; boundary="=_alt_fa67b30f39efe4cff2d2d0cd"

--=_alt_fa67b30f39efe4cff2d2d0cd
Content-Type: text/plain; charset="utf-8"
Content-Transfer-Encoding: quoted-printable

Dear Jos=C3=A9 N=C3=BA=C3=B1ez,

=2E
=46rom all of us: please come.

Maria Rivera

--=_alt_fa67b30f39efe4cff2d2d0cd
Content-Type: text/html; charset="utf-8"
Content-Transfer-Encoding: quoted-printable

<p>Dear Jos=C3=A9 N=C3=BA=C3=B1ez,</p>
<p>From all of us: please come.</p>

--=_alt_fa67b30f39efe4cff2d2d0cd
Content-Type: text/calendar; method=REQUEST; charset="utf-8"
Content-Transfer-Encoding: base64

QkVHSU46VkNBTEVOREFSDQpNRVRIT0Q6UkVRVUVTVA0K

--=_alt_fa67b30f39efe4cff2d2d0cd--

--=_mix_fa67b30f39efe4cff2d2d0cd
Content-Type: application/ics; name="invite.ics"
Content-Disposition: attachment; filename="invite.ics"
Content-Transfer-Encoding: base64

QkVHSU46VkNBTEVOREFSDQpNRVRIT0Q6UkVRVUVTVA0K

--=_mix_fa67b30f39efe4cff2d2d0cd--
""")


def test_a_letter_is_the_same_bytes_each_time_and_no_two_share_a_boundary() -> None:
    assert message(INVITATION) == message(INVITATION)
    other = message(replace(INVITATION, message_id="another@mtep.example.edu"))
    assert read(other).get_boundary() != read(message(INVITATION)).get_boundary()


def test_nothing_in_a_letter_says_that_a_machine_wrote_it() -> None:
    names = {name.lower() for name in read(message(INVITATION)).keys()}  # noqa: SIM118 - a mail has several of a name
    assert not names & {"auto-submitted", "precedence", "x-mailer", "user-agent", "bcc", "cc", "x-unsent"}


@pytest.mark.parametrize("method", Method)
def test_a_calendar_entry_goes_beside_the_text_and_as_an_attached_file_with_the_same_bytes(method: Method) -> None:
    entry = calendar(replace(EVENT, method=method))
    mail = read(message(replace(INVITATION, calendar=entry, method=method)))
    assert [part.get_content_type() for part in mail.walk()] == [
        "multipart/mixed", "multipart/alternative", "text/plain", "text/html", "text/calendar", "application/ics",
    ]  # fmt: skip
    *_, inline, attached = mail.walk()
    assert inline.get_payload(decode=True) == attached.get_payload(decode=True) == entry
    assert inline["Content-Type"].params == {"method": method, "charset": "utf-8"}
    assert inline["Content-Transfer-Encoding"] == "base64"
    assert attached.get_filename() == "invite.ics"
    assert attached.get_content_disposition() == "attachment"


def test_a_letter_without_a_calendar_entry_is_text_and_html_alone() -> None:
    kinds = [part.get_content_type() for part in read(message(LETTER)).walk()]
    assert kinds == ["multipart/alternative", "text/plain", "text/html"]


@pytest.mark.parametrize(("entry", "method"), [(Method.CANCEL, Method.REQUEST), (Method.REQUEST, None)])
def test_a_calendar_entry_of_another_method_than_the_mail_says_is_refused(entry: Method, method: Method | None) -> None:
    with pytest.raises(MessageMismatchError, match="calendar entry"):
        message(replace(INVITATION, calendar=calendar(replace(EVENT, method=entry)), method=method))


@pytest.mark.parametrize(
    ("change", "header", "value"),
    [
        ({}, "From", '"Dr. Maria Rivera" <rivera@example.edu>'),
        ({}, "Sender", "MTEP Outreach Hub <hub@example.edu>"),
        ({"handed_in_by": None}, "Sender", None),
        ({"handed_in_by": replace(HUB, email=RIVERA.email)}, "Sender", None),
        ({}, "Reply-To", '"Dr. Maria Rivera" <rivera@example.edu>, MTEP Outreach Hub <hub@example.edu>'),
        ({"reply_to": []}, "Reply-To", None),
        ({}, "To", "José Núñez <nunez@example.org>"),
        ({"recipient": Person("a@example.org", "a@example.org")}, "To", "a@example.org"),
        ({}, "Subject", "Invitation to an informational meeting – May 24, 2024"),
        ({"subject": "Hello"}, "Subject", "Hello"),
        ({"subject": ""}, "Subject", ""),
        ({}, "Date", "Wed, 01 May 2024 14:30:00 +0000"),
        ({"date": None}, "Date", None),
        ({}, "Message-ID", "<20240501.7.f00@mtep.example.edu>"),
        ({}, "In-Reply-To", "<20240417.7.f00@mtep.example.edu>"),
        ({}, "References", "<20240417.7.f00@mtep.example.edu>"),
        ({"answers": None}, "In-Reply-To", None),
        ({"answers": None}, "References", None),
        ({}, "List-Unsubscribe", "<mailto:hub+stop@example.edu?subject=unsubscribe%20k7Q-2_x>"),
        ({"unsubscribe": "a?b&c%d@example.edu"}, "List-Unsubscribe",
         "<mailto:a%3Fb%26c%25d@example.edu?subject=unsubscribe%20k7Q-2_x>"),
        ({"unsubscribe": None}, "List-Unsubscribe", None),
        ({"draft": True}, "X-Unsent", "1"),
        ({}, "X-Unsent", None),
        ({}, "MIME-Version", "1.0"),
    ],
)  # fmt: skip
def test_each_header_says_its_thing_once_or_is_not_there(
    change: dict[str, Any], header: str, value: str | None
) -> None:
    content = message(replace(LETTER, **change))
    found = read(content).get_all(header)
    assert [str(one) for one in found or []] == ([] if value is None else [value])


LONG = "Big Bank Support, <support@bank.example>, " + "padding " * 12


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("Ann Lee", "Ann Lee <bob@example.org>"),
        ("Ann O'Hara-Lee", "Ann O'Hara-Lee <bob@example.org>"),
        ("Lee, Ann", '"Lee, Ann" <bob@example.org>'),
        ("Ann Lee, Ph.D. (she/her)", '"Ann Lee, Ph.D. (she/her)" <bob@example.org>'),
        ('Ann "Annie" Lee', "=?utf-8?q?Ann_=22Annie=22_Lee?= <bob@example.org>"),
        ("José", "=?utf-8?q?Jos=C3=A9?= <bob@example.org>"),
        ("東京", "=?utf-8?b?5p2x5Lqs?= <bob@example.org>"),
        ("=?utf-8?q?Eve?=", "=?utf-8?q?=3D=3Futf-8=3Fq=3FEve=3F=3D?= <bob@example.org>"),
        ("a\r\nBcc: x@evil.example", '"a Bcc: x@evil.example" <bob@example.org>'),
        ("bob@example.org", "bob@example.org"),
        (" \0 ", "bob@example.org"),
    ],
)
def test_a_name_is_written_plain_in_quotes_or_encoded(name: str, written: str) -> None:
    if "@evil" in name:
        written = "=?utf-8?q?a_Bcc=3A_x=40evil=2Eexample?= <bob@example.org>"
    content = message(replace(LETTER, recipient=Person(name, "bob@example.org")))
    assert f"\r\nTo: {written}\r\n".encode() in content


@pytest.mark.parametrize(
    "name", [LONG, "é" * 300, "😀" * 300, "Ann " * 75, "x" * 300, '"' * 300, f'"{LONG}" <a@b.example>']
)
def test_a_long_name_stays_one_mailbox(name: str) -> None:
    content = message(replace(LETTER, recipient=Person(name, "bob@example.org")))
    header: Any = read(content)["To"]
    assert [address.addr_spec for address in header.addresses] == ["bob@example.org"]
    # This Python may read a blank between two encoded words of one name.
    assert header.addresses[0].display_name.replace(" ", "") == clean_line(name).replace(" ", "")


@pytest.mark.parametrize(
    "character", ["\r", "\n", "\0", "\x0b", "\x1f", "\x7f", "\x85", "\x9f", "\u2028", "\u2029", "\ud800"]
)
def test_a_control_character_in_a_subject_is_refused(character: str) -> None:
    with pytest.raises(MessageMismatchError, match=r"nunez@example\.org.*subject"):
        message(replace(LETTER, subject=f"Hello{character}Bcc: x@evil.example"))


@pytest.mark.parametrize("field", ["sender", "handed_in_by", "recipient"])
@pytest.mark.parametrize(
    "address", [None, "", "josé@example.org", "a b@example.org", "a@b\r\nBcc: x@evil.example", "a, b@c.example"]
)
def test_an_address_that_is_not_plain_ascii_is_refused(field: str, address: str | None) -> None:
    with pytest.raises(MessageMismatchError, match="mail address"):
        message(replace(LETTER, **{field: Person("Ann", address)}))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "change",
    [
        {"reply_to": [RIVERA, Person("Ann", "josé@example.org")]},
        {"message_id": "a b@c"},
        {"message_id": "a@b>\r\nBcc: x@evil.example"},
        {"message_id": ""},
        {"answers": "<a@b.example>"},
        {"unsubscribe": "a b@example.org"},
        {"unsubscribe_token": "a&cc=x@evil.example"},
        {"unsubscribe_token": ""},
    ],
)
def test_what_cannot_stand_in_its_header_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(MessageMismatchError):
        message(replace(LETTER, **change))


# ---- bodies -----------------------------------------------------------------------------------------------

SMUGGLED = [before + dot + after for before in ("\r\n", "\n", "\r", "\0\r\n") for dot in (".", "..", ". ", ".\0")
            for after in ("\r\n", "\n", "\r", "\r\nMAIL FROM:<x@evil.example>\r\n")]  # fmt: skip


@pytest.mark.parametrize("field", ["text", "html"])
@pytest.mark.parametrize("text", SMUGGLED)
def test_no_end_of_data_is_smuggled_in_a_text(field: str, text: str) -> None:
    content = message(replace(LETTER, **{field: f"Hello{text}there"}))  # type: ignore[arg-type]
    read(content)
    assert b"\r\n." not in content
    assert content.count(b"MAIL FROM") <= 1
    kind = {"text": "text/plain", "html": "text/html"}[field]
    assert body(content, kind).replace("\r\n", "\n") == plain(f"Hello{text}there") + "\n"


def test_from_at_the_beginning_of_a_line_is_not_for_a_mailbox_file_to_change() -> None:
    assert b"\r\nFrom " not in message(LETTER)
    assert "\r\nFrom all of us" in body(message(LETTER), "text/plain")


def test_a_boundary_in_a_text_ends_no_part() -> None:
    boundary = read(message(INVITATION)).get_boundary()
    content = message(replace(INVITATION, text=f"a\n--{boundary}--\nb\n--{boundary}\nContent-Type: text/html\n\nc\n"))
    assert len(list(read(content).walk())) == 6


@given(ANY_TEXT, ANY_TEXT, ANY_TEXT, ANY_TEXT)
def test_any_text_arrives_as_it_was_cleaned(name: str, said: str, text: str, html: str) -> None:
    mail = replace(LETTER, recipient=Person(name, "bob@example.org"), text=text, html=html)
    content = message(mail)
    assert body(content, "text/plain").replace("\r\n", "\n") == plain(text).rstrip("\n") + "\n"
    assert body(content, "text/html").replace("\r\n", "\n") == plain(html).rstrip("\n") + "\n"
    header: Any = read(content)["To"]
    assert [address.addr_spec for address in header.addresses] == ["bob@example.org"]
    assert header.addresses[0].display_name.replace(" ", "") == clean_line(name).replace(" ", "")
    assert one(message(replace(LETTER, subject=clean_line(said))), "Subject") == clean_line(said)


# ---- what is read back is compared --------------------------------------------------------------------------

SPOILED: Sequence[tuple[bytes, bytes, str]] = [
    (b"\r\nTo: ", b"\r\nBcc: x@evil.example\r\nTo: ", "list of headers"),
    (b"\r\nTo: ", b"\r\nTo: x@evil.example\r\nTo: ", "list of headers"),
    (b"\r\nDate:", b"\r\nX-Mailer: mtep\r\nDate:", "list of headers"),
    (b"\r\nDate:", b"\r\nNo header\r\nDate:", "list of headers"),
    (b"<nunez@", b"<x@evil.example>, <nunez@", "contact's name"),
    (b"<nunez@example.org>", b"<nunez@evil.example>", "contact's name"),
    (b"=?utf-8?q?Jos=C3=A9_N=C3=BA=C3=B1ez?= <n", b"<n", "contact's name"),
    (b'"Dr. Maria Rivera" <rivera', b"Dr. Maria Rivera <rivera", "sender's name"),
    (b"Subject: =?utf-8?q?I", b"Subject: =?utf-8?q?i", "subject"),
    (b"Message-ID: <2", b"Message-ID: <3", "message id"),
    (b"14:30:00", b"14:30:01", "date"),
    (b'charset="utf-8"\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n<p>',
     b'charset="latin1"\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n<p>', "html text"),
    (b"<p>", b"<b>", "html text"),
    (b"please", b"Please", "plain text"),
    (b'name="invite.ics"', b'name="invite.exe"', "calendar entry"),
    (b"\r\nQkVHSU46", b"\r\nQkVHSU47", "calendar entry"),
    (b"\r\n\r\n--=_mix", b"\r\n\r\nHello\r\n--=_mix", "form of the mail"),
    (b"\r\n--=_mix", b"\r\n--=_mix\r\n\r\n--=_mix", "form of the mail"),
    (b"\r\nMaria", b"\r\n\xc3Maria", "plain text"),
    (b"multipart/alternative", b"multipart/related", "form of the mail"),
    (b"d2d0cd\r\nContent-Type: text/html", b"d2d0ce\r\nContent-Type: text/html", "form of the mail"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "field"), SPOILED)
def test_whatever_would_be_read_in_another_way_is_refused(
    old: bytes, new: bytes, field: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    honest = subject._check

    def spoiled(content: bytes, *more: Any) -> None:
        assert old in content
        honest(content.replace(old, new), *more)

    monkeypatch.setattr(subject, "_check", spoiled)
    with pytest.raises(MessageMismatchError, match=rf"nunez@example\.org.*{field}"):
        message(INVITATION)


@pytest.mark.parametrize("end", [b"\n", b"\r", b"\0\r\n", b"\r\n" + b"x" * 999 + b"\r\n"])
def test_a_line_that_no_mail_server_should_see_is_refused(end: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    honest = subject._check
    # Behind a soft line break the reader sees the same text, the wire does not.
    monkeypatch.setattr(subject, "_difference", lambda *_: "")
    monkeypatch.setattr(subject, "_check", lambda content, *more: honest(content + end, *more))
    with pytest.raises(MessageMismatchError, match="form of the mail"):
        message(INVITATION)
