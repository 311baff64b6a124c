"""Names of organizations as canonical words, and the keys under which organizations are looked up."""

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mtep_outreach.organization_names import initials, name_words, variants
from mtep_outreach.organizations import asked_keys, look_up_keys, phone_digits, street, web_host


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("University of Alabama", "The University of Alabama"),
        ("Univ. of Ala.", "University of Alabama"),
        ("U of Alabama", "University of Alabama"),
        ("Universty of Alabama", "University of Alabama"),
        ("Texas A & M University", "Texas A&M University"),
        ("Texas A. and M. Univ.", "Texas A&M University"),
        ("Alabama Agricultural and Mechanical University", "Alabama A&M University"),
        ("N.C. A&T State University", "North Carolina A & T State University"),
        ("N. Carolina Central Univ.", "North Carolina Central University"),
        ("W. Va. University", "West Virginia University"),
        ("R.I. College", "Rhode Island College"),
        ("St. Olaf College", "Saint Olaf College"),
        ("College of St. Benedict", "College of Saint Benedict"),
        ("Mt. St. Mary's University", "Mount Saint Marys University"),
        ("Ft. Hays State University", "Fort Hays State University"),
        ("Kansas St Univ", "Kansas State University"),
        ("Jefferson Co. Schools", "Jefferson County Schools"),
        ("Acme Co., Inc.", "Acme"),
        ("Goldman Sachs & Co. L.L.C.", "Goldman Sachs"),
        ("Siemens AG", "Siemens Aktiengesellschaft"),
        ("Natl. Assn. of Elem. Sch. Principals", "National Association of Elementary School Principals"),
        ("Dept of Educ", "Department of Education"),
        ("Leon ISD", "Leon Independent School District"),
        ("Ohio University-Main Campus", "Ohio University"),
        ("Hawaiʻi Community College", "Hawaii Community College"),
        ("Universität Zürich", "Universitat Zurich"),
        ("School District No. 012", "School District 12"),
        ("First Baptist Church", "1st Baptist Church"),
        ("SUNY at Albany", "State University of New York at Albany"),
        ("Virginia Tech", "Virginia Polytechnic Institute and State University"),
        ("De Paul University", "DePaul University"),
        ("Ga. Dept. of Education", "Georgia Department of Education"),
        ("Kettering University (KU)", "Kettering University"),
    ],
)
def test_written_differently_the_words_are_the_same(one: str, other: str) -> None:
    assert name_words(one).words == name_words(other).words


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Ohio University", "Ohio State University"),
        ("Washington University", "Washington State University"),
        ("West Virginia University", "University of Virginia"),
        ("Country Day School", "County Day School"),
        ("Collage Dance", "College Dance"),
        ("Centra College", "Central College"),
        ("St. Louis University", "State Louis University"),
        ("School District 12", "School District 13"),
    ],
)
def test_other_names_keep_other_words(one: str, other: str) -> None:
    assert name_words(one).words != name_words(other).words


def test_other_scripts_keep_their_words() -> None:
    assert name_words("Муромский завод").words == ("муромскии", "завод")


def test_a_state_in_brackets_is_said_not_named() -> None:
    said = name_words("Trinity College (CT)")

    assert said.words == ("trinity", "college")
    assert (said.said_state, said.state, said.place) == ("CT", "CT", "CT")


@pytest.mark.parametrize(
    ("name", "state", "place"),
    [
        ("University of Alabama", "AL", None),
        ("University of Alabama at Birmingham", "AL", None),
        ("Concordia University Texas", "TX", "TX"),
        ("Indiana University of Pennsylvania", None, None),
        ("SUNY at Albany", "NY", None),
        ("Oberlin College", None, None),
        ("?", None, None),
    ],
)
def test_the_state_of_a_name(name: str, state: str | None, place: str | None) -> None:
    assert (name_words(name).state, name_words(name).place) == (state, place)


def test_initials_spell_states_and_acronyms_out() -> None:
    assert initials(name_words("Association of Mathematics Teacher Educators").words) == "amte"
    assert name_words("California State University-Northridge").initials == "csun"
    assert name_words("CSU Northridge").initials == "csun"


def test_variants_of_one_text() -> None:
    assert variants("Union College") == ["Union College"]
    assert variants("Acme Tutors dba Bright Minds") == ["Acme Tutors", "Bright Minds"]
    assert variants("Marian University (formerly Marian College)") == ["Marian University", "Marian College"]
    assert variants("Virginia Polytechnic Institute (Virginia Tech University)")[1] == "Virginia Tech University"
    assert variants("University of Alaska (Anchorage)") == ["University of Alaska (Anchorage)"]


@pytest.mark.parametrize(
    ("website", "host"),
    [
        ("https://www.amte.net/about", "amte.net"),
        ("AMTE.NET", "amte.net"),
        ("http://education.asu.edu:8080/x?y=1", "education.asu.edu"),
        ("https://www.facebook.com/amte", None),
        ("sites.google.com/view/amte", None),
        ("https://auburn.k12.al.us/", "auburn.k12.al.us"),
        ("https://k12.al.us/", None),
        ("https://www.al.gov", None),
        ("n/a", None),
        ("", None),
        (None, None),
    ],
)
def test_hosts_that_are_shared_say_nothing(website: str | None, host: str | None) -> None:
    assert web_host(website) == host


def test_streets_and_phone_numbers() -> None:
    assert street("221 E. 51st St.") == street("221 East 51st Street, Suite 4") == ("221", "51st")
    assert street("PO Box 7") is street("") is None
    assert phone_digits("+1 (334) 555-0142 ext. 12") == "3345550142"
    assert phone_digits("5550142") == "5550142"
    assert not phone_digits("911")


def test_a_usual_organization_has_about_four_keys() -> None:
    keys = look_up_keys(["University of Alabama at Birmingham"], state="AL", website="https://www.uab.edu")

    assert len(keys) == 5
    assert all(len(key) < 40 for key in keys)


def test_no_key_is_for_a_usual_word_alone() -> None:
    alabama = set(look_up_keys(["University of Alabama"], state="AL"))

    for other in ("University of Georgia", "Alabama State University", "Auburn University", "Alabama Power Company"):
        assert not alabama & set(look_up_keys([other], state="AL"))


def test_an_acronym_asks_for_long_names_and_long_names_only_for_acronyms() -> None:
    long = look_up_keys(["Association of Mathematics Teacher Educators"])
    short = look_up_keys(["AMTE"])
    same_letters = look_up_keys(["Alabama Music Therapy Ensemble"])

    assert set(asked_keys(short)) & set(long)
    assert set(asked_keys(long)) & set(short)
    assert not set(asked_keys(long)) & set(same_letters)


@given(st.lists(st.text(max_size=60), max_size=4), st.text(max_size=20), st.text(max_size=30), st.text(max_size=20))
def test_any_text_has_words_and_keys(names: list[str], website: str, address: str, phone: str) -> None:
    for name in names:
        assert all(name_words(name).words)
        assert all(variants(name)) or not name
        assert name_words(name).initials.isascii() or not name.isascii()
    keys = look_up_keys(names, state="AL", website=website, address=address, phone=phone)
    assert len(keys) == len(set(keys))
    assert asked_keys(keys) == asked_keys(keys)


def test_nothing_but_the_standard_library_is_loaded() -> None:
    code = "import sys, mtep_outreach.organizations; print('rapidfuzz' in sys.modules, 'sqlalchemy' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.split() == ["False", "False"]
