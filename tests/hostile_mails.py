"""Mails that were made to break what reads them: answers to letters that are damaged, bombs, and texts that steer.

For one seed they are the same each time, so that what broke once can be made again by its name.
"""

import random
import re
from base64 import encodebytes
from collections.abc import Callable, Iterator, Mapping
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path

from .answers import FULL, bounce, letter, mailed, opt_out, reply, words
from .test_cli_damaged import DAMAGES

MEGABYTE = 1_000_000
Letters = Mapping[str, EmailMessage]
Dice = random.Random

STEERING = (
    "\x1b[31mred\x1b[0m \x1b]0;owned\x07",
    "\x9b2J\x85\x90 C1 \x7f\x08\x08",
    "[bold]x[/] [/y] [link=http://z]w[/link] :smiley:",
    "\u202egnp.exe\u202c \u2066Lab\u2069 \u200f\u200e",
    "=cmd|' /C calc'!A0",
    "+1+1",
    "@SUM(1+1)",
    "-2+3",
    "| *a* `b` | <b>c</b> [d](http://e)",
    "Re:\r\nBcc: eve@example.com\r\n\r\nYes",
    "=?utf-8?q?a=0ABcc=3A_eve=40example=2Ecom=1B[31m?=",
    "=?utf-8?b?" + "AB" * 900 + "?=",
    "x\u2028y\u2029z\x00end",
    "\ud83d\udc4d".encode("utf-16", "surrogatepass").decode("utf-16") + "\ufdd0\U0010ffff",
    "{{ 7 * 7 }} {0.__class__} %s $HOME",
    "a" * 5_000,
)


# ---- as people and machines write them -----------------------------------------------------------------------


def genuine(letters: Letters) -> list[bytes]:
    """What comes back of letters as it should be, in the ways that programs write it."""
    found = []
    for address, mail in letters.items():
        entry = reply(mail, comment="Two of us come, and we bring\\na friend")
        html = letter(address, f"Re: {mail['Subject']}", "", In_Reply_To=str(mail["Message-ID"]))
        html.set_content("<html><body><p>Yes, we <b>would</b> love to come.</p></body></html>", subtype="html")
        packed = letter(address, "Accepted", "I accept.")
        packed.add_attachment(entry, maintype="text", subtype="calendar", filename="invite.ics")
        forwarded = letter(address, "Fwd: Accepted", "See below.", In_Reply_To=str(mail["Message-ID"]))
        forwarded.add_attachment(letter(address, "Accepted", "Yes, we come.", Message_ID="<inner@example.net>"))
        found += [
            entry,
            mailed(entry, f"Ann Ädams <{address}>", Message_ID=f"<{address}.a>"),
            html.as_bytes(policy=SMTP),
            packed.as_bytes(policy=SMTP),
            forwarded.as_bytes(policy=SMTP),
            words(mail, "Yes, we'd love to come!\nBut I must ask my dean – she decides.\n\nBest,\nAnn"),
            words(mail, "I am away until June.", Auto_Submitted="auto-replied"),
            opt_out(mail),
            bounce(mail),
            bounce(mail, FULL, whole=False),
        ]
    # The library names borders by chance.
    return [re.sub(rb"={15}\d+==", b"=_border", content) for content in found]


# ---- damaged -------------------------------------------------------------------------------------------------


def other_boundary(content: bytes, dice: Dice) -> bytes:
    """Let the parts be cut by a line that the header does not name, or name none, or an odd one."""
    new = dice.choice(
        [b'""', b'"--"', b'" "', b'"\xff"', b"x" * 300, b'"', b"(a)", b'"=?utf-8?q?x?="', b"a;boundary=b"]
    )
    return re.sub(rb'boundary="?[^"\s]+"?', lambda _: b"boundary=" + new, content, count=dice.choice([0, 1]))


