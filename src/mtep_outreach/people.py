"""People and how to reach them: ``Name <mail>``, mail and web addresses."""

import re
from dataclasses import dataclass
from ipaddress import ip_address

from .errors import UnreadableAddressError, UnreadablePersonError, UnreadableWebsiteError
from .names import checked_length, checked_name, clean_line

_PERSON = re.compile(r"^(?P<name>[^<>]*)<(?P<address>[^<>]*)>$")
# Plain addresses, which most are: every one that this takes the library takes too, and leaves as it is.
_PLAIN_ADDRESS = re.compile(r"[A-Za-z0-9_+-]{1,20}(\.[A-Za-z0-9_+-]{1,20}){0,2}@([a-z0-9]{1,40}\.){1,4}[a-z]{2,20}")
_WEBSITE = re.compile(r"(?:https?://)?(?:[\w-]+\.)+[\w-]+(?::\d+)?(?:[/?#][^\s\"<>\\]*)?", re.IGNORECASE)


@dataclass(frozen=True)
class Person:
    """A name and, where one is known, a mail address."""

    name: str
    email: str | None

    def __str__(self) -> str:
        return f"{self.name} <{self.email}>" if self.email and self.email != self.name else self.name


def person(text: str) -> Person:
    """Read ``Name <mail>``, or a name alone, or a mail address alone (its name is then the address).

    Raises UnreadablePersonError or UnreadableAddressError.
    """
    line = clean_line(text)
    if match := _PERSON.match(line):
        email = mail_address(match["address"])
        name = match["name"].strip().strip('"').strip()
        return Person(checked_name(name, "person's name") if name else email, email)
    if "<" in line or ">" in line:
        raise UnreadablePersonError(line, "the address must stand in one pair of < >")
    if "@" in line:
        if " " in line:
            raise UnreadablePersonError(line, "the address must stand in < >")
        email = mail_address(line)
        return Person(email, email)
    return Person(checked_name(line, "person's name"), None)


def mail_address(text: str) -> str:
    """Return a mail address as it is written to: ASCII, the domain in lower case.

    Raises UnreadableAddressError. Whether anybody reads the address is not asked (no network is used).
    """
    address = clean_line(text)
    if _PLAIN_ADDRESS.fullmatch(address):
        return address
    from email_validator import EmailNotValidError, validate_email

    try:
        found = validate_email(address, check_deliverability=False, allow_smtputf8=False)
    except EmailNotValidError as error:
        if "special-use" not in str(error):
            raise UnreadableAddressError(address, str(error)) from None
        # A domain set aside for examples and tests (.invalid, .test) is well-formed, and nobody there can be harmed.
        mail_address(f"{address}.com")
        local, _, domain = address.rpartition("@")
        return f"{local}@{domain.lower()}"
    return found.ascii_email or found.normalized


def is_this_computer(host: str) -> bool:
    """Return whether a host name or number means this computer, whatever network it is in."""
    try:
        return host.lower() == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def website(text: str) -> str:
    """Return a web address as typed, when it can be one.

    Raises UnreadableWebsiteError for another scheme than http(s), blanks, or no domain.
    """
    line = checked_length(clean_line(text), "web address", 1000)
    if not _WEBSITE.fullmatch(line):
        raise UnreadableWebsiteError(line)
    return line
