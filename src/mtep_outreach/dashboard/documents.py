"""The board's paper as a Word file: text and tables to be edited, and the charts as pictures."""

import io
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, time
from typing import Any

from ..errors import ExtraMissingError
from .paper import COLOURS, Block
from .prints import WIDTH, Charts

_FONT = "Cambria"
_BAR = 120
"""How wide a bar is, in points."""


def document(parts: Sequence[Block], author: str, charts: Charts, day: date) -> bytes:
    """Return the paper as the content of a .docx file; ``day`` is when it was made. Raises ExtraMissingError."""
    try:
        import docx
    except ImportError:
        raise ExtraMissingError("Word files", "docx") from None
    paper = _Paper(docx.Document(), charts)
    paper.begin(f"{parts[0]['text']}: {parts[0]['day']}", author, day)
    for part in parts:
        paper.add(part)
    packed = io.BytesIO()
    paper.document.save(packed)
    return packed.getvalue()


class _Paper:
    """A paper that is being written."""

    def __init__(self, document: Any, charts: Charts) -> None:
        self.document = document
        self.charts = charts
        self.drawn: dict[tuple[float, str], bytes] = {}
        self.kinds: Mapping[str, Callable[[Block], None]] = {
            "title": self._title,
            "heading": self._heading,
            "text": self._text,
            "points": self._points,
            "bars": self._bars,
            "stack": self._stack,
            "growth": self._picture,
            "map": self._map,
            "table": self._table,
            "promise": self._promise,
        }

    def begin(self, title: str, author: str, day: date) -> None:
        """Set paper, fonts and what is known of the file."""
        from docx.shared import Inches, Pt

        (section,) = self.document.sections
        section.page_width, section.page_height = Inches(8.5), Inches(11)
        section.left_margin = section.right_margin = Inches(1)
        section.top_margin = section.bottom_margin = Inches(0.9)
        for name, size in (("Normal", 10.5), ("Title", 20), ("Heading 1", 13), ("Heading 2", 11)):
            style = self.document.styles[name]
            _set_font(style, size, bold=name != "Normal")
        self.document.styles["Normal"].paragraph_format.space_after = Pt(6)
        self.document.styles["Heading 1"].paragraph_format.space_before = Pt(14)
        properties = self.document.core_properties
        properties.title, properties.author, properties.comments = title[:255], author[:255], ""
        properties.created = properties.modified = datetime.combine(day, time(12))
        footer = section.footer.paragraphs[0]
        _run(footer, f"{title} · ", size=8, look="quiet")
        _number_pages(footer)

    def add(self, part: Block) -> None:
        """Add one part."""
        self.kinds[part["kind"]](part)

    def _title(self, part: Block) -> None:
        title = self.document.add_paragraph(part["text"], style="Title")
        _without_border(title)
        _run(self.document.add_paragraph(), part["day"], look="quiet")

    def _heading(self, part: Block) -> None:
        self.document.add_heading(part["text"], level=part["level"])

    def _text(self, part: Block) -> None:
        paragraph = self.document.add_paragraph()
        _run(paragraph, part["text"], size=9 if part["quiet"] else None, look="quiet" if part["quiet"] else "")
        paragraph.paragraph_format.keep_with_next = part["leads"]

    def _points(self, part: Block) -> None:
        for item in part["items"]:
            self.document.add_paragraph(item, style="List Bullet").paragraph_format.space_after = None

    def _bars(self, part: Block) -> None:
        """Add a table without lines: a name, its bar, what is said beside it."""
        rows = part["rows"]
        has_names = any(row["name"] for row in rows)
        table = self._grid(len(rows), (130, _BAR + 20, 218) if has_names else (_BAR + 20, 328), level=True)
        for line, row in zip(table.rows, rows, strict=True):
            cells = list(line.cells)
            if has_names:
                cells.pop(0).paragraphs[0].text = row["name"]
            self._bar(cells[0].paragraphs[0], row)
            cells[1].paragraphs[0].text = row["said"]
        self._room()

    def _bar(self, paragraph: Any, row: Block) -> None:
        from docx.shared import Pt

        length = round(row["share"], 2) or (0.01 if row["share"] else 0.0)
        key = (length, row["look"])
        if key not in self.drawn:
            bar = {"kind": "bars", "rows": [row | {"share": length}]}
            self.drawn[key] = self.charts.picture(bar, width=_BAR)
        shape = paragraph.add_run().add_picture(io.BytesIO(self.drawn[key]), width=Pt(_BAR))
        _describe(shape, row["said"])

    def _stack(self, part: Block) -> None:
        _run(self._leading(), part["label"], bold=True)
        self._picture(part, leads=True)
        self._legend([(piece["look"], piece["said"]) for piece in part["pieces"]])

    def _map(self, part: Block) -> None:
        self._picture(part, width=WIDTH * 2 // 3, leads=True)
        self._legend([(f"d{one['depth']}", one["said"]) for one in part["legend"]])

    def _legend(self, items: Sequence[tuple[str, str]]) -> None:
        paragraph = self.document.add_paragraph()
        for look, said in items:
            _run(paragraph, "■ ", size=9, look=look)
            _run(paragraph, f"{said}     ", size=9)

    def _picture(self, part: Block, *, width: int | None = None, leads: bool = False) -> None:
        from docx.shared import Pt

        paragraph = self._leading() if leads else self.document.add_paragraph()
        drawn = io.BytesIO(self.charts.picture(part, width=width or WIDTH))
        _describe(paragraph.add_run().add_picture(drawn, width=Pt(width or WIDTH)), part["alt"])

    def _table(self, part: Block) -> None:
        from docx.enum.text import WD_ALIGN_PARAGRAPH

        rights = part["right"]
        columns = zip(*part["rows"], strict=True)
        widths = [
            _room_for([*title.split(), *cells]) if right else 0
            for title, cells, right in zip(part["columns"], columns, rights, strict=True)
        ]
        rest = (WIDTH - sum(widths)) / (len(rights) - sum(rights))
        table = self._grid(1 + len(part["rows"]), [width or rest for width in widths])
        for number, (line, row) in enumerate(zip(table.rows, [part["columns"], *part["rows"]], strict=True)):
            for cell, text, right in zip(line.cells, row, rights, strict=True):
                paragraph = cell.paragraphs[0]
                _run(paragraph, text, size=9, bold=not number)
                paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT if right else WD_ALIGN_PARAGRAPH.LEFT
                _underline(cell, 8 if not number else 4, "ink" if not number else "rule")
        _repeat(table.rows[0])
        self._room()

    def _promise(self, part: Block) -> None:
        _run(self._leading(), part["who"], bold=True)
        facts = self._leading()
        _run(facts, "■ ", size=9, look=part["look"])
        _run(facts, part["facts"], size=9, look="quiet")
        self.document.add_paragraph(part["said"]).paragraph_format.keep_with_next = part["is-measured"]

    def _leading(self) -> Any:
        """Return a new paragraph that stays with the one that follows."""
        from docx.shared import Pt

        paragraph = self.document.add_paragraph()
        paragraph.paragraph_format.keep_with_next = True
        paragraph.paragraph_format.space_after = Pt(2)
        return paragraph

    def _grid(self, rows: int, widths: Sequence[float], *, level: bool = False) -> Any:
        """Return a table of columns so many points wide, with little room between its rows."""
        from docx.shared import Pt

        table = self.document.add_table(rows, len(widths))
        table.autofit = False
        for column, width in zip(table.columns, widths, strict=True):
            column.width = Pt(width)
        for line in table.rows:
            _keep_whole(line)
            for cell, width in zip(line.cells, widths, strict=True):
                cell.width = Pt(width)
                if level:  # one exact height, so that a bar stands where the words beside it do
                    cell.paragraphs[0].paragraph_format.line_spacing = Pt(14)
                cell.paragraphs[0].paragraph_format.space_after = Pt(2)
        return table

    def _room(self) -> None:
        """Leave room below a table, which has none of its own."""
        from docx.shared import Pt

        paragraph = self.document.add_paragraph()
        paragraph.paragraph_format.space_after = Pt(0)
        paragraph.paragraph_format.line_spacing = Pt(6)


def _room_for(words: Sequence[str]) -> float:
    """Return how wide a column must be so that none of its words and figures is broken, in points."""
    return 14 + max(38.0, *(6.0 * len(word) for word in words))


def _set_font(style: Any, size: float, *, bold: bool) -> None:
    from docx.oxml.ns import qn
    from docx.shared import Pt

    style.font.name, style.font.size, style.font.bold = _FONT, Pt(size), bold
    style.font.color.rgb = _colour("ink")
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for key in ("w:asciiTheme", "w:hAnsiTheme", "w:eastAsiaTheme", "w:cstheme"):
        fonts.attrib.pop(qn(key), None)  # a theme's font would win over the one that is named


def _colour(look: str) -> Any:
    from docx.shared import RGBColor

    return RGBColor.from_string(COLOURS[look][1:].upper())


def _run(paragraph: Any, text: str, *, size: float | None = None, look: str = "", bold: bool = False) -> None:
    from docx.shared import Pt

    run = paragraph.add_run(text)
    run.bold = bold or None
    if size:
        run.font.size = Pt(size)
    if look:
        run.font.color.rgb = _colour(look)


def _describe(shape: Any, words: str) -> None:
    """Say in words what a picture shows, for those who do not see it; and leave no room around it."""
    inline = shape._inline  # noqa: SLF001 - the library has no other way
    inline.docPr.set("descr", words)
    for side in "TBLR":
        inline.set(f"dist{side}", "0")


def _element(tag: str, **attributes: str) -> Any:
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    made = OxmlElement(tag)
    for key, value in attributes.items():
        made.set(qn(f"w:{key}"), value)
    return made


def _underline(cell: Any, eighths: int, look: str) -> None:
    borders = _element("w:tcBorders")
    borders.append(_element("w:bottom", val="single", sz=str(eighths), color=COLOURS[look][1:]))
    cell._tc.get_or_add_tcPr().append(borders)  # noqa: SLF001


def _repeat(row: Any) -> None:
    """Let a row be the head of a table on each page."""
    row._tr.get_or_add_trPr().append(_element("w:tblHeader"))  # noqa: SLF001


def _keep_whole(row: Any) -> None:
    row._tr.get_or_add_trPr().append(_element("w:cantSplit"))  # noqa: SLF001


def _without_border(paragraph: Any) -> None:
    """Take the line below away that the style of titles has."""
    borders = _element("w:pBdr")
    borders.append(_element("w:bottom", val="nil"))
    paragraph._p.get_or_add_pPr().append(borders)  # noqa: SLF001


def _number_pages(paragraph: Any) -> None:
    """Add the number of the page to a footer."""
    for kind in ("begin", "", "end"):
        _run(paragraph, "", size=8, look="quiet")
        added = _element("w:fldChar", fldCharType=kind) if kind else _element("w:instrText")
        added.text = None if kind else "PAGE"
        paragraph.runs[-1]._r.append(added)  # noqa: SLF001
