"""What a file is: decided by its content, and said in words that help."""

import io
import os
import zipfile
from collections.abc import Sequence
from pathlib import Path

import pytest

from mtep_outreach.errors import FileError, UnreadableTableError
from mtep_outreach.files.sheets import read


def is_header(cells: Sequence[str]) -> bool:
    return "name" in cells


def zipped(*names: str, mimetype: str = "") -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        if mimetype:
            archive.writestr("mimetype", mimetype)
        for name in names:
            archive.writestr(name, "x")
    return out.getvalue()


def refusal(path: Path) -> str:
    with pytest.raises((UnreadableTableError, FileError)) as raised:
        read(path, is_header)
    assert raised.value.hint
    return f"{raised.value.message} {raised.value.hint}"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"%PDF-1.7\n", "it is a PDF. Copy its table into a spreadsheet"),
        (b"{\\rtf1\\ansi", "it is a text document (RTF). Copy its table"),
        (b"\n<!DOCTYPE html><html>", "it is a web page. Open it in Excel and save it"),
        (b"<html xmlns:x='urn:schemas-microsoft-com:office:excel'><table>", "it is a web page. Open it in Excel"),
        (b"\xef\xbb\xbf<table border=1><tr><td>name", "it is a web page."),
        ("<html>\n".encode("utf-16"), "it is a web page."),
        (b"MIME-Version: 1.0\nContent-Type: multipart/related", "it is a web page."),
        (b"<?xml version='1.0'?><Workbook>", "it is an XML file. Open it in Excel"),
        (b"SQLite format 3\0...", "it is a database. Give a spreadsheet"),
        (b"\x1f\x8b\x08name", "it is a packed file (gzip). Unpack it"),
        (b"Rar!\x1a\x07", "it is a packed file (RAR)."),
        (b"\x89PNG\r\n\x1a\n", "it is a picture. Copy its table"),
        (b"\xff\xd8\xff\xe0", "it is a picture."),
        (b"BEGIN:VCALENDAR\nEND:VCALENDAR\n", "it is a calendar. Give a spreadsheet"),
        (zipped("a.csv"), "it is a packed file (ZIP). Unpack it"),
        (zipped("word/document.xml"), "it is a Word document. Copy its table"),
        (zipped("ppt/presentation.xml"), "it is a PowerPoint presentation."),
        (zipped("xl/workbook.bin"), "it is a binary Excel workbook (.xlsb). Open it in Excel and save it"),
        (
            zipped("content.xml", mimetype="application/vnd.oasis.opendocument.spreadsheet"),
            "it is an OpenDocument spreadsheet (.ods). Open it in the program that made it, and save it as",
        ),
        (zipped("Index/Document.iwa"), "it is a document of Apple's Numbers, Pages or Keynote. Open it there"),
        (zipped("Data/x", mimetype="application/vnd.oasis.opendocument.text"), "it is a packed file (ZIP)."),
        (zipped("a.csv")[:30], "it is damaged, or was cut off. Get it once more."),
        (b"PK\x03\x04 and no more", "it is damaged, or was cut off."),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 and no more", "the workbook is damaged. Open it in Excel or LibreOffice"),
        (b"\x7fELF\x02\x01\x01\0\0\0", "it is not a text file."),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
@pytest.mark.parametrize("ending", [".csv", ".xlsx", ""])
def test_what_holds_no_table_is_named_whatever_it_is_called(
    tmp_path: Path, content: bytes, reason: str, ending: str
) -> None:
    path = tmp_path / f"list{ending}"
    path.write_bytes(content)
    assert f"{path} cannot be imported: {reason}" in refusal(path)


@pytest.mark.parametrize("content", [b"name,state\nA,AL\n", b"<name>,state\nA,AL\n", b"[name],name\n", b"{x},name\n"])
def test_text_is_read_as_text_whatever_it_is_called(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "list.xlsx"
    path.write_bytes(content)
    assert read(path, is_header)[0].kind == "CSV (UTF-8, commas)"


def test_what_is_missing_a_folder_or_no_file_is_refused(tmp_path: Path) -> None:
    assert f"{tmp_path / 'none.csv'}: there is no such file." in refusal(tmp_path / "none.csv")
    assert "it is a folder. Name the file inside it." in refusal(tmp_path)
    (tmp_path / "file").touch()
    assert "not a directory" in refusal(tmp_path / "file" / "x.csv") or os.name == "nt"


@pytest.mark.skipif(os.name == "nt", reason="Windows has none")
def test_a_pipe_is_refused_and_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    assert "it is not a file." in refusal(tmp_path / "pipe")
