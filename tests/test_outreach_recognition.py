"""Who came is recognised for certain, asked about, or unknown with the likely partner; nobody is guessed."""

import time

import pytest

from mtep_outreach.files.attendance_names import clean_name
from mtep_outreach.files.attendance_people import Came
from mtep_outreach.outreach.recognition import Known, Match, Sign, match

NCTM = ("National Council of Teachers of Mathematics", "NCTM")
IOWA = ("Iowa State University",)
CONTACTS = [
    Known(1, "Ann Lee", "ann@nctm.org", 10, NCTM),
    Known(2, "Dr. Bo M. Chen", "bchen@iastate.edu", 20, IOWA, "https://www.iastate.edu"),
    Known(3, "Cy Ode", "info@iastate.edu", 20, IOWA),
    Known(4, "Di Ode", "info@iastate.edu", 20, IOWA),
    Known(5, "Jo Bell", None, 10, NCTM),
    Known(6, "Jo Bell", "jo@gmail.com", 20, IOWA),
    Known(None, "", None, 30, ("Association of Mathematics Teacher Educators", "AMTE"), "https://amte.net/join"),
]


def came(typed: str, email: str | None = None) -> Came:
    name = clean_name(typed)
    return Came(name.name, email, name.hint, (name.also,) if name.also else (), name.device, None, None, ())


def one(typed: str, email: str | None = None) -> Match:
    (found,) = match([came(typed, email)], CONTACTS)
    return found


@pytest.mark.parametrize(
    ("typed", "email", "sign", "contact"),
    [
        ("Somebody Else", "Ann@NCTM.org", Sign.ADDRESS, 1),
        ("Cy Ode", "info@iastate.edu", Sign.ADDRESS, 3),
        ("Bo Chen", "bo@math.iastate.edu", Sign.NAME_AND_ORGANIZATION, 2),
        ("Bo Chen (Iowa State)", None, Sign.NAME_AND_ORGANIZATION, 2),
        ("Jo Bell (NCTM)", None, Sign.NAME_AND_ORGANIZATION, 5),
        ("Ann Lee", None, Sign.NAME, 1),
        ("Ann Lee", "ann.lee@gmail.com", Sign.NAME, 1),
        ("Ann Q. Lee", None, Sign.NAME, 1),
        ("LEE, ANN", None, Sign.NAME, 1),
    ],
)
def test_who_is_certain(typed: str, email: str | None, sign: Sign, contact: int) -> None:
    found = one(typed, email)
    assert (found.sign, found.contact and found.contact.contact, found.candidates) == (sign, contact, ())


@pytest.mark.parametrize(
    ("typed", "email", "sign", "candidates"),
    [
        ("Jo Bell", None, Sign.NAMESAKES, {5, 6}),
        ("Front Desk", "info@iastate.edu", Sign.SHARED_ADDRESS, {3, 4}),
        ("Ann Lee", "ann@other.edu", Sign.OTHER_ORGANIZATION, {1}),
        ("Ann Lee (AMTE)", None, Sign.OTHER_ORGANIZATION, {1}),
        ("Bo Q. Chen", None, Sign.NEARLY, {2}),
        ("Anne Lee", None, Sign.NEARLY, {1}),
        ("Lee Ann", None, Sign.NEARLY, {1}),
        ("Ann", None, Sign.NEARLY, {1}),
        ("A. Lee", None, Sign.NEARLY, {1}),
        ("Robert Chen", "rchen@iastate.edu", Sign.NEARLY, {2}),
        ("Ann Lee's iPad", None, Sign.DEVICE, {1}),
        ("Somebody New (Ann Lee)", None, Sign.NEARLY, {1}),
    ],
)
def test_who_is_asked_about(typed: str, email: str | None, sign: Sign, candidates: set[int]) -> None:
    found = one(typed, email)
    assert (found.sign, found.contact) == (sign, None)
    assert {known.contact for known in found.candidates} == candidates


@pytest.mark.parametrize(
    ("typed", "email", "partners"),
    [
        ("Flo Gray", None, ()),
        ("Flo Gray", "flo@gmail.com", ()),
        ("Flo Gray", "flo@math.iastate.edu", (20,)),
        ("Flo Gray", "flo@amte.net", (30,)),
        ("Flo Gray (NCTM)", None, (10,)),
        ("Flo Gray (AMTE)", "flo@iastate.edu", (20, 30)),
        ("Flo Gray, Iowa State University", None, (20,)),
        ("iPad", None, ()),
        ("13125551234", None, ()),
    ],
)
def test_who_is_unknown_comes_with_the_likely_partner(typed: str, email: str | None, partners: tuple[int, ...]) -> None:
    found = one(typed, email)
    assert (found.sign, found.contact, found.candidates, found.partners) == (Sign.NOBODY, None, (), partners)


def test_a_hundred_are_looked_up_among_ten_thousand_contacts_quickly() -> None:
    contacts = [
        Known(
            number,
            f"Ann{number % 97} Lee{number}",
            f"a{number}@u{number % 500}.edu",
            number % 500,
            (f"University {number % 500}",),
        )
        for number in range(10_000)
    ]
    everybody = [came(f"Ann Lee{number} (University {number})") for number in range(100)]
    begun = time.perf_counter()
    assert len(match(everybody, contacts)) == 100
    assert time.perf_counter() - begun < 20
