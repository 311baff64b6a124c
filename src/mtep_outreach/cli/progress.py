"""Progress of long work: a bar with rows per second at a terminal, nothing where no person looks."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from .output import console

_AFTER_ROWS = 5_000
"""What is done before anybody could read it has no bar."""


@contextmanager
def progress(what: str, *, total: int | None = None, unit: str = "rows") -> Iterator[Callable[[int], None]]:
    """Yield what takes the number of rows done since it was told last; with a total the bar shows at once."""
    if not sys.stderr.isatty():
        yield lambda _rows: None
        return
    from rich.progress import BarColumn, Progress, SpinnerColumn, Task, TextColumn, TimeElapsedColumn
    from rich.text import Text

    class Rate(TextColumn):
        def render(self, task: Task) -> Text:
            return Text(f"{task.speed:,.0f} {unit}/s" if task.speed else "")

    known = () if total is None else (BarColumn(),)
    counted = TextColumn(f"{{task.completed:,}}{'' if total is None else ' of {task.total:,}'} {unit}")
    columns = (SpinnerColumn(), TextColumn("{task.description}"), *known, counted)
    bar = Progress(*columns, Rate(""), TimeElapsedColumn(), console=console(error=True), transient=True)
    task = bar.add_task(what, total=total)
    done = 0

    if total:
        bar.start()

    def tick(rows: int) -> None:
        nonlocal done
        done += rows
        if (total is not None or done > _AFTER_ROWS) and not bar.live.is_started:
            bar.start()
        bar.update(task, completed=done)

    try:
        yield tick
    finally:
        bar.stop()
