"""A mail as the bytes that go out: written in ASCII, read back, and refused where it would not arrive as it is meant.

Headers are written here, for the standard library's folding takes the quotes off long names, which makes several
addresses of one (CPython issue gh-80222); its parser reads them back.
"""

import base64
import binascii
import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.message import Message
from email.parser import BytesParser
from email.policy import default
from email.utils import format_datetime
from functools import lru_cache
from typing import Any, NamedTuple, cast
from urllib.parse import quote

from ..errors import MessageMismatchError
from ..names import clean_line
from ..people import Person
from .calendar import Method, checked_address, plain

_LINE = 78
_LONGEST_LINE = 998
_LONGEST_PIECE = 60
_LONGEST_ENCODED = 52  # with its frame, one word fits behind every header's name
# What goes into a header as it is; everything else is encoded.
_ATOM = re.compile(r"(?!.*=\?)[\w!#$%&'*+/=?^`{|}~-]{1,60}", re.ASCII)
_QUOTABLE = re.compile(r"(?!.*=\?)[\w !#$%&'()*+,./:=?^`{|}~-]{1,60}", re.ASCII)
_PLAIN_WORD = re.compile(r"(?!.*=\?)[!-~]{1,60}")
_UNSAFE_IN_WORD = re.compile(rb"[^A-Za-z0-9!*+/-]")
_NO_HEADER_TEXT = re.compile("[\0-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_MESSAGE_ID = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,120}@[A-Za-z0-9.-]{1,120}")
_TOKEN = re.compile(r"[A-Za-z0-9_-]{1,120}")
# A dot would be doubled on its way, and "From " get a ">" before it in a mailbox file.
_AT_LINE_START = re.compile(rb"^(?:\.|F(?=rom ))", re.MULTILINE)
_NOT_ON_THE_WIRE = re.compile(rb"[^\t\r\n -~]|\r(?!\n)|(?<!\r)\n")
_HEADER_NAME = re.compile(rb"^[^\s:]+(?=:)|^(?![ \t]).+", re.MULTILINE)


@dataclass(frozen=True)
class Mail:
    """What one mail says to one person. Message ids stand without their angle brackets.

    ``handed_in_by`` is who mails for the sender; ``date`` is None in a draft; ``unsubscribe`` is the address that a
    request to stop goes to; ``answers`` is the message id of the mail that this one follows.
    """

    sender: Person
    handed_in_by: Person | None
    reply_to: Sequence[Person]
    recipient: Person
    subject: str
    text: str
    html: str
    calendar: bytes | None
    method: Method | None
    message_id: str
    date: datetime | None
    unsubscribe: str | None
    unsubscribe_token: str
    answers: str | None
    draft: bool


class _Header(NamedTuple):
    """A header: the pieces that its lines may break between, how it may be read, and what a person calls it."""

    name: str
    pieces: list[str]
    meanings: tuple[object, ...]
    field: str


class _Part(NamedTuple):
    """A part of the mail: its headers, and its content as written and as meant. A multipart means its parts."""

    headers: dict[str, str]
    written: bytes
    meaning: bytes | list["_Part"]
    field: str


def message(mail: Mail) -> bytes:
    """Return a mail in the bytes that a mail server takes: ASCII, lines that end with CR and LF.

    Raises MessageMismatchError, with the field, when it would not arrive as it is meant.
    """
    headers = list(_headers(mail))
    body = _body(mail)
    content = b"".join(_folded(header.name, header.pieces) for header in headers) + _whole(body)
    _check(content, headers, body, mail)
    return content


# ---- headers ----------------------------------------------------------------------------------------------


def _headers(mail: Mail) -> Iterator[_Header]:
    yield _mailboxes(mail, "From", [mail.sender], "sender")
    if mail.handed_in_by and mail.handed_in_by.email != mail.sender.email:
        yield _mailboxes(mail, "Sender", [mail.handed_in_by], "mail account's owner")
    if mail.reply_to:
        yield _mailboxes(mail, "Reply-To", mail.reply_to, "address for answers")
    yield _mailboxes(mail, "To", [mail.recipient], "contact")
    yield _subject(mail)
    if mail.date:
        written = format_datetime(mail.date)
        yield _Header("Date", [written], (mail.date.replace(microsecond=0),), "date")
    identity = _id(mail, mail.message_id)
    yield _Header("Message-ID", [identity], (identity,), "message id")
    if mail.answers is not None:
        earlier = _id(mail, mail.answers)
        yield _Header("In-Reply-To", [earlier], (earlier,), "earlier message's id")
        yield _Header("References", [earlier], (earlier,), "earlier message's id")
    if mail.unsubscribe is not None:
        stop = _stop(mail, mail.unsubscribe)
        yield _Header("List-Unsubscribe", [stop], (stop,), "address to unsubscribe")
    if mail.draft:
        yield _Header("X-Unsent", ["1"], ("1",), "mark of a draft")
    yield _Header("MIME-Version", ["1.0"], ("1.0",), "form of the mail")


