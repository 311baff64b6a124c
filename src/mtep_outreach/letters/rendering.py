"""Templates become text: sandboxed, strict, with plain values only."""

import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jinja2 import (
    Environment,
    FileSystemLoader,
    StrictUndefined,
    Template,
    TemplateError,
    TemplateNotFound,
    TemplateSyntaxError,
)
from jinja2.sandbox import ImmutableSandboxedEnvironment

from ..errors import TemplateMistakeError, TemplateNotFoundError, WrongTemplateError
from ..names import clean_line
from ..vocabulary import LetterKind, word_of
from .facts import FACTS
from .markdown import escape
from .places import template_folders

_ENDING = ".md.j2"
_LARGEST_POWER = 1_000
_FRONT = re.compile(r"\A---[ \t]*\n(?P<lines>.*?)\n---[ \t]*(?:\n|\Z)", re.DOTALL)
_SUBJECT = "{{ session_title }}, {{ session_day }}"
"""The subject of a letter whose template names none."""
_CAN_GO_WRONG = (
    TemplateError,
    TypeError,
    ValueError,
    ArithmeticError,
    LookupError,
    AttributeError,
    RecursionError,
    MemoryError,
)


class NotKnown(StrictUndefined):
    """A fact that is not known: empty in a test or comparison, an error where it would be printed."""

    __slots__ = ()

    def __repr__(self) -> str:
        return self._fail_with_undefined_error()

    def __bool__(self) -> bool:  # type: ignore[override]
        return False

    def __eq__(self, other: object) -> bool:  # type: ignore[override]
        return False

    def __ne__(self, other: object) -> bool:  # type: ignore[override]
        return True

    __hash__ = object.__hash__  # type: ignore[assignment]


@dataclass(frozen=True)
class Text:
    """What a template says: its kind and subject, and the body in Markdown."""

    kind: LetterKind
    subject: str
    body: str


@dataclass(frozen=True)
class _Front:
    """The lines between ``---`` at the top of a template."""

    subject: str
    kind: LetterKind | None
    line: int


class _Files(FileSystemLoader):
    """Reads templates; one that is not UTF-8 text is a mistake of its own."""

    def __init__(self, folders: list[Path]) -> None:
        super().__init__(folders, encoding="utf-8-sig")
        self.fronts: dict[str, _Front] = {}

    def get_source(self, environment: Environment, template: str) -> Any:
        if not template.endswith(_ENDING):  # a template reads templates, no other files
            raise TemplateNotFound(template)
        try:
            source = super().get_source(environment, template)
        except UnicodeDecodeError as error:
            line = len((error.object[: error.start] + b"x").splitlines())
            raise TemplateSyntaxError(f"it is not UTF-8 text ({error.reason})", line, template, template) from None
        if not any(
            Path(source[1] or "").resolve().is_relative_to(Path(folder).resolve()) for folder in self.searchpath
        ):
            raise TemplateNotFound(template)
        text, path, is_fresh = source
        text = text.replace("\r\n", "\n")
        if found := _FRONT.match(text):
            self.fronts[template] = _front(found["lines"].split("\n"), path or template)
            text = "\n" * found[0].count("\n") + text[found.end() :]  # mistakes keep their line numbers
        return text, path, is_fresh


def _front(lines: list[str], path: str) -> _Front:
    """Read the front matter of a template. Raises TemplateSyntaxError."""
    said: dict[str, tuple[str, int]] = {}
    for number, line in enumerate(lines, start=2):
        key, colon, value = line.partition(":")
        key = key.strip().lower()
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        if not colon or key not in ("subject", "kind"):
            wanted = "'subject: ...' or 'kind: ...' must stand between the two lines ---"
            raise TemplateSyntaxError(wanted, number, path, path)
        said[key] = (_unquoted(value.strip()), number)
    word, number = said.get("kind", ("", 0))
    kind = word_of(LetterKind, word)
    if word and kind is None:
        raise TemplateSyntaxError(f"'{word}' is no kind of letter: {', '.join(LetterKind)}", number, path, path)
    subject, number = said.get("subject", ("", 1))
    return _Front(subject or _SUBJECT, kind, number)


def _unquoted(text: str) -> str:
    return text[1:-1] if len(text) > 1 and text[0] == text[-1] and text[0] in "\"'" else text


class _Environment(ImmutableSandboxedEnvironment):
    """A sandbox in which nobody works out a number with a million digits."""

    intercepted_binops = frozenset({"**"})

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        if isinstance(right, (int, float)) and abs(right) > _LARGEST_POWER:
            raise OverflowError(f"{right} is too large for a power")
        return super().call_binop(context, operator, left, right)


