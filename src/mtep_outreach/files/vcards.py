"""vCards in and out: people and organizations of address books."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path

from ..errors import Problem
from ..names import clean_text
from .blocks import Sheet, SheetRow
from .vcard_lines import Property, parts, plain, properties

_LONGEST_LINE = 75
_COLUMNS = (
    "Organization", "Department", "Name", "Title", "Email", "Email 2", "Phone", "Phone 2", "Street", "City", "State",
    "ZIP", "Country", "Website", "Note", "Categories",
)  # fmt: skip
_NO_TELEPHONE = frozenset({"FAX", "PAGER", "BBS", "MODEM"})
_ADDRESS_PARTS = 7
_MOST_PROPERTIES = 1_000

Values = dict[str, str]


# ---- in -------------------------------------------------------------------------------------------------


def sheets(path: Path, encoding: str | None) -> list[Sheet]:
    """Return the one table of a vCard file; columns that are empty in all cards are left out.

    Raises UnknownWordError, UnreadableTableError.
    """
    used: set[str] = set()
    for card in _cards(path, encoding):
        if not isinstance(card, Problem):
            used.update(column for column, value in card[1].items() if value)
    columns = tuple(column for column in _COLUMNS if column in used) or ("Name",)
    return [Sheet(path, columns, "vCard", (), "card", partial(_rows, path, encoding, columns))]


def _rows(path: Path, encoding: str | None, columns: Sequence[str]) -> Iterator[SheetRow | Problem]:
    for card in _cards(path, encoding):
        if isinstance(card, Problem):
            yield card
        else:
            line, values = card
            yield SheetRow(line, tuple([values.get(column, "") for column in columns]))


def _cards(path: Path, encoding: str | None) -> Iterator[tuple[int, Values] | Problem]:
    """Read the cards one after the other; one that is damaged is a problem at the line where it begins."""
    begun, inner = 0, 0
    said: list[Property] = []
    damage = ""
    for found in properties(path, encoding):
        if isinstance(found, Problem):
            damage = damage or (f"line {found.line}: {found.message}" if begun else "")
        elif found.name == "BEGIN" and found.value.strip().upper() == "VCARD":
            if begun and said and said[-1].name == "AGENT":  # a card inside a card: the person's agent
                inner += 1
                continue
            if begun:
                yield _problem(path, begun, "it never ends")
            begun, inner, said, damage = found.line, 0, [], ""
        elif found.name == "END" and begun:
            if inner:
                inner -= 1
                continue
            yield from _card(path, begun, said, damage)
            begun, said, damage = 0, [], ""
        elif begun and not inner and len(said) < _MOST_PROPERTIES:
            said.append(found)
    if begun:
        yield _problem(path, begun, "it never ends")


def _problem(path: Path, line: int, reason: str) -> Problem:
    return Problem(path.name, line, "", f"the card that begins here is damaged: {reason}", unit="card")


def _card(path: Path, line: int, said: Sequence[Property], damage: str) -> Iterator[tuple[int, Values] | Problem]:
    if damage:
        yield _problem(path, line, damage)
    elif not any(_is_group(found) for found in said):
        values = _values(said)
        yield (line, values) if any(values.values()) else _problem(path, line, "it says nothing of anybody")


def _is_group(found: Property) -> bool:
    """Return whether a card is a list of other cards, which stand in the file too."""
    return found.name in {"KIND", "X-ADDRESSBOOKSERVER-KIND"} and found.value.strip().lower() == "group"


def _values(said: Sequence[Property]) -> Values:
    mails = _texts(said, "EMAIL", "mailto:")
    phones = _texts([found for found in said if not found.words & _NO_TELEPHONE], "TEL", "tel:")
    box, more, street, city, state, code, country = _address(said)
    organization, *units = next((parts(found.value) for found in _ranked(said, "ORG")), [""])
    shown = next(iter(_texts(said, "FN")), "")
    name = "" if shown in mails else shown or _assembled(said)
    if _is_organization(said, shown == organization):
        organization, name = organization or shown, ""
    return {
        "Organization": organization,
        "Department": ", ".join(unit for unit in units if unit),
        "Name": name,
        "Title": next(iter([*_texts(said, "TITLE"), *_texts(said, "ROLE")]), ""),
        "Email": mails[0] if mails else "",
        "Email 2": mails[1] if len(mails) > 1 else "",
        "Phone": phones[0] if phones else "",
        "Phone 2": phones[1] if len(phones) > 1 else "",
        "Street": ", ".join(
            " ".join(line.split()) for text in (street, more, box) for line in text.splitlines() if line
        ),
        "City": city,
        "State": state,
        "ZIP": code,
        "Country": country,
        "Website": next(iter(_texts(said, "URL")), ""),
        "Note": "\n".join(_texts(said, "NOTE")),
        "Categories": "; ".join(
            part for found in said if found.name == "CATEGORIES" for part in parts(found.value, ",")
        ),
    }


def _ranked(said: Sequence[Property], name: str) -> list[Property]:
    """Return the properties of a name: preferred ones first, then those of work, else as they stand."""
    found = [one for one in said if one.name == name]
    return sorted(found, key=lambda one: (one.rank, "WORK" not in one.words))


def _texts(said: Sequence[Property], name: str, scheme: str = "") -> list[str]:
    """Return the values of a property, each once, none of them empty."""
    values = (plain(found.value).strip() for found in _ranked(said, name))
    bare = (value[len(scheme) :] if scheme and value.lower().startswith(scheme) else value for value in values)
    return list(dict.fromkeys(value for value in bare if value))


def _address(said: Sequence[Property]) -> list[str]:
    found = next((parts(found.value) for found in _ranked(said, "ADR") if found.value.strip("; ")), [])
    return (found + [""] * _ADDRESS_PARTS)[:_ADDRESS_PARTS]


def _assembled(said: Sequence[Property]) -> str:
    """Return the name that its parts make: family, given, further, before and after the name."""
    found = next((parts(found.value) for found in said if found.name == "N"), [])
    family, given, further, before, after = (found + [""] * 5)[:5]
    return " ".join(f"{before} {given} {further} {family} {after}".replace(",", " ").split())


def _is_organization(said: Sequence[Property], is_its_name: bool) -> bool:
    """Return whether a card is an organization's own: it says so, or has its name and no person's."""
    kinds = {(found.name, found.value.strip().lower()) for found in said}
    says_so = bool(kinds & {("KIND", "org"), ("KIND", "organization"), ("X-ABSHOWAS", "company")})
    return says_so or (is_its_name and not _assembled(said))


# ---- out ------------------------------------------------------------------------------------------------


def cards_text(people: Iterable[Mapping[str, str | None]]) -> str:
    """Return people as vCards of version 3.0, which all programs read.

    Each has organization, name, title, email, phone, street, city, state, zip, website and note, or some of them;
    without a name, the card is the organization's own.
    """
    return "".join(f"{_folded(line)}\r\n" for person in people for line in _lines(person))


def _lines(person: Mapping[str, str | None]) -> Iterator[str]:
    said = {key: clean_text(value or "") for key, value in person.items()}
    values = {key: _escaped(value) for key, value in said.items()}
    name, organization = said.get("name", ""), said.get("organization", "")
    yield "BEGIN:VCARD"
    yield "VERSION:3.0"
    yield f"N:{_structured(name)}"
    yield f"FN:{_escaped(name or organization or said.get('email', ''))}"
    if organization:
        yield f"ORG:{values['organization']}"
        if not name:
            yield "X-ABShowAs:COMPANY"
    for key, begins in (("title", "TITLE"), ("email", "EMAIL;TYPE=INTERNET,WORK"), ("phone", "TEL;TYPE=WORK,VOICE")):
        if values.get(key):
            yield f"{begins}:{values[key]}"
    address = [values.get(key, "") for key in ("street", "city", "state", "zip")]
    if any(address):
        yield f"ADR;TYPE=WORK:;;{';'.join(address)};"
    if values.get("website"):
        # It keeps its commas and semicolons, as not all programs take escapes out of it; a line break would end it.
        yield "URL:" + said["website"].replace("\\", "\\\\").replace("\n", "\\n")
    if values.get("note"):
        yield f"NOTE:{values['note']}"
    yield "END:VCARD"


def _structured(name: str) -> str:
    """Return a name as family and given name: the last word is the family's."""
    given, _, family = name.rpartition(" ")
    return f"{_escaped(family)};{_escaped(given.strip())};;;"


def _escaped(text: str) -> str:
    for sign in ("\\", ";", ","):
        text = text.replace(sign, f"\\{sign}")
    return text.replace("\n", "\\n")


def _folded(line: str) -> str:
    """Break a line so that none has more than 75 bytes, and no character is cut in two."""
    pieces = [""]
    size = 0
    for character in line:
        width = len(character.encode())
        if size + width > _LONGEST_LINE:
            pieces.append("")
            size = 1  # the blank that a continued line begins with
        pieces[-1] += character
        size += width
    return "\r\n ".join(pieces)
