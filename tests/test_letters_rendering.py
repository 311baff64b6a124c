"""Rendering: strict about every fact, closed to everything else, and exact about where a mistake is."""

from collections.abc import Callable
from pathlib import Path

import pytest

from mtep_outreach.errors import TemplateMistakeError, TemplateNotFoundError
from mtep_outreach.letters.facts import FACTS
from mtep_outreach.letters.places import shipped_templates, template_folders
from mtep_outreach.letters.rendering import Templates

SECRET = "a secret beside the folder"  # noqa: S105 - a text that must not be found
Facts = dict[str, str | None]


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """A folder of templates, with a secret just outside it."""
    folder = tmp_path / "own"
    folder.mkdir()
    (tmp_path / "x").write_text(SECRET, "utf-8")
    (tmp_path / "x.md.j2").write_text(SECRET, "utf-8")
    return folder


Rendering = Callable[..., str]


@pytest.fixture
def render(own: Path) -> Rendering:
    """Render a text as the template 'note'; the facts that are not given are not known."""

    def rendering(text: str | bytes, **known: str) -> str:
        (own / "note.md.j2").write_bytes(text.encode() if isinstance(text, str) else text)
        facts: Facts = dict.fromkeys(FACTS) | {"organization": "Acme"} | known
        return Templates(own).render("note", facts)

    return rendering


def mistake(render: Rendering, text: str | bytes, **known: str) -> str:
    with pytest.raises(TemplateMistakeError) as refusal:
        render(text, **known)
    assert refusal.value.hint
    return refusal.value.message


# ---- what comes out -------------------------------------------------------------------------------------


def test_facts_stand_where_they_are_named(render: Rendering) -> None:
    assert render("Dear {{ contact }} of {{organization}},", contact="Ann") == "Dear Ann of Acme,\n"


def test_a_text_ends_with_one_line_break_and_begins_with_a_word(render: Rendering) -> None:
    assert render("\n\n{# a note #}\nOne\n\ntwo\n\n\n") == "One\n\ntwo\n"


def test_a_line_that_holds_only_a_tag_leaves_no_line(render: Rendering) -> None:
    assert render("a\n  {% if organization %}\nb\n  {% endif %}\nc\n") == "a\nb\nc\n"


def test_windows_line_ends_become_line_feeds(render: Rendering) -> None:
    assert render("a\r\nb\r\n") == "a\nb\n"


def test_a_byte_order_mark_does_not_reach_the_letter(render: Rendering) -> None:
    assert render(b"\xef\xbb\xbfDear {{ organization }}") == "Dear Acme\n"


@pytest.mark.parametrize("name", ["{{ date }}", "{% if x %}", "<b>&amp;</b>", "Acme [bold]", "{#", "*Acme*"])
def test_a_fact_is_text_and_never_template_or_markup(render: Rendering, name: str) -> None:
    assert render("{{ organization }}", organization=name) == f"{name}\n"


# ---- what is not known ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{% if contact %}yes{% else %}no{% endif %}", "no"),
        ("{{ 'yes' if not contact else 'no' }}", "yes"),
        ("{{ contact or 'colleagues' }}", "colleagues"),
        ("{{ contact | default('colleagues') }}", "colleagues"),
        ("{{ 'yes' if contact is defined else 'no' }}", "no"),
        ("{{ 'yes' if contact == organization else 'no' }}", "no"),
        ("{{ 'yes' if contact != organization else 'no' }}", "yes"),
        ("{{ 'yes' if contact == '' else 'no' }}", "no"),
        ("{{ 'yes' if contact == none else 'no' }}", "no"),
        ("{{ 'yes' if contact == false else 'no' }}", "no"),
        ("{{ 'yes' if contact == nominator else 'no' }}", "no"),
        ("{{ 'yes' if contact in ['', 'Acme'] else 'no' }}", "no"),
    ],
)
def test_a_fact_that_is_not_known_is_false_and_equal_to_nothing(render: Rendering, text: str, said: str) -> None:
    assert render(text) == f"{said}\n"


@pytest.mark.parametrize(
    "printing",
    [
        "{{ contact }}",
        "{{ contact ~ '!' }}",
        "{{ 'Dear ' + contact }}",
        "{{ contact | upper }}",
        "{{ contact | capitalize }}",
        "{{ contact | trim }}",
        "{{ contact | length }}",
        "{{ contact.title() }}",
        "{{ [contact, 'x'] | join(', ') }}",
        "{{ '%s' | format(contact) }}",
        "{{ '{}'.format(contact) }}",
        "{{ contact or nominator }}",
        "{% for letter in contact %}{% endfor %}",
        "{% set name = contact %}{{ name }}",
    ],
)
def test_a_fact_that_is_not_known_is_a_mistake_where_it_would_be_printed(
    own: Path, render: Rendering, printing: str
) -> None:
    said = mistake(render, f"one\n\n{printing}\n")
    assert said.startswith(f"{own / 'note.md.j2'}, line 3: ")
    fact = "nominator" if "nominator" in printing else "contact"
    assert f"'{fact}' ({FACTS[fact]}) is not known for this letter" in said
    assert f"{{% if {fact} %}} ... {{% endif %}}" in said


