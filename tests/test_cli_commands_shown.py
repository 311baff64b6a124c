"""Commands that the program and its documents show can be typed as they stand: a shell takes them for nothing else."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "src" / "mtep_outreach"
_QUOTED = re.compile(r"'[^']*'|\"[^\"]*\"")


def texts(path: Path) -> Iterator[str]:
    """Every text of a module, with a mark where a value is filled in."""
    tree = ast.parse(path.read_text("utf-8"))
    inside = {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in node.values}
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            yield "".join(str(part.value) if isinstance(part, ast.Constant) else "X" for part in node.values)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in inside:
            yield node.value


def documented(path: Path) -> Iterator[str]:
    """Every command that a page shows, as code in a line or in a block."""
    for code in re.findall(r"```(?:sh|console)\n(.*?)```|`([^`\n]+)`", path.read_text("utf-8"), re.DOTALL):
        for line in "".join(code).splitlines():
            if line.removeprefix("$ ").startswith("mtep "):
                yield line


def test_no_command_that_is_shown_holds_a_pipe_outside_quotes() -> None:
    shown = [text for path in SOURCE.rglob("*.py") for text in texts(path) if re.search(r"\bmtep [a-z-]+", text)]
    shown += [line for path in (ROOT / "README.md", *(ROOT / "docs").glob("*.md")) for line in documented(path)]
    assert len(shown) > 300
    assert [text for text in shown if "|" in _QUOTED.sub("", text)] == []


def test_what_is_to_be_typed_is_named_in_capitals_and_not_as_a_choice() -> None:
    metavars = [
        keyword.value.value
        for path in (SOURCE / "cli").glob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call)
        for keyword in node.keywords
        if keyword.arg == "metavar" and isinstance(keyword.value, ast.Constant)
    ]
    assert len(metavars) > 50
    assert [text for text in metavars if "|" in str(text)] == []
