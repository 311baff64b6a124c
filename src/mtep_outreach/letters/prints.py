"""Letters as a PDF file to print and sign: one page each where that is possible, with fonts that come along."""

import contextlib
import importlib.util
import json
import re
from collections.abc import Iterable, Sequence
from typing import Any

from ..errors import ExtraMissingError, LetterNotPrintableError
from ..names import clean_line
from .markdown import Node, is_closing, tree
from .places import shipped_templates

# The letters come as data, which Typst never reads as its own language: whatever stands in them is text.
_LAYOUT = r"""
#let given = json(bytes(sys.inputs.letters))
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
_MISSING = re.compile(r'the text `"((?:[^"\\]|\\.)*)"` could not be displayed')
_WRITTEN = re.compile(r"\\u\{([0-9a-f]+)\}|\\(.)")
_LONGEST_LINK = 2_000
_SIZES = (11, 10.5, 10, 9.5, 9)  # points

_Parts = list[dict[str, Any]]


def can_print() -> bool:
    """Return whether what makes PDF files is installed."""
    return importlib.util.find_spec("typst") is not None


class Printer:
    """Makes PDF files; what is slow to begin is kept for the next letter. Raises ExtraMissingError without typst."""

    def __init__(self) -> None:
        try:
            import typst
        except ImportError:
            raise ExtraMissingError("PDF files", "pdf") from None
        self._typst = typst
        self._fonts = shipped_templates() / "fonts"
        self._with_own_fonts = self._compiler(all_fonts=False)
        self._with_all_fonts: Any = None

    def pdf(self, letters: Sequence[tuple[str, str]], *, author: str = "") -> bytes:
        """Return letters, each a subject and a body, as one PDF file in which each begins on a page of its own.

        The same letters give the same bytes. Raises LetterNotPrintableError when no font has a character of them.
        """
        subjects = list(dict.fromkeys(clean_line(subject) for subject, _ in letters))
        title = (subjects[0] if len(subjects) == 1 else "") or "Letters"
        parts = [_blocks(tree(body).children) for _, body in letters]
        with contextlib.suppress(self._typst.TypstError):
            return self._printed(self._with_own_fonts, title, clean_line(author), parts)
        if self._with_all_fonts is None:  # looking through all fonts takes its time
            self._with_all_fonts = self._compiler(all_fonts=True)
        try:
            return self._printed(self._with_all_fonts, title, clean_line(author), parts)
        except self._typst.TypstError as error:
            if not (missing := _missing(error)):
                raise
            raise LetterNotPrintableError(missing, subjects) from None

    def _compiler(self, *, all_fonts: bool) -> Any:
        fonts = self._typst.Fonts(include_system_fonts=all_fonts, font_paths=[str(self._fonts)])
        return self._typst.Compiler(root=str(self._fonts), font_paths=fonts)

    @staticmethod
    def _printed(compiler: Any, title: str, author: str, letters: Sequence[_Parts]) -> bytes:
        fitted = [_fitted(compiler, parts) for parts in letters]
        # The standard of accessible documents is also the only one that refuses to draw empty boxes for letters.
        made: bytes = _compiled(compiler, title, author, fitted, format="pdf", pdf_standards=["ua-1"])
        return made


def _fitted(compiler: Any, parts: _Parts) -> dict[str, Any]:
    """Return a letter at the largest size at which it fits on one page; at the usual one when none is small enough."""
    for size in _SIZES:
        letter = {"parts": parts, "size": size, "runs-on": False}
        # Pages of a few dots: a list of them, where there is more than one.
        if not isinstance(_compiled(compiler, "-", "", [letter], format="png", ppi=1.0), list):
            return letter
    return {"parts": parts, "size": _SIZES[0], "runs-on": True}


def _compiled(compiler: Any, title: str, author: str, letters: Sequence[dict[str, Any]], **options: Any) -> Any:
    # A compiler forgets a layout that is no file once it has used it: each time it is told anew.
    data = json.dumps({"title": title, "author": author, "letters": letters}, ensure_ascii=False)
    return compiler.compile(_LAYOUT.encode(), sys_inputs={"letters": data}, **options)


def _missing(error: Any) -> list[str]:
    """Return the characters for which Typst found no font."""
    found = _MISSING.findall(error.diagnostic)
    return list(dict.fromkeys(_WRITTEN.sub(lambda m: chr(int(m[1], 16)) if m[1] else m[2], text) for text in found))


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
