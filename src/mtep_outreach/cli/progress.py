"""Progress of long work: a bar with rows per second at a terminal, nothing where no person looks."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from .output import console

_AFTER_ROWS = 5_000
"""What is done before anybody could read it has no bar."""


@contextmanager
def progress(what: str) -> Iterator[Callable[[int], None]]:
    """Yield what takes the number of rows done since it was told last."""
    if not sys.stderr.isatty():
        yield lambda _rows: None
        return
    from rich.progress import Progress, SpinnerColumn, Task, TextColumn, TimeElapsedColumn
    from rich.text import Text

    class Rate(TextColumn):
        def render(self, task: Task) -> Text:
            return Text(f"{task.speed:,.0f} rows/s" if task.speed else "")

    columns = (SpinnerColumn(), TextColumn("{task.description}"), TextColumn("{task.completed:,} rows"))
    bar = Progress(*columns, Rate(""), TimeElapsedColumn(), console=console(error=True), transient=True)
    task = bar.add_task(what, total=None)
    done = 0

    def tick(rows: int) -> None:
        nonlocal done
        done += rows
        if done > _AFTER_ROWS and not bar.live.is_started:
            bar.start()
        bar.update(task, completed=done)

    try:
        yield tick
    finally:
        bar.stop()
