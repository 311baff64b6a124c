"""Presets: how the files of programs that people use are laid out, and what their columns mean there."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

IGNORE = "ignore"
"""The field of a column that is not even kept in the note."""

ORGANIZATION = (
    "organization|organisation|organization name|organisation name|name of organization|name of organisation|"
    "name of the organization|organization you nominate|partner|partner name|institution|institution name|instnm|"
    "name of institution|company|company name|agency|school|school name|district|district name|nominated organization|"
    "suggested organization|potential partner|partner organization|org|org name|legal name|affiliation|employer|"
    "site name|organizations|organisations|partners|potential partners|institutions|companies|agencies|schools|"
    "districts|list of organizations|list of partners"
)
"""What a column that names an organization is called, for certain."""


@dataclass(frozen=True)
class Preset:
    """The layout of a program's export: the columns it is known by, and what its columns mean there.

    It fits when every one of ``needs`` has a column; each is one name or several to choose from. A column that means
    None there is kept in the note, whatever its name says elsewhere. ``people``: a row is about a person, and what it
    says beyond our fields is kept with that person. ``refused``: it is no list of partners at all.
    ``ours``: mtep wrote it, and means each cell as it stands.
    """

    title: str
    needs: Sequence[str]
    means: Mapping[str, str | None]
    people: bool = True
    form: bool = False
    refused: bool = False
    ours: bool = False

    def fits(self, keys: frozenset[str]) -> bool:
        """Return whether a file with these columns is of this layout."""
        return all(keys & set(names.split("|")) for names in self.needs)


_PERSON = {"first name": "first-name", "last name": "last-name", "given name": "first-name", "family name": "last-name"}

CARDS = Preset(
    "address cards",
    (),
    {"organization": "name", "name": "contact", "title": "contact-title", "email": "email", "email 2": "email"}
    | {"phone": "phone", "phone 2": "phone", "street": "address", "zip": "postal-code", "note": "note"},
)
"""vCards, which our reader lays out: they have no columns of their own."""

PRESETS: tuple[Preset, ...] = (
    Preset(
        "a partner list of mtep",
        ("id", "stage", "scope", "added on", "name"),
        {"id": IGNORE, "stage": IGNORE, "public": IGNORE, "name": "name", "phone": "organization-phone"},
        people=False,
        ours=True,
    ),
    Preset(
        "a contact list of mtep",
        ("id", "partner id", "primary", "time zone"),
        {"id": IGNORE, "partner id": IGNORE, "primary": IGNORE, "time zone": IGNORE, "partner": "name"}
        | {"name": "contact"},
        ours=True,
    ),
    Preset("a member list of mtep", ("id", "role", "team", "nominations"), {}, refused=True),
    Preset("an invitation list of mtep", ("id", "session", "partner id", "invited on"), {}, refused=True),
    Preset("a list of letters of mtep", ("id", "session", "invitation", "message id"), {}, refused=True),
    Preset("a commitment list of mtep", ("id", "partner id", "statement", "measures"), {}, refused=True),
    Preset("a list of answers of mtep", ("id", "session", "answer", "counts"), {}, refused=True),
    Preset("a session list of mtep", ("session", "starts", "ends", "no answer"), {}, refused=True),
    Preset(
        "a nomination list of mtep",
        ("id", "partner id", "member", "day", "reason"),
        {"id": IGNORE, "partner id": IGNORE, "partner": "name", "member": "nominated-by", "day": "nominated-on"},
        people=False,
        ours=True,
    ),
    Preset(
        "Mailchimp",
        ("email address", "member rating|optin time|leid|euid|unsub time|clean time"),
        {"email address": "email", "region": None, "position": "contact-title", "cc": None, **_PERSON}
        | {"leid": IGNORE, "euid": IGNORE, "optin ip": IGNORE, "confirm ip": IGNORE, "gmtoff": IGNORE, "dstoff": IGNORE}
        | {"latitude": IGNORE, "longitude": IGNORE, "member rating": IGNORE},
    ),
    Preset(
        "LinkedIn connections",
        ("first name", "last name", "company", "connected on"),
        {"company": "name", "position": "contact-title", "email address": "email", "url": None, **_PERSON},
    ),
    Preset(
        "Google Contacts",
        ("e mail 1 value|phone 1 value", "given name|first name", "organization 1 name|organization name"),
        {"organization 1 name": "name", "organization name": "name", "name": "contact", "e mail 1 value": "email"}
        | {"e mail 2 value": "email", "phone 1 value": "phone", "phone 2 value": "phone"}
        | {"organization 1 title": "contact-title", "organization title": "contact-title", "notes": "note", **_PERSON}
        | {"nickname": None, "short name": None, "initials": None, "location": None, "occupation": None},
    ),
    Preset(
        "Thunderbird",
        ("display name", "primary email", "first name"),
        {"organization": "name", "display name": "contact", "primary email": "email", "secondary email": "email"}
        | {"work phone": "phone", "mobile number": "phone", "job title": "contact-title", "home city": None}
        | {"web page 1": "website", "work city": "city", "work state": "state", "work zipcode": "postal-code"}
        | {"work address": "address", "work country": "country", **_PERSON},
    ),
    Preset(
        "Outlook",
        ("first name", "last name", "company", "job title", "business phone|business street|email work|e mail address"),
        {"company": "name", "display name": "contact", "job title": "contact-title", "title": None}
        | {"email work": "email", "e mail address": "email", "email home": "email", "email other": "email"}
        | {"e mail 2 address": "email", "business phone": "phone", "primary phone": "phone", "mobile phone": "phone"}
        | {"business street": "address", "business city": "city", "work city": "city", "business state": "state"}
        | {"work state": "state", "business postal code": "postal-code", "work zip": "postal-code", "initials": None}
        | {"business country region": "country", "location": None, "web page": "website", **_PERSON},
    ),
    Preset(
        "event registrations",
        (
            "order|order number|order no|order id|attendee|ticket number",
            "ticket type|ticket title|ticket number|quantity",
        ),
        {"company": "name", "organization": "name", "title": "contact-title", "job title": "contact-title"}
        | {"email": "email", "email address": "email", "order date": None, **_PERSON},
    ),
    Preset(
        "a nomination form",
        ("timestamp|completion time|submitted at|submission date|date submitted", f"{ORGANIZATION}|*"),
        {"your email": "nominator-email", "your email address": "nominator-email", "nominator email": "nominator-email"}
        | {"email address": "nominator-email", "username": "nominator-email", "email": "nominator-email"}
        | {"your name": "nominated-by", "nominated by": "nominated-by", "nominator": "nominated-by"}
        | {"nominator name": "nominated-by", "name": "nominated-by", "full name": "nominated-by", "id": IGNORE}
        | {"start time": IGNORE, "last modified time": IGNORE},
        people=False,
        form=True,
    ),
)

# What the questions of a form ask for: the first that a question holds counts.
_QUESTIONS: Sequence[tuple[str, str]] = (
    (r"\b(your|nominator\w*) (e ?mail|address)", "nominator-email"),
    (r"\b(your|nominator\w*) (full )?name|who nominates|who are you", "nominated-by"),
    (r"\bwhy\b|\breason|rationale|good (fit|partner)", "reason"),
    (r"contact.*(e ?mail|mail address)|(e ?mail|mail address).*contact", "email"),
    (r"contact.*(phone|telephone)", "phone"),
    (r"contact.*\bname", "contact"),
    (r"contact.*(title|position)", "contact-title"),
    (r"\bcontact\b|who (should|can) we (write|talk|reach)", "contact"),
    (r"web ?site|web address|\burl\b|home ?page", "website"),
    (r"national.*(state|local)|\bscope\b", "scope"),
    (r"(type|kind) of organi[sz]ation|\bsector\b", "sector"),
    (r"acronym|abbreviat", "acronym"),
    (r"\b(which|what|its|organi[sz]ation\w*) (us )?state\b|\bstate\b.*(located|based)", "state"),
    (r"\bcity\b|\btown\b", "city"),
    (r"organi[sz]ation|institution|\bpartner\b|nominate", "name"),
)


def preset_of(keys: Iterable[str], questions: Iterable[str]) -> Preset | None:
    """Return the preset that columns with these keys are laid out by, or None; ``questions`` are the unknown ones."""
    found = frozenset(keys)
    # A star stands for a question of a form that asks for an organization.
    with_questions = found | {"*"} if any(asked(key) == "name" for key in questions) else found
    return next((preset for preset in PRESETS if preset.fits(with_questions)), None)


@lru_cache(maxsize=1000)
def asked(question: str) -> str | None:
    """Return the field that a question of a form asks for, by its key, or None."""
    return next((field for pattern, field in _QUESTIONS if re.search(pattern, question)), None)
