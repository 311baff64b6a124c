"""Names: what stays as typed, what is compared, and what a file may be called."""

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mtep_outreach import names
from mtep_outreach.errors import EmptyTextError, TextTooLongError

ANY_TEXT = st.text(st.characters(exclude_categories=[]))
DIRECTIONS = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"


@given(ANY_TEXT)
def test_no_control_or_direction_character_outlives_cleaning(text: str) -> None:
    for cleaned in (names.clean_text(text), names.clean_line(text)):
        left = {c for c in cleaned if unicodedata.category(c) in ("Cc", "Cs", "Co") or ord(c) % 0x10000 >= 0xFFFE} - {
            "\n",
            "\t",
        }
        assert not left
        assert not set(cleaned) & set(DIRECTIONS)
        assert cleaned == cleaned.strip()


@given(ANY_TEXT)
def test_cleaning_twice_is_cleaning_once(text: str) -> None:
    assert names.clean_text(names.clean_text(text)) == names.clean_text(text)
    assert names.clean_line(names.clean_line(text)) == names.clean_line(text)


@given(st.text(st.characters(categories=["L", "N", "P", "S"])))
def test_what_can_be_seen_stays_as_typed(text: str) -> None:
    assert names.clean_text(text) == text
    assert names.clean_line(text) == text


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("Acme\x1b[31m", "Acme[31m"),
        ("\ufffeAcme\x00", "Acme"),
        ("gpj.\u202eexe", "gpj.exe"),
        ("  one\n\ttwo  ", "one\n\ttwo"),
        ("one\r\ntwo", "one\ntwo"),
        ("José Núñez", "José Núñez"),
        ("family \U0001f468\u200d\U0001f469\u200d\U0001f467", "family \U0001f468\u200d\U0001f469\u200d\U0001f467"),
        ("", ""),
    ],
)
def test_cleaning_takes_out_what_cannot_be_seen_and_nothing_else(text: str, cleaned: str) -> None:
    assert names.clean_text(text) == cleaned


@pytest.mark.parametrize("text", ["one two", " one \t two ", "one\ntwo", "one\r\ntwo", "one\rtwo", "one\u2028two"])
def test_a_line_has_one_blank_where_words_were_apart(text: str) -> None:
    assert names.clean_line(text) == "one two"


@given(ANY_TEXT)
def test_a_key_is_its_own_key(text: str) -> None:
    key = names.name_key(text)
    assert names.name_key(key) == key


def test_the_key_of_every_single_character_is_its_own_key() -> None:
    keys = {names.name_key(chr(number)) for number in range(0x110000)}
    assert {key for key in keys if names.name_key(key) != key} == set()


@given(ANY_TEXT)
def test_a_key_is_one_line_of_words_with_single_blanks(text: str) -> None:
    assert re.fullmatch(r"(?:[^\W_]+(?: [^\W_]+)*)?", names.name_key(text))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("José Núñez", "jose nunez"),
        ("AMTE", "amte"),
        ("Science & Mathematics", "Science and Mathematics"),
        ("Science&Mathematics", "science and mathematics"),
        ("Teachers' Union", "Teachers Union"),
        ("Children’s Museum", "Childrens Museum"),
        ("Pre-K-12 Schools, Inc.", "Pre K 12 Schools Inc"),
        ("snake_case", "snake case"),
        ("Straße", "STRASSE"),
        ("ﬁnance", "finance"),
        ("ＡＭＴＥ", "AMTE"),
        ("  Lee   County ", "Lee County"),
        ("Mathe\u00admatics", "Mathematics"),
        ("AM\u200bTE", "AMTE"),
    ],
)
def test_names_that_people_read_as_one_have_one_key(one: str, other: str) -> None:
    assert names.name_key(one) == names.name_key(other)


@pytest.mark.parametrize(
    ("one", "other"), [("Lee County", "Leecounty"), ("AMTE", "AMTA"), ("Region 1", "Region 2"), ("東京", "京都")]
)
def test_names_that_people_tell_apart_have_two_keys(one: str, other: str) -> None:
    assert names.name_key(one) != names.name_key(other)


def test_a_name_is_kept_as_typed_on_one_line() -> None:
    assert names.checked_name("  The  «Álgebra»\nProject [bold] ") == "The «Álgebra» Project [bold]"


@pytest.mark.parametrize("text", ["", "  ", "...", "'’‘", "\x1b", "___", "\u200b"])
def test_a_name_without_letter_or_digit_is_refused(text: str) -> None:
    with pytest.raises(EmptyTextError) as refusal:
        names.checked_name(text, "alias")
    assert refusal.value.message == "The alias is empty: it needs at least one letter or digit."


def test_a_name_may_have_300_characters_and_no_more() -> None:
    assert names.checked_name("x" * 300) == "x" * 300
    with pytest.raises(TextTooLongError) as refusal:
        names.checked_name("x" * 301)
    assert refusal.value.message == "The name has 301 characters, more than 300."


def test_a_text_may_have_10000_characters_and_no_more() -> None:
    assert names.checked_length("x" * 10_000, "note") == "x" * 10_000
    with pytest.raises(TextTooLongError, match=r"The note has 10,001 characters, more than 10,000\."):
        names.checked_length("x" * 10_001, "note")


@given(ANY_TEXT, st.integers(1, 80))
def test_a_slug_holds_only_small_ascii_letters_digits_and_single_hyphens(text: str, length: int) -> None:
    slug = names.slug(text, length)
    assert re.fullmatch(r"(?:[a-z0-9]+(?:-[a-z0-9]+)*)?", slug)
    assert len(slug) <= length


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ("Lee County Schools", "lee-county-schools"),
        ("National Council of Teachers of Mathematics", "national-council-of-teachers"),
        ("../../etc/passwd", "etc-passwd"),
        ("C:\\Windows\\CON", "c-windows-con"),
        ("José & Núñez", "jose-and-nunez"),
        ("東京", ""),
        ("x" * 70, "x" * 32),
        ("x" * 32 + " y", "x" * 32),
        ("x" * 31 + " y", "x" * 31),
    ],
)
def test_a_slug_is_what_a_name_leaves(text: str, slug: str) -> None:
    assert names.slug(text) == slug
