"""Mails that come in: what their headers and parts say, however damaged or hostile they are."""

import base64
import email
import os
import random
import re
import subprocess
import sys
import textwrap
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mtep_outreach.files.mailboxes import messages, raw_message
from mtep_outreach.files.mails import Mail, Part, Unreadable, read, read_headers
from mtep_outreach.people import Person

REAL = Path(os.environ.get("MTEP_TEST_DATA", "no folder"))
needs_data = pytest.mark.skipif(not REAL.is_dir(), reason="MTEP_TEST_DATA names no folder of real mails")

HEAD = b"From: Ann Adams <ann@example.org>\nTo: hub@example.edu\nSubject: Hello\nMessage-ID: <1@example.org>\n"
MIXED = HEAD + b'Content-Type: multipart/mixed; boundary="b"\n\n'


def mail(content: bytes) -> Mail:
    found = read(content)
    assert isinstance(found, Mail), found
    return found


def reason(content: bytes) -> str:
    found = read(content)
    assert isinstance(found, Unreadable), found
    return found.reason


def part(content: bytes) -> Part:
    (found,) = mail(content).parts
    return found


def everything(found: Mail | Unreadable) -> list[str]:
    """Return all that a message says, each of its properties having been asked."""
    headers = found.headers
    said = [str(headers.sender), *headers.recipients, headers.subject, str(headers.date), str(headers.message_id)]
    said += [*headers.answered, str(headers.return_path), *headers.failed_recipients, str(headers.authentication)]
    said += [text for _, text in headers.begun("")] + [text for _, text in headers.fields]
    said += [*headers.parameters, *headers.parameters.values(), headers.content_type()]
    if isinstance(found, Unreadable):
        return [*said, found.reason]
    for each in found.parts:
        said += [each.text, each.content_type, str(each.file_name), str(each.parameters), str(each.is_attachment)]
    return said


# ---- headers --------------------------------------------------------------------------------------------


def test_a_header_says_who_wrote_to_whom_when_and_what_it_answers() -> None:
    headers = mail(
        b"Return-Path: <bounces+7@Example.ORG>\r\n"
        b'From: "Adams, Ann" <Ann.Adams@Example.ORG>\r\n'
        b"To: =?utf-8?q?N=C3=BA=C3=B1ez=2C_Jos=C3=A9?= <nunez@example.edu>,\r\n\thub@example.edu\r\n"
        b"Cc: Undisclosed recipients:;\r\nDelivered-To: hub+7@example.edu\r\n"
        b"Subject: =?utf-8?b?UsOpdW5pb24=?=\r\n =?utf-8?q?_accept=C3=A9e?=\r\n"
        b"Date: Fri, 24 May 2024 12:00:00 -0500 (CDT)\r\n"
        b"Message-ID: <reply@example.org>\r\nIn-Reply-To: <first@example.edu>\r\n"
        b"References: <zeroth@example.edu>\r\n <first@example.edu>\r\n"
        b"Auto-Submitted: auto-replied\r\nList-Id: Math <m.example.edu>\r\nX-Failed-Recipients: a@x.org, b@x.org\r\n"
        b"\r\nYes\r\n"
    ).headers
    assert headers.sender == Person("Adams, Ann", "Ann.Adams@example.org")
    assert headers.people("to")[0] == Person("Núñez, José", "nunez@example.edu")
    assert headers.recipients == ("nunez@example.edu", "hub@example.edu", "hub+7@example.edu")
    assert headers.subject == "Réunion acceptée"
    assert headers.date == datetime(2024, 5, 24, 17, tzinfo=UTC)
    assert headers.message_id == "reply@example.org"
    assert headers.answered == ("first@example.edu", "zeroth@example.edu")
    assert headers.return_path == "bounces+7@example.org"
    assert headers.failed_recipients == ("a@x.org", "b@x.org")
    assert headers.first("auto-submitted") == "auto-replied"
    assert headers.begun("list-") == (("list-id", "Math <m.example.edu>"),)
    assert headers.first("precedence") == ""


