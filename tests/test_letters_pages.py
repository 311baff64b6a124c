"""Pages: one whole HTML document, in which whatever a letter says is text."""

from html.parser import HTMLParser

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from mtep_outreach.letters.markdown import escape
from mtep_outreach.letters.pages import page

TAGS = {
    *(
        "html",
        "head",
        "meta",
        "title",
        "style",
        "body",
        "table",
        "tr",
        "td",
        "div",
        "p",
        "a",
        "br",
        "hr",
        "strong",
        "em",
    ),
    *("ol", "ul", "li", "blockquote", "pre", "code", "h1", "h2", "h3", "h4", "h5", "h6"),
}
ATTRIBUTES = {"style", "class", "href", "start", "role", "width", "align", "cellpadding", "cellspacing", "border"}
EMPTY = {"meta", "br", "hr"}


class Reader(HTMLParser):
    """Reads a page as a browser would, and holds that its elements close in order."""

    def __init__(self, content: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.open: list[str] = []
        self.links: list[str] = []
        self.text = ""
        self.title = ""
        self.feed(content)
        self.close()
        assert not self.open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        if tag not in EMPTY:
            self.open.append(tag)
        for name, value in attrs:
            assert name in ATTRIBUTES or tag in {"meta", "html"}
            if name == "href":
                self.links.append(value or "")

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if "title" in self.open:
            self.title += data
        elif "body" in self.open:
            self.text += data


def words(body: str) -> str:
    return " ".join(Reader(page(body, subject="x")).text.split())


def test_a_page_is_a_whole_document_for_people_and_programs() -> None:
    content = page("Dear José,", subject="Invitation: 北京 & José")
    assert content.startswith(
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<meta name="viewport"'
    )
    assert content.endswith("</html>\n")
    assert Reader(content).title == "Invitation: 北京 & José"
    assert Reader(content).text.strip() == "Dear José,"


def test_a_page_fetches_nothing_and_runs_nothing() -> None:
    content = page("Hi ![x](https://track.example/p.png)", subject="x", footer=["foot"])
    assert not {"img", "script", "link", "iframe"} & set(Reader(content).tags)
    assert "url(" not in content
    assert "http" not in content


def test_a_page_shows_all_parts_of_a_letter() -> None:
    content = page(
        "# Head\n\n**b** *i* `c`  \nnext\nsoft\n\n3. one\n4. two\n\n- a\n\n- b\n\n> q\n\n```\nx < y\n```\n\n---\n\n"
        "    z\n\n"
        "[w](https://a.example/?a=1&b=2) <m@a.example>",
        subject="x",
    )
    for part in (
        ">Head</h1>", "<strong>b</strong> <em>i</em> <code", ">c</code><br>\nnext\nsoft</p>", '<ol start="3" style="',
        ">one</li>",
        "<ul style=", '"><p style="margin:0 0 16px">a</p>\n</li>', "<blockquote", ">x &lt; y\n</pre>", "<hr",
        ">z\n</pre>",
        '<a href="https://a.example/?a=1&amp;b=2" style="', '<a href="mailto:m@a.example"',
    ):  # fmt: skip
        assert part in content, part


def test_every_part_carries_its_own_style_as_mail_programs_drop_those_of_the_head() -> None:
    content = page("p\n\n1. a\n\n> q\n\n[w](https://a.example)", subject="x").partition("<body")[2]
    for tag in ("p", "ol", "li", "blockquote", "a", "td", "table"):
        assert content.count(f"<{tag} ") == content.count(f"<{tag} ") + content.count(f"<{tag}>")
        assert 'style="' in content.partition(f"<{tag} ")[2].partition(">")[0]


def test_the_lines_of_the_footer_stand_at_the_end() -> None:
    footer = ["MTEP 2.0, University Hall 12", "Had enough? [Tell us](mailto:a@b.example?subject=stop)."]
    read = Reader(page("Dear José,", subject="x", footer=footer))
    assert read.text.split("Dear José,")[1].split() == [
        "MTEP",
        "2.0,",
        "University",
        "Hall",
        "12",
        "Had",
        "enough?",
        "Tell",
        "us.",
    ]
    assert read.links == ["mailto:a@b.example?subject=stop"]
    assert 'class="foot"' not in page("Dear José,", subject="x")


@pytest.mark.parametrize("hostile", ["</title><script>", "{grey}", '" onload="x', "a\r\nb"])
def test_a_subject_is_text(hostile: str) -> None:
    assert Reader(page("b", subject=hostile)).title == " ".join(hostile.split())


HOSTILE = [
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "<!-- x", "</td></table>",
    "<style>*{display:none}</style>",
    "]]>", "&lt;script&gt;", '" onclick="x', "' style='x", "[x](javascript:alert(1))", "<javascript:alert(1)>",
    '[x](https://a.example/"onmouseover="x)', "[x](https://a.example 'title\" onclick=\"x')", "![x](javascript:x)",
    '```"><script>\nx\n```', "[x]: javascript:x\n\n[x]", "<a href=javascript:x>y</a>", "{letter}", "&#60;script&#62;",
]  # fmt: skip


@given(st.lists(st.sampled_from(HOSTILE) | st.text(max_size=20), max_size=4).map("\n\n".join))
@example("\n\n".join(HOSTILE))
def test_no_letter_puts_elements_or_addresses_of_its_own_into_the_page(body: str) -> None:
    read = Reader(page(body, subject=body, footer=[body]))
    assert set(read.tags) <= TAGS
    assert all(link.startswith(("https://", "http://", "mailto:")) for link in read.links)


@given(st.text().map(str.strip))
def test_a_fact_reads_on_the_page_as_it_was_typed(text: str) -> None:
    plain = " ".join("".join(c for c in text if c.isprintable() or c.isspace()).split())
    assert words(escape(plain)) == plain or plain.lower().startswith("http")
