"""The shipped invitation: whatever is known or not, a letter that a professor would sign."""

import re
from datetime import UTC, date, datetime
from functools import cache
from itertools import product
from typing import Any

import pytest
from inline_snapshot import snapshot

from mtep_outreach.letters.facts import FACTS, letter_facts
from mtep_outreach.letters.markdown import escape
from mtep_outreach.letters.rendering import Templates
from mtep_outreach.people import Person, person

TODAY = date(2024, 5, 1)
STARTS, ENDS = datetime(2024, 5, 24, 17, tzinfo=UTC), datetime(2024, 5, 24, 18, tzinfo=UTC)
CHAIR = Person("Wanda Lee", "lee@example.edu")
SETTINGS = {"network": "MTEP 2.0", "hub": "MTEP 2.0 Outreach Hub", "postal_address": ""}
ADDRESS = "MTEP 2.0 Outreach Hub, 1 College Street, Auburn, AL 36849"

Record = dict[str, Any]


def a_partner(**known: str | None) -> Record:
    unknown = dict.fromkeys(["acronym", "scope", "state", "city", "contact", "contact_title", "contact_zone"])
    return {"name": "Alabama Mathematics Council"} | unknown | known


def a_nomination(**known: str | None) -> Record:
    return {
        "reason": None,
        "nominator": "Maria Rivera",
        "nominator_email": "rivera@example.edu",
        "nominator_role": "change-agent",
        "nominator_team": "Auburn",
    } | known


def a_session(**known: str | None) -> Record:
    title = "Informational Meeting for MTEP 2.0 Network Expansion Partners"
    unknown = dict.fromkeys(["place", "host_name", "host_email", "agenda"])
    return {"title": title, "time_zone": "America/Chicago"} | unknown | known


def facts(
    partner: Record,
    *,
    nomination: Record | None = None,
    signs: bool = False,
    session: Record | None = None,
    asked: Person | None = CHAIR,
    postal_address: str = "",
    so_far: dict[str, str | None] | None = None,
) -> dict[str, str | None]:
    return letter_facts(
        partner=partner,
        nomination=nomination,
        signer=nomination if signs else None,
        session=session or a_session(),
        starts=STARTS,
        ends=ENDS,
        settings=SETTINGS | {"postal_address": postal_address},
        asked=asked,
        today=TODAY,
        so_far=so_far,
    )


TEMPLATES = Templates()


def letter(partner: Record, **rest: Any) -> str:
    return TEMPLATES.render("invitation", facts(partner, **rest)).body


# ---- every letter ---------------------------------------------------------------------------------------

NOMINATIONS: list[tuple[Record | None, bool]] = [
    (None, False),
    (a_nomination(), False),
    (a_nomination(nominator_team=None, reason="They know every school."), False),
    (a_nomination(nominator_role="coach", reason="They know every school."), False),
]
SIGNED: list[tuple[Record | None, bool]] = [
    (a_nomination(), True),
    (a_nomination(reason="They know every school."), True),
    (a_nomination(nominator_team=None, nominator_email=None), True),
    (a_nomination(nominator_email=None, reason="They know every school."), True),
]
CONTACTS: list[Record] = [
    {},
    {"contact": "Ann Adams"},
    {"contact": "Ann Adams", "contact_title": "Executive Director"},
    {"contact": "Ann Adams", "contact_zone": "America/Los_Angeles"},
]
PLACES: list[Record] = [{}, {"state": "AL"}, {"state": "AL", "city": "Auburn"}]
SESSIONS: list[Record] = [
    dict(zip(["place", "agenda", "host_name", "host_email"], known, strict=True))
    for known in product(
        [None, "https://example.zoom.us/j/1"],
        [None, "Welcome, your work, next steps."],
        [None, "Bo Chen"],
        [None, "chen@example.edu"],
    )
    if known[2] or not known[3]
]
ASKED = [None, CHAIR, Person("Wanda Lee", None), person("lee@example.edu")]


