"""Rendering: strict about every fact, closed to everything else, and exact about where a mistake is."""

from collections.abc import Callable
from pathlib import Path

import pytest

from mtep_outreach.errors import TemplateMistakeError, TemplateNotFoundError
from mtep_outreach.letters.facts import FACTS
from mtep_outreach.letters.markdown import plain_text
from mtep_outreach.letters.places import shipped_templates, template_folders
from mtep_outreach.letters.rendering import Templates, Text
from mtep_outreach.vocabulary import LetterKind

SECRET = "a secret beside the folder"  # noqa: S105 - a text that must not be found
SHIPPED = ["cancellation", "invitation", "reminder", "thank-you", "update"]
Facts = dict[str, str | None]
NOTHING: Facts = dict.fromkeys(FACTS) | {"session_title": "The Session", "session_day": "Friday, May 24, 2024"}


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
        facts: Facts = {**NOTHING, "organization": "Acme", **known}
        return Templates(own).render("note", facts).body

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


@pytest.mark.parametrize(
    "name",
    [
        "{{ date }}",
        "{% if x %}",
        "<b>&amp;</b>",
        "Acme [bold]",
        "{#",
        "*Acme*",
        "# Acme",
        "1. Acme",
        "Acme_x_",
        "`a`",
        "\\*",
    ],
)
def test_a_fact_is_text_and_never_template_or_markup(render: Rendering, name: str) -> None:
    assert plain_text(render("{{ organization }}", organization=name)) == f"{name}\n"
    assert plain_text(render("At **{{ organization }}** it is.", organization=name)) == f"At {name} it is.\n"


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


def test_the_shipped_folder_holds_a_template_for_each_kind_of_letter() -> None:
    assert sorted(LetterKind) == SHIPPED
    assert all((shipped_templates() / "letters" / f"{kind}.md.j2").is_file() for kind in LetterKind)
    assert template_folders(None) == [shipped_templates() / "letters"]
    assert Templates().names() == SHIPPED


def test_the_users_folder_goes_first(own: Path) -> None:
    (own / "invitation.md.j2").write_text("Mine for {{ organization }}", "utf-8")
    assert Templates(own).render("invitation", NOTHING | {"organization": "Acme"}).body == "Mine for Acme\n"


def test_letters_in_the_users_folder_go_before_the_folder_itself(own: Path) -> None:
    (own / "letters").mkdir()
    (own / "letters" / "board.md.j2").write_text("inner", "utf-8")
    (own / "board.md.j2").write_text("outer", "utf-8")
    assert Templates(own).render("board", NOTHING).body == "inner\n"
    assert Templates(own).names() == sorted(["board", *SHIPPED])


def test_a_users_template_can_use_the_shipped_ones(own: Path) -> None:
    (own / "board.md.j2").write_text("{% extends 'invitation.md.j2' %}", "utf-8")
    with pytest.raises(TemplateMistakeError, match="invitation"):
        Templates(own).render("board", dict.fromkeys(FACTS))


def test_a_template_can_be_named_with_its_ending(own: Path) -> None:
    (own / "board.md.j2").write_text("x", "utf-8")
    assert Templates(own).render("board.md.j2", NOTHING).body == "x\n"


@pytest.mark.parametrize("name", ["bord", "", "../x", "/etc/passwd", "x/../../x", "board\0"])
def test_a_template_that_no_folder_holds_is_refused_with_those_there_are(own: Path, name: str) -> None:
    (own / "board.md.j2").write_text("x", "utf-8")
    with pytest.raises(TemplateNotFoundError) as refusal:
        Templates(own).render(name, {})
    assert refusal.value.message.startswith(f"There is no letter template '{name}' in {own / 'letters'}, {own} or ")
    assert refusal.value.hint == "There are: board, cancellation, invitation, reminder, thank-you and update."


def test_a_users_folder_that_is_missing_leaves_the_shipped_templates(tmp_path: Path) -> None:
    assert Templates(tmp_path / "none").names() == SHIPPED


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


# ---- subject and kind -----------------------------------------------------------------------------------


Whole = Callable[..., Text]


@pytest.fixture
def whole(own: Path) -> Whole:
    """Render a text as a template, and return all that it says."""

    def rendering(text: str, name: str = "note", **known: str) -> Text:
        (own / f"{name}.md.j2").write_text(text, "utf-8")
        return Templates(own).render(name, NOTHING | known)

    return rendering


def test_a_template_names_its_subject_and_its_kind(whole: Whole) -> None:
    found = whole("---\nsubject: Come, {{ organization }}\nkind: reminder\n---\n\nHello.\n", organization="Acme")
    assert found == Text(LetterKind.REMINDER, "Come, Acme", "Hello.\n")


