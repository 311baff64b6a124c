"""Settings: what each may be, and the machine's own file."""

from pathlib import Path

import pytest

from mtep_outreach.errors import FileError, UnknownSettingError, WrongSettingError
from mtep_outreach.settings import (
    SETTINGS,
    change_machine_settings,
    checked,
    default_database,
    machine_settings,
    setting,
    settings_file,
)

KEYS = [kind.key for kind in SETTINGS]
MACHINE_KEYS = [
    *("database", "letters", "templates"),
    *("smtp.host", "smtp.port", "smtp.security", "smtp.user", "smtp.password_command", "smtp.password_file"),
    *("imap.password_command", "imap.password_file", "inbox.trusted_server"),
]
PATH_KEYS = ["database", "letters", "templates", "smtp.password_file", "imap.password_file"]


# ---- values ---------------------------------------------------------------------------------------------


def test_a_settings_key_is_unique_and_its_default_can_be_set() -> None:
    assert len(set(KEYS)) == len(KEYS)
    assert {kind.key: checked(kind.key, kind.default) for kind in SETTINGS} == {k.key: k.default for k in SETTINGS}


def test_only_the_machines_settings_are_kept_on_it() -> None:
    kept = {kind.key: kind.kept_in for kind in SETTINGS}
    assert {key for key, where in kept.items() if where == "this machine"} == set(MACHINE_KEYS)
    assert {where for key, where in kept.items() if key not in MACHINE_KEYS} == {"the network"}


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize("empty", ["", "  ", "\n", "\x00"])
def test_an_empty_value_takes_a_setting_back_to_its_default(key: str, empty: str) -> None:
    assert checked(key, empty) == ""


@pytest.mark.parametrize(
    ("key", "typed", "kept"),
    [
        ("goal", " 40 ", "40"),
        ("goal", "007", "7"),
        ("goal", "1", "1"),
        ("goal", "1000000", "1000000"),
        ("network", " MTEP\x1b 3.0 ", "MTEP 3.0"),
        ("hub", "The Hub", "The Hub"),
        ("contact_person", "Bo  Chen <chen@Example.edu>", "Bo Chen <chen@example.edu>"),
        ("postal_address", "1 Main St\nAuburn, AL 36849", "1 Main St\nAuburn, AL 36849"),
        ("session.title", "Come & see", "Come & see"),
        ("session.start", "9 a.m.", "09:00"),
        ("session.start", "noon", "12:00"),
        ("session.end", "1:30pm", "13:30"),
        ("session.time_zone", "america/new york", "America/New_York"),
        ("sender", "The  Hub <hub@Example.edu>", "The Hub <hub@example.edu>"),
        ("smtp.host", " smtp.example.edu ", "smtp.example.edu"),
        ("smtp.host", "127.0.0.1", "127.0.0.1"),
        ("smtp.host", "::1", "::1"),
        ("smtp.port", "0587", "587"),
        ("smtp.port", "65535", "65535"),
        ("smtp.security", "STARTTLS", "starttls"),
        ("smtp.security", "none", "none"),
        ("smtp.user", "hub@example.edu", "hub@example.edu"),
        ("smtp.password_command", "pass show 'mail hub'", "pass show 'mail hub'"),
    ],
)
def test_a_value_is_kept_in_one_form(key: str, typed: str, kept: str) -> None:
    assert checked(key, typed) == kept


