"""A letter as a Word file, written on the letterhead that somebody made in Word."""

import importlib.util
import io
import zipfile
import zlib
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import Any

from ..atomic import reason_of
from ..errors import ExtraMissingError, LetterheadError
from ..names import clean_line
from .markdown import Node, is_closing, tree

_LARGEST = 50_000_000
_LARGEST_TEXTS = 10_000_000
_UNDATED = (1980, 1, 1, 0, 0, 0)
# No package, or one that lacks a part or holds another thing in its place: the libraries say so in many ways.
_DAMAGED = (
    *(zipfile.BadZipFile, zlib.error, SyntaxError, LookupError, ValueError),
    *(AttributeError, TypeError, EOFError, RuntimeError),
)
# Twentieths of a point.
_INDENT = 400
_AFTER = 160
_AFTER_TIGHT = 60
_TO_SIGN = 680
_LEVELS = 9
_BULLETS = "•–▪"
_NUMBERS = ("decimal", "lowerLetter", "lowerRoman")


def can_make_documents() -> bool:
    """Return whether what makes Word files is installed."""
    return importlib.util.find_spec("docx") is not None


def document(body: str, *, subject: str, letterhead: Path) -> bytes:
    """Return a letter as the content of a .docx file: the letterhead, and below what it holds the letter.

    The same letter gives the same bytes. Raises LetterheadError, or ExtraMissingError without python-docx.
    """
    try:
        import docx  # noqa: F401
    except ImportError:
        raise ExtraMissingError("Word files", "docx") from None
    try:
        found = letterhead.stat()
        return _letterhead(letterhead, found.st_mtime_ns, found.st_size).letter(tree(body), clean_line(subject))
    except OSError as error:
        raise LetterheadError(letterhead, reason_of(error), "Check its name, and that you may read it.") from error


@lru_cache(maxsize=4)
def _letterhead(path: Path, _changed: int, size: int) -> "_Letterhead":
    """Read a letterhead once, and anew when its file has changed. Raises LetterheadError and OSError."""
    if size > _LARGEST:
        raise LetterheadError(path, "it is larger than any letterhead")
    content = path.read_bytes()
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            parts = package.infolist()
            texts = [part for part in parts if part.filename.endswith((".xml", ".rels"))]
            if _unpacked(parts) > _LARGEST or _unpacked(texts) > _LARGEST_TEXTS:
                raise LetterheadError(path, "it unpacks to more than any letterhead holds")
            if any(b"<!DOCTYPE" in package.read(part) for part in texts):
                raise LetterheadError(path, "it holds a document type, which no Word document has")
        return _Letterhead(content)
    except _DAMAGED:
        raise LetterheadError(path, "it is no Word document, or a damaged one") from None


def _unpacked(parts: Iterable[zipfile.ZipInfo]) -> int:
    return sum(part.file_size for part in parts)


class _Letterhead:
    """A letterhead that is kept open: a letter is put on it, packed, and taken off again."""

    def __init__(self, content: bytes) -> None:
        from docx import Document
        from docx.opc.constants import CONTENT_TYPE

        opened = Document(io.BytesIO(content))
        self.part: Any = opened.part
        self.body: Any = opened.element.body
        self.styles = {style.style_id for style in opened.styles}
        self.numbering = _numbering_part(self.part)
        self.lists = _add_kinds_of_lists(self.numbering.element)
        # Letterheads of some programs leave no room between paragraphs.
        self.after = None if _has_room(opened.styles.element) else _AFTER
        _begin_on_last_line(self.body)
        properties: Any = opened.core_properties
        properties._element.clear()  # noqa: SLF001 - when and by whom the letterhead was made
        properties.author = ""
        parts = self.part.package.iter_parts()
        self.core = next(part for part in parts if part.content_type == CONTENT_TYPE.OPC_CORE_PROPERTIES)
        packed = io.BytesIO()
        opened.save(packed)
        with zipfile.ZipFile(packed) as saved:
            self.saved = {name: saved.read(name) for name in saved.namelist()}

    def letter(self, letter: Node, subject: str) -> bytes:
        """Return a letter on this letterhead as the content of a .docx file."""
        links = set(self.part.rels)
        writer = _Writer(self)
        try:
            writer.write(letter.children)
            for paragraph in writer.paragraphs:
                self.body.insert_element_before(paragraph, "w:sectPr")
            self.core.core_properties.title = subject[:255]  # as long as a title can be
            return self._packed()
        finally:
            for element in (*writer.paragraphs, *writer.numbers):
                if element.getparent() is not None:
                    element.getparent().remove(element)
            for key in set(self.part.rels) - links:
                del self.part.rels[key]

    def _packed(self) -> bytes:
        changed = {part.partname.membername: part.blob for part in (self.part, self.numbering, self.core)}
        changed[self.part.partname.rels_uri.membername] = self.part.rels.xml
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as package:
            for name, content in (self.saved | changed).items():
                package.writestr(zipfile.ZipInfo(name, _UNDATED), content, zipfile.ZIP_DEFLATED)
        return packed.getvalue()