@pytest.mark.parametrize(
    ("variable", "meant"),
    [
        ("organisation", "organization"),
        ("contactperson", "contact_person"),
        ("singer", "signer"),
        ("nominater", "nominator"),
    ],
)
def test_a_variable_that_does_not_exist_is_named_with_file_line_and_the_fact_that_may_be_meant(
    own: Path, render: Rendering, variable: str, meant: str
) -> None:
    said = mistake(render, f"one\ntwo\n{{{{ {variable} }}}}\n")
    assert said.startswith(f"{own / 'note.md.j2'}, line 3: '{variable}' is undefined")
    assert f"Did you mean {meant}" in said


def test_a_suggestion_is_a_question(render: Rendering) -> None:
    assert mistake(render, "{{ organisation }}").endswith("Did you mean organization?")


def test_a_variable_that_is_like_no_fact_is_a_mistake_that_lists_the_facts(render: Rendering) -> None:
    said = mistake(render, "{{ zzz }}")
    assert "'zzz' is undefined" in said
    assert all(fact in said for fact in FACTS)


@pytest.mark.parametrize(
    "text",
    ["{% if organisation %}x{% endif %}", "{{ organisation or 'x' }}", "{{ organization.title }}{{ organization.x }}"],
)
def test_a_variable_that_does_not_exist_is_a_mistake_in_a_test_too(render: Rendering, text: str) -> None:
    mistake(render, text)


# ---- what is closed -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "attack",
    [
        "{{ ''.__class__.__mro__ }}",
        "{{ organization.__class__ }}",
        "{{ organization['__class__'] }}",
        "{{ '' | attr('__class__') }}",
        "{{ '{0.__class__}'.format(organization) }}",
        "{{ '{x.__class__}'.format_map({'x': ''}) }}",
        "{{ organization.upper.__self__ }}",
        "{{ organization.format.__globals__ }}",
        "{{ cycler.__init__.__globals__ }}",
        "{{ lipsum.__globals__['os'].popen('id').read() }}",
        "{{ self.__init__ }}",
        "{{ self._TemplateReference__context }}",
        "{{ contact.__class__ }}",
        "{{ contact._undefined_hint }}",
    ],
)
def test_nothing_behind_a_value_can_be_reached(own: Path, render: Rendering, attack: str) -> None:
    said = mistake(render, f"one\n{attack}")
    assert said.startswith(f"{own / 'note.md.j2'}, line 2: ")
    assert "<class" not in said


@pytest.mark.parametrize(
    "change",
    [
        "{{ [].append(1) }}",
        "{{ {}.update({'a': 1}) }}",
        "{% set l = [2, 1] %}{{ l.sort() }}",
        "{{ {'a': 1}.pop('a') }}",
    ],
)
def test_nothing_can_be_changed(render: Rendering, change: str) -> None:
    assert "is unsafe" in mistake(render, change)


@pytest.mark.parametrize(
    "reach",
    [
        "{% include '/etc/passwd' %}",
        "{% include '../x' %}",
        "{% include '../x.md.j2' %}",
        "{% include './../x' %}",
        "{% include '..\\\\x' %}",
        "{% include ['none', '../x'] %}",
        "{% extends '../x' %}",
        "{% import '../x' as x %}",
        "{% from '../x' import y %}",
        "{% include organization %}",
    ],
)
def test_no_file_outside_the_template_folders_can_be_read(render: Rendering, reach: str) -> None:
    said = mistake(render, f"one\n\n{reach}\n", organization="../x")
    assert SECRET not in said
    assert "root:" not in said
    assert "which no template folder holds" in said
    assert "note.md.j2, line " in said


def test_an_include_that_may_be_missing_reads_nothing_outside_either(render: Rendering) -> None:
    assert render("one {% include '../x' ignore missing %}") == "one\n"


# ---- what is wrong --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ("{% if %}", "Expected an expression"),
        ("{{ organization", "unexpected end of template"),
        ("{% if organization %}", "Unexpected end of template"),
        ("{% endif %}", "Encountered unknown tag 'endif'"),
        ("{% dear %}", "Encountered unknown tag 'dear'"),
        ("{{ organization | shout }}", "No filter named 'shout'"),
        ("{{ 1 / 0 }}", "division by zero"),
        ("{{ organization() }}", "not callable"),
        ("{{ organization + 1 }}", "can only concatenate str"),
        ("{{ range(10 ** 9) }}", "Range too big"),
        ("{% include 'none' %}", "it includes 'none', which no template folder holds"),
        ("{% include 'note.md.j2' %}", "recursion"),
    ],
)
def test_a_mistake_is_told_with_file_and_line(own: Path, render: Rendering, wrong: str, said: str) -> None:
    told = mistake(render, f"one\ntwo\n{wrong}")
    assert told.startswith(f"{own / 'note.md.j2'}, line 3: ")
    assert said in told


