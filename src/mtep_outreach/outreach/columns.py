"""Columns of other people's files: what they mean, by their names and by the program that wrote the file."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ..errors import (
    AttendanceReportError,
    MtepError,
    NoOrganizationColumnError,
    NotAPartnerListError,
    UnknownColumnError,
    UnknownFieldError,
)
from ..names import name_key
from .network import Remembered
from .partners import CHECKS
from .presets import CARDS, IGNORE, ORGANIZATION, PRESETS, Preset, asked, preset_of

LINE, REASON = "mtep line", "mtep problem"
"""What a file of rows with problems has beside the columns of its own; passed over when it is imported."""

# What each field is called in other people's files (compared without case, accents and punctuation).
_SYNONYMS: Mapping[str, str] = {
    "name": ORGANIZATION,
    "acronym": "acronym|abbreviation|short name|initials|ialias",
    "alias": "alias|aliases|also known as|aka|other name|other names|former name|dba|doing business as",
    "scope": "scope|level|reach|national state or local|national state local",
    "sector": "sector|type of organization|organization type|kind of organization",
    "state": "state|state province|province|state territory|us state|stabbr|st|location state|region|"
    "mailing state|business state|work state|address state|organization state",
    "city": "city|town|city town|location city|locality|mailing city|business city|work city|adr one locality|"
    "address city|organization city|municipality",
    "address": "address|street|street address|address line 1|address 1|mailing address|business street|work address|"
    "adr one street|location address|organization address",
    "postal-code": "zip|zip code|zipcode|postal code|postcode|zip postal code|mailing zip|business postal code|"
    "work zip|work zipcode|adr one postalcode|organization zip",
    "country": "country|country region|business country region|location country|adr one countryname|work country",
    "website": "website|web site|web|url|homepage|home page|web address|web page|web page 1|webaddr|web pages|"
    "organization website|organization url|website url|domain",
    "organization-phone": "organization phone|office phone|main phone|tel work|phone of organization|company phone|"
    "company main phone|switchboard",
    "council-role": "council role|council roles|role in council|partnership role",
    "note": "note|notes|comment|comments|remarks",
    "contact": "contact|contact name|contact person|name of contact|primary contact|person|full name|display name|"
    "person name|who to contact",
    "first-name": "first|first name|firstname|given name|given names|n given|forename|contact first name",
    "last-name": "last|last name|lastname|family name|surname|n family|contact last name",
    "email": "email|e mail|mail|email address|e mail address|contact email|contact e mail|contact email address|"
    "primary email|work email|business email|email work|e mail 1 value|email 1",
    "contact-title": "title|job title|position|contact title|role title|occupation|organization title",
    "phone": "phone|telephone|phone number|contact phone|tel|mobile|cell|business phone|work phone|mobile phone|"
    "phone 1 value|primary phone|mobile number|tel cell",
    "nominated-by": "nominated by|nominator|your name|suggested by|submitted by|nominator name|who nominates|"
    "name of nominator|person nominating|member",
    "nominator-email": "nominator email|your email|your email address|nominator e mail|username|email of nominator|"
    "member email",
    "reason": "reason|why|reason for nomination|rationale|why this organization|why should we invite them|"
    "justification",
    "nominated-on": "nominated on|timestamp|date|submitted at|submission date|date submitted|completion time",
    "added-on": "added on",
    "unsubscribed-on": "unsub time|unsubscribed|unsubscribed on|unsubscribe date|opted out|opted out on",
    "bounced-on": "clean time|bounced|bounced on|cleaned",
    "stopped": "stopped",
    "do-not-contact": "do not contact",
    IGNORE: f"{LINE}|{REASON}",
}
_FIELD_OF = {synonym: field for field, synonyms in _SYNONYMS.items() for synonym in synonyms.split("|")}

FIELDS: tuple[str, ...] = tuple(_SYNONYMS)
"""What a column of a file can mean."""

SEVERAL = ("email", "phone", "contact-title", "website", "city", "state", "nominated-by", "nominator-email")
"""Fields that a layout may have several columns for: the first that is filled counts, the others go to the note."""

_NOTHING = (
    "n/a",
    "na",
    "none",
    "nil",
    "null",
    "nan",
    "tbd",
    "tba",
    "unknown",
    "anonymous",
    "-",
    "--",
    "---",
    "–",
    "—",
    "?",
)
NOTHING = frozenset(text for word in ("", *_NOTHING) for text in (word, word.upper(), word.capitalize(), word.title()))
"""What stands in cells in which nothing stands."""

_ATTENDANCE = frozenset(
    [
        *("join time", "leave time", "first join", "last leave", "first join time", "last leave time", "user action"),
        *("total duration minutes", "duration minutes", "time in session minutes", "in meeting duration"),
        *("meeting duration", "time joined", "time exited", "name original name", "user name original name"),
        *("participant id upn", "attended participants", "actual start time", "beitrittszeit", "heure d arrivee"),
        *("参加時刻", "退出時刻", "所要時間 分"),
    ]
)
"""Columns that only reports of who attended a meeting have (Zoom, Teams, Meet)."""


_LONGEST_COLUMN = 200
_KNOWN = frozenset(key for preset in PRESETS for key in preset.means) | {"name", "id"}


def looks_like_header(cells: Sequence[str]) -> bool:
    """Return whether a row of a file is a header: two of its cells, or its only one, are names of columns we know."""
    keys = [name_key(cell) for cell in cells if 0 < len(cell) <= _LONGEST_COLUMN]
    known = sum(key in _FIELD_OF or key in _KNOWN or key in _ATTENDANCE for key in keys)
    known += sum(_bare(cell) in _FIELD_OF for cell in cells if "(" in cell[:_LONGEST_COLUMN])
    return known > 1 or (len(keys) == 1 and keys[0] in (*ORGANIZATION.split("|"), "name"))


def _bare(column: str) -> str:
    """Return the key of a column without what stands in parentheses, and without the number of the first of several."""
    return name_key(re.sub(r"\([^()]*\)", " ", column)).removesuffix(" 1")


@dataclass(frozen=True)
class Layout:
    """What the columns of one table of a file mean: None is kept in the note. ``mapping`` names a remembered one.

    ``idle`` are columns in which nothing stands.
    """

    path: Path
    columns: Sequence[str]
    meanings: Mapping[str, str | None]
    preset: Preset | None = None
    mapping: str | None = None
    idle: frozenset[str] = frozenset()

    @property
    def unmapped(self) -> list[str]:
        """The columns that mean nothing to mtep and are kept in the note, but for those known to be idle."""
        return [column for column, meaning in self.meanings.items() if meaning is None and column not in self.idle]

    @property
    def own(self) -> list[int]:
        """Where the file's own columns stand: those that mtep has put beside them are left out."""
        return [number for number, column in enumerate(self.columns) if name_key(column) not in (LINE, REASON)]


