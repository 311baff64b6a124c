"""Make the letterhead that comes with the program: ``python docs/letterhead.py``.

It is templates/letters/letterhead.docx, and plain on purpose. Whoever wants another one makes it in Word: letters are
written on any .docx file.
"""
# ruff: noqa: TID253 - nobody waits for this program to start

import io
import zipfile
from pathlib import Path
from typing import Any

from docx import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_TAB_ALIGNMENT
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Inches, Pt, RGBColor

TARGET = Path(__file__).resolve().parents[1] / "templates" / "letters" / "letterhead.docx"
NAME, LONG_NAME = "MTEP 2.0", "Mathematics Teacher Education Partnership"
FONT = "Cambria"
BLUE, GREY = RGBColor(0x1F, 0x3A, 0x5F), RGBColor(0x59, 0x59, 0x59)
KEPT_STYLES = {
    "Normal", "DefaultParagraphFont", "TableNormal", "NoList", "Header", "HeaderChar", "Footer", "FooterChar",
    "Heading1", "Heading1Char", "Heading2", "Heading2Char", "Heading3", "Heading3Char",
}  # fmt: skip
DROPPED_PARTS = ("customXml", "thumbnail", "stylesWithEffects", "numbering")


def write(target: Path) -> None:
    """Write the letterhead."""
    document = Document()
    _styles(document)
    _page(document.sections[0])
    for owner in (document.part, document.part.package):
        for key in [key for key, rel in owner.rels.items() if any(part in rel.target_ref for part in DROPPED_PARTS)]:
            del owner.rels[key]
    core: Any = document.core_properties
    core._element.clear()  # noqa: SLF001
    core.title = f"Letterhead of {NAME}"
    target.write_bytes(_undated(document))


def _styles(document: Any) -> None:
    styles = document.styles
    for style in list(styles.element.style_lst):
        if style.styleId not in KEPT_STYLES:
            styles.element.remove(style)
    normal = styles["Normal"]
    _font(normal, Pt(11))
    form = normal.paragraph_format
    form.space_after, form.line_spacing, form.widow_control = Pt(8), 1.12, True
    for level, size in enumerate((15, 13, 11.5), start=1):
        _font(styles[f"Heading {level}"], Pt(size), BLUE)
    header = styles["Header"].element.pPr
    header.remove(header.tabs)  # in the middle and at the margin of another page
    link = styles.add_style("Hyperlink", WD_STYLE_TYPE.CHARACTER)
    link.font.color.rgb, link.font.underline = RGBColor(0x0B, 0x57, 0xD0), True


def _font(style: Any, size: Any, color: Any = None) -> None:
    style.font.name, style.font.size = FONT, size
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        fonts.attrib.pop(qn(f"w:{theme}"), None)
    fonts.set(qn("w:cs"), FONT)
    if color:
        style.font.color.rgb = color


def _page(section: Any) -> None:
    section.page_width, section.page_height = Inches(8.5), Inches(11)
    section.left_margin = section.right_margin = Inches(1)
    section.top_margin, section.bottom_margin = Inches(1), Inches(0.8)
    section.header_distance, section.footer_distance = Inches(0.6), Inches(0.5)
    section.different_first_page_header_footer = True
    first = section.first_page_header.paragraphs[0]
    _words(first, NAME, Pt(17), BLUE, bold=True)
    _tight(first, Pt(0))
    second = section.first_page_header.add_paragraph()
    _words(second, LONG_NAME, Pt(10), GREY)
    _tight(second, Pt(20))
    properties = second._p.get_or_add_pPr()  # noqa: SLF001
    line = f'<w:pBdr {nsdecls("w")}><w:bottom w:val="single" w:sz="8" w:space="6" w:color="1F3A5F"/></w:pBdr>'
    properties.insert_element_before(parse_xml(line), "w:tabs", "w:spacing")
    later = section.header.paragraphs[0]
    _tight(later, Pt(14))
    later.paragraph_format.tab_stops.add_tab_stop(Inches(6.5), WD_TAB_ALIGNMENT.RIGHT)
    _words(later, f"{NAME}\t", Pt(9.5), GREY)
    _number(later)


def _words(paragraph: Any, text: str, size: Any, color: Any, *, bold: bool = False) -> Any:
    run = paragraph.add_run(text)
    run.font.size, run.font.color.rgb, run.bold = size, color, bold or None
    return run


def _number(paragraph: Any) -> None:
    """Put the page's number, which Word counts."""
    _words(paragraph, "Page ", Pt(9.5), GREY)
    for tag, value in (
        ("fldChar", "begin"),
        ("instrText", "PAGE"),
        ("fldChar", "separate"),
        ("t", "2"),
        ("fldChar", "end"),
    ):
        element: Any = OxmlElement(f"w:{tag}")
        if tag == "fldChar":
            element.set(qn("w:fldCharType"), value)
        else:
            element.text = value
        _words(paragraph, "", Pt(9.5), GREY)._r.append(element)  # noqa: SLF001


def _tight(paragraph: Any, after: Any) -> None:
    form = paragraph.paragraph_format
    form.space_before, form.space_after, form.line_spacing = Pt(0), after, 1.0


def _undated(document: Any) -> bytes:
    """Return the file without the moment of its making, so that it is the same each time."""
    made, undated = io.BytesIO(), io.BytesIO()
    document.save(made)
    with zipfile.ZipFile(made) as old, zipfile.ZipFile(undated, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), old.read(name), zipfile.ZIP_DEFLATED)
    return undated.getvalue()


if __name__ == "__main__":
    write(TARGET)
