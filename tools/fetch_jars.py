#!/usr/bin/env python3
"""Fetch every pinned set of Java libraries into the cache, or with --list print the folders they lie in."""

from __future__ import annotations

import sys

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from muniment_ops.jar_pins import pinned_names, read_pins
from muniment_ops.jars import JarsUnavailable, jar_folder, resolve


def main() -> int:
    for name in pinned_names():
        pins = read_pins(name)
        assert pins is not None
        if "--list" in sys.argv:
            print(jar_folder(name, pins))
            continue
        try:
            fetch(name, pins.coordinates)
        except JarsUnavailable as error:
            print(error, file=sys.stderr)
            return 3
        except KeyboardInterrupt:
            return 130
    return 0


def fetch(name: str, coordinates: tuple[str, ...]) -> None:
    """Fetch one set, with a bar on a terminal and one line elsewhere."""
    columns = (TextColumn("  {task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task(name, total=None)
        jars = resolve(
            name, coordinates, advance=lambda done, total: progress.update(task, completed=done, total=total)
        )
    print(f"  {name}: {len(jars)} jars", file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
