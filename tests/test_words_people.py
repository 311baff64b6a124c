"""People: names, mail and web addresses as they are typed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mtep_outreach.errors import (
    EmptyTextError,
    MtepError,
    TextTooLongError,
    UnreadableAddressError,
    UnreadablePersonError,
    UnreadableWebsiteError,
)
from mtep_outreach.people import Person, mail_address, person, website

MAIL = "rivera@example.edu"


@pytest.mark.parametrize(
    ("text", "name", "email"),
    [
        (f"Maria Rivera <{MAIL}>", "Maria Rivera", MAIL),
        (f"  Maria   Rivera<{MAIL}> ", "Maria Rivera", MAIL),
        (f"Maria Rivera < {MAIL} >", "Maria Rivera", MAIL),
        (f'"Rivera, Maria" <{MAIL}>', "Rivera, Maria", MAIL),
        (f"José Núñez <{MAIL}>", "José Núñez", MAIL),
        (f"Ma\u202eria\x00 <{MAIL}>", "Maria", MAIL),
        ("Maria Rivera", "Maria Rivera", None),
        (MAIL, MAIL, MAIL),
        (f"<{MAIL}>", MAIL, MAIL),
    ],
)
def test_a_person_is_a_name_an_address_or_both(text: str, name: str, email: str | None) -> None:
    assert person(text) == Person(name, email)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (f"Maria {MAIL}", "the address must stand in < >"),
        (f"Maria ({MAIL})", "the address must stand in < >"),
        (f"{MAIL}\r\nBcc: x@example.org", "the address must stand in < >"),
        (f"Maria <{MAIL}> Rivera", "the address must stand in one pair of < >"),
        (f"Maria <<{MAIL}>>", "the address must stand in one pair of < >"),
        (f"Maria <{MAIL}", "the address must stand in one pair of < >"),
        (f"Maria <{MAIL}>, Bo <chen@example.edu>", "the address must stand in one pair of < >"),
    ],
)
def test_what_is_not_one_person_is_refused_with_the_reason(text: str, reason: str) -> None:
    with pytest.raises(UnreadablePersonError, match=f"is not a person: {reason}"):
        person(text)


@pytest.mark.parametrize("text", ["Maria <>", "Maria <rivera>", "Maria <rivera@example>", "a@b@c.org"])
def test_a_person_with_an_address_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(UnreadableAddressError):
        person(text)


@pytest.mark.parametrize("text", ["", "  ", "...", f"... <{MAIL}>"])
def test_a_person_without_a_name_is_refused(text: str) -> None:
    with pytest.raises(EmptyTextError, match="The person's name is empty"):
        person(text)


def test_a_persons_name_may_not_be_a_page() -> None:
    with pytest.raises(TextTooLongError):
        person("x" * 301)


@given(st.text())
def test_a_person_that_is_shown_is_read_back_as_the_same(text: str) -> None:
    for typed in (text, f"{text} <{MAIL}>"):
        try:
            found = person(typed)
        except MtepError:
            continue
        assert person(str(found)) == found


@pytest.mark.parametrize(
    ("text", "address"),
    [
        (MAIL, MAIL),
        (" Maria.Rivera@Example.EDU ", "Maria.Rivera@example.edu"),
        ("x+y@sub.example.org", "x+y@sub.example.org"),
        ("x@bücher.org", "x@xn--bcher-kva.org"),
    ],
)
def test_an_address_is_kept_as_it_is_written_to(text: str, address: str) -> None:
    assert mail_address(text) == address


@pytest.mark.parametrize(
    "text",
    [
        "",
        "rivera",
        "rivera@",
        "@example.edu",
        "rivera@example",
        "rivera@localhost",
        "a b@example.edu",
        "a..b@example.edu",
        "a@b@example.edu",
        "josé@example.edu",
        "mailto:rivera@example.edu",
        "x@[127.0.0.1]",
        f"Maria <{MAIL}>",
        f"{MAIL},chen@example.edu",
        f"{MAIL}\nBcc: x@example.org",
    ],
)
def test_what_mail_cannot_be_sent_to_is_refused(text: str) -> None:
    with pytest.raises(UnreadableAddressError) as refusal:
        mail_address(text)
    assert "is not an e-mail address: " in refusal.value.message
    assert not refusal.value.message.endswith("..")


@pytest.mark.parametrize(
    "text",
    [
        "https://amte.net",
        "http://amte.net/",
        "amte.net",
        "www.amte.net/about?page=1#top",
        "HTTPS://AMTE.NET",
        "https://amte.net:8080/x",
        "https://amte.net?x=1",
        "https://bücher.example",
    ],
)
def test_a_web_address_is_kept_as_typed(text: str) -> None:
    assert website(f" {text}\n") == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "amte",
        "https://",
        "https://amte",
        "ftp://amte.net",
        "javascript:alert(1)",
        "javascript:alert(document.domain)",
        "data:text/html,x.y",
        "mailto:rivera@example.edu",
        "//amte.net",
        "https://user@amte.net",
        "https://amte.net/a b",
        'https://amte.net/"onclick=x',
        "https://amte.net/<script>",
        "https://.net",
        "https://...",
        "...",
        "amte..net",
    ],
)
def test_what_is_no_web_address_is_refused(text: str) -> None:
    with pytest.raises(UnreadableWebsiteError):
        website(text)