def bogus_charset(content: bytes, dice: Dice) -> bytes:
    names = [
        b"x-none",
        b"utf-7",
        b"idna",
        b"zip",
        b"base64",
        b"utf-16",
        b"hz",
        b"cp037",
        b"punycode",
        b"\xe9",
        b"a" * 999,
    ]
    said = b'charset="' + dice.choice(names) + b'"'
    return re.sub(rb'charset="?[\w-]+"?', lambda _: said, content)


def bogus_encoding(content: bytes, dice: Dice) -> bytes:
    ways = [b"base64", b"quoted-printable", b"uuencode", b"x-gzip", b"8bit\0", b"base64 base64"]
    said = b"\nContent-Transfer-Encoding: " + dice.choice(ways)
    return re.sub(rb"\n(?=Content-Type:)", lambda _: said + b"\n", content)


def truncated_base64(content: bytes, dice: Dice) -> bytes:
    head, _, _ = content.partition(b"\n\n" if b"\r\n" not in content else b"\r\n\r\n")
    packed = encodebytes(content)
    top = re.sub(rb"(?im)^content-(type|transfer-encoding):.*\r?\n([ \t].*\n)*", b"", head + b"\n")
    kind = dice.choice(
        [b"text/plain", b"text/html", b"text/calendar; method=REPLY", b"message/rfc822", b"multipart/mixed"]
    )
    return (
        top
        + b"Content-Type: "
        + kind
        + b"\nContent-Transfer-Encoding: base64\n\n"
        + packed[: dice.randrange(len(packed))]
    )


def steering(content: bytes, dice: Dice) -> bytes:
    """Put a text that steers something into what is shown: the subject, the sender's name, the comment, the words."""
    text = dice.choice(STEERING).encode("utf-8", "surrogatepass")
    places = [rb"(?m)^(Subject: )", rb'(?m)^(From: )"?', rb"(?m)^(COMMENT:)", rb"(Yes, )", rb"(CN=)", rb"(filename=\")"]
    changed = content
    for place in dice.sample(places, dice.choice([1, 2, 6])):
        changed = re.sub(place, lambda found: found[1] + text + b" ", changed)
    return changed


def other_line_ends(content: bytes, dice: Dice) -> bytes:
    unix = content.replace(b"\r\n", b"\n")
    if dice.random() < 0.5:
        return unix.replace(b"\n", dice.choice([b"\r", b"\r\r\n", b"\n\r", b"\x0b", b"\xc2\x85"]))
    return b"".join(line + dice.choice([b"\n", b"\r\n", b"\r"]) for line in unix.split(b"\n"))


def with_fields(content: bytes, dice: Dice) -> bytes:
    """Put fields above a header that are many, long, contradictory or none."""
    fields = [
        b"Received: from a by b\n" * dice.choice([3, 3_000]),
        b"From: Eve <eve@example.com>\n",
        b"From: ann@example.org, bea@example.org\n",
        b"Content-Type: "
        + dice.choice([b"multipart/digest", b"message/rfc822", b"x", b"text/html;;;=;", b"\0"])
        + b"\n",
        b"Date: "
        + dice.choice([b"Fri, 99 Foo 99999 99:99:99 +9999", b"0", b"\xff", b"1 Jan 0001 00:00:00 +2359"])
        + b"\n",
        b"X-Failed-Recipients: " + b"a@example.org, " * dice.choice([1, 2_000]) + b"\n",
        b"In-Reply-To: " + b"<a@b> " * dice.choice([1, 9_000]) + b"\n",
        b": no name\nno colon\n\x00\xff: x\n",
        b"Subject: " + b"=?utf-8?q?" + b"=F0=9F" * dice.choice([9, 900]) + b"?=\n",
        b"Auto-Submitted: auto-replied\n",
        b"Return-Path: <>\nSubject: Undelivered Mail\n",
    ]
    return b"".join(dice.sample(fields, dice.choice([1, 2, 5]))) + content