def _mailboxes(mail: Mail, name: str, people: Sequence[Person], field: str) -> _Header:
    """Return a header of addresses: each is to be read as one group of one, without a name of the group's own."""
    pieces, meaning, in_blanks = [], [], []
    for person in people:
        address = checked_address(person)
        if address is None:
            raise _refusal(mail, f"{field}'s mail address" if name != "Reply-To" else field)
        called = clean_line(person.name)
        words, parts = _phrase("" if called == address else called)
        pieces += [*words, f"<{address}>," if words else f"{address},"]
        meaning.append((None, (("".join(parts), address),)))
        in_blanks.append((None, ((" ".join(parts), address),)))
    pieces[-1] = pieces[-1].removesuffix(",")
    # Between two encoded words of a name Python 3.11 reads a blank, which by RFC 2047 is none.
    return _Header(name, pieces, (meaning, in_blanks), f"{field}'s name" if name != "Reply-To" else field)


def _phrase(name: str) -> tuple[list[str], list[str]]:
    """Return a name as it is, in quotes when short and harmless, else encoded; and the parts it stands for."""
    words = name.split()
    if all(_ATOM.fullmatch(word) for word in words):
        return words, [name]
    return ([f'"{name}"'], [name]) if _QUOTABLE.fullmatch(name) else _encoded(name)


def _subject(mail: Mail) -> _Header:
    if _NO_HEADER_TEXT.search(mail.subject):
        raise _refusal(mail, "subject")
    said = clean_line(mail.subject)
    as_it_is = all(_PLAIN_WORD.fullmatch(word) for word in said.split())
    return _Header("Subject", said.split() if as_it_is else _encoded(said)[0], (said,), "subject")


def _id(mail: Mail, text: str) -> str:
    if not _MESSAGE_ID.fullmatch(text):
        raise _refusal(mail, "message id")
    return f"<{text}>"


def _stop(mail: Mail, text: str) -> str:
    address = checked_address(Person(text, text))
    if address is None or not _TOKEN.fullmatch(mail.unsubscribe_token):
        raise _refusal(mail, "address to unsubscribe")
    return f"<mailto:{quote(address, safe='@+')}?subject=unsubscribe%20{mail.unsubscribe_token}>"


def _encoded(text: str) -> tuple[list[str], list[str]]:
    """Return a text in encoded words (RFC 2047), and the parts of it that each stands for."""
    octets = text.replace(" ", "").encode()
    readable = 2 * len(_UNSAFE_IN_WORD.findall(octets)) <= len(octets)
    longest = _LONGEST_ENCODED if readable else _LONGEST_ENCODED // 4 * 3  # base64 makes four of three
    parts, length = [""], 0
    for character in text:
        takes = len(_quoted_word(character.encode()) if readable else character.encode())
        if length + takes > longest:
            parts.append("")
            length = 0
        parts[-1] += character
        length += takes
    how, write = ("q", _quoted_word) if readable else ("b", base64.b64encode)
    return [f"=?utf-8?{how}?{write(part.encode()).decode()}?=" for part in parts], parts


def _quoted_word(word: bytes) -> bytes:
    return _UNSAFE_IN_WORD.sub(lambda found: b"_" if found[0] == b" " else b"=%02X" % ord(found[0]), word)


def _folded(name: str, pieces: Sequence[str]) -> bytes:
    lines = [f"{name}:"]
    for number, piece in enumerate(pieces):
        if number and len(lines[-1]) + 1 + len(piece) > _LINE:
            lines.append("")
        lines[-1] += f" {piece}"
    return "\r\n".join([*lines, ""]).encode("ascii")


# ---- parts ------------------------------------------------------------------------------------------------