@pytest.mark.parametrize(
    ("said", "sender"),
    [
        ("Ann <ann@x.org>", "ann@x.org"),
        ("ann@x.org (Ann Adams)", "ann@x.org"),
        ("Adams, Ann <ann@x.org>", "ann@x.org"),
        ('"ann@good.org" <evil@bad.org>', "evil@bad.org"),
        ('"ann@good.org, b" <evil@bad.org>', "evil@bad.org"),
        ("ann@good.org, evil@bad.org", "nobody"),
        ("ann@good.org\nFrom: evil@bad.org", "nobody"),
        ("ann@x.org\nFrom: Ann <ann@x.org>", "ann@x.org"),
        ("MAILER-DAEMON", None),
        ("Mail Delivery System <>", None),
        ("(" * 400, "nobody"),
        ("." * 60_000, "nobody"),
        ("", "nobody"),
    ],
)
def test_the_sender_is_one_person_or_nobody(said: str, sender: str | None) -> None:
    found = mail(f"Subject: x\nFrom: {said}\n\n".encode()).headers.sender
    assert (found.email if found else "nobody") == sender


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("Fri, 24 May 2024 12:00:00 +0200", "2024-05-24 10:00"),
        ("Fri, 24 May 2024 12:00:00 -0000", "2024-05-24 12:00"),
        ("Wed, 20 Sep 1995 00:19:00 (EDT) -0400", "1995-09-20 04:19"),
        ("Fri, 31 Dec 9999 23:59:59 -2359", None),
        ("Fri, 31 Dec 99999999999999 23:59:59 +99999999", None),
        ("yesterday", None),
        ("", None),
        ("9" * 60_000, None),
    ],
)
def test_a_date_is_in_utc_or_none(said: str, expected: str | None) -> None:
    found = read_headers(b"Date: " + said.encode() + b"\n\n").date
    assert (f"{found:%Y-%m-%d %H:%M}" if found else None) == expected


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (b"caf\xc3\xa9", "café"),
        (b"caf\xe9", "café"),
        (b"=?iso-8859-1?q?caf=E9?= \xe2\x82\xac", "café €"),
        (b"=?nonsense?q?caf=E9?=", "café"),
        (b"=?utf-8?b?Y2Fmw6", "=?utf-8?b?Y2Fmw6"),
        (b"=?utf-8?b?Y?=", "=?utf-8?b?Y?="),
        (b"=?utf-8?q?a=00=1b[31mb=0A?=c", "a[31mb c"),
        (b"a\0b\x1b]0;x\x07", "ab]0;x"),
        (b"=?iso-2022-jp?b?GyRCJDckbRsoQg==?=", "しろ"),
    ],
)
def test_a_subject_is_one_clean_line_whatever_its_letters(said: bytes, expected: str) -> None:
    assert read_headers(b"Subject: " + said + b"\n\n").subject == expected


def test_the_topmost_authentication_results_count() -> None:
    said = (
        b"Authentication-Results: mx.Google.com;\n dkim=pass (2048; x=y) header.i=@example.org header.s=s;\n"
        b"       spf=fail (google.com: domain of a@x.org; does not) smtp.mailfrom=a@x.org;\n dmarc = fail\n"
        b"Authentication-Results: forged.example; dmarc=pass\n\n"
    )
    found = read_headers(said).authentication
    assert found is not None
    assert (found.server, found.results("dkim"), found.results("dmarc")) == ("mx.google.com", ("pass",), ("fail",))
    assert found.findings[1].properties == {"smtp.mailfrom": "a@x.org"}
    assert read_headers(b"A: b\n\n").authentication is None


@pytest.mark.parametrize("said", ["spf=pass (sender IP is 1.2.3.4) smtp.mailfrom=x.org; dmarc=pass", "; dmarc=pass"])
def test_results_of_a_server_that_names_itself_nowhere_are_nobodys(said: str) -> None:
    found = read_headers(f"Authentication-Results: {said}\n\n".encode()).authentication
    assert found is not None
    assert (found.server, found.results("dmarc")) == ("", ("pass",))


# ---- parts ----------------------------------------------------------------------------------------------


def test_parts_come_in_their_order_with_types_names_and_letters() -> None:
    found = mail(
        MIXED + b"not shown\n--b\nContent-Type: text/plain; charset=iso-8859-1\n\ncaf\xe9\n"
        b"--b\nContent-Type: text/calendar; METHOD=reply; charset=utf-8\nContent-Transfer-Encoding: base64\n"
        b"Content-Disposition: attachment; filename*0*=utf-8''r%C3%A9; filename*1=ponse.ics\n\nQkVHSU46VkNBTEVOREFS\n"
        b"--b \nContent-Transfer-Encoding: quoted-printable\nContent-Type: nonsense\n\n=C3=A9=\n=00\n--b--\nepilogue\n"
    ).parts
    assert [(each.content_type, each.text, each.file_name) for each in found] == [
        ("text/plain", "café", None),
        ("text/calendar", "BEGIN:VCALENDAR", "réponse.ics"),
        ("text/plain", "é", None),
    ]
    assert (found[1].parameters["method"], found[1].is_attachment, found[0].is_attachment) == ("reply", True, False)


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends_make_no_difference(end: str) -> None:
    content = MIXED + b"--b\nContent-Type: text/calendar\n\nBEGIN:VCALENDAR\nEND:VCALENDAR\n--b\n\nYes\n--b--\n"
    assert everything(read(content.replace(b"\n", end.encode()))) == everything(read(content))