@cache
def every_letter(scope: str | None) -> list[tuple[str, dict[str, str | None]]]:
    letters = []
    signed = SIGNED if scope in ("state", "local") else []
    for place, contact, (nomination, signs), session, asked, address in product(
        PLACES, CONTACTS, [*NOMINATIONS, *signed], SESSIONS, ASKED, ["", ADDRESS]
    ):
        known = facts(
            a_partner(scope=scope, **place, **contact),
            nomination=nomination,
            signs=signs,
            session=a_session(**session),
            asked=asked,
            postal_address=address,
        )
        letters.append((TEMPLATES.render("invitation", known).body, known))
    return letters


ARTIFACTS = re.compile(
    r"""
      None | not\ known | [Uu]ndefined | \{\{ | \}\} | \{% | %\}   # what a template or program leaves
    | \n\n\n                                                    # two blank lines
    | \ [.,;:?)] | \(\s*\) | \(\  | “\s*” | ,,  | ,\.            # what a missing word leaves
    | (?<!\.)\.\.(?!\.)                                          # two full stops
    | [^ \n]\ {2,}\S | ^[ \t]+ | [^ ]\ $ | [ ]{3,}$ | \t         # blanks; two at the end are a line break of Markdown
    | \b(\w+)\ \1\b                                              # a word twice
    """,
    re.VERBOSE | re.MULTILINE,
)


@pytest.mark.parametrize("scope", ["national", "state", "local", None])
def test_no_letter_shows_a_gap_a_blank_field_or_the_template_whatever_is_known(scope: str | None) -> None:
    seen: set[str] = set()
    for text, known in every_letter(scope):
        if text in seen:
            continue
        flaw = ARTIFACTS.search(text)
        assert not flaw, f"{flaw[0]!r} in:\n{text}\n{known}"
        assert text.endswith("\n")
        assert not text.endswith("\n\n")
        assert known["organization"] in text.splitlines()
        seen.add(text)
    assert len(seen) > 1000


@pytest.mark.parametrize("scope", ["national", "state", "local", None])
def test_every_letter_says_what_is_known(scope: str | None) -> None:
    always = ["date", "organization", "greeting", "session_title", "when", "network"]
    where_known = [
        *["contact", "contact_title", "reason", "place", "own_hours", "host", "host_email", "agenda", "signer"],
        *["signer_email", "contact_person", "contact_person_email", "postal_address", "nominator_team"],
    ]
    for text, known in every_letter(scope):
        for fact in [*always, *(fact for fact in where_known if known[fact])]:
            assert escape(str(known[fact])) in text, f"{fact} is not in:\n{text}"


@pytest.mark.parametrize("scope", ["national", "state", "local", None])
def test_the_postal_address_stands_apart_at_the_foot_of_every_letter(scope: str | None) -> None:
    for text, known in every_letter(scope):
        if known["postal_address"]:
            assert text.endswith(f"\n\n{ADDRESS}\n"), text[-300:]


@pytest.mark.parametrize("scope", ["national", "state", "local", None])
def test_no_letter_says_an_address_twice_in_one_sentence_or_signature(scope: str | None) -> None:
    for text, _known in every_letter(scope):
        before, _, signature = text.partition("Sincerely,")
        for part in (*before.splitlines(), signature):
            found = re.findall(r"\w+@\w+", part)
            assert len(found) == len(set(found)), part


# ---- who is spoken to, and who speaks -------------------------------------------------------------------


def test_the_facts_of_a_letter_are_those_a_template_can_name() -> None:
    assert set(facts(a_partner())) == set(FACTS)
    assert set(facts(a_partner(), nomination=a_nomination(), signs=True)) == set(FACTS)


@pytest.mark.parametrize(
    ("scope", "words"),
    [
        ("national", "are turning to national organizations whose goals are close to ours"),
        ("state", "organizations that work across a state"),
        ("local", "the communities where new teachers begin"),
        (None, "are turning to organizations whose goals are close to ours"),
    ],
)
def test_each_scope_has_its_own_reason_to_write(scope: str | None, words: str) -> None:
    others = {"national organizations", "settled within a state", "where they first teach"}
    text = letter(a_partner(scope=scope))
    assert words in text
    assert [phrase for phrase in others if phrase in text] == [phrase for phrase in others if phrase in words]