def wrapped(content: bytes, dice: Dice) -> bytes:
    """Put a mail into others, as a part, as a message, or both, some times."""
    for level in range(dice.choice([1, 3, 45, 60])):
        kind = dice.choice([b"multipart/mixed", b"multipart/digest", b"message/rfc822", b"multipart/report"])
        top = b"From: ann@example.org\nContent-Type: " + kind
        if kind == b"message/rfc822":
            content = top + b"\n\n" + content
        else:
            edge = b"b%d" % (level if dice.random() < 0.9 else 1)
            inner = b"Content-Type: message/rfc822\n\n" if dice.random() < 0.3 else b""
            content = (
                top + b"; boundary=" + edge + b"\n\n--" + edge + b"\n" + inner + content + b"\n--" + edge + b"--\n"
            )
    return content


def odd_calendar(content: bytes, dice: Dice) -> bytes:
    """Put lines into a calendar that are many, deep or contradictory."""
    lines = [
        b"BEGIN:VEVENT\r\n" * dice.choice([1, 12, 900]),
        b"END:VCALENDAR\r\n",
        b"SEQUENCE:" + b"9" * dice.choice([1, 10, 4_000]) + b"\r\n",
        b"RRULE:FREQ=SECONDLY;COUNT=999999999\r\n",
        b"DTSTAMP:99991231T235959Z\r\n",
        b"DTSTART;TZID=" + dice.choice([b"../../etc/passwd", b"X" * 999, b"America/Chicago"]) + b":20240524T120000\r\n",
        b'ATTENDEE;CN="\x1b[31m";PARTSTAT=ACCEPTED:mailto:%61nn@example.org\r\n' * dice.choice([1, 600]),
        b"COMMENT:" + b"a\r\n " * dice.choice([10, 9_000]) + b"\r\n",
        b"BEGIN:VTIMEZONE\r\nTZID:Z\r\nBEGIN:STANDARD\r\nDTSTART:16010101T000000\r\nRRULE:FREQ=YEARLY;BYDAY=1SU\r\n",
    ]
    at = content.find(b"UID:")
    return content[:at] + b"".join(dice.sample(lines, dice.choice([1, 2]))) + content[at:] if at > 0 else content


OWN = [
    other_boundary, bogus_charset, bogus_encoding, truncated_base64, steering, steering, other_line_ends, with_fields,
    wrapped, odd_calendar,
]  # fmt: skip


# ---- bombs ---------------------------------------------------------------------------------------------------


