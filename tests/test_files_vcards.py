"""vCards in and out: cards of phones, mail programs and address books, and cards that come back as they were."""

import base64
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from mtep_outreach.errors import MtepError, Problem, UnknownWordError, UnreadableTableError
from mtep_outreach.files.sheets import Sheet, SheetRow, read
from mtep_outreach.files.vcards import cards_text
from mtep_outreach.names import clean_text

Reading = Callable[..., Sheet]


@pytest.fixture
def one(tmp_path: Path) -> Reading:
    def reading(content: bytes | str, **said: str) -> Sheet:
        path = tmp_path / "people.vcf"
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        (sheet,) = read(path, lambda cells: "name" in cells, **said)
        return sheet

    return reading


def cards(sheet: Sheet) -> list[dict[str, str]]:
    return [
        {column: text for column, text in zip(sheet.columns, row.cells, strict=True) if text}
        for row in sheet.rows()
        if isinstance(row, SheetRow)
    ]


def problems(sheet: Sheet) -> list[str]:
    return [str(row) for row in sheet.rows() if isinstance(row, Problem)]


def card(*lines: str, version: str = "3.0", end: str = "\r\n") -> str:
    return end.join(["BEGIN:VCARD", f"VERSION:{version}", *lines, "END:VCARD", ""])


# ---- in -------------------------------------------------------------------------------------------------


def test_a_card_is_a_row_and_columns_that_no_card_fills_are_left_out(one: Reading) -> None:
    sheet = one(
        card(
            "N:Rivera;Maria;;Dr.;", "FN:Maria Rivera", "ORG:Auburn University;College of Education;Mathematics",
            "TITLE:Professor", "EMAIL;TYPE=INTERNET:m@x.edu", "TEL;TYPE=WORK:(334) 555-0100",
            "ADR;TYPE=WORK:Box 7;Suite 2;5040 Haley\\nCenter;Auburn;AL;36849;USA", "URL:https://x.edu/a\\,b",
            "NOTE:One\\, two\\; three\\nfour \\\\", "CATEGORIES:Friends,A\\,B", "BDAY:1980-01-01",
        )
    )  # fmt: skip
    assert (sheet.kind, sheet.unit) == ("vCard", "card")
    assert sheet.columns == (
        "Organization", "Department", "Name", "Title", "Email", "Phone", "Street", "City", "State", "ZIP", "Country",
        "Website", "Note", "Categories",
    )  # fmt: skip
    assert [row.cells for row in sheet.rows() if isinstance(row, SheetRow)] == [
        ("Auburn University", "College of Education, Mathematics", "Maria Rivera", "Professor", "m@x.edu",
         "(334) 555-0100", "5040 Haley, Center, Suite 2, Box 7", "Auburn", "AL", "36849", "USA", "https://x.edu/a,b",
         "One, two; three\nfour \\", "Friends; A,B"),
    ]  # fmt: skip


def test_rows_have_the_line_where_their_card_begins(one: Reading) -> None:
    sheet = one(card("FN:A") + "\r\n\r\n" + card("FN:B"))
    assert [row.line for row in sheet.rows()] == [1, 7]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_folded_lines_are_joined_whatever_ends_them(one: Reading, end: str, mark: str) -> None:
    sheet = one(mark + card("FN:Maria Ri", " vera", "NOTE:one ", "\ttwo", end=end))
    assert cards(sheet) == [{"Name": "Maria Rivera", "Note": "one two"}]


def test_quoted_printable_is_undone_over_several_lines_in_its_own_letters(one: Reading) -> None:
    sheet = one(
        card(
            "N;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:=C3=91u=C3=B1ez;Jos=C3=A9;;;",
            "FN;CHARSET=ISO-8859-1;ENCODING=QUOTED-PRINTABLE:Jos=E9 =D1u=F1ez",
            "NOTE;QUOTED-PRINTABLE;CHARSET=UTF-8:one=0D=0Atwo =", "=C3=A9 a=3Db=", " end",
            "LABEL;ENCODING=QUOTED-PRINTABLE:Street=0D=0A=", "EMAIL:no@x.edu", "EMAIL:b@x.edu",
            "ORG;CHARSET=NO-SUCH;ENCODING=QUOTED-PRINTABLE:=C3=89cole",
            version="2.1",
        )
    )  # fmt: skip
    assert cards(sheet) == [
        {"Name": "José Ñuñez", "Note": "one\ntwo é a=b end", "Email": "b@x.edu", "Organization": "École"}
    ]


