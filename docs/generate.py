"""Make what the documents show from the program itself: the tour's outputs, the commands, the facts, the picture.

``python docs/generate.py`` writes them; ``python docs/generate.py --check`` says which are out of date.
"""

import contextlib
import io
import os
import re
import shlex
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import typer.main
from rich.console import Console

from mtep_outreach.cli.app import app
from mtep_outreach.cli.demonstration import played
from mtep_outreach.cli.report_screen import screen
from mtep_outreach.letters.facts import FACTS
from mtep_outreach.outreach.columns import FIELDS

ROOT = Path(__file__).resolve().parents[1]
HOME = "/home/maria"
TODAY = "2024-05-01"


def run(arguments: list[str], folder: Path) -> str:
    """Return what a command prints at a terminal of 80 columns, run in a folder that stands for somebody's home."""
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith(("MTEP_", "COVERAGE_"))},
        "MTEP_TODAY": TODAY,
        "MTEP_ACTOR": "maria",
        "MTEP_DB": str(folder / "network.sqlite"),
        "XDG_CONFIG_HOME": str(folder / ".config"),
        "COLUMNS": "80",
        "NO_COLOR": "1",
        "TERM": "dumb",
        "PYTHONUNBUFFERED": "1",
    }
    done = subprocess.run(
        [sys.executable, "-m", "mtep_outreach", *arguments],
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        check=True,
    )
    return "\n".join(line.rstrip() for line in done.stdout.replace(str(folder), HOME).strip("\n").split("\n"))


def readme() -> str:
    """Return the README, each command of its tour followed by what it prints."""
    text = (ROOT / "README.md").read_text("utf-8")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name).resolve()

        def play(block: re.Match[str]) -> str:
            parts = []
            for line in block[1].splitlines():
                if line.startswith("$ mtep "):
                    printed = re.sub(r"T\d\d:\d\d:\d\dZ", "T15:00:00Z", run(shlex.split(line)[2:], folder))
                    parts.append(f"{line}\n{printed}".strip())
            return "```console\n" + "\n".join(parts) + "\n```"

        return re.sub(r"```console\n(.*?)\n```", play, text, flags=re.DOTALL)


def panels() -> Iterator[tuple[str, list[str]]]:
    """Yield each panel of the help with its commands."""
    group: Any = typer.main.get_command(app)
    found: dict[str, list[str]] = {}
    for name, command in group.commands.items():
        found.setdefault(command.rich_help_panel, []).append(name)
    yield from found.items()


def commands() -> str:
    """Return the page of all commands: the help of each."""
    parts = ["# Commands\n\nMade from `mtep --help` and the help of each command; see `docs/generate.py`.\n"]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name).resolve()
        parts.append(f"```text\n{run(['--help'], folder)}\n```\n")
        for panel, names in panels():
            parts.append(f"## {panel}\n")
            parts += [f"### mtep {name}\n\n```text\n{run([name, '--help'], folder)}\n```\n" for name in names]
    return "\n".join(parts)


def templates() -> str:
    """Return the page about letter templates, with its list of facts as it is in the program."""
    return _listed("templates.md", [f"| `{key}` | {meaning} |" for key, meaning in FACTS.items()])


def formats() -> str:
    """Return the page about formats, with its list of fields as it is in the program."""
    return _listed("formats.md", [", ".join(f"`{field}`" for field in FIELDS)])


def _listed(page: str, lines: list[str]) -> str:
    text = (ROOT / "docs" / page).read_text("utf-8")
    return re.sub(
        r"(<!-- made -->\n).*?(<!-- end -->)", lambda m: m[1] + "\n".join(lines) + "\n" + m[2], text, flags=re.DOTALL
    )


def picture() -> str:
    """Return the report of the demonstration as an SVG picture."""
    console = Console(record=True, width=80, file=io.StringIO(), force_terminal=True, color_system="truecolor")
    with contextlib.redirect_stderr(io.StringIO()):
        console.print(screen(played(), "MTEP 2.0 (sample)"))
    drawn = console.export_svg(title="mtep demo")
    # Rich names a font on a server; whoever opens the picture has a fixed-width font already.
    return re.sub(r"@font-face \{.*?\}\s*", "", drawn, flags=re.DOTALL).rstrip() + "\n"


PAGES = {
    "README.md": readme,
    "docs/commands.md": commands,
    "docs/templates.md": templates,
    "docs/formats.md": formats,
    "docs/report.svg": picture,
}


def main(check: bool) -> int:
    """Write every page, or say which are out of date; return how many are."""
    stale = 0
    for name, make in PAGES.items():
        path, made = ROOT / name, make()
        if path.exists() and path.read_text("utf-8") == made:
            continue
        stale += 1
        if check:
            print(f"{name} is out of date: python docs/generate.py")
        else:
            path.write_text(made, "utf-8")
    return stale if check else 0


if __name__ == "__main__":
    sys.exit(main("--check" in sys.argv))