def test_a_template_that_names_neither_is_an_invitation_with_the_sessions_title_and_day(whole: Whole) -> None:
    assert whole("Hello.") == Text(LetterKind.INVITATION, "The Session, Friday, May 24, 2024", "Hello.\n")
    assert whole("---\n---\nHello.").body == "---\n---\nHello.\n", "lines that are no front matter stay"
    assert whole("---\n\n---\nHello.") == whole("Hello.")


@pytest.mark.parametrize("kind", LetterKind)
def test_a_template_that_names_no_kind_is_of_the_kind_that_it_is_called(whole: Whole, kind: LetterKind) -> None:
    assert whole("Hello.", name=str(kind)).kind is kind
    assert whole("---\nkind: Update\n---\nHello.", name=str(kind)).kind is LetterKind.UPDATE


@pytest.mark.parametrize(
    "front",
    [
        "subject: A: b",
        "subject: 'A: b'",
        'Subject : "A: b"',
        "\n# a note\n\nsubject:   A: b  \n",
        "subject: none of this\nsubject: A: b",
    ],
)
def test_the_front_matter_takes_quotes_notes_and_blank_lines(whole: Whole, front: str) -> None:
    assert whole(f"---\n{front}\n---\nHello.").subject == "A: b"
    assert whole(f"--- \n{front}\n---\t\nHello.").subject == "A: b"


def test_windows_line_ends_and_a_byte_order_mark_hide_no_front_matter(own: Path) -> None:
    (own / "note.md.j2").write_bytes(b"\xef\xbb\xbf---\r\nsubject: Here\r\nkind: update\r\n---\r\nHello.\r\n")
    assert Templates(own).render("note", NOTHING) == Text(LetterKind.UPDATE, "Here", "Hello.\n")


def test_a_subject_is_one_line_of_plain_text(whole: Whole) -> None:
    """A subject is no Markdown: what is escaped in the body stands in the subject as it was typed."""
    found = whole("---\nsubject: For {{ organization }}\n---\n{{ organization }}", organization="A*B*\nC <d>")
    assert found.subject == "For A*B* C <d>"
    assert plain_text(found.body) == "A*B* C <d>\n"


@pytest.mark.parametrize(
    ("front", "line", "said"),
    [
        ("subjet: x", 2, "'subject: ...' or 'kind: ...' must stand between the two lines ---"),
        ("subject: x\nHello", 3, "'subject: ...' or 'kind: ...' must stand between the two lines ---"),
        ("subject: x\n\nkind: greeting", 4, "'greeting' is no kind of letter: invitation, reminder, update"),
        ("kind: update\nsubject: {{ organization", 3, "unexpected end of template"),
        ("subject: {% if %}", 2, "Expected an expression"),
    ],
)
def test_a_mistake_in_the_front_matter_is_told_with_file_and_line(
    own: Path, whole: Whole, front: str, line: int, said: str
) -> None:
    with pytest.raises(TemplateMistakeError) as refusal:
        whole(f"---\n{front}\n---\nHello.")
    assert refusal.value.message.startswith(f"{own / 'note.md.j2'}, line {line}: ")
    assert said in refusal.value.message


def test_front_matter_leaves_the_lines_of_mistakes_as_they_are(own: Path, whole: Whole) -> None:
    with pytest.raises(TemplateMistakeError) as refusal:
        whole("---\nsubject: x\n---\n\n{{ contact }}\n")
    assert refusal.value.message.startswith(f"{own / 'note.md.j2'}, line 5: 'contact' ")


def test_a_fact_that_is_not_known_is_a_mistake_in_a_subject_too(own: Path, whole: Whole) -> None:
    with pytest.raises(TemplateMistakeError) as refusal:
        whole("---\nkind: update\nsubject: For {{ contact }}\n---\nHello.")
    assert refusal.value.message.startswith(
        f"{own / 'note.md.j2'}, line 3: 'contact' ({FACTS['contact']}) is not known"
    )


def test_an_included_template_gives_its_body_and_not_its_front_matter(own: Path, whole: Whole) -> None:
    (own / "part.md.j2").write_text("---\nsubject: Part\nkind: update\n---\nA part.\n", "utf-8")
    assert whole("{% include 'part.md.j2' %}") == whole("A part.")


def test_the_file_of_a_template_is_the_one_that_goes_first(own: Path) -> None:
    (own / "update.md.j2").write_text("x", "utf-8")
    assert Templates(own).path("update") == own / "update.md.j2"
    assert Templates(own).path("reminder") == shipped_templates() / "letters" / "reminder.md.j2"
    with pytest.raises(TemplateNotFoundError):
        Templates(own).path("none")


@pytest.mark.parametrize("kind", LetterKind)
def test_every_shipped_template_is_of_the_kind_that_it_is_called_and_names_its_subject(kind: LetterKind) -> None:
    assert Templates().kind(str(kind)) is kind
    first, second, *_ = Templates().path(str(kind)).read_text("utf-8").splitlines()
    assert (first, second.partition(":")[0]) == ("---", "subject")