def test_base64_text_is_undone(one: Reading) -> None:
    coded = base64.b64encode("Zoë".encode()).decode()
    assert cards(one(card(f"FN;ENCODING=b:{coded}", "NOTE;ENCODING=B:%%%"))) == [{"Name": "Zoë"}]


@pytest.mark.parametrize("codec", ["utf-8", "cp1252", "utf-16", "utf-8-sig"])
def test_the_coding_of_letters_is_recognised(one: Reading, codec: str) -> None:
    assert cards(one(card("FN:José Ñuñez").encode(codec))) == [{"Name": "José Ñuñez"}]


def test_letters_are_read_as_each_line_or_the_user_says(one: Reading) -> None:
    japanese = b"FN;CHARSET=SHIFT_JIS:" + "山田".encode("cp932")
    content = b"BEGIN:VCARD\r\n" + japanese + b"\r\nORG:Universit\xe9\r\nEND:VCARD\r\n"
    assert cards(one(content)) == [{"Name": "山田", "Organization": "Université"}]
    content = b"BEGIN:VCARD\r\nFN:" + "山田".encode("cp932") + b"\r\nEND:VCARD\r\n"
    assert cards(one(content, encoding="cp932")) == [{"Name": "山田"}]
    with pytest.raises(UnknownWordError):
        one(content, encoding="no-such")


def test_photos_are_passed_over_however_their_lines_look(one: Reading) -> None:
    photo = base64.b64encode(bytes(range(256)) * 3).decode()
    folded = "\r\n ".join(photo[place : place + 74] for place in range(0, len(photo), 74))
    bare = "\r\n".join(photo[place : place + 74] for place in range(0, len(photo), 74))
    sheet = one(card(f"PHOTO;ENCODING=b;TYPE=JPEG:{folded}", "FN:A", f"PHOTO;JPEG;BASE64:{bare}", "", "TITLE:T"))
    assert (cards(sheet), problems(sheet)) == ([{"Name": "A", "Title": "T"}], [])


def test_groups_and_labels_of_apple_are_understood(one: Reading) -> None:
    sheet = one(
        card(
            "FN:A", "item1.EMAIL;type=INTERNET;type=pref:a@x.edu", "item1.X-ABLabel:_$!<Other>!$_",
            "item2.URL;type=pref:http\\://x.edu", "item3.X-ABADR:Street 4,", "Floor 8", "USA",
        )
    )  # fmt: skip
    assert (cards(sheet), problems(sheet)) == ([{"Name": "A", "Email": "a@x.edu", "Website": "http://x.edu"}], [])


def test_preferred_addresses_come_first_then_those_of_work_and_none_twice(one: Reading) -> None:
    sheet = one(
        card(
            "FN:A", "EMAIL;TYPE=HOME:h@x.edu", "EMAIL;TYPE=WORK:w@x.edu", "EMAIL:w@x.edu",
            "EMAIL;TYPE=HOME,PREF:p@x.edu",
            "TEL;HOME;FAX:1", "TEL;PAGER:2", "TEL;HOME:3", "TEL;WORK;VOICE:4", "TEL:",
            "ADR;HOME:;;Home;;;;", "ADR;WORK:;;Work;;;;", "ADR;PREF:;;;;;;", "URL;TYPE=home:h.edu",
            "URL;TYPE=work:w.edu",
        )
    )  # fmt: skip
    assert cards(sheet) == [
        {"Name": "A", "Email": "p@x.edu", "Email 2": "w@x.edu", "Phone": "4", "Phone 2": "3", "Street": "Work",
         "Website": "w.edu"},
    ]  # fmt: skip