@pytest.mark.parametrize("packing", ["7bit", "base64", "quoted-printable"])
def test_what_a_message_in_a_message_says_is_marked(packing: str) -> None:
    inner = b"From: b@x.org\nContent-Type: multipart/mixed; boundary=c\n\n--c\n\nold\n"
    inner += b"--c\nContent-Type: text/calendar\n\nX\n--c--\n"
    packed = {"7bit": inner, "base64": base64.encodebytes(inner)}.get(packing, inner.replace(b"=", b"=3D"))
    content = MIXED + b"--b\n\nFYI\n--b\nContent-Type: message/rfc822\n"
    found = mail(content + b"Content-Transfer-Encoding: %s\n\n%s\n--b--\n" % (packing.encode(), packed))
    assert [(each.content_type, each.is_enclosed) for each in found.parts] == [
        ("text/plain", False), ("message/rfc822", True), ("text/plain", True), ("text/calendar", True),
    ]  # fmt: skip
    assert read_headers(found.parts[1].content).sender == Person("b@x.org", "b@x.org")
    assert [each.text for each in found.own] == ["FYI"]


def test_parts_of_a_digest_are_messages() -> None:
    content = HEAD + b"Content-Type: multipart/digest; boundary=b\n\n--b\n\nFrom: c@x.org\n\nHi\n--b--\n"
    assert [each.content_type for each in mail(content).parts] == ["message/rfc822", "text/plain"]


def test_a_delivery_status_is_kept_as_it_is() -> None:
    status = b"Reporting-MTA: dns; x\n\nFinal-Recipient: rfc822; a@x.org\nStatus: 5.1.1\n"
    assert part(HEAD + b"Content-Type: message/delivery-status\n\n" + status).content == status


def test_a_calendar_without_a_mail_is_a_part() -> None:
    found = part(b"\xef\xbb\xbfBEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n")
    assert (found.content_type, found.text) == ("text/calendar", "BEGIN:VCALENDAR\nEND:VCALENDAR")


@pytest.mark.parametrize(
    ("content", "texts"),
    [
        (HEAD + b"Content-Type: multipart/mixed\n\nYes\n", ["Yes"]),
        (MIXED + b"Yes\n--c\nNo\n", ["Yes\n--c\nNo"]),
        (MIXED + b"--b\n\nYes\n", ["Yes"]),
        (MIXED + b"--b\n\nYes\n--b", ["Yes", ""]),
        (MIXED + b"--b\nContent-Type: text/plain\n--b\n\nYes\n--b--", ["", "Yes"]),
        (MIXED + b"--b\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\nYes\n--b--", ["", "Yes"]),
        (MIXED + b"--b\nContent-Type: multipart/mixed; boundary=bb\n\n--bb\n\n1\n--b\n\n2\n--bb\n", ["1", "2\n--bb"]),
        (HEAD + b"Yes, gladly\n", ["Yes, gladly"]),
        (b"\n\nFrom ann Fri May 24 12:00:00 2024\n" + HEAD + b"\nYes\n", ["Yes"]),
        (HEAD + b"Content-Transfer-Encoding: base64\n\nWWVzLCBnbGFkbH", ["Yes, gladl"]),
        (HEAD + b"Content-Transfer-Encoding: base64\n\nWWVz\n!!LCBnbGFkbHkuI", ["Yes, gladly."]),
        (HEAD + b"Content-Transfer-Encoding: x-odd\n\nYes\n", ["Yes"]),
        (HEAD + b"Content-Type: text/plain; charset=unicode_escape\n\n\\x59es\n", ["\\x59es"]),
        (HEAD + b"Content-Type: text/plain; charset=base64\n\nYes\n", ["Yes"]),
        (HEAD + b"Content-Type: text/plain; charset=utf-8\n\ncaf\xe9\n", ["caf�"]),
        (HEAD + b"Content-Type: text/plain; charset=us-ascii\n\n\x93caf\xe9\x94\n", ["“café”"]),
        (HEAD + b"Content-Type: text/plain; charset=gb2312\n\n" + "你𠮷".encode("gb18030"), ["你𠮷"]),
        (HEAD + b"Content-Type: text/plain; charset=windows-1252\n\n\xff\xfeY\0e\0s\0", ["Yes"]),
        (HEAD + b"\nY\0e\x1b[0ms\x07", ["Ye[0ms"]),
    ],
)  # fmt: skip
def test_of_a_damaged_mail_what_is_there_is_read(content: bytes, texts: list[str]) -> None:
    assert [each.text for each in mail(content).parts] == texts


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ('filename="../../etc/passwd"', "passwd"),
        ('filename="C:\\\\x\\\\invite.ics"', "invite.ics"),
        ('filename="=?utf-8?q?r=C3=A9ponse.ics?="', "réponse.ics"),
        ("filename*=undefined''a%E9; filename=b", "b"),
        ('filename="a\x1b[31m.ics"', "a[31m.ics"),
        ("filename*99999999999999999999=x", "x"),
    ],
)
def test_the_name_of_a_file_is_one_clean_word(said: str, name: str) -> None:
    found = part(HEAD + f"Content-Disposition: attachment; {said}\n\nx".encode()).file_name
    assert found == name


