"""Five thousand hostile texts in every field of a mail and its calendar entry: none adds a header, person or property.

What went out is judged by readers written here, on the bytes, and not by the code that made them.
"""

import base64
import email
import email.policy
import itertools
import random
import re
from collections.abc import Iterator
from dataclasses import replace
from email.message import EmailMessage
from typing import Any

import pytest

from mtep_outreach.errors import MtepError
from mtep_outreach.letters.calendar import Event, calendar
from mtep_outreach.letters.messages import Mail, message
from mtep_outreach.people import Person

from .test_letters_calendar import EVENT
from .test_letters_messages import INVITATION

CONTROLS = [
    *map(chr, (*range(0x20), *range(0x7F, 0xA0))), "\r\n", "\n\r", "\r\n\r\n", "\r\n ", "\n.\n", "\r\n.\r\n", "\u2028",
    "\u2029", "\u200b", "\u200e", "\u200f", *map(chr, range(0x202A, 0x202F)), *map(chr, range(0x2066, 0x206A)),
    "\u061c", "\ufeff", "\ufffe", "\uffff", "\ufdd0", "\ud800", "\udc00", "\udcff", "\ue000", "\U000e0001", "\u00a0",
    "\u3000", "\u0301", "\U0001f469\u200d\U0001f52c", "\ufffd",
]  # fmt: skip
PAYLOADS = [
    "Bcc: x@evil.example", "Cc: x@evil.example", "To: x@evil.example", "Subject: evil", "Content-Type: text/html",
    "X-Evil: 1", "From: x@evil.example", "--=_mix_", "--=_alt_", "BEGIN:VALARM", "END:VEVENT", "BEGIN:VEVENT",
    "END:VCALENDAR", "ATTENDEE:mailto:x@evil.example", "ATTACH:https://evil.example", ":mailto:x@evil.example",
    ";RSVP=FALSE", ";RSVP=FALSE:mailto:x@evil.example", ';SENT-BY="mailto:x@evil.example"', "URL:https://evil.example",
    "=?utf-8?q?a=0ABcc=3A_x=40evil.example?=", "=?utf-8?b?DQpCY2M6IHhAZXZpbC5leGFtcGxl?=", "=?utf-8?q?=00?=",
    "=?utf-8*en?q?a?=", "=?us-ascii?q?=22_=3Cx=40evil.example=3E?=", "=?", "?=", "=?utf-8?q?", "=?x?y?z?=",
    "name*=utf-8''%0D%0ABcc%3A%20x@evil.example", "name*0=a; name*1=b", "filename*=UTF-7''+AAoA-", "%0d%0aBcc:%20x",
    '"Big Bank Support, <support@bank.example>, padding padding padding padding padding" <bob@evil.example>',
    "x@evil.example,", "<x@evil.example>", "x@evil.example (", "group: x@evil.example;", "@evil.example:", "(comment",
    '"', '\\"', "\\", "\\\\", "\\n", "\\N", "\\,", "\\;", "^n", "^'", "^^", ",", ";", ":", "<", ">", "@", "(", ")", "[",
    "]", "<script>alert(1)</script>", "<!-- ", "]]>", "&#10;", "&lt;", "${7*7}", "{{ 7*7 }}", "{% x %}", "=CMD()",
    "\\r\\n",
    "From x@evil.example Thu", ".", "..", "MAIL FROM:<x@evil.example>", "DATA", "QUIT", "https://x.example/\\n",
    "عنوان", "שלום", "e\u0301" * 40, "東京" * 60, "😀" * 90, "Ann " * 75, "x" * 300, '"' * 300, "," * 300, "é" * 300,
    "a, b; c: d <e@f.example> " * 12, "=?utf-8?q?x?= " * 25,
]  # fmt: skip
PERSONS = ("recipient", "sender", "handed_in_by", "reply_to", "organizer", "attendee")
FIELDS = (*PERSONS, "subject", "text", "html", "title", "description", "location")
ADDRESSES = {
    "From": ["rivera@example.edu"], "Sender": ["hub@example.edu"],
    "Reply-To": ["rivera@example.edu", "hub@example.edu"], "To": ["nunez@example.org"],
}  # fmt: skip
HEADERS = ["From", "Sender", "Reply-To", "To", "Subject", "Date", "Message-ID", "In-Reply-To", "References",
           "List-Unsubscribe", "MIME-Version", "Content-Type"]  # fmt: skip
TEXT_HEADERS = ["Content-Type", "Content-Transfer-Encoding"]


def hostile_texts() -> Iterator[str]:
    """Every control and every payload at the beginning, in the middle and at the end; then mixtures; 5,000 in all."""
    for evil in (*CONTROLS, *PAYLOADS):
        yield from (evil, f"{evil}Ann Lee", f"Ann {evil} Lee", f"Ann Lee{evil}")
    yield from (f"Ann{control}{payload}" for control in CONTROLS[:34] for payload in PAYLOADS[:33])
    dice = random.Random(20240524)
    while True:
        yield "".join(
            dice.choice(dice.choice((CONTROLS, PAYLOADS, ["Ann ", "é", " "]))) for _ in range(dice.randint(2, 7))
        )


