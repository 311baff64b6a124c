"""Typst as this program uses it: a layout and data become a document, with fonts that come along."""

import json
import re
from collections.abc import Callable
from typing import Any, TypeVar

from ..errors import ExtraMissingError, NotPrintableError
from .places import shipped_templates

_MISSING = re.compile(r'the text `"((?:[^"\\]|\\.)*)"` could not be displayed')
_WRITTEN = re.compile(r"\\u\{([0-9a-f]+)\}|\\(.)")

Made = TypeVar("Made")
Compile = Callable[..., Any]
"""Makes a document of a layout and data, as ``compiled(layout, data, format="pdf")``."""


class Typesetter:
    """Makes documents; what is slow to begin is kept for the next one.

    Raises ExtraMissingError, which names ``what`` is to be made, without typst.
    """

    def __init__(self, what: str = "PDF files") -> None:
        try:
            import typst
        except ImportError:
            raise ExtraMissingError(what, "pdf") from None
        self._typst = typst
        self._fonts = shipped_templates() / "fonts"
        self._with_own_fonts = self._compile(all_fonts=False)
        self._with_all_fonts: Compile | None = None

    def made(self, make: Callable[[Compile], Made], what: str, of: str = "") -> Made:
        """Return what is made with the program's own fonts, or, where they lack a character, with all there are.

        Only documents for which accessibility is asked for (``pdf_standards=["ua-1"]``) refuse to draw empty boxes.
        Raises NotPrintableError, which names ``what`` (and ``of`` what), when no font has a character of it.
        """
        try:
            return make(self._with_own_fonts)
        except self._typst.TypstError:
            if self._with_all_fonts is None:  # looking through all fonts takes its time
                self._with_all_fonts = self._compile(all_fonts=True)
        try:
            return make(self._with_all_fonts)
        except self._typst.TypstError as error:
            if not (missing := _missing(error)):
                raise
            raise NotPrintableError(what, of, missing) from None

    def _compile(self, *, all_fonts: bool) -> Compile:
        fonts = self._typst.Fonts(include_system_fonts=all_fonts, font_paths=[str(self._fonts)])
        compiler = self._typst.Compiler(root=str(self._fonts), font_paths=fonts)

        def compiled(layout: str, data: object, **options: Any) -> Any:
            # A compiler forgets a layout that is no file once it has used it: each time it is told anew. Data is never
            # read as Typst's own language: whatever stands in it is text.
            given = {"given": json.dumps(data, ensure_ascii=False)}
            return compiler.compile(layout.encode(), sys_inputs=given, **options)

        return compiled


def _missing(error: Any) -> list[str]:
    """Return the characters for which Typst found no font."""
    found = _MISSING.findall(error.diagnostic)
    return list(dict.fromkeys(_WRITTEN.sub(lambda m: chr(int(m[1], 16)) if m[1] else m[2], text) for text in found))
