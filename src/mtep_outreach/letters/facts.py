"""What a template may say: plain texts about one partner, one session and the network."""

import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from .. import days, places
from ..people import Person
from ..vocabulary import in_words

FACTS: Mapping[str, str] = {
    "date": "the day the letter is written, in words",
    "network": "the network's name",
    "hub": "who signs for the network",
    "organization": "the partner's name",
    "the_organization": "the same as it stands in a sentence: 'the American Mathematical Society', but 'Xavier'",
    "acronym": "its acronym",
    "scope": "national, state or local",
    "state": "its state in words",
    "city": "its city",
    "greeting": "'Dear Maria Rivera' or 'Dear colleagues at ...', without the comma",
    "contact": "the contact's name",
    "contact_title": "the contact's title",
    "reason": "why it was nominated, as a sentence",
    "nominator": "who nominated it",
    "nominator_team": "the nominator's team",
    "session_title": "the session's title",
    "session_day": "the day of the session, in words",
    "when": "day, hours and zone in words",
    "own_hours": "the hours in the contact's own zone, where they differ",
    "place": "where the session is, or the link to it",
    "host": "who hosts the session",
    "host_email": "the host's mail address",
    "agenda": "the session's agenda",
    "signer": "the person who signs",
    "signer_email": "the signer's mail address",
    "signer_role": "what the signer is in the network",
    "signer_team": "the signer's team",
    "member_signs": "set where a member signs, and not the hub",
    "contact_person": "whom partners ask",
    "contact_person_email": "that person's mail address",
    "postal_address": "the network's postal address",
    "invited_on": "the day on which the partner was invited, in words",
    "before": "when the session was to be before it was moved, in words",
    "reply": "what the partner answered: accepted, declined or tentative",
    "came": "set where the partner came to the session",
}
"""The facts a template can name, and what each is. One that is not known is empty in a test and an error in a text."""


def letter_facts(
    *,
    partner: Mapping[str, Any],
    nomination: Mapping[str, Any] | None,
    signer: Mapping[str, Any] | None,
    session: Mapping[str, Any],
    starts: datetime,
    ends: datetime,
    settings: Mapping[str, str],
    asked: Person | None,
    today: date,
    so_far: Mapping[str, str | None] | None = None,
) -> dict[str, str | None]:
    """Return the facts of one letter; None: not known. ``signer`` is the member who signs, None for the hub.

    ``so_far`` is what happened between the partner and the network: invited_on, before, reply, came.
    """
    zone = session["time_zone"]
    own_zone = partner["contact_zone"]
    by_member: dict[str, str | None] = (
        {
            "signer": signer["nominator"],
            "signer_email": signer["nominator_email"],
            "signer_role": in_words(signer["nominator_role"]),
            "signer_team": _team(signer["nominator_team"]),
            "member_signs": "yes",
        }
        if signer
        else {"signer": asked.name if asked else None, "signer_email": _second(asked)}
    )
    known_by_name = partner["contact"] if "@" not in (partner["contact"] or "") else None
    return dict.fromkeys(FACTS) | {
        "date": days.day_in_words(today).partition(", ")[2],
        "network": settings["network"],
        "hub": settings["hub"],
        "organization": partner["name"],
        "the_organization": with_article(partner["name"]),
        "acronym": partner["acronym"],
        "scope": partner["scope"],
        "state": places.state_name(partner["state"]) if partner["state"] else None,
        "city": partner["city"],
        "greeting": f"Dear {known_by_name or 'colleagues at ' + with_article(partner['name'])}",
        "contact": known_by_name,
        "contact_title": partner["contact_title"],
        "reason": _sentence(nomination["reason"]) if nomination else None,
        "nominator": nomination["nominator"] if nomination else None,
        "nominator_team": _team(nomination["nominator_team"]) if nomination else None,
        "session_title": session["title"],
        "session_day": days.day_in_words(starts.astimezone(ZoneInfo(zone)).date()),
        "when": days.when_in_words(starts, ends, zone),
        "own_hours": days.hours_elsewhere(starts, ends, zone, own_zone) if own_zone else None,
        "place": session["place"],
        "host": session["host_name"],
        "host_email": session["host_email"],
        "agenda": _sentence(session["agenda"]),
        "contact_person": asked.name if asked else None,
        "contact_person_email": _second(asked),
        "postal_address": settings["postal_address"] or None,
        **by_member,
        **(so_far or {}),
    }


_KIND = (
    "Academy|Agency|Alliance|Association|Board|Bureau|Center|Centre|Coalition|College|Commission|Committee|Conference|"
    "Congress|Consortium|Council|Department|Division|Federation|Foundation|Fund|Initiative|Institute|Institution|League|"
    "Library|Museum|Network|Office|Organization|Partnership|Project|School|Society|Trust|Union|University"
)
_LAST = (
    "Alliance|Association|Board|Bureau|Coalition|Commission|Committee|Conference|Congress|Consortium|Council|Department|"
    "Federation|Foundation|Fund|Institute|Institution|League|Network|Society|Trust|Union"
)
# The Association of ..., the University of ...; the American ... Society, the ... Association of ...
_TAKES_ARTICLE = re.compile(rf"(?:{_KIND}) (?:of|for|on) .*|(?:[^-,:(–]* )?(?:{_LAST})(?: (?:of|for|on) .*)?")
_HAS_ARTICLE = re.compile("The .*|.*'s .*|.*’s .*")


def with_article(name: str) -> str:
    """Return an organization's name as it stands in a sentence: with "the" where English wants one."""
    return f"the {name}" if _TAKES_ARTICLE.fullmatch(name) and not _HAS_ARTICLE.fullmatch(name) else name


def _team(name: str | None) -> str | None:
    """Return a team's name without the word "team", which the letter adds."""
    return re.sub(r"\s+team$", "", name, flags=re.IGNORECASE) or None if name else None


def _sentence(text: str | None) -> str | None:
    """Return a text that ends as a sentence does."""
    return text if not text or text.endswith((".", "!", "?", "…", "”", '"')) else f"{text}."


def _second(person: Person | None) -> str | None:
    """Return a person's address, where it is not the only name there is."""
    return person.email if person and person.email != person.name else None
