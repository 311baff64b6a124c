"""What the header of a mail says: who wrote it to whom and when, what it answers, and what its mail server found."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import getaddresses, parsedate_to_datetime
from functools import cached_property
from itertools import islice
from types import MappingProxyType

from ..names import clean_line
from ..people import Person
from .mail_texts import media_type, parameters, words

_LONGEST_ID = 990
_LONGEST_DATE = 200
_LONGEST_PERSON = 500
_LONGEST_FINDINGS = 8_000
_MOST_PEOPLE = 1_000
_MOST_IDS = 200

_ID = re.compile(r"<([^<>\s]{1,990})>")
_QUOTE_OR_COMMA = re.compile(r'\\.|[",]')
_QUOTE_OR_COMMENT = re.compile(r'\\.|["()]')
_ADDRESS = re.compile(r"[^\s@<>]{1,250}@[^\s@<>]{1,250}")


@dataclass(frozen=True)
class Finding:
    """What a mail server found about a mail: ``method`` (spf, dkim, dmarc), ``result``, and what it looked at."""

    method: str
    result: str
    properties: Mapping[str, str]


@dataclass(frozen=True)
class Authentication:
    """The topmost Authentication-Results of a mail: the server that says so ("" where it is not named), its findings.

    Anybody can write such a field: it says something only where the server is the one that the mail was fetched from.
    """

    server: str
    findings: tuple[Finding, ...]

    def results(self, method: str) -> tuple[str, ...]:
        """Return what was found in one way."""
        return tuple(finding.result for finding in self.findings if finding.method == method)


@dataclass(frozen=True)
class Headers:
    """The fields of a header; nothing of what it returns holds control characters."""

    fields: tuple[tuple[str, str], ...] = ()

    def raw(self, name: str) -> str:
        """Return the topmost field of a name as it stands, "" when there is none."""
        return next((text for key, text in self.fields if key == name), "")

    def first(self, name: str) -> str:
        """Return the text of the topmost field of a name, "" when there is none; names are in small letters."""
        return words(self.raw(name))

    def every(self, name: str) -> tuple[str, ...]:
        """Return the texts of all fields of a name."""
        return tuple(words(text) for key, text in self.fields if key == name)

    def begun(self, beginning: str) -> tuple[tuple[str, str], ...]:
        """Return the fields whose names begin so, such as "list-"."""
        return tuple((key, words(text)) for key, text in self.fields if key.startswith(beginning))

    def has(self, name: str) -> bool:
        """Return whether there is a field of a name."""
        return any(key == name for key, _ in self.fields)

    def people(self, name: str) -> tuple[Person, ...]:
        """Return the people whom the fields of a name hold, those without an address too."""
        return tuple(_people(text for key, text in self.fields if key == name))

    @cached_property
    def sender(self) -> Person | None:
        """Return who wrote the mail; None where it says nobody, or more than one."""
        people = self.people("from")
        reachable = {person.email: person for person in people if person.email}
        return next(iter(reachable.values() or people)) if len(reachable or people) == 1 else None

    @property
    def recipients(self) -> tuple[str, ...]:
        """Return the addresses that it went to, as To, Cc and the last mail servers say."""
        names = ("to", "cc", "delivered-to", "x-original-to", "envelope-to")
        found = (person.email for name in names for person in self.people(name))
        return tuple(dict.fromkeys(address for address in found if address))

    @property
    def subject(self) -> str:
        """Return the subject."""
        return self.first("subject")

    @property
    def date(self) -> datetime | None:
        """Return when the mail says that it was sent, in UTC."""
        try:
            # A zone's name in brackets before its hours hides the hours from the library.
            moment = parsedate_to_datetime(_without_comments(self.raw("date")[:_LONGEST_DATE]))
            return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
        except (ValueError, TypeError, IndexError, OverflowError):
            return None

    @property
    def message_id(self) -> str | None:
        """Return the message id without its angle brackets."""
        said = self.raw("message-id")
        bare = said.strip("<> ")
        return next(iter(ids(said)), bare if bare and " " not in bare and len(bare) <= _LONGEST_ID else None)

    @property
    def answered(self) -> tuple[str, ...]:
        """Return the message ids that In-Reply-To and References name, the nearest first."""
        return tuple(dict.fromkeys([*ids(self.raw("in-reply-to")), *reversed(ids(self.raw("references")))]))

    @property
    def return_path(self) -> str | None:
        """Return the address that failures go to; "" for the empty one that machines use, None where none is said."""
        if not self.has("return-path"):
            return None
        return next((person.email or "" for person in self.people("return-path")), "")

    @property
    def failed_recipients(self) -> tuple[str, ...]:
        """Return the addresses that X-Failed-Recipients names."""
        return tuple(person.email for person in self.people("x-failed-recipients") if person.email)

    @property
    def authentication(self) -> Authentication | None:
        """Return what the topmost Authentication-Results says."""
        said = self.raw("authentication-results")
        return _authentication(said) if said and len(said) <= _LONGEST_FINDINGS else None

    def authentication_by(self, server: str) -> Authentication | None:
        """Return the topmost Authentication-Results of a server ("" for those that name none).

        Above it may stand those of servers that handed the mail on inside; what it says itself nobody can stand above.
        """
        said = (text for key, text in self.fields if key == "authentication-results")
        read = (_authentication(text) for text in islice(said, _MOST_PEOPLE) if len(text) <= _LONGEST_FINDINGS)
        return next((found for found in read if found.server == server.lower()), None)

    def content_type(self, otherwise: str = "text/plain") -> str:
        """Return the type of the content in small letters, or another where none is said."""
        return media_type(self.raw("content-type"), otherwise)

    @cached_property
    def parameters(self) -> Mapping[str, str]:
        """Return the parameters of the Content-Type: charset, method, report-type."""
        return parameters(self.raw("content-type"))


def ids(text: str) -> tuple[str, ...]:
    """Return the message ids of a text, the last 200 of them."""
    return tuple(_ID.findall(text)[-_MOST_IDS:])


# ---- people ----------------------------------------------------------------------------------------------


def _people(texts: Iterable[str]) -> Iterator[Person]:
    for piece in islice((piece for text in texts for piece in _pieces(text)), _MOST_PEOPLE):
        # The library takes quadratic time, or more depth than there is, for what is no address.
        if len(piece) <= _LONGEST_PERSON:
            yield from _read(piece)


def _pieces(text: str) -> Iterator[str]:
    """Yield what commas divide, but for those in quotation marks."""
    start, is_quoted = 0, False
    for match in _QUOTE_OR_COMMA.finditer(text):
        if match[0] == '"':
            is_quoted = not is_quoted
        elif match[0] == "," and not is_quoted:
            yield text[start : match.start()]
            start = match.end()
    yield text[start:]


def _read(piece: str) -> Iterator[Person]:
    try:
        found = getaddresses([piece])
    except (RecursionError, ValueError, IndexError):
        return
    for name, address in found:
        known = words(name)
        bare = clean_line(address)
        if _ADDRESS.fullmatch(bare):
            local, _, domain = bare.rpartition("@")
            email = f"{local}@{domain.lower()}"
            yield Person(known or email, email)
        elif known or bare:
            yield Person(known or bare, None)


# ---- what mail servers found -----------------------------------------------------------------------------


def _authentication(said: str) -> Authentication:
    """Read a field as RFC 8601 has it; Microsoft names no server."""
    plain = clean_line(_without_comments(said)).replace(" = ", "=").replace(" =", "=").replace("= ", "=")
    first, _, others = plain.partition(";")
    named = first.split()[:1]
    is_named = bool(named) and "=" not in named[0]
    findings = (_finding(text.split()) for text in (others if is_named else plain).split(";"))
    server = named[0].strip('"').lower() if is_named else ""
    return Authentication(server, tuple(finding for finding in findings if finding))


def _finding(tokens: list[str]) -> Finding | None:
    method, sign, result = (tokens[0] if tokens else "").lower().partition("=")
    if not sign:
        return None
    pairs = (token.partition("=") for token in tokens[1:] if "=" in token)
    return Finding(
        method.partition("/")[0], result, MappingProxyType({name.lower(): value.strip('"') for name, _, value in pairs})
    )


def _without_comments(text: str) -> str:
    kept, start, depth, is_quoted = [], 0, 0, False
    for match in _QUOTE_OR_COMMENT.finditer(text):
        sign = match[0]
        if sign == '"' and not depth:
            is_quoted = not is_quoted
        elif sign == "(" and not is_quoted:
            if not depth:
                kept.append(text[start : match.start()])
            depth += 1
        elif sign == ")" and depth:
            depth -= 1
            start = match.end()
    return " ".join([*kept, "" if depth else text[start:]])
