"""What a letter's Markdown says: facts put into it unharmed, its parts, its links, its plain text."""

import re
import textwrap
from collections.abc import Iterable, Iterator
from functools import cache, lru_cache
from html.entities import html5

from markdown_it import MarkdownIt
from markdown_it.token import Token
from markdown_it.tree import SyntaxTreeNode as Node

from ..names import clean_text

__all__ = ["Node", "escape", "links", "plain_text", "tokens", "tree"]

_LINKED = re.compile(r"https?://[^\s/?#]+.*|mailto:[^\s@]+@\S+", re.IGNORECASE)
_ADDRESS = re.compile(r"https?://[^\s/?#]\S*", re.IGNORECASE)
_UNSAFE_IN_ADDRESS = frozenset('<>"\\^`{|}')
# What an entity can write, and no file of a letter can hold.
_NO_TEXT = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_NARROWEST = 20
_DEEPEST = 8

# Anywhere: code, emphasis, links, HTML. An underscore between letters is one, a backslash before a letter too.
_MARKS = re.compile(
    r"[`*\[\]<]|(?<![^\W_])_|_(?![^\W_])|\\(?=[!-/:-@\[-`{-~]|$)|&(?=(#?\w{1,32})(?:;|$))|(?<= )#(?=#*$)"
)
# At the start of a line: quotations, lists, headings, fences, and lines of marks alone (rules, underlines, tables).
_AT_START = re.compile(r"(\d{1,9})([.)])(?= |$)|>|[-+](?= |$)|#(?=#{0,5}(?: |$))|~(?=~~)|[|:=-](?=[|:= -]*$)")


_LONGEST_CLOSING = 4  # words


# ---- facts ----------------------------------------------------------------------------------------------


def escape(text: str) -> str:
    """Return a fact as it stands in Markdown, where it changes no structure and reads as it was typed.

    Its lines stay lines of one paragraph. A fact that is a web address becomes a link.
    """
    lines = [" ".join(line.split()) for line in text.splitlines()]
    lines = [line for line in lines if line]
    if len(lines) == 1 and _ADDRESS.fullmatch(lines[0]):
        return f"<{_safe_address(lines[0])}>"
    return "\n".join(_escaped_line(line) for line in lines)


def _safe_address(address: str) -> str:
    """Return a web address with whatever could end or hide a link percent-encoded."""
    return "".join(
        c if c not in _UNSAFE_IN_ADDRESS and c.isprintable() else "".join(f"%{byte:02X}" for byte in c.encode())
        for c in address
    )


def _escaped_line(line: str) -> str:
    marked = _MARKS.sub(_escaped_mark, line)
    if not (start := _AT_START.match(line)):
        return marked
    # None of _MARKS stands before the place where the line's start is escaped: that place is the same in both.
    place = len(start[1] or "")
    return f"{marked[:place]}\\{marked[place:]}"


def _escaped_mark(match: re.Match[str]) -> str:
    if match[0] == "&" and not match[1].startswith("#") and f"{match[1]};" not in html5:
        return "&"  # "R&D" is no entity
    return f"\\{match[0]}"


# ---- parts ----------------------------------------------------------------------------------------------


class _Reader(MarkdownIt):
    """Takes every link as it is written; what becomes of it is decided afterwards."""

    def validateLink(self, url: str) -> bool:  # noqa: N802, ARG002
        return True

    def normalizeLink(self, url: str) -> str:  # noqa: N802
        return url


@cache
def _reader() -> _Reader:
    return _Reader("commonmark", {"html": False})


def tokens(body: str) -> list[Token]:
    """Return the parts of a letter: links to the web and to mail addresses only, alternative texts for images."""
    found = _reader().parse(clean_text(body))
    for token in found:
        token.content = _NO_TEXT.sub("", token.content)
        if token.children:
            token.children = list(_kept(token.children))
    return found


@lru_cache(maxsize=8)  # a mail says the same letter twice, and all mails of a mailing end alike
def tree(body: str) -> Node:
    """Return the parts of a letter as a tree, which is to be read only."""
    return Node(tokens(body))


