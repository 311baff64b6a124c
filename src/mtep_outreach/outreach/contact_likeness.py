"""What web addresses, mail domains, streets and phone numbers say about two organizations being one."""

from collections.abc import Iterator
from typing import NamedTuple, Protocol

from ..organizations import SHARED_HOSTS, phone_digits, street, web_host


class Reachable(Protocol):
    """What is needed of an organization here."""

    @property
    def website(self) -> str | None:
        """Its web address."""

    @property
    def address(self) -> str | None:
        """Its street."""

    @property
    def postal_code(self) -> str | None:
        """Its ZIP code."""

    @property
    def phone(self) -> str | None:
        """Its phone number."""

    @property
    def domains(self) -> frozenset[str]:
        """The domains of its contacts' mail addresses."""


class Sign(NamedTuple):
    """Points for (above 0) or against one organization, and the reason, if a person should read it."""

    points: float
    reason: str


def web_signs(a: Reachable, b: Reachable) -> Iterator[Sign]:
    """Yield what the web addresses and, failing them, the mail domains say."""
    one, other = web_host(a.website), web_host(b.website)
    if one and other:
        if one == other:
            yield Sign(3.0, f"same web address ({one})")
        elif owner(one) != owner(other):
            yield Sign(-1.0, "different web addresses")
        elif one in {owner(one), owner(other)} or other in {owner(one), owner(other)}:
            yield Sign(0.5, f"web addresses under {owner(one)}")
        return
    mine = {domain for domain in a.domains if web_host(domain)} | ({one} if one else set())
    theirs = {domain for domain in b.domains if web_host(domain)} | ({other} if other else set())
    shared = sorted((mine & theirs) - FREE_MAIL)
    if shared:
        yield Sign(1.5, f"same mail domain ({shared[0]})")


FREE_MAIL = frozenset(["gmail.com", "hotmail.com", "outlook.com", "aol.com", "icloud.com", "comcast.net", "att.net"])
FREE_MAIL |= SHARED_HOSTS | {"verizon.net", "msn.com", "live.com", "me.com", "sbcglobal.net", "ymail.com", "mail.com"}


def owner(host: str) -> str:
    """Return the part of a host that its owner registered; hosts of states and schools are whole."""
    return host if host.endswith((".us", ".gov")) else ".".join(host.split(".")[-2:])


def phone_signs(a: Reachable, b: Reachable) -> Iterator[Sign]:
    """Yield what the phone numbers say; an area code may be missing."""
    if not a.phone or not b.phone:
        return
    one, other = phone_digits(a.phone), phone_digits(b.phone)
    shortest = min(len(one), len(other))
    if shortest and one[-shortest:] == other[-shortest:]:
        yield Sign(2.5, "same phone number")


def street_signs(a: Reachable, b: Reachable, *, local: bool) -> Iterator[Sign]:
    """Yield what streets and ZIP codes say; ``local``: such organizations are told apart by where they are."""
    one, other = (street(text) if text else None for text in (a.address, b.address))
    if one and other:
        if one == other:
            yield Sign(3.0, "same address")
        else:
            yield Sign(-3.0 if local else -1.0, "different addresses")
        return
    zips = [code[:5] for code in (a.postal_code, b.postal_code) if code]
    if len(zips) > 1:
        yield Sign(0.5, "same ZIP code") if zips[0] == zips[1] else Sign(-3.0 if local else -0.3, "different ZIP codes")
