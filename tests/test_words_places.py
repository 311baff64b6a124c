"""States and territories: by the names people give them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mtep_outreach import places
from mtep_outreach.errors import UnknownStateError

# Typed from Publication 28 of the US Postal Service, Appendix B, apart from the source.
STATES_AND_DC = (  # noqa: SIM905
    "AL AK AZ AR CA CO CT DE DC FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ NM NY NC ND OH OK "
    "OR PA RI SC SD TN TX UT VT VA WA WV WI WY"
).split()
TERRITORIES = ["AS", "GU", "MP", "PR", "VI"]
ASSOCIATED = ["FM", "MH", "PW"]


def test_every_code_of_the_postal_service_is_known_once() -> None:
    assert sorted(places.CODES) == sorted([*STATES_AND_DC, *TERRITORIES, *ASSOCIATED])


def test_a_report_counts_states_dc_and_territories_and_not_the_associated_states() -> None:
    assert list(places.COUNTED) == sorted([*STATES_AND_DC, *TERRITORIES])
    assert len(places.COUNTED) == 56


@pytest.mark.parametrize("code", places.CODES)
def test_a_state_is_found_by_its_code_and_its_name_in_any_letter_case(code: str) -> None:
    name = places.state_name(code)
    for text in (code, code.lower(), name, name.upper(), f" {name.lower()} ", f"State of {name}", f"{name} USA"):
        assert places.state_code(text) == code


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Ala.", "AL"),
        ("Calif.", "CA"),
        ("Mass.", "MA"),
        ("Miss.", "MS"),
        ("Mich.", "MI"),
        ("Minn.", "MN"),
        ("Penn.", "PA"),
        ("Tenn", "TN"),
        ("W. Va.", "WV"),
        ("W.Va.", "WV"),
        ("N. Dak.", "ND"),
        ("N.Y.", "NY"),
        ("D.C.", "DC"),
        ("Washington DC", "DC"),
        ("Washington", "WA"),
        ("the District of Columbia", "DC"),
        ("Hawai‘i", "HI"),
        ("Hawaiʻi", "HI"),
        ("Puerto Rico", "PR"),
        ("P.R.", "PR"),
        ("U.S. Virgin Islands", "VI"),
        ("US Virgin Islands", "VI"),
        ("Virgin Islands", "VI"),
        ("CNMI", "MP"),
    ],
)
def test_a_state_is_found_by_its_usual_abbreviations(text: str, code: str) -> None:
    assert places.state_code(text) == code


@pytest.mark.parametrize(
    ("text", "code"),
    [("Auburn, Ala.", "AL"), ("Washington, D.C.", "DC"), ("San Juan, PR", "PR"), ("Alabama, USA", "AL")],
)
def test_a_city_before_the_state_and_the_country_after_it_are_passed_over(text: str, code: str) -> None:
    assert places.state_code(text) == code


@pytest.mark.parametrize(
    ("text", "suggested"),
    [
        ("Alabma", "Alabama"),
        ("Virgina", "Virginia"),
        ("Mississipi", "Mississippi"),
        ("New York City", "New York"),
        ("Conneticut", "Connecticut"),
    ],
)
def test_a_misspelled_state_is_refused_with_the_one_that_may_be_meant(text: str, suggested: str) -> None:
    with pytest.raises(UnknownStateError) as refusal:
        places.state_code(text)
    assert refusal.value.message == f"'{text}' is not a US state or territory."
    assert refusal.value.hint.startswith(f"Did you mean {suggested}")


@pytest.mark.parametrize("text", ["", " ", "XX", "Ontario", "Québec", "...", "12"])
def test_what_is_no_state_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(UnknownStateError) as refusal:
        places.state_code(text)
    assert refusal.value.hint == "Type a code or a name: AL, Alabama or Ala."


@given(st.text())
def test_any_text_is_a_state_or_refused_as_none(text: str) -> None:
    try:
        found = places.state_code(text)
    except UnknownStateError:
        return
    assert found in places.CODES
