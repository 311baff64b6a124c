"""Which organizations are asked about as likely the same, and which are not."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mtep_outreach.organizations import asked_keys, look_up_keys
from mtep_outreach.outreach import likeness as module
from mtep_outreach.outreach.likeness import DOUBTFUL, Likeness, Organization, candidates, likely_pairs, likeness


def organization(text: str, number: int = 1, **known: Any) -> Organization:
    """Return an organization from "Name | other name, AL"."""
    names, _, state = text.partition(" @")
    return Organization(number, tuple(names.split(" | ")), state=state or None, **known)


def compared(
    one: str, other: str, first: dict[str, Any] | None = None, second: dict[str, Any] | None = None
) -> Likeness:
    a, b = organization(one, 1, **(first or {})), organization(other, 2, **(second or {}))
    found = likeness(a, b)
    assert found.score == likeness(b, a).score
    assert 0 <= found.score <= 1
    return found


def share_a_key(a: Organization, b: Organization) -> bool:
    keys = [
        look_up_keys(one.names, state=one.state, website=one.website, address=one.address, phone=one.phone)
        for one in (a, b)
    ]
    return not set(asked_keys(keys[0])).isdisjoint(keys[1])


SAME = [
    ("AMTE", "Association of Mathematics Teacher Educators @NC"),
    ("Association of Mathematics Teacher Educators | AMTE @NC", "AMTE @NC"),
    ("Association of Mathematics Teacher Educators (AMTE)", "Association of Mathematics Teacher Educators"),
    ("Assoc. of Math Teacher Educators", "Association of Mathematics Teacher Educators"),
    ("Asociation of Mathematics Teacher Educators", "Association of Mathematics Teacher Educators"),
    ("Association of Public and Land-grant Universities", "APLU"),
    ("The University of Alabama @AL", "University of Alabama @AL"),
    ("Alabama University @AL", "University of Alabama @AL"),
    ("University of Alabama at Birmingham @AL", "University of Alabama, Birmingham @AL"),
    ("University of Alabama at Birmingham @AL", "University of Alabama-Birmingham @AL"),
    ("University of Alabama at Birmingham @AL", "UAB @AL"),
    ("University of Alabama at Birmingham @AL", "UA Birmingham @AL"),
    ("California State University-Northridge @CA", "CSU Northridge @CA"),
    ("California State University-Fullerton @CA", "Cal State Fullerton @CA"),
    ("University of North Carolina at Charlotte @NC", "UNC Charlotte @NC"),
    ("University of Wisconsin-Madison @WI", "UW-Madison @WI"),
    ("University of Wisconsin-La Crosse @WI", "University of Wisconsin - LaCrosse @WI"),
    ("Texas A & M University-College Station @TX", "Texas A&M University @TX"),
    ("SUNY at Albany @NY", "University at Albany, State University of New York @NY"),
    ("CUNY Hunter College @NY", "Hunter College @NY"),
    ("Ohio State University-Main Campus @OH", "The Ohio State University @OH"),
    ("Arizona State University Campus Immersion @AZ", "Arizona State University @AZ"),
    ("Columbia University in the City of New York @NY", "Columbia University @NY"),
    ("Pennsylvania State University-Penn State Altoona @PA", "Penn State Altoona @PA"),
    ("Slippery Rock University of Pennsylvania @PA", "Slippery Rock University @PA"),
    ("Albertville City School District, Alabama @AL", "Albertville City Sch Dist @AL"),
    ("Alabama Council of Teachers of Mathematics @AL", "Council of Teachers of Mathematics of Alabama @AL"),
    ("Alabama State Department of Education @AL", "State Dept. of Education @AL"),
    ("Université de Montréal", "Universite de Montreal"),
    ("Miami University @OH", "Maimi University @OH"),
    ("Marywood University @PA", "Marywod University @PA"),
    ("Manhattanville College @NY", "Manhattanville University @NY"),
    ("Shoreline Community College @WA", "Shoreline College @WA"),
    ("Trinity College (CT)", "Trinity College @CT"),
    ("Marian University (formerly Marian College) @WI", "Marian College @WI"),
    ("Bright Minds | Acme Tutors", "Acme Tutors"),
    ("Metropolitan Museum", "Metro Museum"),
    ("Tarrant County College @TX", "Tarrant County College District @TX"),
    ("Муромский завод", "Муромский завод"),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_one_organization_in_other_words_is_asked_about(one: str, other: str) -> None:
    found = compared(one, other)

    assert found.score >= DOUBTFUL
    assert found.reasons
    assert share_a_key(organization(one), organization(other))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Alabama Council of Teachers of Mathematics @AL", "Georgia Council of Teachers of Mathematics @GA"),
        ("Council of Teachers of Mathematics of Alabama", "Council of Teachers of Mathematics of Georgia"),
        ("Girl Scouts of Alabama", "Girl Scouts of Georgia"),
        ("AMTE @AL", "AMTE @GA"),
        ("University of California-San Diego @CA", "University of California, Los Angeles @CA"),
        ("University of California-San Diego @CA", "University of San Diego @CA"),
        ("San Diego State University @CA", "University of San Diego @CA"),
        ("Indiana University-Bloomington @IN", "Indiana University-East @IN"),
        ("Indiana University @IN", "Indiana University-East @IN"),
        ("University of Alabama @AL", "University of Alabama at Birmingham @AL"),
        ("University of Alabama @AL", "University of Alabama System @AL"),
        ("University of Alabama @AL", "University of Alabama School of Medicine @AL"),
        ("University of Alabama @AL", "Alabama State University @AL"),
        ("University of Texas at Dallas @TX", "University of Dallas @TX"),
        ("Chicago State University @IL", "University of Chicago @IL"),
        ("University of Virginia", "West Virginia University"),
        ("University of Connecticut @CT", "Connecticut College @CT"),
        ("Trinity College", "Trinity University"),
        ("Trinity College @CT", "Trinity University @TX"),
        ("Wheaton College @IL", "Wheaton College @MA"),
        ("Concordia University Texas", "Concordia University Wisconsin"),
        ("Ashland University @OH", "Oakland University @OH"),
        ("Clark College", "Clarke College"),
        ("Arkansas Tech University @AR", "University of Arkansas @AR"),
        ("Hillsdale College @MI", "Hillsdale Beauty College @MI"),
        ("School District 12 @IL", "School District 13 @IL"),
        ("Local 401", "Local 402"),
        ("Lincoln Elementary School @NE", "Lincoln High School @NE"),
        ("Lincoln Junior High School @NE", "Lincoln Senior High School @NE"),
        ("North Haven School District @CT", "East Haven School District @CT"),
        ("Northwestern College", "Northeastern College"),
        ("Boys Club of Dayton @OH", "Girls Club of Dayton @OH"),
        ("Henry Ford II Foundation", "Henry Ford III Foundation"),
        ("Brigham Young University @UT", "Brigham Young University-Idaho @ID"),
        ("", "?"),
    ],
)
def test_what_only_looks_alike_is_not_asked_about(one: str, other: str) -> None:
    assert compared(one, other).score < DOUBTFUL


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"city": "Omaha"}, {"city": "Lincoln"}),
        ({"postal_code": "68102"}, {"postal_code": "68501-1234"}),
        ({"address": "12 Elm St."}, {"address": "900 Oak Avenue"}),
    ],
)
def test_schools_of_one_name_are_told_apart_by_where_they_are(one: dict[str, str], other: dict[str, str]) -> None:
    name = "Washington Elementary School @NE"

    assert compared(name, name).score >= DOUBTFUL
    assert compared(name, name, one, one).score >= DOUBTFUL
    assert compared(name, name, one, other).score < DOUBTFUL


def test_the_web_address_decides_what_names_leave_open() -> None:
    names = "Southern College @TN", "Southern Adventist University @TN"
    host = {"website": "https://www.southern.edu/"}

    assert compared(*names).score < DOUBTFUL
    found = compared(*names, host, {"website": "southern.edu"})
    assert found.score >= DOUBTFUL
    assert "same web address (southern.edu)" in found.reasons


@pytest.mark.parametrize("website", ["https://www.facebook.com/x", "https://sites.google.com/x", "http://k12.al.us/x"])
def test_a_web_address_that_strangers_share_counts_for_nothing(website: str) -> None:
    names = "Southern College @TN", "Southern Adventist University @TN"

    assert compared(*names, {"website": website}, {"website": website}).score == compared(*names).score


def test_a_part_of_a_university_is_not_the_university_though_it_shares_its_web_address() -> None:
    host = {"website": "https://www.ua.edu/"}

    assert compared("University of Alabama @AL", "University of Alabama Press @AL", host, host).score < DOUBTFUL


def test_a_subdomain_counts_less_than_the_same_host_and_more_than_another_one() -> None:
    name = "Teachers College @AZ"
    main, part, other = ({"website": each} for each in ("asu.edu", "education.asu.edu", "nau.edu"))

    same, sub, far = (compared(name, name, main, each).score for each in (main, part, other))
    assert same > sub > far


def test_one_national_body_in_two_states_is_asked_about_for_its_web_address() -> None:
    host = {"website": "amte.net"}
    names = "Association of Mathematics Teacher Educators @NC", "Association of Mathematics Teacher Educators @AL"

    assert compared(*names).score < DOUBTFUL
    found = compared(*names, host, host)
    assert found.score >= DOUBTFUL
    assert "different states (AL, NC)" in found.reasons


def test_a_street_and_a_phone_number_make_related_names_one() -> None:
    where = {"address": "4214 S. St Lawrence", "phone": "(773) 535-1687"}
    also = {"address": "4214 South St. Lawrence Ave", "phone": "535-1687"}

    assert compared("Fuller", "Chicago Public Schools Fuller, Melville W.").score < DOUBTFUL
    found = compared("Fuller", "Chicago Public Schools Fuller, Melville W.", where, also)
    assert found.score >= DOUBTFUL
    assert {"same address", "same phone number"} <= set(found.reasons)


def test_mail_domains_count_where_there_is_no_web_address_unless_everybody_has_them() -> None:
    name = "Bright Minds Foundation"
    own, free = frozenset({"brightminds.org"}), frozenset({"gmail.com"})

    plain = compared(name, name).score
    assert compared(name, name, {"domains": own}, {"domains": own}).score > plain
    assert compared(name, name, {"domains": own}, {"website": "https://brightminds.org"}).score > plain
    assert compared(name, name, {"domains": free}, {"domains": free}).score == plain


@pytest.mark.parametrize(
    ("one", "other", "reason"),
    [
        ("The Citadel", "Citadel", "same name but for 'The'"),
        ("Oberlin College", "OBERLIN COLLEGE", "same name"),
        ("St. Olaf College", "Saint Olaf College", "same name in other words or signs"),
        ("AMTE", "Association of Mathematics Teacher Educators", "AMTE is its acronym"),
        ("Marywood University @PA", "Marywod University @PA", "same state"),
        ("Alabama University", "University of Alabama", "same words in another order"),
        ("Slippery Rock University of Pennsylvania @PA", "Slippery Rock University @PA", "only one has 'pennsylvania'"),
        ("Indiana University", "Indiana University-Bloomington", "only one says 'Bloomington', the main campus"),
    ],
)
def test_the_reasons_are_plain_english(one: str, other: str, reason: str) -> None:
    assert any(part.startswith(reason) for part in compared(one, other).reasons)


def test_likely_pairs_are_best_first_and_each_once() -> None:
    names = ["Oberlin College", "University of Utah", "Oberlin Coll.", "Oberlyn College", "Hope College"]
    made = [Organization(10 + place, (name,), "OH") for place, name in enumerate(names)]

    found = likely_pairs(made)

    assert [(a, b) for a, b, _ in found] == [(10, 12), (10, 13), (12, 13)]
    assert [like.score for *_, like in found] == sorted((like.score for *_, like in found), reverse=True)
    assert likely_pairs(made, 0.9)[0][:2] == (10, 12)
    assert likely_pairs([]) == likely_pairs(made[:1]) == []


def test_names_that_three_towns_have_are_a_chain() -> None:
    towns = ["Dayton", "Toledo", "Akron", "Akron"]
    made = [Organization(n, ("Bright Tutoring College",), "OH", city=town) for n, town in enumerate(towns)]

    assert [(a, b) for a, b, _ in likely_pairs(made)] == [(2, 3)]
    assert [(a, b) for a, b, _ in likely_pairs(made[:2])] == [(0, 1)]


@pytest.mark.parametrize("state", ["OH", None])
def test_thousands_of_one_name_are_not_all_compared(state: str | None) -> None:
    made = [Organization(number, ("Bright Tutoring College",), state) for number in range(5_000)]

    assert sum(1 for _ in candidates(made)) <= 10 * len(made)


def test_thousands_of_long_names_with_the_same_letters_are_not_compared_with_each_other() -> None:
    made = [Organization(n, (f"A{x}o M{x}o T{x}o E{x}o",)) for n, x in enumerate("bcdfghjklmnpqrstvwxz")]

    assert not list(candidates(made))


def test_different_states_are_compared_for_the_same_web_address_only() -> None:
    alone = [Organization(n, ("Bright Tutoring College",), state) for n, state in enumerate(("OH", "PA"))]
    one_host = [Organization(one.number, one.names, one.state, website="bright.org") for one in alone]

    assert not list(candidates(alone))
    assert len(list(candidates(one_host))) == 1


def test_what_likely_pairs_finds_is_what_likeness_says() -> None:
    made = []
    for place, (one, other) in enumerate(SAME):
        made += [organization(one, 2 * place), organization(other, 2 * place + 1)]

    found = {(a, b): like for a, b, like in likely_pairs(made)}

    for place in range(len(SAME)):
        assert found[2 * place, 2 * place + 1] == likeness(made[2 * place], made[2 * place + 1])


texts = st.text(max_size=40) | st.sampled_from(
    ["University of Alabama", "St. A&M (AL), Inc.", "-", "N.C. U.S. st", "de la"]
)
made_up = st.builds(
    Organization,
    number=st.integers(1, 9),
    names=st.lists(texts, max_size=3).map(tuple),
    state=st.sampled_from([None, "AL", "GA"]),
    city=st.none() | texts,
    website=st.none() | texts,
    address=st.none() | texts,
    postal_code=st.none() | texts,
    phone=st.none() | texts,
    domains=st.frozensets(texts, max_size=2),
)


@given(made_up, made_up)
def test_any_text_can_be_compared(a: Organization, b: Organization) -> None:
    found = likeness(a, b)

    assert 0 <= found.score <= 1
    assert found.score == likeness(b, a).score
    assert all(reason.strip() for reason in found.reasons)


@given(st.lists(made_up, max_size=6))
def test_any_list_can_be_scanned(organizations: list[Organization]) -> None:
    likely_pairs([Organization(n, one.names, one.state, one.city) for n, one in enumerate(organizations)])


def test_rapidfuzz_is_loaded_only_for_comparing() -> None:
    assert not hasattr(module, "rapidfuzz")