# ---- what is not read -----------------------------------------------------------------------------------


def nested(depth: int) -> bytes:
    opened = [b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (level, level) for level in range(depth)]
    return HEAD + b"".join(opened) + b"\nYes\n"


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", "it is empty"),
        (b"\r\n \r\n", "it is empty"),
        (b"Hello\n\nSubject: late\n", "it has no header"),
        (b"\x89PNG\r\n\x1a\n\0\0", "it has no header"),
        (nested(10_000), "its parts are nested more than 50 deep"),
        (HEAD + b"Content-Type: message/rfc822\n\n" * 10_000, "its parts are nested more than 50 deep"),
        (MIXED + b"--b\n\nx\n" * 10_000, "it has more than 1,000 parts"),
        (b"A: b\n" * 10_000 + b"\n", "its header has more than 2,000 fields"),
        (b"A: b\n" + b" c\n" * 400_000 + b"\n", "its header is larger than 1,000,000 bytes"),
        (MIXED + b"--b\n\nx" + b"\n--c" * 400_000, "it has more than 300,000 lines that may be boundaries"),
        (HEAD + b"\n" + b"x" * 25_000_000, "it is larger than 25 MB"),
    ],
    ids=range(11),
)
def test_what_cannot_be_read_says_why(content: bytes, expected: str) -> None:
    assert reason(content) == expected


def test_of_a_mail_that_is_not_read_the_header_is_known() -> None:
    found = read(nested(60))
    assert found.headers.subject == "Hello"
    assert mail(nested(50)).parts[-1].text == "Yes"


def test_a_field_that_is_too_long_is_left_out() -> None:
    headers = mail(b"X-Long: " + b"x" * 70_000 + b"\n" + HEAD + b"\n").headers
    assert (headers.subject, headers.has("x-long")) == ("Hello", False)


# ---- hostile --------------------------------------------------------------------------------------------

_SEEDS = [
    MIXED + b"--b\nContent-Type: text/plain; charset=utf-8\n\nYes \xc3\xa9\n"
    b"--b\nContent-Type: text/calendar; method=REPLY\n"
    b"Content-Transfer-Encoding: base64\n\nQkVHSU46VkNBTEVOREFSCkVORDpWQ0FMRU5EQVIK\n--b--\n",
    HEAD + b"Content-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\n" + b"RnJvbTogYUB4Lm9yZwoKaGk=\n",
    nested(12),
    HEAD + b"Date: Fri, 24 May 2024 12:00:00 -0500\nAuthentication-Results: mx; spf=pass (x) a.b=c\n\nYes\n",
]  # fmt: skip
_POISON = [
    b"\0", b"\n", b"\r", b"\r\n\r\n", b"--b\n", b"--b--\n", b'"', b"(", b"=?utf-8?b?", b"?=", b"\xff\xfe",
    b"\x80" * 9, b"Content-Type: multipart/mixed; boundary=", b"; charset=punycode", b"; charset=utf-16",
    b"; a*0*=x'y'%ff", b";" * 99, b"Content-Transfer-Encoding: base64\n", b"Content-Type: message/rfc822\n\n",
    b"From: " + b"." * 3000 + b"\n", b"<" * 999, b"From ", b"x" * 20_000, b"\n--" * 3000, b" \n" * 3000,
    b",a@b" * 3000, b"Subject: =?a?q?" + b"=?a?q?" * 500 + b"\n",
]  # fmt: skip


def damaged(dice: random.Random) -> bytes:
    content = bytearray(dice.choice(_SEEDS))
    for _ in range(dice.randrange(1, 8)):
        at = dice.randrange(len(content) + 1)
        match dice.randrange(4):
            case 0:
                content[at:at] = dice.choice(_POISON)
            case 1:
                del content[at : at + dice.randrange(1, 60)]
            case 2:
                content[at : at + 1] = bytes([dice.randrange(256)])
            case _:
                content[at:at] = content[at : at + dice.randrange(200)] * dice.randrange(1, 9)
    return bytes(content)