def _numbering_part(part: Any) -> Any:
    """Return the part where lists are numbered; a letterhead without lists has none."""
    from docx.opc.constants import CONTENT_TYPE, RELATIONSHIP_TYPE
    from docx.opc.packuri import PackURI
    from docx.oxml.ns import nsdecls
    from docx.parts.numbering import NumberingPart

    try:
        return part.part_related_by(RELATIONSHIP_TYPE.NUMBERING)
    except KeyError:
        content = f"<w:numbering {nsdecls('w')}/>".encode()
        new = NumberingPart.load(PackURI("/word/numbering.xml"), CONTENT_TYPE.WML_NUMBERING, content, part.package)
        part.relate_to(new, RELATIONSHIP_TYPE.NUMBERING)
        return new


def _add_kinds_of_lists(numbering: Any) -> dict[str, int]:
    """Add the two kinds of lists to what a letterhead knows, and return their numbers."""
    from docx.oxml import parse_xml
    from docx.oxml.ns import nsdecls

    free = max((int(one) for one in numbering.xpath("./w:abstractNum/@w:abstractNumId")), default=-1) + 1
    kinds = {"ordered_list": free, "bullet_list": free + 1}
    for kind, number in kinds.items():
        levels = "".join(_level(level, is_ordered=kind == "ordered_list") for level in range(_LEVELS))
        several = '<w:multiLevelType w:val="multilevel"/>'
        new = parse_xml(f'<w:abstractNum {nsdecls("w")} w:abstractNumId="{number}">{several}{levels}</w:abstractNum>')
        if numbering.num_lst:
            numbering.num_lst[0].addprevious(new)
        else:
            numbering.append(new)
    return kinds


def _level(level: int, *, is_ordered: bool) -> str:
    form = _NUMBERS[level % 3] if is_ordered else "bullet"
    text = f"%{level + 1}." if is_ordered else _BULLETS[level % 3]
    return (
        f'<w:lvl w:ilvl="{level}"><w:start w:val="1"/><w:numFmt w:val="{form}"/><w:lvlText w:val="{text}"/>'
        f'<w:lvlJc w:val="left"/><w:pPr><w:ind w:left="{(level + 1) * _INDENT}" w:hanging="{_INDENT}"/></w:pPr></w:lvl>'
    )


def _has_room(styles: Any) -> bool:
    """Return whether paragraphs have room below them by the letterhead's own styles."""
    said = styles.xpath(
        "./w:docDefaults/w:pPrDefault//w:spacing/@w:after"
        "|./w:style[@w:type='paragraph'][@w:default='1']/w:pPr/w:spacing/@w:after"
    )
    return bool(said) and int(said[-1]) > 0


def _begin_on_last_line(body: Any) -> None:
    """Take away the empty line that Word leaves at the end: the letter begins there."""
    last = body.xpath("./*[not(self::w:sectPr)][last()][self::w:p]")
    if last and not last[0].xpath(
        "./w:pPr/w:sectPr|./*[not(self::w:pPr or self::w:bookmarkStart or self::w:bookmarkEnd)]"
    ):
        body.remove(last[0])


