"""Markdown: facts stay text, links lead to the web or to mail, and plain text reads as a letter does."""

import re

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from mtep_outreach.letters.markdown import escape, links, plain_text, tokens
from mtep_outreach.names import clean_text

FRAMES = [
    "{}", "Dear {},", "because “{}”", "**{}**", "*{}*  \nnext", "before\n{}", "before\n{}\nafter", "> {}", "- {}",
    "1. {}", "1. one\n2. {}\n3. three", "{} [link](https://a.example)", "`code` {} `code`", "{}\n\n    code\n", "({})",
]  # fmt: skip
PIECES = [
    "*", "**", "_", "__", "`", "```", "~~~", "#", "######", "-", "--", "+", "=", "===", ">", "<", "<b>", "</b>",
    "<!--", "[", "]", "](", "(", ")", "!", "![", "[x]: y", "\\", "\\\\", "&", "&amp;", "&lt", "&#35;", "&#x41",
    "&copy", ";", "|", "|-|", ":", ":-:", "1.", "2)", "123456789.", "0", "a", "b_c", "é", "北", "🎉", " ", "  ",
    "\n", "\n\n", "\t", "    ", ".", "\xa0", "\u2028", "<x@y.example>", "<https:a>", "javascript:x", "$", "@",
    "~", "^", "{", "}", "'", '"', "/", "̈", "①",
]  # fmt: skip
FACTS = st.lists(st.sampled_from(PIECES), max_size=12).map("".join) | st.text(max_size=40)


def structure(body: str) -> list[object]:
    """Return the parts of a text without its words."""
    found: list[object] = []
    for token in tokens(body):
        found.append((token.type, token.tag, token.hidden))
        inner = [child.type for child in token.children or () if child.type != "softbreak"]
        found.append([kind for at, kind in enumerate(inner) if kind != "text" or inner[at - 1 : at] != ["text"]])
    return found


def fact(text: str) -> str:
    clean = clean_text(text)
    assume(clean.split())
    assume(not clean.lower().startswith(("http:", "https:")))
    return clean


# ---- facts ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "escaped"),
    [
        ("José Núñez", "José Núñez"),
        ("AT&T; R&D, C++ & Q&A", "AT&T; R&D, C++ & Q&A"),
        ("teacher_pipeline @rivera_m", "teacher_pipeline @rivera_m"),
        ("C:\\Users", "C:\\Users"),
        ("Phase 1. Now (2) - then", "Phase 1. Now (2) - then"),
        ("~30 % | 5 > 3 = yes!", "~30 % | 5 > 3 = yes!"),
        ("-5 degrees", "-5 degrees"),
        ("#1 school", "#1 school"),
        ("24.5.2024", "24.5.2024"),
        ("*new* _old_ __init__", r"\*new\* \_old\_ \_\_init\_\_"),
        ("1. first", r"1\. first"),
        ("12) twelfth", r"12\) twelfth"),
        ("- item", r"\- item"),
        ("# heading", r"\# heading"),
        ("C #", r"C \#"),
        ("> quoted", r"\> quoted"),
        ("---", r"\---"),
        ("~~~", r"\~~~"),
        ("[a](b) ![c](d)", r"\[a\](b) !\[c\](d)"),
        ("<b>&amp;&copy", r"\<b>\&amp;\&copy"),
        ("`x`", r"\`x\`"),
        ("ends with \\", "ends with \\\\"),
        ("\\*", "\\\\\\*"),
        ("one\n\n \ntwo\r\n  three", "one\ntwo\nthree"),
        ("one  \ntwo", "one\ntwo"),
        ("a | b\n--|--", "a | b\n\\--|--"),
        ("", ""),
        (" \n ", ""),
    ],
)
def test_only_what_would_be_understood_as_markdown_is_escaped(text: str, escaped: str) -> None:
    assert escape(text) == escaped


@given(FACTS)
@example("\\\n*")
@example("a_b__c_")
@example("x\n===")
@example("&amp")
def test_a_fact_reads_as_it_was_typed(text: str) -> None:
    clean = fact(text)
    assert plain_text(escape(clean), width=100_000) == " ".join(clean.split()) + "\n"


@given(FACTS, st.sampled_from(FRAMES))
@example("* * *", "{}")
@example("#", "before\n{}")
@example("===", "before\n{}")
@example("|-|", "before\n{}")
@example("&amp", "{};")
def test_no_fact_changes_the_structure_of_a_letter(text: str, frame: str) -> None:
    assert structure(frame.format(escape(fact(text)))) == structure(frame.format("x"))


@given(st.lists(st.sampled_from(PIECES), max_size=8).map("".join))
def test_a_fact_that_is_a_web_address_is_one_link_and_nothing_else(text: str) -> None:
    address = "https://a.example/" + "".join(clean_text(text).split())
    escaped = escape(address)
    assert links(escaped) == [escaped[1:-1]]
    assert structure(escaped)[3] == ["link_open", "text", "link_close"]
    assert plain_text(escaped) == escaped[1:-1] + "\n"