def layout(
    path: Path,
    columns: Sequence[str],
    sample: Sequence[Sequence[str]],
    said: Mapping[str, str],
    remembered: Mapping[str, Remembered] | None = None,
    *,
    cards: bool = False,
) -> Layout:
    """Return what the columns of a table mean: as said, as remembered for them, by their preset, by their names.

    ``cards``: the table is of address cards. A column is what its name says only if the cells of the ``sample`` of rows
    can be that; rows with problems are no sample of anything. Raises UnknownColumnError, UnknownFieldError,
    AttendanceReportError, NotAPartnerListError, or NoOrganizationColumnError.
    """
    keys = frozenset(map(name_key, columns))
    own = [column for column in columns if name_key(column) not in (LINE, REASON)]
    named = next((name for name, known in (remembered or {}).items() if list(known.columns) == own), None)
    before = remembered[named].fields if remembered and named else {}
    preset = CARDS if cards else preset_of(keys, keys - _FIELD_OF.keys())
    if preset and preset.refused:
        raise NotAPartnerListError(path, preset.title)
    if len(own) < len(columns):
        sample = []
    chosen = _checked(columns, {**before, **said})
    if preset is None and not chosen and keys & _ATTENDANCE:
        raise AttendanceReportError(path)
    meanings = _Meanings(columns, sample, chosen, preset).found
    if not {"name", "unsubscribed-on", "bounced-on"} & set(meanings.values()):
        people = bool({"contact", "first-name", "last-name", "email", "nominated-by"} & set(meanings.values()))
        raise NoOrganizationColumnError(path, columns, people=people)
    return Layout(path, tuple(columns), meanings, preset, None if said else named)


def _checked(columns: Sequence[str], said: Mapping[str, str]) -> dict[str, str]:
    by_key = {name_key(column): column for column in columns}
    found: dict[str, str] = {}
    for column, meaning in said.items():
        if name_key(column) not in by_key:
            raise UnknownColumnError(column, columns)
        if meaning not in FIELDS:
            raise UnknownFieldError(f"{column}={meaning}", FIELDS)
        found[by_key[name_key(column)]] = meaning
    return found


class _Meanings:
    """Gives each column its meaning; one field has one column, but for SEVERAL, the note and what is ignored."""

    def __init__(
        self, columns: Sequence[str], sample: Sequence[Sequence[str]], said: Mapping[str, str], preset: Preset | None
    ) -> None:
        self.found: dict[str, str | None] = {column: said.get(column) for column in columns}
        self._cells = {column: [row[number] for row in sample] for number, column in enumerate(columns)}
        self._taken = set(said.values())
        self._ours = bool(preset and preset.ours)
        self._many = {IGNORE, "note", *(SEVERAL if preset else ())}
        means = preset.means if preset else {}
        keys = {column: name_key(column) for column in columns}
        # In the order of the preset: of several addresses the one that stands first there counts.
        for key, field in means.items():
            for column in columns:
                if keys[column] == key:
                    self._take(column, field)
        rest = [column for column in columns if keys[column] not in means]
        for column in rest:
            self._take(column, _FIELD_OF.get(keys[column]))
        for column in rest:
            self._take(column, _FIELD_OF.get(_bare(column)))
        for column in rest if preset and preset.form else ():
            self._take(column, asked(keys[column]))
        for column in rest:
            if keys[column] == "name":
                is_person = self._taken & {"name", "first-name", "last-name"}
                self._take(column, "contact" if is_person else "name")

    def _take(self, column: str, field: str | None) -> None:
        free = field and self.found[column] is None and (field not in self._taken or field in self._many)
        if field and free and self._can_be(column, field):
            self.found[column] = field
            self._taken.add(field)

    def _can_be(self, column: str, field: str) -> bool:
        """Return whether at least half of the cells that are filled can be read as a field."""
        if self._ours:
            return True
        filled = [cell for cell in self._cells[column] if cell not in NOTHING]
        return 2 * sum(_readable(field, cell) for cell in filled) >= len(filled)


def _readable(field: str, cell: str) -> bool:
    if field == "name":
        return any(letter.isalpha() for letter in cell)
    if field not in ("scope", "sector", "state", "council-role"):
        return True
    try:
        for part in re.split("[,;]", cell) if field == "council-role" else [cell]:
            CHECKS[field](part)
    except MtepError:
        return False
    return True
