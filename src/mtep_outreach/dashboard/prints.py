"""The board's paper as a PDF file, and its charts as pictures for other kinds of files."""

from collections.abc import Mapping, Sequence
from typing import Any

from ..letters.places import shipped_templates
from ..letters.typesetting import Compile, Typesetter
from .paper import COLOURS, Block

_SHARP = 220.0
"""Dots per inch of a picture."""

WIDTH = 468
"""Of the text of a letter page, in points."""


class Charts:
    """Draws the charts of papers. Raises ExtraMissingError without typst."""

    def __init__(self) -> None:
        self._typesetter = Typesetter("Papers with charts")
        self._layout = (shipped_templates() / "dashboard" / "paper.typ").read_text(encoding="utf-8")

    def pdf(self, parts: Sequence[Block], author: str) -> bytes:
        """Return the paper; the same one gives the same bytes. Raises NotPrintableError for what no font has."""
        title = f"{parts[0]['text']}: {parts[0]['day']}"
        given = self._given(parts, title=title, author=author)

        def made(compiled: Compile) -> bytes:
            printed: bytes = compiled(self._layout, given, format="pdf", pdf_standards=["ua-1"])
            return printed

        return self._typesetter.made(made, "report")

    def picture(self, part: Block, *, width: int = WIDTH) -> bytes:
        """Return one chart as a PNG file, so many points wide."""
        given = self._given([part], title="-", author="", only=True, width=width)

        def made(compiled: Compile) -> bytes:
            drawn: bytes = compiled(self._layout, given, format="png", ppi=_SHARP)
            return drawn

        return self._typesetter.made(made, "chart")

    @staticmethod
    def _given(parts: Sequence[Block], **more: Any) -> Mapping[str, Any]:
        return {"parts": parts, "colours": COLOURS, "only": False, "width": WIDTH, **more}