class _Writer:
    """Makes the paragraphs of one letter."""

    def __init__(self, head: _Letterhead) -> None:
        self.head = head
        self.paragraphs: list[Any] = []
        self.numbers: list[Any] = []

    def write(self, nodes: Iterable[Node], depth: int = 0, lists: int = 0) -> None:
        """Make the paragraphs of parts; ``depth`` counts the indents they stand in, ``lists`` those that are lists."""
        for node in nodes:
            if node.type in self.head.lists:
                self._list(node, depth, lists)
            elif node.type == "blockquote":
                self.write(node.children, depth + 1, lists)
            else:
                self._paragraph(node, depth)

    def _list(self, node: Node, depth: int, lists: int) -> None:
        level = min(lists, _LEVELS - 1)
        number = self.head.numbering.element.add_num(self.head.lists[node.type])
        number.add_lvlOverride(level).add_startOverride(int(str(node.attrs.get("start", 1))))
        self.numbers.append(number)
        for item in node.children:
            parts = item.children
            first = parts[:1] if parts and parts[0].type == "paragraph" else []
            properties = self._paragraph(first[0] if first else item, depth + 1).get_or_add_pPr().get_or_add_numPr()
            properties.get_or_add_ilvl().val = level
            properties.get_or_add_numId().val = number.numId
            self.write(parts[len(first) :], depth + 1, lists + 1)
        if not lists:
            _leave_room(self.paragraphs[-1], self.head.after)

    def _paragraph(self, node: Node, depth: int) -> Any:
        """Make a paragraph; of the item of a list that begins with none, an empty one."""
        from docx.oxml import OxmlElement, parse_xml
        from docx.oxml.ns import nsdecls
        from docx.shared import Twips

        paragraph: Any = OxmlElement("w:p")
        self.paragraphs.append(paragraph)
        if depth:
            paragraph.get_or_add_pPr().ind_left = Twips(depth * _INDENT)
        if is_closing(node):
            paragraph.get_or_add_pPr().get_or_add_keepNext()
            _leave_room(paragraph, _TO_SIGN)
            self._words(node, paragraph, frozenset())
            return paragraph
        _leave_room(paragraph, _AFTER_TIGHT if node.hidden or node.type == "list_item" else self.head.after)
        if node.type in ("fence", "code_block"):
            _add_run(paragraph, node.content.rstrip("\n"), frozenset({"code_inline"}))
        elif node.type == "hr":
            line = f'<w:pBdr {nsdecls("w")}><w:bottom w:val="single" w:sz="4" w:space="1" w:color="808080"/></w:pBdr>'
            paragraph.get_or_add_pPr().insert_element_before(parse_xml(line), "w:spacing", "w:ind")
        elif node.type == "heading" and (style := f"Heading{node.tag[1:]}") in self.head.styles:
            paragraph.get_or_add_pPr().style = style
            self._words(node, paragraph, frozenset())
        elif node.type != "list_item":
            self._words(node, paragraph, frozenset({"strong"} if node.type == "heading" else ()))
        return paragraph

    def _words(self, node: Node, into: Any, look: frozenset[str]) -> None:
        """Put the words of a part into a paragraph or link; ``look``: the parts that they stand in."""
        for child in node.children:
            if child.type == "link":
                self._words(child, self._link(child, into), look | {"link"})
            elif child.children:
                self._words(child, into, look | {child.type})
            else:
                text = {"softbreak": " ", "hardbreak": "\n"}.get(child.type, child.content)
                _add_run(into, text, look | {child.type}, has_style="Hyperlink" in self.head.styles)

    def _link(self, node: Node, into: Any) -> Any:
        from docx.opc.constants import RELATIONSHIP_TYPE
        from docx.oxml import OxmlElement
        from docx.oxml.ns import qn

        link: Any = OxmlElement("w:hyperlink")
        key = self.head.part.relate_to(str(node.attrs["href"]), RELATIONSHIP_TYPE.HYPERLINK, is_external=True)
        link.set(qn("r:id"), key)
        into.append(link)
        return link


def _add_run(into: Any, text: str, look: frozenset[str], *, has_style: bool = False) -> None:
    """Put words of one look into a paragraph or link."""
    from docx.oxml import OxmlElement
    from docx.shared import RGBColor
    from docx.text.run import Run

    run: Any = OxmlElement("w:r")
    into.append(run)
    font = Run(run, into).font
    if "link" in look:
        if has_style:
            run.style = "Hyperlink"
        else:
            font.underline = True
            font.color.rgb = RGBColor(0x0B, 0x57, 0xD0)
    if "strong" in look:
        font.bold = True
    if "em" in look:
        font.italic = True
    if "code_inline" in look:
        font.name = "Consolas"
    run.text = text


def _leave_room(paragraph: Any, after: int | None) -> None:
    from docx.shared import Twips

    paragraph.get_or_add_pPr().spacing_after = None if after is None else Twips(after)