@pytest.mark.parametrize("key", PATH_KEYS)
def test_a_path_is_kept_whole(key: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("USERPROFILE", str(tmp_path / "home"))
    for folder in ("some/where", "home/where", "x"):  # the folder of templates must be there
        (tmp_path / folder).mkdir(parents=True)
    assert checked(key, "some/where") == str(tmp_path / "some" / "where")
    assert checked(key, "~/where") == str(tmp_path / "home" / "where")
    assert checked(key, str(tmp_path / "x")) == str(tmp_path / "x")


@pytest.mark.parametrize(
    ("key", "typed", "reason"),
    [
        ("goal", "many", "it must be a number from 1 to 1,000,000"),
        ("goal", "0", "it must be a number from 1 to 1,000,000"),
        ("goal", "-1", "it must be a number from 1 to 1,000,000"),
        ("goal", "30.5", "it must be a number from 1 to 1,000,000"),
        ("goal", "1000001", "it must be a number from 1 to 1,000,000"),
        ("goal", "３０", "it must be a number from 1 to 1,000,000"),
        ("goal", "9" * 5000, "it must be a number from 1 to 1,000,000"),
        ("contact_person", "Bo <chen@example>", "'chen@example' is not an e-mail address"),
        ("contact_person", "Bo chen@example.edu", "the address must stand in < >"),
        ("session.start", "12", "'12' is not an hour of the day"),
        ("session.end", "25:00", "'25:00' is not an hour of the day"),
        ("session.time_zone", "CST", "Did you mean America/Chicago?"),
        ("network", "x" * 1001, "1,001 characters"),
        ("hub", "x" * 1001, "1,001 characters"),
        ("postal_address", "x" * 1001, "1,001 characters"),
        ("session.title", "x" * 1001, "1,001 characters"),
        ("database", "~nobody-of-that-name/x", ""),
        ("letters", "~nobody-of-that-name/x", ""),
        ("templates", "~nobody-of-that-name/x", ""),
        ("templates", "no/such/folder", "there is no such folder"),
        ("database", "no/such/folder/x.sqlite", "there is no such folder"),
        ("smtp.password_file", "~nobody-of-that-name/x", "there is no such user"),
        ("sender", "The Hub", "a mail address must stand behind the name"),
        ("contact_person", "Bo Chen", "a mail address must stand behind the name"),
        ("smtp.host", "smtp.example.edu:587", "its port goes into smtp.port"),
        ("smtp.host", "smtp://example.edu", "it is the name of a computer"),
        ("smtp.port", "0", "it must be a number from 1 to 65535"),
        ("smtp.port", "65536", "it must be a number from 1 to 65535"),
        ("smtp.port", "many", "it must be a number from 1 to 65535"),
        ("smtp.security", "ssl", "it can be tls, starttls, none"),
    ],
)
def test_a_value_that_a_setting_cannot_have_is_refused_with_the_reason(key: str, typed: str, reason: str) -> None:
    with pytest.raises(WrongSettingError) as refusal:
        checked(key, typed)
    assert f"cannot be the setting {key}: " in refusal.value.message
    assert reason in refusal.value.message
    assert not refusal.value.message.endswith(("..", "?."))


def test_a_setting_that_does_not_exist_is_refused_with_the_one_that_may_be_meant() -> None:
    for ask in (setting, lambda key: checked(key, "x")):
        with pytest.raises(UnknownSettingError) as refusal:
            ask("contactperson")
        assert refusal.value.message == "There is no setting 'contactperson'."
        assert refusal.value.hint == "Did you mean contact_person?"


# ---- the machine's file ---------------------------------------------------------------------------------


def test_a_missing_file_sets_nothing(tmp_path: Path) -> None:
    assert machine_settings(tmp_path / "none.toml") == {}


def test_what_is_changed_is_read_back(tmp_path: Path) -> None:
    path = tmp_path / "new" / "settings.toml"
    values = {"database": 'C:\\new\\"quoted"\n.sqlite', "letters": "/tmp/ließ"}  # noqa: S108
    change_machine_settings(path, values)
    assert machine_settings(path) == values


def test_comments_order_and_other_settings_survive_a_change(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    path.write_text("# mine\n\nletters = '/a'  # why\ndatabase = '/b'\n# the end\n", "utf-8")
    change_machine_settings(path, {"database": "/c"})
    assert path.read_text("utf-8") == "# mine\n\nletters = '/a'  # why\ndatabase = \"/c\"\n# the end\n"


def test_the_mail_server_is_a_table_of_its_own_in_which_comments_and_order_survive(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    path.write_text("[smtp]\n# ours\nhost = 'a'  # why\nport = 25\n", "utf-8")
    change_machine_settings(path, {"smtp.host": "b", "smtp.security": "tls", "letters": "/x"})
    assert machine_settings(path) == {"smtp.host": "b", "smtp.port": "25", "smtp.security": "tls", "letters": "/x"}
    assert '# ours\nhost = "b"  # why\nport = 25' in path.read_text("utf-8")
    change_machine_settings(path, {"smtp.host": "", "smtp.user": ""})
    assert machine_settings(path) == {"smtp.port": "25", "smtp.security": "tls", "letters": "/x"}


def test_the_mail_server_can_be_set_where_no_file_is_yet(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    change_machine_settings(path, {"smtp.host": "smtp.example.edu", "smtp.port": "587"})
    assert machine_settings(path) == {"smtp.host": "smtp.example.edu", "smtp.port": "587"}


@pytest.mark.parametrize("before", [{}, {"smtp.host": "127.0.0.1", "smtp.security": "none"}])
def test_without_encryption_letters_go_to_this_computer_only(tmp_path: Path, before: dict[str, str]) -> None:
    path = tmp_path / "settings.toml"
    change_machine_settings(path, before)
    for host in ("localhost", "127.0.0.1", "::1"):
        change_machine_settings(path, {"smtp.host": host, "smtp.security": "none"})
    kept = path.read_bytes()
    for changes in ({"smtp.host": "smtp.example.edu", "smtp.security": "none"}, {"smtp.host": "127.0.0.1.example.org"}):
        with pytest.raises(WrongSettingError, match="on this computer only"):
            change_machine_settings(path, changes)
        assert path.read_bytes() == kept


def test_an_empty_value_takes_the_setting_out(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    path.write_text("# mine\nletters = '/a'\ndatabase = '/b'\n", "utf-8")
    change_machine_settings(path, {"database": "", "templates": ""})
    assert machine_settings(path) == {"letters": "/a"}
    assert "# mine" in path.read_text("utf-8")


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("databse = '/x'", "databse"),
        ("database = 3", "database"),
        ("letters = ['/x']", "letters"),
        ("templates = true", "templates"),
        ("goal = '30'", "goal"),
        ("[database]\nx = 1", "database.x"),
        ("session.start = '12:00'", "session.start"),
        ("smtp = 'smtp.example.edu'", "smtp"),
        ("[smtp]\nhots = 'x'", "smtp.hots"),
        ("[smtp]\nport = '25'\npassword = 'secret'", "smtp.password"),
        ("[smtp]\nport = 2.5", "smtp.port"),
        ("[smtp.host]\nname = 'x'", "smtp.host.name"),
    ],
)
def test_a_key_or_type_that_the_machine_does_not_know_is_refused_by_name(tmp_path: Path, text: str, key: str) -> None:
    path = tmp_path / "settings.toml"
    path.write_text(text, "utf-8")
    with pytest.raises(FileError) as refusal:
        machine_settings(path)
    assert refusal.value.message == f"{path}: '{key}' cannot be set here."
    assert all(name in refusal.value.hint for name in MACHINE_KEYS)


def test_broken_toml_is_refused_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    path.write_text("letters = '/a'\ndatabase = /b\n", "utf-8")
    with pytest.raises(FileError) as refusal:
        machine_settings(path)
    assert refusal.value.message.startswith(f"{path}: it is not TOML: ")
    assert "line 2" in refusal.value.message


def test_a_settings_file_that_is_no_text_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    path.write_bytes(b"database = '\xff'")
    with pytest.raises(FileError, match="it is not TOML"):
        machine_settings(path)


def test_a_folder_in_the_place_of_the_settings_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileError, match=r"is a directory|permission denied"):
        machine_settings(tmp_path)


@pytest.mark.parametrize("content", [b"database = /b\n", b"database = '\xff'\n"])
def test_a_settings_file_that_cannot_be_read_is_not_written_over(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "settings.toml"
    path.write_bytes(content)
    with pytest.raises(FileError):
        change_machine_settings(path, {"letters": "/a"})
    assert path.read_bytes() == content


def test_the_usual_places_are_named_for_the_program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "share"))
    assert settings_file().parts[-2:] == ("mtep", "settings.toml")
    assert default_database().parts[-2:] == ("mtep", "mtep.sqlite")