def is_closing(node: Node) -> bool:
    """Return whether a part is the line above a signature, as "Sincerely," is: there room is left to sign."""
    if node.type != "paragraph" or not node.children or len(node.children[0].children) != 1:
        return False
    said = node.children[0].children[0].content
    return said.endswith(",") and len(said.split()) <= _LONGEST_CLOSING and not said.startswith("Dear ")


def links(body: str) -> list[str]:
    """Return where all links of a letter lead, as written: also those that no reader gets to see as links."""
    return [
        str(token.attrs["href"])
        for block in _reader().parse(clean_text(body))
        for token in block.children or ()
        if token.type == "link_open"
    ]


def _kept(children: Iterable[Token]) -> Iterator[Token]:
    """Yield the parts of a paragraph, without links that lead elsewhere than links of a letter may."""
    opened: list[Token | None] = []
    for token in children:
        if token.nesting and token.level > _DEEPEST:  # hundreds of stars say no more than one
            continue
        if token.type == "link_open":
            href = str(token.attrs["href"])
            target = MarkdownIt.normalizeLink(_reader(), href)
            allowed = _LINKED.fullmatch(href) and _LINKED.fullmatch(target)
            token.attrs = {"href": target}
            token.meta["written"] = href
            opened.append(token if allowed else None)
            if not allowed:
                continue
        elif token.type == "link_close":
            if opened.pop() is None:
                continue
        elif token.type == "image":
            token = Token("text", "", 0, content=_alternative(token))  # noqa: PLW2901
        elif token.type == "text" and opened and opened[-1] and opened[-1].info == "auto":
            # The library would show "%20" as a blank.
            token.content = str(opened[-1].meta["written"]).removeprefix("mailto:")
        token.content = _NO_TEXT.sub("", token.content)
        yield token


def _alternative(image: Token) -> str:
    return "".join(
        _alternative(child) if child.type == "image" else "\n" if child.type.endswith("break") else child.content
        for child in image.children or ()
    ).replace("\n", " ")


# ---- plain text -----------------------------------------------------------------------------------------


def plain_text(body: str, width: int = 72) -> str:
    """Return a letter as plain text, its paragraphs wrapped at a width (characters); no address is broken."""
    return "\n".join(_lines(tree(body).children, width)) + "\n"


def _lines(nodes: Iterable[Node], width: int) -> list[str]:
    lines: list[str] = []
    close = True
    for node in nodes:
        lines += ([] if close else [""]) + _block(node, max(width, _NARROWEST))
        close = node.hidden if node.type == "paragraph" else False
    return lines


def _block(node: Node, width: int) -> list[str]:
    if node.type in ("paragraph", "heading"):
        return [
            wrapped
            for line in _said(node).split("\n")
            for wrapped in textwrap.wrap(line, width, break_long_words=False, break_on_hyphens=False)
        ]
    if node.type == "blockquote":
        return [f"> {line}".rstrip() for line in _lines(node.children, width - 2)]
    if node.type in ("ordered_list", "bullet_list"):
        return _list(node, width)
    return node.content.rstrip("\n").split("\n") if node.content else ["-" * 3]  # code, or a rule


def _list(node: Node, width: int) -> list[str]:
    tight = all(part.hidden for item in node.children for part in item.children if part.type == "paragraph")
    lines: list[str] = []
    for number, item in enumerate(node.children, int(str(node.attrs.get("start", 1)))):
        mark = f"{number}. " if node.type == "ordered_list" else "- "
        within = _lines(item.children, width - len(mark)) or [""]
        if lines and not tight:
            lines.append("")
        lines.append(f"{mark}{within[0]}".rstrip())
        lines += [f"{' ' * len(mark)}{line}".rstrip() for line in within[1:]]
    return lines


def _said(node: Node) -> str:
    """Return the words of a paragraph; a line break only where the letter has a hard one."""
    if node.type == "softbreak":
        return " "
    if node.type == "hardbreak":
        return "\n"
    words = "".join(map(_said, node.children)) if node.children else node.content
    if node.type != "link" or node.info == "auto":
        return words
    target = str(node.attrs["href"]).removeprefix("mailto:")
    return words if words in (target, node.meta["written"]) else f"{words} ({target})".lstrip()