@pytest.mark.parametrize(
    ("address", "link"),
    [
        ("https://zoom.example/j/1_2?pwd=a*b", "<https://zoom.example/j/1_2?pwd=a*b>"),
        ("HTTPS://a.example", "<HTTPS://a.example>"),
        ('http://a.example/<"`{}|\\^>', "<http://a.example/%3C%22%60%7B%7D%7C%5C%5E%3E>"),
        ("https://a.example/%20", "<https://a.example/%20>"),
        ("https://a.example/\u200b", "<https://a.example/%E2%80%8B>"),
        ("https://a.example and b", "https://a.example and b"),
        ("https:///nowhere", "https:///nowhere"),
        ("javascript:alert(1)", "javascript:alert(1)"),
    ],
)
def test_only_a_whole_web_address_becomes_a_link(address: str, link: str) -> None:
    assert escape(address) == link


# ---- links ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "target",
    [
        "javascript:alert(1)", "JaVaScRiPt:alert(1)", "data:text/html,x", "ftp://a.example", "file:///etc/passwd",
        "//a.example", "page.html", "vbscript:x", "https:", "https://", "mailto:", "http:a", "java&#115;cript:x",
        "&#x6a;avascript:x", "",
    ],
)  # fmt: skip
def test_a_link_that_leads_neither_to_the_web_nor_to_mail_stays_words(target: str) -> None:
    body = f"See [here]({target}) now."
    assert plain_text(body) == "See here now.\n"
    assert "link_open" not in str(structure(body))
    assert len(links(body)) == 1


def test_every_link_is_listed_as_written() -> None:
    body = "[a](javascript:x) <https://b.example/ü> [c] <m@d.example>\n\n- [e](HTTP://e.example 'title')\n\n[c]: ftp://c.example"
    assert links(body) == [
        "javascript:x", "https://b.example/ü", "ftp://c.example", "mailto:m@d.example", "HTTP://e.example",
    ]  # fmt: skip


def test_a_links_target_holds_no_white_space_and_no_other_letters() -> None:
    (inline,) = [token for token in tokens("[a](<https://ü.example/a b>)") if token.type == "inline"]
    assert [child.attrs for child in inline.children or () if child.type == "link_open"] == [
        {"href": "https://xn--tda.example/a%20b"}
    ]


def test_pictures_become_their_words() -> None:
    assert plain_text("![A *fine* `x` ![day](u)\nout](https://track.example/p.png)!") == "A fine x day out!\n"
    assert "image" not in str(structure("![x](y)"))


def test_html_is_words() -> None:
    assert plain_text("<script>x</script>\n\na <b>b</b>") == "<script>x</script>\n\na <b>b</b>\n"


@settings(deadline=None)
@given(st.text(st.characters(exclude_categories=[])))
@example("&#12;&#xb;&#127;")
@example("\x00\ud800")
@example("*" * 3000 + "a" + "*" * 3000)
@example("[" * 500 + "a" + "](https://a.example)" * 500)
@example("> " * 300 + "a")
def test_no_text_breaks_a_letter_or_puts_control_characters_into_it(text: str) -> None:
    plain = plain_text(text)
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\ud800-\udfff]", plain.replace("\t", ""))
    assert plain.endswith("\n")
    links(text)


# ---- plain text -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "plain"),
    [
        ("one\ntwo\n\nthree", "one two\n\nthree\n"),
        ("**bold** *it* `code`", "bold it code\n"),
        ("one  \ntwo\\\nthree", "one\ntwo\nthree\n"),
        ("1. a\n2. b\n10. c", "1. a\n2. b\n3. c\n"),
        ("9. a\n9. b", "9. a\n10. b\n"),
        ("0. a", "0. a\n"),
        ("- a\n  - b\n    1. c", "- a\n  - b\n    1. c\n"),
        ("- a\n\n- b\n\n  c", "- a\n\n- b\n\n  c\n"),
        ("before:\n\n- a\n\nafter", "before:\n\n- a\n\nafter\n"),
        ("-\n- a", "-\n- a\n"),
        ("> a\n>\n> b", "> a\n>\n> b\n"),
        ("# Heading\ntext", "Heading\n\ntext\n"),
        ("x\n\n    code  x\n     y", "x\n\ncode  x\n y\n"),
        ("```\ncode\n```", "code\n"),
        ("***", "---\n"),
        ("[text](https://a.example)", "text (https://a.example)\n"),
        ("[https://a.example](https://a.example)", "https://a.example\n"),
        ("<https://a.example/a%20b>", "https://a.example/a%20b\n"),
        ("[Ask](mailto:a@b.example)", "Ask (a@b.example)\n"),
        ("[a@b.example](mailto:a@b.example) <a@b.example>", "a@b.example a@b.example\n"),
        ("[](https://a.example)", "(https://a.example)\n"),
        ("[**b**](https://a.example)", "b (https://a.example)\n"),
        ("", "\n"),
    ],
)
def test_plain_text_reads_as_a_letter_does(body: str, plain: str) -> None:
    assert plain_text(body) == plain


def test_paragraphs_are_wrapped_and_addresses_never_broken() -> None:
    address = "https://a.example/" + "a-b/" * 30
    lines = plain_text(f"{'word ' * 40}<{address}> {'well-known ' * 20}\n\n1. {'item ' * 30}", width=50).splitlines()
    assert max(len(line) for line in lines if address not in line) <= 50
    assert address in lines
    assert lines[-1].startswith("   item")
    assert not any(line.endswith("-") for line in lines)


def test_lists_in_lists_keep_room_for_words() -> None:
    lines = plain_text("> " * 8 + "word " * 10, width=24).splitlines()
    assert lines[0] == "> " * 8 + "word word word word"