def test_a_contact_is_greeted_by_name_and_without_one_the_organization_is() -> None:
    assert "\n\nDear Ann Adams,\n\n" in letter(a_partner(contact="Ann Adams"))
    assert "\n\nDear colleagues at the Alabama Mathematics Council,\n\n" in letter(a_partner())


def test_a_contact_known_only_by_an_address_is_greeted_as_a_colleague() -> None:
    assert "Dear adams@example.org" not in letter(a_partner(contact=person("adams@example.org").name))


def test_a_member_signs_in_the_first_person_and_the_hub_in_the_plural() -> None:
    by_member = letter(a_partner(scope="state", state="AL"), nomination=a_nomination(), signs=True)
    assert "I write to you as a change agent of MTEP 2.0, one of the volunteers" in by_member
    assert "We write to you on behalf" not in by_member
    assert by_member.index("Sincerely,") < by_member.index("Maria Rivera")
    by_hub = letter(a_partner(scope="national"), nomination=a_nomination())
    assert "We write to you on behalf of MTEP 2.0" in by_hub
    assert re.search(r"\b(I|me|my)\b", by_hub) is None
    assert "Sincerely,\n\nWanda Lee  \nMTEP 2.0 Outreach Hub" in by_hub


def test_a_team_that_is_called_a_team_is_not_called_one_twice() -> None:
    nomination = a_nomination(nominator_team="Auburn Team")
    for signs in (True, False):
        text = letter(a_partner(scope="state", state="AL"), nomination=nomination, signs=signs)
        assert "team team" not in text.lower()


def test_a_reason_without_a_full_stop_does_not_leave_its_sentence_open() -> None:
    for reason in ("They know every school", "They know every school."):
        for signs in (True, False):
            text = letter(a_partner(scope="state"), nomination=a_nomination(reason=reason), signs=signs)
            assert re.search(r"They know every school(\.”|”\.)\n", text), text


def test_the_one_who_signs_does_not_speak_of_herself_as_of_another() -> None:
    session = a_session(host_name="Maria Rivera", host_email="rivera@example.edu")
    text = letter(a_partner(scope="state", state="AL"), nomination=a_nomination(), signs=True, session=session)
    assert "Maria Rivera (rivera@example.edu) will be your host" not in text
    assert "suggested to us by Maria Rivera" not in text


def test_questions_go_to_the_contact_person_else_to_the_signer() -> None:
    state = a_partner(scope="state", state="AL")
    signed = {"nomination": a_nomination(), "signs": True}
    assert "please ask Wanda Lee (lee@example.edu)." in letter(state, **signed)
    assert "please ask me at rivera@example.edu." in letter(state, **signed, asked=None)
    assert "please ask us at lee@example.edu." in letter(a_partner(scope="national"))
    assert "If you have any questions" not in letter(a_partner(scope="national"), asked=None)


def test_a_session_without_a_link_promises_it() -> None:
    assert "The link follows" in letter(a_partner())
    assert "The link follows" not in letter(a_partner(), session=a_session(place="Room 3"))


def test_the_lines_of_a_signature_stay_lines_in_markdown() -> None:
    hub = letter(a_partner(scope="national"))
    member = letter(a_partner(scope="state", state="AL"), nomination=a_nomination(), signs=True)
    for text in (hub, member):
        signature = text.partition("Sincerely,\n\n")[2].strip().split("\n")
        assert len(signature) == 3
        assert all(line.endswith("  ") for line in signature[:-1]), signature


# ---- two letters as they are ----------------------------------------------------------------------------


