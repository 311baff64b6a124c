"""The way in: ``mtep`` and ``python -m mtep_outreach``."""

import gc
import sys


def main() -> int:
    """Run the program and return its exit code."""
    # A short-lived program has no use for collecting garbage while it imports: a third of a writer's start.
    gc.disable()
    from .cli.app import main as run

    gc.freeze()
    gc.enable()
    return run()


if __name__ == "__main__":
    sys.exit(main())
