"""Excel workbooks of before 2007 in."""

import struct
from collections.abc import Sequence
from pathlib import Path

import pytest

from mtep_outreach.errors import MtepError, UnreadableTableError
from mtep_outreach.files import old_excel
from mtep_outreach.files.sheets import Sheet, SheetRow, read

OLD = Path(__file__).parent / "data" / "members.xls"


def is_header(cells: Sequence[str]) -> bool:
    return len({"organization", "name", "state", "zip"} & {cell.lower() for cell in cells}) > 1


def found(sheet: Sheet) -> list[tuple[int, tuple[str, ...]]]:
    return [(row.line, row.cells) for row in sheet.rows() if isinstance(row, SheetRow)]


def refusal(path: Path) -> str:
    with pytest.raises(UnreadableTableError) as raised:
        for sheet in read(path, is_header):
            list(sheet.rows())
    assert raised.value.hint
    return raised.value.message


def test_an_old_workbook_is_read_as_a_new_one(tmp_path: Path) -> None:
    path = tmp_path / "members.csv"
    path.write_bytes(OLD.read_bytes())
    (sheet,) = read(path, is_header)
    assert (sheet.kind, sheet.notes) == ("Excel 97, sheet 'Members'", ("Left out: sheet 'Old', as it is hidden",))
    assert sheet.columns == ("Organization", "ZIP", "Joined", "Share", "Active", "Count", "Half", "Formula")
    assert found(sheet) == [
        (2, ("Lee County Schools, Área 5", "02134", "2024-05-24", "30%", "yes", "17", "0.5", "")),
        (4, ("Auburn University", *[""] * 7)),
    ]


def test_an_old_workbook_with_a_password_is_refused_as_that(tmp_path: Path) -> None:
    path = tmp_path / "members.xls"
    path.write_bytes(OLD.read_bytes()[:512] + "EncryptedPackage".encode("utf-16-le"))
    assert "it is protected by a password" in refusal(path)
    # The record FILEPASS (47) after the one that begins a workbook.
    content = OLD.read_bytes()
    begin = content.index(struct.pack("<HHHH", 0x809, 16, 0x600, 5)) + 20
    path.write_bytes(content[:begin] + struct.pack("<HHHHH", 47, 6, 1, 1, 1) + content[begin + 10 :])
    assert "it is protected by a password" in refusal(path)


def test_an_old_workbook_that_is_too_large_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(old_excel, "_LARGEST", 5_000)
    assert "it is larger than 0 MB" in refusal(OLD)


@pytest.mark.parametrize("step", range(40))
def test_an_old_workbook_that_is_damaged_is_read_or_refused_and_nothing_else(tmp_path: Path, step: int) -> None:
    content = bytearray(OLD.read_bytes())
    for place in range(512 + step * 7, len(content), 173):
        content[place] ^= 1 << (place + step) % 8
    path = tmp_path / "members.xls"
    path.write_bytes(content if step % 2 else content[: 600 + step * 100])
    try:
        for sheet in read(path, is_header):
            list(sheet.rows())
    except MtepError:
        return
