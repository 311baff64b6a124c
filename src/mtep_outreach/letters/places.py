"""Where templates are looked for."""

from pathlib import Path


def shipped_templates() -> Path:
    """Return the folder of the templates that come with the program: in the wheel, or at the root of a checkout."""
    package = Path(__file__).resolve().parents[1]
    for folder in (package / "templates", package.parents[1] / "templates"):
        if folder.is_dir():
            return folder
    raise FileNotFoundError(package / "templates")


def template_folders(own: Path | None) -> list[Path]:
    """Return the folders of letter templates, the user's own first."""
    return [*([own / "letters", own] if own else []), shipped_templates() / "letters"]