def test_version_4_ranks_and_its_addresses_are_understood(one: Reading) -> None:
    sheet = one(
        card(
            "FN:A", 'TEL;VALUE=uri;PREF=2;TYPE="voice,home":tel:+1-334-555-0101',
            "TEL;VALUE=uri;PREF=1:tel:+1-334-555-0100",
            "EMAIL:mailto:a@x.edu", 'ADR;LABEL="Box: 1; Auburn":;;1 Road;Auburn;AL;;',
            version="4.0",
        )
    )  # fmt: skip
    assert cards(sheet) == [
        {"Name": "A", "Phone": "+1-334-555-0100", "Phone 2": "+1-334-555-0101", "Email": "a@x.edu", "Street": "1 Road",
         "City": "Auburn", "State": "AL"},
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (["N:Rivera;Maria;Ana,Luz;Dr.;PhD"], {"Name": "Dr. Maria Ana Luz Rivera PhD"}),
        (["N:Rivera;Maria"], {"Name": "Maria Rivera"}),
        (["N:;;;;", "FN:AMTE", "ORG:AMTE;"], {"Organization": "AMTE"}),
        (["N:;;;;", "FN:AMTE", "ORG:AMTE", "X-ABShowAs:COMPANY"], {"Organization": "AMTE"}),
        (["FN:AMTE", "KIND:org"], {"Organization": "AMTE"}),
        (["FN:Bo Chen", "N:Chen;Bo", "ORG:Bo Chen"], {"Name": "Bo Chen", "Organization": "Bo Chen"}),
        (["FN:a@x.edu", "EMAIL:a@x.edu"], {"Email": "a@x.edu"}),
        (["EMAIL:a@x.edu"], {"Email": "a@x.edu"}),
        (["FN:A", "ROLE:Dean"], {"Name": "A", "Title": "Dean"}),
        (["FN:A", "ROLE:Teaching", "TITLE:Dean"], {"Name": "A", "Title": "Dean"}),
        (["FN:A", "NOTE:one", "NOTE:two"], {"Name": "A", "Note": "one\ntwo"}),
    ],
)
def test_who_is_meant_is_told_by_what_a_card_has(one: Reading, lines: list[str], expected: dict[str, str]) -> None:
    assert cards(one(card(*lines))) == [expected]


def test_a_list_of_cards_is_none(one: Reading) -> None:
    sheet = one(card("FN:Friends", "X-ADDRESSBOOKSERVER-KIND:group") + card("FN:F", "KIND:group") + card("FN:A"))
    assert (cards(sheet), problems(sheet)) == ([{"Name": "A"}], [])


def test_an_agents_card_inside_a_card_is_not_its_own(one: Reading) -> None:
    sheet = one(
        card("FN:A", "AGENT:", "BEGIN:VCARD", "FN:Agent", "EMAIL:g@x.edu", "END:VCARD", "TITLE:T", version="2.1")
    )
    assert (cards(sheet), problems(sheet)) == ([{"Name": "A", "Title": "T"}], [])


def test_a_damaged_card_is_a_problem_with_its_line_and_the_others_are_read(one: Reading) -> None:
    sheet = one(
        "BEGIN:VCARD\nFN:Lost\n"  # 1
        "BEGIN:VCARD\nFN:B\nthis is nothing\nEMAIL:b@x.edu\nEND:VCARD\n"  # 3
        "BEGIN:VCARD\nFN:C\nEND:VCARD\n"  # 8
        "BEGIN:VCARD\nVERSION:3.0\nEND:VCARD\n"  # 11
        f"BEGIN:VCARD\nNOTE:{'x' * 1_000_001}\nEND:VCARD\n"  # 14
        "BEGIN:VCARD\nnothing\nFN:D\nEND:VCARD\n"  # 17
        "BEGIN:VCARD\nFN:E\n"  # 21
    )
    begins = "people.vcf, card at line {}: the card that begins here is damaged: {}"
    assert cards(sheet) == [{"Name": "C"}]
    assert problems(sheet) == [
        begins.format(1, "it never ends"),
        begins.format(3, "line 5: it is no line of a vCard: this is nothing"),
        begins.format(11, "it says nothing of anybody"),
        begins.format(14, "line 15: it has more than 1,000,000 characters"),
        begins.format(17, "line 18: it is no line of a vCard: nothing"),
        begins.format(21, "it never ends"),
    ]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("BEGIN:VCARD\n" * 400_002, "it has more cards than can be read at once"),
        ("BEGIN:VCARD\nPHOTO:" + "\n x" * 2_000_001, "it has more cards than can be read at once"),
        ("BEGIN:VCARD\nNOTE:" + "x" * 11_000_000, "line 2 has more than 10,000,000 characters"),
        (b"BEGIN:VCARD\nFN:A\0\nEND:VCARD\n", "line 2 holds a NUL"),
    ],
    ids=["cards", "lines", "line", "NUL"],
)
def test_a_file_without_end_is_refused(one: Reading, content: bytes | str, reason: str) -> None:
    with pytest.raises(UnreadableTableError) as raised:
        one(content)
    assert reason in raised.value.message
    assert raised.value.hint