CASES = list(zip(itertools.islice(hostile_texts(), 5000), itertools.cycle(FIELDS), strict=False))


def with_text(field: str, text: str) -> tuple[Mail, Event]:
    """The invitation with a hostile text in one of its fields, in both parts where the field stands in both."""
    mail, event = INVITATION, EVENT
    if field in {"recipient", "sender", "handed_in_by"}:
        mail = replace(mail, **{field: replace(getattr(mail, field), name=text)})
    elif field == "reply_to":
        mail = replace(mail, reply_to=[Person(text, one.email) for one in mail.reply_to])
    elif field in {"organizer", "attendee"}:
        event = replace(event, **{field: replace(getattr(event, field), name=text)})
    elif field in {"subject", "text", "html"}:
        mail = replace(mail, **{field: text})  # type: ignore[arg-type]
    else:
        event = replace(event, **{field: text})  # type: ignore[arg-type]
    return mail, event


# ---- readers ------------------------------------------------------------------------------------------------


def visible(text: str) -> str:
    """What of a text a person can see, by rules of this test: no blanks, controls, halves or direction marks."""
    unseen = "[\\s\0-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ue000-\uf8ff\ufdd0-\ufdef\ufffe\uffff]"
    return re.sub(unseen, "", text)


def decoded(value: str) -> str:
    """A header's value without its encoded words (RFC 2047), by a reader of a few lines."""
    value = re.sub(r"\?=\s+=\?", "?==?", value.replace("\r\n", ""))

    def say(found: re.Match[str]) -> str:
        if found[1] == "b":
            return "\1" + base64.b64decode(found[2]).hex()
        octets = re.sub(rb"=(..)", lambda o: bytes.fromhex(o[1].decode()), found[2].replace("_", " ").encode())
        return "\1" + octets.hex()

    spread = re.sub(r"=\?utf-8\?([qb])\?([^? ]*)\?=", say, value)
    return re.sub(r"(?:\x01[0-9a-f]*)+", lambda o: bytes.fromhex(o[0].replace("\1", "")).decode(), spread)


def raw_headers(block: bytes) -> list[tuple[str, str]]:
    """The headers of a block of lines: a line that does not begin with a blank is a new one."""
    found: list[tuple[str, str]] = []
    for line in block.decode("ascii").split("\r\n"):
        if line[0] in " \t":
            found[-1] = (found[-1][0], f"{found[-1][1]}\r\n{line}")
        else:
            name, colon, value = line.partition(":")
            assert colon
            assert re.fullmatch("[A-Za-z-]+", name)
            found.append((name, value.strip()))
    return found


def mailboxes(value: str) -> list[tuple[str, str]]:
    """Names and addresses: quoted and encoded words are set aside before commas and brackets are looked at."""
    flat = re.sub(r'"((?:[^"\\]|\\.)*)"', lambda o: "\2" + re.sub(r"\\(.)", r"\1", o[1]).encode().hex() + "\2",
                  value.replace("\r\n", ""))  # fmt: skip
    found = []
    for piece in flat.split(","):
        match = re.fullmatch(r"\s*(?:([^<>,]*?)\s*<([^<>\s]+)>|([^<>\s]+))\s*", piece)
        assert match, piece
        name = re.sub("\2([0-9a-f]*)\2", lambda o: bytes.fromhex(o[1]).decode(), decoded(match[1] or ""))
        found.append((name, match[2] or match[3]))
    return found


def calendar_lines(content: bytes) -> list[tuple[str, dict[str, str], str]]:
    """Names, parameters and values of a calendar file, unfolded and split outside of quotes."""
    assert not re.search(rb"[\0-\x08\x0b\x0c\x0e-\x1f\x7f]|\r(?!\n)|(?<!\r)\n", content)
    assert max(map(len, content.split(b"\r\n"))) <= 75
    found = []
    for line in content.decode().replace("\r\n ", "").removesuffix("\r\n").split("\r\n"):
        match = re.fullmatch(r'([A-Z-]+)((?:;[A-Z-]+=(?:"[^"]*"|[^";:,]*))*):(.*)', line, re.DOTALL)
        assert match, line
        pairs = re.findall(r';([A-Z-]+)=("[^"]*"|[^";:,]*)', match[2])
        if match[1] in {"SUMMARY", "DESCRIPTION", "LOCATION"}:
            assert re.fullmatch(r"(?:[^\\,;]|\\[\\,;n])*", match[3]), line
        value = re.sub(r"\\(.)", lambda o: {"n": "\n", "N": "\n"}.get(o[1], o[1]), match[3])
        found.append((match[1], {name: said.strip('"') for name, said in pairs}, value))
    return found