def bombs(letters: Letters) -> Iterator[tuple[str, bytes]]:
    """Mails of few bytes or many that cost a naive reader time, memory or depth; all answer a letter."""
    mail = next(iter(letters.values()))
    entry = reply(mail)
    top = (
        f"From: {mail['To']}\nTo: hub@example.org\nSubject: Re: {mail['Subject']}\nIn-Reply-To: {mail['Message-ID']}\n"
    )
    head = top.encode()
    calendar = head + b"Content-Type: text/calendar; method=REPLY\n\n"
    border = b"Content-Type: multipart/mixed; boundary=b\n\n"
    html = head + b"Content-Type: text/html\n\n<html><body><p>Yes, we come.</p>"
    report = head + b"Content-Type: multipart/report; report-type=delivery-status; boundary=b\n\n"
    status = b"\n--b\nContent-Type: message/delivery-status\n\n"

    def within(name: bytes, value: bytes) -> bytes:
        return entry.replace(name, value + name, 1)

    nested = b"".join(b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(10_000))
    yield "10,000 multiparts in each other", head + nested
    yield "10,000 multiparts with one boundary", head + b"Content-Type: multipart/mixed; boundary=b\n\n--b\n" * 10_000
    yield "10,000 messages in each other", head + b"Content-Type: message/rfc822\n\n" * 10_000
    yield "10,000 parts", head + border + b"--b\n\nYes\n" * 10_000
    yield "900 calendars", head + border + (b"--b\nContent-Type: text/calendar\n\n" + entry + b"\n") * 900
    yield (
        "900 messages with calendars",
        head + border + (b"--b\nContent-Type: message/rfc822\n\n" + genuine(letters)[1]) * 200,
    )
    yield "2,000,000 lines that may be boundaries", head + border + b"--a\n" * 2_000_000
    yield "250,000 lines that may be boundaries", head + border + b"--a\n" * 250_000
    yield "100,000 fields", b"Received: from a by b\n" * 100_000 + head
    yield "a field of 20 MB", b"X: " + b"a" * 20 * MEGABYTE + b"\n" + head
    yield "a folded field of 200,000 lines", b"X: a\n" + b" b\n" * 200_000 + head
    yield "only a field, without an end", b"Subject: " + b"a" * 20 * MEGABYTE
    yield "a header without fields", b"a" * 5 * MEGABYTE
    for name, value in {
        "brackets": b"(" * 60_000, "dots": b"." * 16_000, "quotes": b'"' * 60_000, "commas": b"," * 60_000,
        "angles": b"<" * 60_000, "backslashes": b'"' + b"\\" * 60_000, "groups": b"a:" * 30_000, "at": b"@" * 60_000,
        "people": b"a <a@b.c>, " * 5_900, "words": b"=?utf-8?q?a?= " * 4_600, "semicolons": b";" * 60_000,
        "parameters": b"x/y; " + b"a*0=b; " * 9_000, "ids": b"<a@b>" * 13_000, "colons": b"re:" * 20_000,
    }.items():  # fmt: skip
        for field in (b"From", b"Subject", b"Date", b"Content-Type", b"References", b"Authentication-Results"):
            yield f"{name} in {field.decode()}", field + b": " + value + b"\n" + head + b"\nYes, we come.\n"
    yield "20 MB of base64", head + b"Content-Transfer-Encoding: base64\n\n" + b"QUFB" * (5 * MEGABYTE)
    yield (
        "20 MB of soft line breaks",
        head + b"Content-Transfer-Encoding: quoted-printable\n\n" + b"=\n" * (10 * MEGABYTE),
    )
    yield "24 MB of letters", head + b"\n" + "Yes – ".encode() * (3 * MEGABYTE)
    for name, text in {
        "a line of a megabyte": b"Yes " * 250_000, "blank lines": b"\n" * 900_000, "quoted lines": b">\n" * 450_000,
        "introductions": b"On Wed, May 1, 2024, a wrote:\n" * 30_000, "signatures": b"-- \n" * 200_000,
        "questions": b"not " * 90_000, "no end": b"i " * 99_000, "stops": b"unsubscribe " * 80_000,
        "headers": b"From: a\nSent: b\nTo: c\nSubject: d\n" * 20_000, "tabs": b"\t" * 900_000, "stars": b"*" * 900_000,
        "borders": b"-----Original Message-----\n" * 30_000, "regrets": b"regret " * 50_000, "dashes": b"-" * 900_000,
        "we": b"we will be " * 30_000,
    }.items():  # fmt: skip
        yield f"text of {name}", head + b"\n" + text
    for name, text in {
        "100,000 divs": b"<div>" * 100_000, "quotes in quotes": b"<blockquote>" * 50_000, "bold": b"<b>" * 300_000,
        "tables": b"<table><tr><td>" * 30_000, "an endless comment": b"<!--" + b"-" * 500_000,
        "attributes": b"<p " + b"a=b " * 200_000 + b">", "marks of Outlook": b'<hr id="stopSpelling">' * 20_000,
        "divs of Gmail": b'<div class="gmail_quote">' * 20_000, "templates": b"<template>" * 30_000,
        "forms": b"<a><b><i><nobr>" * 20_000, "line breaks": b"<br>" * 90_000, "lists": b"<ul><li>" * 40_000,
        "scripts": b"<script>" * 90_000, "entities": b"&amp;" * 200_000,
    }.items():  # fmt: skip
        yield f"HTML of {name}", html + text
    for name, text in {
        "20,000 attendees": within(b"ATTENDEE", b"ATTENDEE;PARTSTAT=ACCEPTED:mailto:a@b.c\r\n" * 20_000),
        "10,000 entries in each other": within(b"UID", b"BEGIN:VEVENT\r\n" * 10_000),
        "30,000 entries": within(b"UID", b"END:VEVENT\r\nBEGIN:VEVENT\r\n" * 30_000),
        "a line of 900 KB": within(b"UID", b"ATTENDEE;CN=" + b"a" * 900_000 + b":mailto:a@b.c\r\n"),
        "parameters": within(b"UID", b"ATTENDEE" + b";A=b" * 200_000 + b":mailto:a@b.c\r\n"),
        "quotes": within(b"UID", b'ATTENDEE;CN="' + b'"' * 9_000 + b":mailto:a@b.c\r\n"),
        "folds": within(b"UID", b"COMMENT:" + b"\r\n a" * 300_000 + b"\r\n"),
        "escapes": within(b"UID", b"COMMENT:" + b"\\n\\," * 200_000 + b"\r\n"),
        "5,000 zones": within(b"BEGIN:VEVENT", b"BEGIN:VTIMEZONE\r\nTZID:a\r\nEND:VTIMEZONE\r\n" * 5_000),
        "24 MB": within(b"UID", b"COMMENT:" + b"a" * 23 * MEGABYTE + b"\r\n"),
    }.items():  # fmt: skip
        yield f"a calendar of {name}", calendar + text
    block = b"\nFinal-Recipient: rfc822; a%d@example.org\nAction: failed\nStatus: 5.1.1\n"
    yield "a report of 20,000 recipients", report + status + b"".join(block % n for n in range(20_000))
    yield "900 reports", report + (status + block % 1) * 900
    yield "24 reports of a megabyte", report + (status + "–".encode() * 330_000) * 24
    yield "24 texts of a megabyte in a report", report + (b"\n--b\n\n" + "Status – \n".encode() * 83_000) * 24
    yield "a report of blank lines", report + status + b"\n \n" * 60_000
    yield (
        "reports in each other",
        head + (b"Content-Type: multipart/report; boundary=b\n\n--b\n" * 40) + status + block % 1,
    )
    yield "JSON that is deep", head + b'\n{"notificationType":"Bounce","bounce":' + b"[" * 90_000
    packed = b"From: a@b.c\n\nYes"
    for _ in range(30):
        packed = b"Content-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\n" + encodebytes(packed)
    yield "messages packed in each other", head + packed


# ---- all of them ---------------------------------------------------------------------------------------------


def hostile(letters: Letters, count: int, seed: int = 5) -> Iterator[tuple[str, bytes]]:
    """Make so many different mails, each with a name: the bombs, then damaged answers."""
    dice = random.Random(seed)
    made = 0
    for name, content in bombs(letters):
        made += 1
        yield name, content
    seen: set[bytes] = set()
    whole = genuine(letters)
    ways: list[Callable[[bytes, Dice], bytes]] = [*OWN, *OWN, *DAMAGES]
    while made < count:
        content = dice.choice(whole)
        chosen = dice.choices(ways, k=dice.choice([1, 1, 2, 3]))
        for way in chosen:
            content = way(content, dice) or content
        if content not in seen:
            seen.add(content)
            made += 1
            yield " and ".join(way.__name__ for way in chosen), content


def write_long_line(file: Path, letters: Letters) -> None:
    """Write an answer with a line of 100 MB, piece by piece."""
    mail = next(iter(letters.values()))
    with file.open("wb") as out:
        out.write(f"From: {mail['To']}\nSubject: Re\nIn-Reply-To: {mail['Message-ID']}\n\n".encode())
        for _ in range(100):
            out.write(b"a" * MEGABYTE)