class Templates:
    """The letter templates of the user's folder, which goes first, and the shipped ones."""

    def __init__(self, own: Path | None = None) -> None:
        self._folders = template_folders(own)
        self._files = _Files(self._folders)
        self._subjects: dict[str, Template] = {}
        self._environment = _Environment(
            loader=self._files,
            undefined=StrictUndefined,
            autoescape=False,
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=True,
        )

    def names(self) -> list[str]:
        """Return the names that can be asked for."""
        return sorted(
            {
                path.name.removesuffix(_ENDING)
                for folder in self._folders
                for path in folder.glob(f"*{_ENDING}")
                if path.is_file()
            }
        )

    def check(self, name: str) -> None:
        """Raise TemplateNotFoundError or TemplateMistakeError when a letter cannot be made from a template at all."""
        self._get(_file(name), name)

    def kind(self, name: str) -> LetterKind:
        """Return what kind of letter a template makes. Raises as `check`."""
        self.check(name)
        front = self._files.fronts.get(_file(name))
        named = word_of(LetterKind, name.removesuffix(_ENDING))
        return (front.kind if front else None) or named or LetterKind.INVITATION

    def check_for(self, name: str, kind: LetterKind) -> None:
        """Raise as `check`, and WrongTemplateError for a template that says of itself that it is for another kind."""
        self.check(name)
        front = self._files.fronts.get(_file(name))
        if front and front.kind and front.kind is not kind:
            raise WrongTemplateError(name, front.kind, kind)

    def path(self, name: str) -> Path:
        """Return the file of a template. Raises as `check`."""
        return Path(self._get(_file(name), name).filename or "")

    def render(self, name: str, facts: Mapping[str, str | None]) -> Text:
        """Return a letter's text.

        Raises TemplateNotFoundError, or TemplateMistakeError with file, line and variable.
        """
        kind = self.kind(name)
        template = self._get(_file(name), name)
        escaped = {key: value and escape(value) for key, value in facts.items()}
        body = self._filled(template, (_file(name), 1), escaped)
        subject = self._filled(*self._subject(_file(name), template), facts)
        return Text(kind, clean_line(subject), body.strip() + "\n")

    def _filled(self, template: Template, place: tuple[str, int], facts: Mapping[str, str | None]) -> str:
        values: dict[str, Any] = {key: _not_known(key) if value is None else value for key, value in facts.items()}
        try:
            return template.render(values)
        except TemplateNotFound as error:
            said = f"it includes '{error.name}', which no template folder holds"
            raise TemplateMistakeError(*_place(error, place), said) from None
        except TemplateSyntaxError as error:
            raise _unreadable(error, place[0]) from None
        except _CAN_GO_WRONG as error:
            raise TemplateMistakeError(*_place(error, place), _said(error)) from None

    def _subject(self, file: str, template: Template) -> tuple[Template, tuple[str, int]]:
        """Return the subject of a template, which is one itself, and where it stands: a file and a line."""
        front = self._files.fronts.get(file)
        place = (template.filename or file, front.line if front else 1)
        if file not in self._subjects:
            try:
                self._subjects[file] = self._environment.from_string(front.subject if front else _SUBJECT)
            except TemplateSyntaxError as error:
                raise TemplateMistakeError(*place, error.message or "its subject is no template") from None
            except _CAN_GO_WRONG as error:
                raise TemplateMistakeError(*place, _said(error)) from None
        return self._subjects[file], place

    def _get(self, file: str, name: str) -> Template:
        try:
            return self._environment.get_template(file)
        except TemplateNotFound:
            raise TemplateNotFoundError(name, self.names(), [str(folder) for folder in self._folders]) from None
        except TemplateSyntaxError as error:
            raise _unreadable(error, file) from None
        except _CAN_GO_WRONG as error:  # what is constant is worked out when the template is read
            raise TemplateMistakeError(*_place(error, (file, 1)), _said(error)) from None


def _file(name: str) -> str:
    return f"{name.removesuffix(_ENDING)}{_ENDING}"


def _unreadable(error: TemplateSyntaxError, file: str) -> TemplateMistakeError:
    return TemplateMistakeError(error.filename or file, error.lineno, error.message or "it is not a template")


def _not_known(key: str) -> NotKnown:
    return NotKnown(
        hint=f"'{key}' ({FACTS[key]}) is not known for this letter; put it inside {{% if {key} %}} ... {{% endif %}}"
    )


def _place(error: BaseException, place: tuple[str, int]) -> tuple[str, int]:
    """Return the template and line where an error arose: the innermost frame that lies in a template, else a place."""
    found = place
    frame = error.__traceback__
    while frame is not None:
        path = frame.tb_frame.f_code.co_filename
        if path.endswith(_ENDING):
            found = (path, frame.tb_lineno)
        frame = frame.tb_next
    return found


def _said(error: BaseException) -> str:
    said = str(error) or type(error).__name__
    if said.endswith("is undefined"):
        near = difflib.get_close_matches(said.split("'")[1], FACTS, n=1)
        said += f". Did you mean {near[0]}?" if near else f". A letter can name: {', '.join(FACTS)}"
    return said