@pytest.mark.parametrize(
    "line",
    [
        "EMAIL" + ";TYPE=A" * 300_000 + ":x",
        "EMAIL" + ";" * 3_000_000,
        'EMAIL;"' + '";"' * 1_000_000,
        "N:" + ";" * 900_000,
    ],
)
def test_a_line_made_to_take_long_does_not(one: Reading, line: str) -> None:
    assert cards(one(card("FN:A", "URL:", line) + card("FN:B")))[-1] == {"Name": "B"}


LINES = ["BEGIN:VCARD", "END:VCARD", "AGENT:", "FN:A", "N;ENCODING=QUOTED-PRINTABLE:=", "EMAIL;PREF=x:y", "TEL:1", "x"]


@given(
    content=st.text(st.sampled_from('BEGINVCARD:;=\\"\n\r \t,é\udcff'), max_size=60),
    lines=st.lists(st.sampled_from(LINES)),
)
def test_any_text_is_cards_or_problems(
    tmp_path_factory: pytest.TempPathFactory, content: str, lines: list[str]
) -> None:
    path = tmp_path_factory.getbasetemp() / "any.vcf"
    path.write_text("BEGIN:VCARD\n" + "\n".join(lines) + content, "utf-8", errors="surrogateescape")
    try:
        (sheet,) = read(path, lambda cells: "name" in cells)
    except MtepError:
        return
    for row in sheet.rows():
        assert isinstance(row, Problem) or len(row.cells) == len(sheet.columns)


# ---- out ------------------------------------------------------------------------------------------------

KEYS = {
    "organization": "Organization", "name": "Name", "title": "Title", "email": "Email", "phone": "Phone",
    "city": "City", "state": "State", "website": "Website", "note": "Note",
}  # fmt: skip


def test_a_card_is_written_as_address_books_take_it() -> None:
    written = cards_text(
        [
            {"organization": "Smith, Jones; Co", "name": "Maria Ana Rivera", "title": "Dean", "email": "m@x.edu",
             "phone": "334-555-0100", "city": "Auburn", "state": "AL", "website": "https://x.edu/?a=1,2;3",
             "note": "one\ntwo"},
            {"organization": "AMTE", "name": None},
        ]
    )  # fmt: skip
    assert written == (
        "BEGIN:VCARD\r\nVERSION:3.0\r\nN:Rivera;Maria Ana;;;\r\nFN:Maria Ana Rivera\r\nORG:Smith\\, Jones\\; Co\r\n"
        "TITLE:Dean\r\nEMAIL;TYPE=INTERNET,WORK:m@x.edu\r\nTEL;TYPE=WORK,VOICE:334-555-0100\r\n"
        "ADR;TYPE=WORK:;;;Auburn;AL;;\r\nURL:https://x.edu/?a=1,2;3\r\nNOTE:one\\ntwo\r\nEND:VCARD\r\n"
        "BEGIN:VCARD\r\nVERSION:3.0\r\nN:;;;;\r\nFN:AMTE\r\nORG:AMTE\r\nX-ABShowAs:COMPANY\r\nEND:VCARD\r\n"
    )


def test_no_line_has_more_than_75_bytes_and_no_character_is_cut() -> None:
    written = cards_text([{"name": "A", "note": "é山😀" * 100}])
    lines = written.encode().split(b"\r\n")
    assert max(map(len, lines)) <= 75
    assert all(line.decode() for line in lines[:-1])
    assert "\n" not in written.replace("\r\n", "")


def test_nobody_is_an_empty_file() -> None:
    assert cards_text([]) == ""


WORDS = st.text(st.one_of(st.characters(exclude_categories=["C", "Z"]), st.sampled_from(' ,;:\\"\n=é')), max_size=40)


@example(people=[{"name": "0", "website": "0\n0"}])
@given(
    people=st.lists(st.fixed_dictionaries({}, optional=dict.fromkeys(KEYS, st.none() | WORDS)), min_size=1, max_size=3)
)
def test_people_come_back_as_they_were(
    tmp_path_factory: pytest.TempPathFactory, people: list[Mapping[str, str | None]]
) -> None:
    path = tmp_path_factory.getbasetemp() / "people.vcf"
    path.write_bytes(cards_text(people).encode())
    (sheet,) = read(path, lambda cells: "name" in cells)
    expected = [{KEYS[key]: clean_text(text or "") for key, text in person.items()} for person in people]
    for person in expected:
        if person.get("Name") in {person.get("Organization"), person.get("Email")}:
            return  # a card cannot tell them apart
    wanted = [{key: text for key, text in person.items() if text} for person in expected]
    assert cards(sheet) == [person for person in wanted if person]
