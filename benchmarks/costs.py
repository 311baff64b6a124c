"""What a process costs, and figures in aligned columns."""

import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

_MEGABYTE = 1_000_000


@dataclass(frozen=True)
class Cost:
    """What one process took: seconds by the clock, seconds of processor (user and system), most memory at once."""

    wall: float
    cpu: float
    megabytes: float


def cost(
    command: Sequence[str | Path], surroundings: Mapping[str, str], *, code: int = 0, folder: Path | None = None
) -> Cost:
    """Run a command whose output is thrown away and return what it took; one that fails ends the benchmark.

    ``code`` is what it is to end with, ``folder`` where it runs.
    """
    started = time.perf_counter()
    with subprocess.Popen(
        command,
        env=surroundings,
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    ) as process:
        said = process.stderr.read() if process.stderr else b""
        _, status, used = os.wait4(process.pid, 0)
        wall = time.perf_counter() - started
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != code:
        sys.exit(f"{' '.join(map(str, command))} failed:\n{said.decode()}")
    # Linux counts memory in KiB, macOS in bytes.
    unit = 1 if sys.platform == "darwin" else 1024
    return Cost(wall, used.ru_utime + used.ru_stime, used.ru_maxrss * unit / _MEGABYTE)


def print_columns(rows: Sequence[Sequence[str]]) -> None:
    """Print rows as columns: the first to the left, figures to the right."""
    widths = [max(len(row[place]) for row in rows) for place in range(len(rows[0]))]
    for first, *rest in rows:
        cells = [first.ljust(widths[0]), *(text.rjust(width) for text, width in zip(rest, widths[1:], strict=True))]
        print("  ".join(cells).rstrip())
