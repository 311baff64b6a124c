"""The shipped letters that follow an invitation: whatever is known or not, letters that a professor would sign."""

import re
from collections.abc import Sequence
from functools import cache
from itertools import product
from typing import Any

import pytest
from inline_snapshot import snapshot

from mtep_outreach.letters.markdown import escape
from mtep_outreach.letters.rendering import Text
from mtep_outreach.people import Person, person
from mtep_outreach.vocabulary import LetterKind

from .test_letters_invitation import (
    ADDRESS,
    ARTIFACTS,
    CHAIR,
    CONTACTS,
    TEMPLATES,
    Record,
    a_nomination,
    a_partner,
    a_session,
    facts,
)

FOLLOW_UPS = [kind for kind in LetterKind if kind is not LetterKind.INVITATION]
Known = dict[str, str | None]

NOMINATIONS: list[tuple[Record | None, bool]] = [
    (None, False),
    (a_nomination(), False),
    (a_nomination(), True),
    (a_nomination(nominator_team=None, nominator_email=None), True),
]
ASKED = [None, CHAIR, Person("Wanda Lee", None), person("lee@example.edu")]
SO_FAR: dict[LetterKind, Sequence[Known]] = {
    LetterKind.REMINDER: [{}, {"invited_on": "Monday, April 1, 2024"}],
    LetterKind.UPDATE: [
        {"before": before, "reply": reply}
        for before in (None, "Friday, May 17, 2024, 12:00-1:00 p.m. CDT")
        for reply in (None, "accepted", "declined", "tentative")
    ],
    LetterKind.CANCELLATION: [{}],
    LetterKind.THANK_YOU: [{}, {"came": "yes"}],
}
INVITES = (LetterKind.REMINDER, LetterKind.UPDATE)


@cache
def every_letter(kind: LetterKind) -> list[tuple[Text, Known]]:
    """Every letter of a kind, in what its template looks at."""
    letters = []
    for contact, (nomination, signs), place, asked, address, so_far in product(
        CONTACTS, NOMINATIONS, [None, "https://example.zoom.us/j/1"], ASKED, ["", ADDRESS], SO_FAR[kind]
    ):
        known = facts(
            a_partner(scope="state", state="AL", **contact),
            nomination=nomination,
            signs=signs,
            session=a_session(place=place),
            asked=asked,
            postal_address=address,
            so_far=so_far,
        )
        letters.append((TEMPLATES.render(str(kind), known), known))
    return letters


def letter(kind: LetterKind, *, so_far: Known | None = None, **rest: Any) -> str:
    return TEMPLATES.render(str(kind), facts(a_partner(contact="Ann Adams"), so_far=so_far, **rest)).body


# ---- every letter ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", FOLLOW_UPS)
def test_no_letter_shows_a_gap_a_blank_field_or_the_template_whatever_is_known(kind: LetterKind) -> None:
    seen = {(text.subject, text.body) for text, _known in every_letter(kind)}
    for subject, body in seen:
        for said in (subject, body):
            flaw = ARTIFACTS.search(said)
            assert not flaw, f"{flaw[0]!r} in:\n{said}"
        assert body.endswith("\n")
        assert not body.endswith("\n\n")
        assert "Alabama Mathematics Council" in body.splitlines()
    assert len(seen) > 50


@pytest.mark.parametrize("kind", FOLLOW_UPS)
def test_every_letter_says_what_is_known(kind: LetterKind) -> None:
    always = ["date", "organization", "greeting", "network"]
    about_the_session = {
        LetterKind.REMINDER: ["session_title", "when", "place", "own_hours", "invited_on"],
        LetterKind.UPDATE: ["session_title", "when", "place", "own_hours", "before"],
        LetterKind.CANCELLATION: ["session_title", "when"],
        LetterKind.THANK_YOU: ["session_day"],
    }[kind]
    where_known = ["contact", "contact_title", "signer", "signer_email", "contact_person", "contact_person_email"]
    for text, known in every_letter(kind):
        for fact in [*always, *about_the_session, *where_known, "postal_address"]:
            if known[fact]:
                assert escape(str(known[fact])) in text.body, f"{fact} is not in:\n{text.body}"


@pytest.mark.parametrize("kind", FOLLOW_UPS)
def test_the_postal_address_stands_apart_at_the_foot_of_every_letter(kind: LetterKind) -> None:
    for text, known in every_letter(kind):
        if known["postal_address"]:
            assert text.body.endswith(f"\n\n{ADDRESS}\n"), text.body[-300:]


@pytest.mark.parametrize("kind", FOLLOW_UPS)
def test_no_letter_says_an_address_twice_in_one_sentence_or_signature(kind: LetterKind) -> None:
    for text, _known in every_letter(kind):
        before, _, signature = text.body.partition("Sincerely,")
        for part in (*before.splitlines(), signature):
            found = re.findall(r"\w+@\w+", part)
            assert len(found) == len(set(found)), part


@pytest.mark.parametrize("kind", FOLLOW_UPS)
def test_the_lines_of_a_signature_stay_lines_in_markdown(kind: LetterKind) -> None:
    for signs in (True, False):
        text = letter(kind, nomination=a_nomination(), signs=signs)
        signature = text.partition("Sincerely,\n\n")[2].strip().split("\n")
        assert len(signature) == 3
        assert all(line.endswith("  ") for line in signature[:-1]), signature


