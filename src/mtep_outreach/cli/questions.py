"""Questions: asked only at a terminal, and each has a flag that answers it."""

import sys
from collections.abc import Callable

import typer

from ..errors import DeclinedError, MtepError, NotAConfirmationError
from .output import folded, show_error

_ROOM = 10
"""Columns behind a question: " [y/N]: " and a letter."""


def can_ask() -> bool:
    """Return whether a person is there to answer."""
    return sys.stdin.isatty() and sys.stderr.isatty()


def confirm(question: str, what: str, *, yes: bool) -> None:
    """Go on only with a yes: from ``--yes``, or from a person. Raises NotAConfirmationError, DeclinedError."""
    if yes:
        return
    if not can_ask():
        raise NotAConfirmationError(what)
    if not confirmed(question):
        raise DeclinedError


def confirmed(question: str) -> bool:
    """Ask a person for a yes or a no."""
    return bool(typer.confirm(_folded(question), err=True))


def _folded(question: str) -> str:
    """Return a question as a terminal shows it, folded between words, with room for an answer behind it."""
    return folded(question, room=_ROOM)


def secret(question: str) -> str:
    """Ask a person for what nobody may see on the screen."""
    answer: str = typer.prompt(question, hide_input=True, err=True)
    return answer


def ask(question: str, check: Callable[[str], object] | None = None, *, required: bool = False) -> str | None:
    """Ask for a text until it can be meant; an empty answer is None where nothing is required."""
    while True:
        answer: str = typer.prompt(_folded(question), default="", show_default=False, err=True).strip()
        if not answer and not required:
            return None
        try:
            if check is not None:
                check(answer)
        except MtepError as error:
            show_error(error)
            continue
        if answer:
            return answer


def choose(question: str, letters: str, default: str | None = None) -> str:
    """Ask until one of some letters is answered; nothing but Enter means the default, where there is one."""
    while True:
        answer: str = typer.prompt(_folded(question), default=default, show_default=False, err=True).strip()
        if len(answer) == 1 and answer in letters:
            return answer
