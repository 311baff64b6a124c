"""Letters as a PDF file to print and sign: one page each where that is possible, with fonts that come along."""

from collections.abc import Iterable, Sequence
from typing import Any

from ..names import clean_line
from .markdown import Node, is_closing, tree
from .typesetting import Compile, Typesetter

_LAYOUT = r"""
#let given = json(bytes(sys.inputs.given))
#set document(title: given.title, author: given.author, date: none)
#set text(font: "Noto Serif", lang: "en", region: "US", fallback: true, ligatures: false)
#set page(paper: "us-letter", margin: (x: 1.1in, top: 1in, bottom: 0.9in))

#let number-of-page = context {
  let number = counter(page).get().first()
  if number > 1 { align(center, text(size: 9pt, fill: luma(90))[#number]) }
}
#let words(parts) = for part in parts {
  if type(part) == str { part }
  else if part.kind == "strong" { strong(words(part.parts)) }
  else if part.kind == "em" { emph(words(part.parts)) }
  else if part.kind == "link" { link(part.href, text(fill: rgb("#0b57d0"), words(part.parts))) }
  else { linebreak() }
}
#let parts-of(parts) = for part in parts {
  let kind = part.kind
  if kind == "paragraph" { par(words(part.parts)) }
  else if kind == "closing" { block(below: 3em, sticky: true, words(part.parts)) }
  else if kind == "heading" { block(above: 1.4em, sticky: true, strong(words(part.parts))) }
  else if kind == "quote" { pad(left: 1.2em, parts-of(part.parts)) }
  else if kind == "code" { par(part.lines.join(linebreak())) }
  else if kind == "rule" { line(length: 100%, stroke: 0.5pt + luma(130)) }
  else {
    let drawn = if kind == "numbers" { enum.with(start: part.start) } else { list }
    block(above: 0.95em, below: 1.25em, drawn(tight: part.tight, ..part.items.map(parts-of)))
  }
}
#let set-at(size, parts) = {
  set text(size: size)
  set par(leading: 0.65em, spacing: 1.25em, justify: false)
  set enum(indent: 0.4em, body-indent: 0.6em, spacing: 0.75em)
  set list(indent: 0.4em, body-indent: 0.6em, spacing: 0.75em, marker: ([•], [–]))
  parts-of(parts)
}
#for letter in given.letters {
  page(footer: if letter.runs-on { number-of-page }, {
    if letter.runs-on { counter(page).update(1) }
    set-at(letter.size * 1pt, letter.parts)
  })
}
"""
_LONGEST_LINK = 2_000
_SIZES = (11, 10.5, 10, 9.5, 9)  # points

_Parts = list[dict[str, Any]]


class Printer:
    """Makes PDF files of letters. Raises ExtraMissingError without typst."""

    def __init__(self) -> None:
        self._typesetter = Typesetter()

    def pdf(self, letters: Sequence[tuple[str, str]], *, author: str = "") -> bytes:
        """Return letters, each a subject and a body, as one PDF file in which each begins on a page of its own.

        The same letters give the same bytes. Raises NotPrintableError when no font has a character of them.
        """
        subjects = list(dict.fromkeys(clean_line(subject) for subject, _ in letters))
        title = (subjects[0] if len(subjects) == 1 else "") or "Letters"
        parts = [_blocks(tree(body).children) for _, body in letters]

        def made(compiled: Compile) -> bytes:
            fitted = [_fitted(compiled, letter) for letter in parts]
            printed: bytes = compiled(
                _LAYOUT, _given(title, clean_line(author), fitted), format="pdf", pdf_standards=["ua-1"]
            )
            return printed

        return self._typesetter.made(made, *(("letter", subjects[0]) if len(subjects) == 1 else ("letters",)))


def _given(title: str, author: str, letters: Sequence[dict[str, Any]]) -> dict[str, Any]:
    return {"title": title, "author": author, "letters": letters}


def _fitted(compiled: Compile, parts: _Parts) -> dict[str, Any]:
    """Return a letter at the largest size at which it fits on one page; at the usual one when none is small enough."""
    for size in _SIZES:
        letter = {"parts": parts, "size": size, "runs-on": False}
        # Pages of a few dots: a list of them, where there is more than one.
        if not isinstance(compiled(_LAYOUT, _given("-", "", [letter]), format="png", ppi=1.0), list):
            return letter
    return {"parts": parts, "size": _SIZES[0], "runs-on": True}


def _blocks(nodes: Iterable[Node]) -> list[dict[str, Any]]:
    """Return the parts of a letter as the layout takes them."""
    return [_block(node) for node in nodes]


def _block(node: Node) -> dict[str, Any]:
    if node.type in ("paragraph", "heading"):
        return {"kind": "closing" if is_closing(node) else node.type, "parts": _words(node)}
    if node.type == "blockquote":
        return {"kind": "quote", "parts": _blocks(node.children)}
    if node.type in ("ordered_list", "bullet_list"):
        return {
            "kind": "numbers" if node.type == "ordered_list" else "bullets",
            "start": int(str(node.attrs.get("start", 1))),
            "tight": all(part.hidden for item in node.children for part in item.children if part.type == "paragraph"),
            "items": [_blocks(item.children) for item in node.children],
        }
    return {"kind": "rule"} if node.type == "hr" else {"kind": "code", "lines": node.content.rstrip("\n").split("\n")}


def _words(node: Node) -> list[str | dict[str, Any]]:
    words: list[str | dict[str, Any]] = []
    for child in node.children:
        if child.type in ("strong", "em"):
            words.append({"kind": child.type, "parts": _words(child)})
        elif child.type == "link" and len(str(child.attrs["href"])) <= _LONGEST_LINK:
            words.append({"kind": "link", "href": child.attrs["href"], "parts": _words(child)})
        elif child.type in ("inline", "link"):
            words += _words(child)
        elif child.type == "hardbreak":
            words.append({"kind": "break"})
        else:
            words.append(" " if child.type == "softbreak" else child.content)
    return words