@pytest.mark.parametrize("kind", FOLLOW_UPS)
def test_a_member_signs_in_the_first_person_and_the_hub_in_the_plural(kind: LetterKind) -> None:
    by_hub = letter(kind, nomination=a_nomination())
    assert re.search(r"\b(I|me|my)\b", by_hub) is None
    by_member = letter(kind, nomination=a_nomination(), signs=True)
    assert by_member.index("Sincerely,") < by_member.index("Maria Rivera")
    if kind is not LetterKind.THANK_YOU:
        assert re.search(r"\bI\b", by_member)


@pytest.mark.parametrize("kind", FOLLOW_UPS)
def test_questions_go_to_the_contact_person_else_to_the_signer(kind: LetterKind) -> None:
    signed: Record = {"nomination": a_nomination(), "signs": True}
    assert "please ask Wanda Lee (lee@example.edu)." in letter(kind, **signed)
    assert "please ask me at rivera@example.edu." in letter(kind, **signed, asked=None)
    assert "please ask us at lee@example.edu." in letter(kind)
    assert "If you have any questions" not in letter(kind, asked=None)


# ---- what each kind says --------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", FOLLOW_UPS)
def test_only_a_letter_that_invites_says_where_the_session_is(kind: LetterKind) -> None:
    place = "https://example.zoom.us/j/1"
    assert (place in letter(kind, session=a_session(place=place))) == (kind in INVITES)
    assert ("The link follows" in letter(kind)) == (kind in INVITES)


def test_a_subject_says_what_the_letter_is_for() -> None:
    subjects = {kind: {text.subject for text, _ in every_letter(kind)} for kind in FOLLOW_UPS}
    day = "information session of MTEP 2.0, Friday, May 24, 2024"
    assert subjects == {
        LetterKind.REMINDER: {f"Reminder: {day}"},
        LetterKind.UPDATE: {f"New day or hour: {day}", f"News: {day}"},
        LetterKind.CANCELLATION: {f"Cancelled: {day}"},
        LetterKind.THANK_YOU: {
            "Thank you for joining us: information session of MTEP 2.0",
            "We missed you: information session of MTEP 2.0",
        },
    }


def test_an_update_says_when_the_session_was_to_be_only_where_its_time_changed() -> None:
    moved = letter(LetterKind.UPDATE, so_far={"before": "Friday, May 17, 2024, 12:00-1:00 p.m. CDT"})
    assert "has been moved. It was to be on Friday, May 17, 2024, 12:00-1:00 p.m. CDT. It is now:" in moved
    other = letter(LetterKind.UPDATE, so_far={"before": None})
    assert "Something has changed" in other
    assert "moved" not in other


@pytest.mark.parametrize(
    ("reply", "asked"),
    [
        ("accepted", "You had said that you would come; please tell us whether you still can."),
        ("declined", "Please tell us whether you, or a colleague in your place, can come."),
        ("tentative", "Please tell us whether you, or a colleague in your place, can come."),
        (None, "Please tell us whether you, or a colleague in your place, can come."),
    ],
)
def test_an_update_asks_those_who_had_accepted_whether_they_still_come(reply: str | None, asked: str) -> None:
    assert asked in letter(LetterKind.UPDATE, so_far={"reply": reply})


def test_those_who_came_are_thanked_and_those_who_could_not_are_missed() -> None:
    came, absent = letter(LetterKind.THANK_YOU, so_far={"came": "yes"}), letter(LetterKind.THANK_YOU)
    assert "Thank you for taking part" in came
    assert "missed" not in came
    assert "we missed you" in absent
    assert "Thank you" not in absent


def test_a_typical_reminder() -> None:
    partner = a_partner(name="Alabama Mathematics Council", scope="state", state="AL", contact="Ann Adams")
    known = facts(
        partner, nomination=a_nomination(), signs=True, postal_address=ADDRESS,
        so_far={"invited_on": "Monday, April 1, 2024"},
    )  # fmt: skip
    assert TEMPLATES.render("reminder", known).body == snapshot("""\
May 1, 2024

Ann Adams  \n\
Alabama Mathematics Council

Dear Ann Adams,

On Monday, April 1, 2024 I invited your organization to an information session of MTEP 2.0, the Mathematics Teacher Education Partnership, and have not heard from you yet. There is still room, and we would be glad to meet you there:

**Informational Meeting for MTEP 2.0 Network Expansion Partners**  \n\
Friday, May 24, 2024, 12:00-1:00 p.m. CDT  \n\
The link follows.

You will hear what MTEP 2.0 is and does, tell us about your own work, and see whether there is something that we could do better together than alone.

Please answer this letter and tell us whether you, or a colleague in your place, can come. If you cannot, a line that says so is just as welcome, and you will not be reminded again.

If you have any questions, please ask Wanda Lee (lee@example.edu).

Sincerely,

Maria Rivera  \n\
Change agent, MTEP 2.0, Auburn team  \n\
rivera@example.edu

MTEP 2.0 Outreach Hub, 1 College Street, Auburn, AL 36849
""")  # noqa: E501 - a paragraph is a line
