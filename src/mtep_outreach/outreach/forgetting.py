"""Forgetting: a person is erased, and only a keyed hash is kept, by which they are not written to again."""

import hashlib
import hmac
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from .. import names
from ..errors import AmbiguousNameError, PersonNotFoundError
from ..letters.papers import known_files
from ..people import Person
from ..store.reading import Reads, Record, among

if TYPE_CHECKING:
    from ..store.writing import Work

_KEY = "forgotten.key"
"""The setting that holds the key of the hashes."""


@dataclass(frozen=True)
class Erased:
    """Whom a step erased: how many contacts, in how many letters, and the files that still name them.

    ``shared`` are files that hold the letters of others too.
    """

    contacts: int
    letters: int
    files: list[Path]
    shared: list[Path]


def forget(work: "Work", text: str, *, today: date) -> Erased:
    """Erase a person, given by address or name, from partners, letters and log.

    Raises PersonNotFoundError, AmbiguousNameError.
    """
    from ..store.erasing import Traces
    from ..store.models import Forgotten

    people = _found(work, text)
    addresses = list({row["email"] for row in people if row["email"]})
    # A name of one English word may mean anything elsewhere; written in other letters it is a whole name.
    called = list({row["name"] for row in people if " " in row["name"] or not row["name"].isascii()})
    short = list({row["name"] for row in people} - set(called))
    letters = {row["id"]: row for row in _letters(work, [row["id"] for row in people], addresses)}
    work.begin_final("mtep forget (erased)")
    digest = _digest(work)
    for address in addresses:
        found = digest(address)
        if not work.count("forgotten", ["digest = :digest"], digest=found):
            work.add(Forgotten(digest=found, day=today))
    files = [path for row in letters.values() for path in known_files(row["files"])]
    shared = {Path(row["path"]) for row in letters.values() if row["path"]} - set(files)
    work.erase(Traces([row["id"] for row in people], list(letters), addresses, called, short))
    here = [[path for path in paths if path.exists()] for paths in (files, sorted(shared))]
    return Erased(len(people), len(letters), *here)


def _found(work: "Work", text: str) -> list[Record]:
    """Return the contacts that a person is: every one with their address, or the only one of their name."""
    typed = names.clean_line(text)
    _, _, rest = typed.partition("<")
    address = (rest.rstrip(">") if rest else typed).strip().lower()
    if "@" in address:
        rows = work.select("contacts", ["LOWER(email) = :address"], "id", address=address)
    else:
        key = names.name_key(typed)
        rows = [row for row in work.select("contacts", order_by="id") if names.name_key(row["name"]) == key]
        if len({(row["email"] or str(row["id"])).lower() for row in rows}) > 1:
            raise AmbiguousNameError("contact", text, [str(Person(row["name"], row["email"])) for row in rows])
    if not rows:
        raise PersonNotFoundError(text)
    return rows


def _letters(work: "Work", contacts: list[int], addresses: list[str]) -> list[Record]:
    invitations = [row["id"] for row in among(work, "invitations", "contact_id", contacts)]
    return [
        *among(work, "deliveries", "invitation_id", invitations),
        *among(work, "deliveries", "address", addresses),
    ]


# ---- known again ----------------------------------------------------------------------------------------


def is_forgotten(reads: Reads) -> Callable[[str | None], bool]:
    """Return what tells whether an address is that of a person who was forgotten."""
    digests = {row["digest"] for row in reads.select("forgotten")}
    if not digests:
        return lambda _address: False
    (setting,) = reads.select("settings", ["key = :key"], key=_KEY)
    return lambda address: address is not None and _hashed(setting["value"], address) in digests


def _digest(work: "Work") -> Callable[[str], str]:
    """Return what hashes an address with this network's own key, which is made when it is first needed."""
    from ..store.models import NetworkSetting

    rows = work.select("settings", ["key = :key"], key=_KEY)
    key = rows[0]["value"] if rows else secrets.token_hex(32)
    if not rows:
        work.add(NetworkSetting(key=_KEY, value=key))
    return lambda address: _hashed(key, address)


def _hashed(key: str, address: str) -> str:
    return hmac.new(bytes.fromhex(key), address.lower().encode(), hashlib.sha256).hexdigest()