def judge_calendar(content: bytes, field: str, text: str) -> None:
    """Only what the field itself says may differ from the entry without hostile texts."""
    own = {"organizer": "ORGANIZER", "attendee": "ATTENDEE", "title": "SUMMARY", "description": "DESCRIPTION",
           "location": "LOCATION"}.get(field)  # fmt: skip
    meant, found = calendar_lines(calendar(EVENT)), calendar_lines(content)
    if field == "location":
        meant = [line for line in meant if line[0] not in {"LOCATION", "URL"}]
        place = [line for line in found if line[0] in {"LOCATION", "URL"}]
        found = [line for line in found if line[0] not in {"LOCATION", "URL"}]
        assert [line[0] for line in place] in (["LOCATION"], ["LOCATION", "URL"], [])
        assert all(visible(line[2]) == visible(text) and not line[1] for line in place)
        assert place or not visible(text)
    assert len(found) == len(meant)
    for (name, parameters, value), (wanted, its, said) in zip(found, meant, strict=True):
        assert name == wanted
        if name != own:
            assert (parameters, value) == (its, said)
        elif name in {"ORGANIZER", "ATTENDEE"}:
            assert value == said
            called = parameters.pop("CN", "")
            assert parameters == {key: word for key, word in its.items() if key != "CN"}
            unquoted = text.replace('"', "'").replace("^", "").replace("\\", "")
            assert visible(called) == visible(unquoted)
        else:
            assert parameters == {}
            assert visible(value) == visible(text)


def judge_headers(content: bytes, field: str, text: str) -> None:
    block = content.partition(b"\r\n\r\n")[0]
    found = dict(raw_headers(block))
    assert [name for name, _ in raw_headers(block)] == HEADERS
    for name, addresses in ADDRESSES.items():
        assert [address for _, address in mailboxes(found[name])] == addresses
    whose = {"recipient": "To", "sender": "From", "handed_in_by": "Sender", "reply_to": "Reply-To"}.get(field)
    if whose:
        for called, _ in mailboxes(found[whose]):
            assert visible(called) == visible(text)
    if field == "subject":
        assert visible(decoded(found["Subject"])) == visible(text)


def judge_parts(content: bytes, field: str, text: str, entry: bytes) -> None:
    mail: EmailMessage = email.message_from_bytes(content, policy=email.policy.default)
    parts = list(mail.walk())
    assert [part.get_content_type() for part in parts] == [
        "multipart/mixed", "multipart/alternative", "text/plain", "text/html", "text/calendar", "application/ics",
    ]  # fmt: skip
    _, alternative, plain, html, inline, attached = parts
    assert alternative.keys() == ["Content-Type"]
    assert plain.keys() == html.keys() == inline.keys() == TEXT_HEADERS
    assert attached.keys() == ["Content-Type", "Content-Disposition", "Content-Transfer-Encoding"]
    assert inline.get_payload(decode=True) == attached.get_payload(decode=True) == entry
    for part, name in ((plain, "text"), (html, "html")):
        said: Any = part.get_payload(decode=True)
        assert visible(said.decode()) == visible(text if field == name else getattr(INVITATION, name))


# ---- the five thousand --------------------------------------------------------------------------------------


@pytest.mark.parametrize("field", FIELDS)
def test_a_hostile_text_goes_out_as_the_text_it_is_or_is_refused(field: str) -> None:
    refused = 0
    texts = [text for text, its in CASES if its == field]
    for text in texts:
        mail, event = with_text(field, text)
        try:
            entry = calendar(event)
            content = message(replace(mail, calendar=entry))
        except MtepError:
            refused += 1
            continue
        assert content.isascii()
        assert not re.search(rb"[^\t\r\n -~]|\r(?!\n)|(?<!\r)\n|\r\n\.", content)
        assert max(map(len, content.split(b"\r\n"))) <= 78
        judge_headers(content, field, text)
        judge_calendar(entry, field, text)
        judge_parts(content, field, text, entry)
    assert len(texts) >= 400
    # A subject with a control character in it is refused; everywhere else what cannot be seen is left out.
    assert refused < len(texts) * 0.9
    assert (refused > 0) is (field == "subject")


def test_the_hostile_texts_are_five_thousand_and_reach_every_field_in_turn() -> None:
    assert len(CASES) == 5000
    assert {field for _, field in CASES} == set(FIELDS)
    assert len({text for text, _ in CASES}) > 4000


def test_the_readers_of_this_test_see_what_was_added() -> None:
    content = message(INVITATION)
    assert content.count(b"\r\nTo: ") == 1
    for more in (b"Bcc: x@evil.example\r\nTo: ", b"To: x@evil.example, "):
        with pytest.raises(AssertionError):
            judge_headers(content.replace(b"\r\nTo: ", b"\r\n" + more), "subject", INVITATION.subject)
    entry = calendar(EVENT)
    for old, new in ((b"END:VEVENT", b"BEGIN:VALARM\r\nEND:VALARM\r\nEND:VEVENT"), (b"RSVP=TRUE", b"RSVP=FALSE")):
        with pytest.raises(AssertionError):
            judge_calendar(entry.replace(old, new), "title", EVENT.title)
    with pytest.raises(AssertionError):
        judge_parts(content.replace(b"please", b"Please"), "subject", "", entry)
