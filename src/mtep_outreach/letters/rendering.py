"""Templates become text: sandboxed, strict, with plain values only."""

import difflib
from collections.abc import Mapping
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

from ..errors import TemplateMistakeError, TemplateNotFoundError
from .facts import FACTS
from .places import template_folders

_ENDING = ".md.j2"
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


class _Files(FileSystemLoader):
    """Reads templates; one that is not UTF-8 text is a mistake of its own."""

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
        return source


class Templates:
    """The letter templates of the user's folder, which goes first, and the shipped ones."""

    def __init__(self, own: Path | None = None) -> None:
        self._folders = template_folders(own)
        self._environment = ImmutableSandboxedEnvironment(
            loader=_Files(self._folders, encoding="utf-8-sig"),
            undefined=StrictUndefined,
            autoescape=False,
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=True,
        )

    def names(self) -> list[str]:
        """Return the names that can be asked for."""
        return sorted(
            {path.name.removesuffix(_ENDING) for folder in self._folders for path in folder.glob(f"*{_ENDING}")}
        )

    def check(self, name: str) -> None:
        """Raise TemplateNotFoundError or TemplateMistakeError when a letter cannot be made from a template at all."""
        self._get(_file(name), name)

    def render(self, name: str, facts: Mapping[str, str | None]) -> str:
        """Return a letter's text.

        Raises TemplateNotFoundError, or TemplateMistakeError with file, line and variable.
        """
        file = _file(name)
        template = self._get(file, name)
        values: dict[str, Any] = {key: _not_known(key) if value is None else value for key, value in facts.items()}
        try:
            return template.render(values).strip() + "\n"
        except TemplateNotFound as error:
            said = f"it includes '{error.name}', which no template folder holds"
            raise TemplateMistakeError(*_place(error, file), said) from None
        except TemplateSyntaxError as error:
            raise _unreadable(error, file) from None
        except _CAN_GO_WRONG as error:
            raise TemplateMistakeError(*_place(error, file), _said(error)) from None

    def _get(self, file: str, name: str) -> Template:
        try:
            return self._environment.get_template(file)
        except TemplateNotFound:
            raise TemplateNotFoundError(name, self.names(), [str(folder) for folder in self._folders]) from None
        except TemplateSyntaxError as error:
            raise _unreadable(error, file) from None


def _file(name: str) -> str:
    return f"{name.removesuffix(_ENDING)}{_ENDING}"


def _unreadable(error: TemplateSyntaxError, file: str) -> TemplateMistakeError:
    return TemplateMistakeError(error.filename or file, error.lineno, error.message or "it is not a template")


def _not_known(key: str) -> NotKnown:
    return NotKnown(
        hint=f"'{key}' ({FACTS[key]}) is not known for this letter; put it inside {{% if {key} %}} ... {{% endif %}}"
    )


def _place(error: BaseException, file: str) -> tuple[str, int]:
    """Return the template and line where an error arose: the innermost frame that lies in a template."""
    found = (file, 1)
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
