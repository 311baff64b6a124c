"""The list of organizations and commitments for everybody, as one page of HTML."""

from collections.abc import Sequence
from datetime import date

from ..days import day_in_words
from ..outreach.public_list import Organization, commitments_of
from .page import filled


def public_page(found: Sequence[Organization], network: str, day: date) -> bytes:
    """Return the page of what may be published, as it stands on a day."""
    return filled(
        "public.html.j2",
        ["style.css", "public.css"],
        "public.js",
        organizations=found,
        commitments=commitments_of(found),
        states=len({one["state"] for one in found if one["state"]}),
        joined=sum(bool(one["joined_on"]) for one in found),
        network=network,
        day=day_in_words(day),
    )
