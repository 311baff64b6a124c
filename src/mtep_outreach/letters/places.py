"""Where templates and the letterhead are looked for."""

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


def letterhead(own: Path | None) -> Path:
    """Return the Word file that letters are written on: the user's own where there is one, else the shipped one."""
    mine = [folder / "letterhead.docx" for folder in template_folders(own)]
    return next((file for file in mine if file.is_file()), mine[-1])
