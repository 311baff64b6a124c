"""The documents say what the program does: they are made from it, and compared here."""

import importlib.util
import re
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[1]


def generator() -> ModuleType:
    spec = importlib.util.spec_from_file_location("generate", ROOT / "docs" / "generate.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


GENERATOR = generator()


@pytest.mark.parametrize("name", list(GENERATOR.PAGES))
def test_a_page_is_as_the_program_makes_it(name: str) -> None:
    """The README's tour among them: its commands are run, and must print what stands there."""
    assert (ROOT / name).read_text("utf-8") == GENERATOR.PAGES[name](), "python docs/generate.py makes it anew"


def test_the_readme_holds_two_commands_that_set_everything_up() -> None:
    commands = re.findall(r"^python3 -m venv.*$", (ROOT / "README.md").read_text("utf-8"), re.MULTILINE)
    assert len(commands) == 2
    assert commands[0].endswith("mtep demo")
    assert commands[1].endswith("pytest")


def test_every_link_of_the_documents_leads_somewhere() -> None:
    for page in [*ROOT.glob("*.md"), *ROOT.glob("docs/*.md")]:
        for target in re.findall(r"\]\((?!https?://)([^)#]+)", page.read_text("utf-8")):
            assert (page.parent / target).exists(), f"{page.name}: {target}"