def test_a_typical_national_letter() -> None:
    partner = a_partner(
        name="Association of Mathematics Teacher Educators",
        acronym="AMTE",
        scope="national",
        contact="Ann Adams",
        contact_title="Executive Director",
        contact_zone="America/Los_Angeles",
    )
    nomination = a_nomination(
        nominator="Bo Chen",
        nominator_role="coach",
        nominator_team=None,
        reason="Their standards describe the programs we all want to have.",
    )
    session = a_session(place="https://example.zoom.us/j/1", host_name="Bo Chen", host_email="chen@example.edu")
    assert letter(partner, nomination=nomination, session=session, postal_address=ADDRESS) == snapshot("""\
May 1, 2024

Ann Adams, Executive Director  \n\
Association of Mathematics Teacher Educators

Dear Ann Adams,

We write to you on behalf of MTEP 2.0, the Mathematics Teacher Education Partnership. It is a national network of universities, colleges, schools and their partners. Together they prepare secondary mathematics teachers, and want to prepare more of them and to prepare them well.

We are widening this network and are turning to national organizations whose goals are close to ours. Preparing the mathematics teachers that the country needs is too large a task for any one program, and we would like to find out what your organization and our network could do together.

Bo Chen, of our network, suggested your organization to us for this reason: “Their standards describe the programs we all want to have.”

Please join us for an information session:

**Informational Meeting for MTEP 2.0 Network Expansion Partners**  \n\
Friday, May 24, 2024, 12:00-1:00 p.m. CDT (10:00-11:00 a.m. PDT where you are)  \n\
<https://example.zoom.us/j/1>

The session has three purposes:

1. to tell you what MTEP 2.0 is and does;
2. to hear about the work of the organizations invited, yours among them;
3. to begin to talk about how we can reach, together, the goals we share for the preparation of secondary mathematics teachers.

Bo Chen (chen@example.edu) will be your host.

Please answer this letter and tell us whether you, or a colleague in your place, can come. If the hour does not suit you but the idea does, tell us that too, and we will find another way to talk.

If you have any questions, please ask us at lee@example.edu.

Sincerely,

Wanda Lee  \n\
MTEP 2.0 Outreach Hub  \n\
lee@example.edu

MTEP 2.0 Outreach Hub, 1 College Street, Auburn, AL 36849
""")  # noqa: E501 - a paragraph is a line


def test_a_typical_state_letter() -> None:
    partner = a_partner(scope="state", state="AL", city="Montgomery")
    nomination = a_nomination(reason="They bring teachers from every county together.")
    assert letter(partner, nomination=nomination, signs=True, postal_address=ADDRESS) == snapshot("""\
May 1, 2024

Alabama Mathematics Council

Dear colleagues at the Alabama Mathematics Council,

I write to you as a change agent of MTEP 2.0, one of the volunteers who carry its work into their own part of the country. MTEP 2.0, the Mathematics Teacher Education Partnership, is a national network of universities, colleges, schools and their partners. Together they prepare secondary mathematics teachers, and want to prepare more of them and to prepare them well.

We are widening this network and are turning to organizations that work across a state. Much of what decides who teaches mathematics is settled there: how teachers are prepared, licensed, placed and kept. Your organization knows Alabama well, and we would like to learn from you and to work with you.

I suggested your organization to the network myself, and this was my reason: “They bring teachers from every county together.”

Please join us for an information session:

**Informational Meeting for MTEP 2.0 Network Expansion Partners**  \n\
Friday, May 24, 2024, 12:00-1:00 p.m. CDT  \n\
The link follows.

The session has three purposes:

1. to tell you what MTEP 2.0 is and does;
2. to hear about the work of the organizations invited, yours among them;
3. to begin to talk about how we can reach, together, the goals we share for the preparation of secondary mathematics teachers.

Please answer this letter and tell us whether you, or a colleague in your place, can come. If the hour does not suit you but the idea does, tell us that too, and we will find another way to talk.

If you have any questions, please ask Wanda Lee (lee@example.edu).

Sincerely,

Maria Rivera  \n\
Change agent, MTEP 2.0, Auburn team  \n\
rivera@example.edu

MTEP 2.0 Outreach Hub, 1 College Street, Auburn, AL 36849
""")  # noqa: E501 - a paragraph is a line
