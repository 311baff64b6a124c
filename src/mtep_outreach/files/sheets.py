"""Reading of any list: a file becomes its tables, whatever program it comes from."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from ..atomic import reason_of
from ..errors import FileError, UnreadableTableError
from .blocks import IsHeader, Sheet, SheetRow, Source, tables
from .contents import Content, content_of

__all__ = ["Sheet", "SheetRow", "read"]


def read(path: Path, is_header: IsHeader, *, encoding: str | None = None, delimiter: str | None = None) -> list[Sheet]:
    """Return the tables of a file, at least one: CSV, Excel, JSON or vCards.

    ``is_header`` says whether the cells of a row are names of columns. Encoding and delimiter are recognised where
    they are not given. Raises FileError, UnreadableTableError, or UnknownWordError for an encoding or delimiter that
    is none.
    """
    content = content_of(path)
    try:
        found = _read(path, content, is_header, encoding, delimiter)
    except OSError as error:
        raise FileError(path, reason_of(error), "Choose another file.") from error
    if not found:
        raise UnreadableTableError(path, "it is empty")
    return found


def _read(
    path: Path, content: Content, is_header: IsHeader, encoding: str | None, delimiter: str | None
) -> list[Sheet]:
    # Each reader is loaded only for a file of its kind.
    if content is Content.JSON:
        from . import objects

        return objects.sheets(path, encoding)
    if content is Content.VCARD:
        from . import vcards

        return vcards.sheets(path, encoding)
    if content is Content.EXCEL:
        from . import excel

        return _worksheets(excel.sources(path), is_header)
    if content is Content.OLD_EXCEL:
        from . import old_excel

        return _worksheets(old_excel.sources(path), is_header)
    from . import delimited

    return tables(delimited.source(path, is_header, encoding, delimiter), is_header)


def _worksheets(sources: Sequence[Source], is_header: IsHeader) -> list[Sheet]:
    """Return the tables of the worksheets that are seen; where one has a known header, of those that have one.

    What is left out is named in the notes of the first table.
    """
    found = [(source, tables(source, is_header)) for source in sources if not source.hidden]
    known = [(source, sheets) for source, sheets in found if any(is_header(sheet.columns) for sheet in sheets)]
    kept = [sheet for _, sheets in known or found for sheet in sheets]
    others = [source.name for source, sheets in found if known and sheets and (source, sheets) not in known]
    hidden = [source.name for source in sources if source.hidden]
    said = [f"Left out: sheet '{name}', as none of its rows is a known header" for name in others]
    said += [f"Left out: sheet '{name}', as it is hidden" for name in hidden]
    return [replace(kept[0], notes=(*kept[0].notes, *said)), *kept[1:]] if kept else []