def test_3000_damaged_messages_are_read_or_refused_quickly_and_cleanly() -> None:
    dice = random.Random(5)
    slowest = 0.0
    for _ in range(3_000):
        content = damaged(dice)
        began = time.process_time()
        raw, said = raw_message("x", "y", content), everything(read(content))
        slowest = max(slowest, time.process_time() - began)
        assert not re.search("[\0-\x08\x0b-\x1f\x7f-\x9f]", "".join([*said, raw.message_id or ""]))
    assert slowest < 10


@given(st.binary(max_size=300), st.binary(max_size=300))
def test_nothing_that_comes_in_raises(header: bytes, body: bytes) -> None:
    for content in (header, header + b"\n\n" + body, MIXED + b"--b\n" + header + b"\n\n" + body):
        everything(read(content))
        raw_message("x", "y", content)


@pytest.mark.skipif(sys.platform != "linux", reason="memory is measured as Linux tells it")
def test_large_messages_take_little_time_and_memory() -> None:
    code = """
        import time
        from pathlib import Path
        from mtep_outreach.files.mails import read
        from tests.test_files_mails import HEAD, MIXED, everything, nested
        many = 24_000_000
        packed = b"Content-Type: message/rfc822\\nContent-Transfer-Encoding: quoted-printable\\n\\nA: b\\n"
        for content in (
            lambda: HEAD + b"\\n" + b"\\r\\n" * (many // 2),
            lambda: HEAD + b"\\n" + b"\\0" * many,
            lambda: HEAD + packed * 45 + b"\\n" + b"x" * many,
            lambda: nested(49) + b"\\n--b4x" * (many // 6),
            lambda: HEAD + b"Content-Transfer-Encoding: base64\\n\\n" + b"QUJD\\n" * (many // 5) + b"Q",
            lambda: HEAD + b"Content-Type: text/plain; charset=punycode\\n\\n" + b"b9" * (many // 2),
            lambda: b"".join(b"To: " + b",".join([sign * 490] * 130) + b"\\n" for sign in (b".", b"(", b":") * 5),
            lambda: MIXED + (b"--b\\nContent-Type: text/plain" + b'";a' * 1300 + b"\\n\\nx\\n") * 999,
        ):
            message = content()
            began = time.process_time()
            everything(read(message))
            assert time.process_time() - began < 10, message[:200]
        # The most that this process had, and not the one that began it, as getrusage would say.
        status = Path("/proc/self/status").read_text()
        print(status.partition("VmHWM:")[2].split()[0])
    """
    root = Path(__file__).parent.parent
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(root), str(root / "src")])}
    ran = subprocess.run([sys.executable, "-c", textwrap.dedent(code)], capture_output=True, text=True, env=environment)  # noqa: PLW1510
    assert ran.returncode == 0, ran.stderr
    assert int(ran.stdout) * 1024 < 300_000_000


# ---- real mails -----------------------------------------------------------------------------------------


@needs_data
@pytest.mark.parametrize(
    ("folder", "count"),
    [
        ("itip_replies", 24),
        ("calendar_mails_not_replies", 9),
        ("bounces", 38),
        ("auto_replies", 4),
        ("plain_replies", 6),
    ],
)
def test_real_mails_have_the_parts_that_the_standard_library_finds(folder: str, count: int) -> None:
    found = list(messages(REAL / folder))
    assert len(found) == count
    for raw in found:
        assert raw.content is not None
        ours = [(each.content_type, each.content.strip()) for each in mail(raw.content).parts]
        if not raw.place.endswith(".ics"):
            whole = email.message_from_bytes(raw.content.replace(b"\r\n", b"\n").replace(b"\r", b"\n"))
            assert raw.message_id == (re.sub("[<> ]", "", whole["message-id"]) if whole["message-id"] else None)
            # The library takes the fields of a delivery status for headers of parts.
            leaves = [each for each in whole.walk() if not each.is_multipart()]
            theirs = [(each.get_content_type(), each.get_payload(decode=True)) for each in leaves]
            kinds = {content_type for content_type, _ in ours}
            if not kinds & {"message/delivery-status", "message/feedback-report", "message/disposition-notification"}:
                others = [(kind, content.strip()) for kind, content in theirs if isinstance(content, bytes)]
                assert [each for each in ours if each[0] != "message/rfc822"] == others, raw.place