def _body(mail: Mail) -> _Part:
    # Made of what only this mail has, so that it is the same each time and stands in no other mail.
    boundary = hashlib.sha256(mail.message_id.encode()).hexdigest()[:24]
    parts = [_text(mail.text, "plain"), _text(mail.html, "html")]
    if mail.calendar is None:
        return _multipart("alternative", boundary, parts)
    if mail.method is None or b"\r\nMETHOD:%b\r\n" % mail.method.encode() not in mail.calendar:
        raise _refusal(mail, "calendar entry")
    parts.append(_calendar(mail.calendar, {"Content-Type": f'text/calendar; method={mail.method}; charset="utf-8"'}))
    attached = {
        "Content-Type": 'application/ics; name="invite.ics"',
        "Content-Disposition": 'attachment; filename="invite.ics"',
    }
    return _multipart(
        "mixed", boundary, [_multipart("alternative", boundary, parts), _calendar(mail.calendar, attached)]
    )


def _text(text: str, kind: str) -> _Part:
    meant = (plain(text).rstrip("\n") + "\n").encode()
    headers = {"Content-Type": f'text/{kind}; charset="utf-8"', "Content-Transfer-Encoding": "quoted-printable"}
    written = _AT_LINE_START.sub(lambda found: b"=%02X" % ord(found[0]), binascii.b2a_qp(meant))
    return _Part(headers, written.replace(b"\n", b"\r\n"), meant.replace(b"\n", b"\r\n"), f"{kind} text")


def _calendar(content: bytes, headers: dict[str, str]) -> _Part:
    headers = {**headers, "Content-Transfer-Encoding": "base64"}
    return _Part(headers, base64.encodebytes(content).replace(b"\n", b"\r\n"), content, "calendar entry")


def _multipart(kind: str, boundary: str, parts: list[_Part]) -> _Part:
    boundary = f"=_{kind[:3]}_{boundary}"  # "=_" stands in no text that is encoded; neither begins as the other does
    written = b"".join(b"--%b\r\n%b\r\n" % (boundary.encode(), _whole(part)) for part in parts)
    written += b"--%b--\r\n" % boundary.encode()
    return _Part({"Content-Type": f'multipart/{kind}; boundary="{boundary}"'}, written, parts, "form of the mail")


def _whole(part: _Part) -> bytes:
    headers = "".join(f"{name}: {value}\r\n" for name, value in part.headers.items())
    return headers.encode("ascii") + b"\r\n" + part.written


# ---- read back --------------------------------------------------------------------------------------------


def _check(content: bytes, headers: list[_Header], body: _Part, mail: Mail) -> None:
    """Read a mail as whoever gets it does. Raises MessageMismatchError for the first thing that is not as meant."""
    read = BytesParser().parsebytes(content)  # which parts there are; what a header means is asked of the newer policy
    found = list(read.raw_items())
    top = content.partition(b"\r\n\r\n")[0]
    names = [*(header.name for header in headers), *body.headers]
    if [name for name, _ in found] != names or [name.decode() for name in _HEADER_NAME.findall(top)] != names:
        raise _refusal(mail, "list of headers")
    for header, (name, value) in zip(headers, found, strict=False):
        if _meaning(name, value) not in header.meanings:
            raise _refusal(mail, header.field)
    field = _difference(read, body, found[len(headers) :])
    if field:
        raise _refusal(mail, field)
    if _NOT_ON_THE_WIRE.search(content) or max(map(len, content.split(b"\r\n"))) > _LONGEST_LINE:
        raise _refusal(mail, "form of the mail")


@lru_cache(maxsize=1024)
def _meaning(name: str, value: str) -> object:
    """Return what a reader takes from a header; None where it finds it faulty."""
    header: Any = default.header_fetch_parse(name, value)
    if header.defects:
        return None
    if name == "Date":
        return header.datetime
    if hasattr(header, "groups"):
        return [(g.display_name, tuple((a.display_name, a.addr_spec) for a in g.addresses)) for g in header.groups]
    return str(header)


def _difference(read: Message, part: _Part, headers: list[tuple[str, str]]) -> str:
    """Return the field that is read in another way than it is meant; nothing where all is well."""
    if headers != list(part.headers.items()) or read.defects or read.preamble or read.epilogue:
        return part.field
    if isinstance(part.meaning, bytes):
        return "" if read.get_payload(decode=True) == part.meaning else part.field
    inner = cast("list[Message]", read.get_payload()) if read.is_multipart() else []
    if len(inner) != len(part.meaning):
        return part.field
    differences = (
        _difference(one, meant, list(one.raw_items())) for one, meant in zip(inner, part.meaning, strict=True)
    )
    return next(filter(None, differences), "")


def _refusal(mail: Mail, field: str) -> MessageMismatchError:
    return MessageMismatchError(mail.recipient.email or mail.recipient.name, field)