@pytest.mark.parametrize("wrong", ["{{ zzz }}", "{% if %}", "{{ contact }}", "{% include 'none' %}"])
def test_a_mistake_in_an_included_template_is_told_with_its_own_file_and_line(
    own: Path, render: Rendering, wrong: str
) -> None:
    (own / "part.md.j2").write_text(f"one\n{wrong}\n", "utf-8")
    assert mistake(render, "a\nb\nc\n{% include 'part.md.j2' %}").startswith(f"{own / 'part.md.j2'}, line 2: ")


def test_a_template_that_is_no_utf_8_text_is_refused_by_name(render: Rendering) -> None:
    said = mistake(render, b"Dear Jos\xe9,\n")
    assert "note.md.j2" in said
    assert "it is not UTF-8 text" in said


def test_an_included_template_that_is_no_utf_8_text_is_refused_by_its_own_name(own: Path, render: Rendering) -> None:
    (own / "part.md.j2").write_bytes(b"Jos\xe9")
    said = mistake(render, "{% include 'part.md.j2' %}")
    assert "part.md.j2" in said
    assert "it is not UTF-8 text" in said


# ---- where templates are --------------------------------------------------------------------------------


def test_the_shipped_folder_holds_the_invitation() -> None:
    assert (shipped_templates() / "letters" / "invitation.md.j2").is_file()
    assert template_folders(None) == [shipped_templates() / "letters"]
    assert Templates().names() == ["invitation"]


def test_the_users_folder_goes_first(own: Path) -> None:
    (own / "invitation.md.j2").write_text("Mine for {{ organization }}", "utf-8")
    assert Templates(own).render("invitation", {"organization": "Acme"}) == "Mine for Acme\n"


def test_letters_in_the_users_folder_go_before_the_folder_itself(own: Path) -> None:
    (own / "letters").mkdir()
    (own / "letters" / "board.md.j2").write_text("inner", "utf-8")
    (own / "board.md.j2").write_text("outer", "utf-8")
    assert Templates(own).render("board", {}) == "inner\n"
    assert Templates(own).names() == ["board", "invitation"]


def test_a_users_template_can_use_the_shipped_ones(own: Path) -> None:
    (own / "board.md.j2").write_text("{% extends 'invitation.md.j2' %}", "utf-8")
    with pytest.raises(TemplateMistakeError, match="invitation"):
        Templates(own).render("board", dict.fromkeys(FACTS))


def test_a_template_can_be_named_with_its_ending(own: Path) -> None:
    (own / "board.md.j2").write_text("x", "utf-8")
    assert Templates(own).render("board.md.j2", {}) == "x\n"


@pytest.mark.parametrize("name", ["bord", "", "../x", "/etc/passwd", "x/../../x", "board\0"])
def test_a_template_that_no_folder_holds_is_refused_with_those_there_are(own: Path, name: str) -> None:
    (own / "board.md.j2").write_text("x", "utf-8")
    with pytest.raises(TemplateNotFoundError) as refusal:
        Templates(own).render(name, {})
    assert refusal.value.message.startswith(f"There is no letter template '{name}' in {own / 'letters'}, {own} or ")
    assert refusal.value.hint == "There are: board and invitation."


def test_a_users_folder_that_is_missing_leaves_the_shipped_templates(tmp_path: Path) -> None:
    assert Templates(tmp_path / "none").names() == ["invitation"]


def test_a_template_reads_templates_and_no_other_file(tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("secret", "utf-8")
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "x.md.j2").write_text("secret", "utf-8")
    own = tmp_path / "own"
    own.mkdir()
    (own / "secret.txt").write_text("secret", "utf-8")
    (own / "link.md.j2").symlink_to(tmp_path / "elsewhere" / "x.md.j2")
    for name in ("secret.txt", "link.md.j2"):
        (own / "invitation.md.j2").write_text(f"{{% include '{name}' %}}", "utf-8")
        with pytest.raises(TemplateMistakeError, match="no template folder holds"):
            Templates(own).render("invitation", {})


@pytest.mark.parametrize("text", ["{{ [acronym] }}", "{{ {'a': acronym} }}", "{{ '%r' | format(acronym) }}"])
def test_a_fact_that_is_not_known_is_an_error_inside_a_list_too(tmp_path: Path, text: str) -> None:
    (tmp_path / "invitation.md.j2").write_text(text, "utf-8")
    with pytest.raises(TemplateMistakeError, match="is not known for this letter"):
        Templates(tmp_path).render("invitation", {"acronym": None})
