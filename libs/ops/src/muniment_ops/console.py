"""What commands print: for people on a terminal, JSON for programs, failures as one sentence."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Annotated

import orjson
import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from muniment_kit.errors import MunimentError, SettingsError
from muniment_ops.jars import ADVANCE

JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON for programs.", show_default=False)]


def people() -> Console:
    """Return the console for results that people read."""
    return Console(highlight=False)


def progress_console() -> Console:
    """Return the console on which progress is shown, so that results can be taken from stdout."""
    return Console(stderr=True, highlight=False)


def print_json(content: Mapping[str, object]) -> None:
    """Print one JSON object on a line of its own and flush it, so that a waiting program sees it."""
    sys.stdout.write(orjson.dumps(content).decode() + "\n")
    sys.stdout.flush()


def is_for_programs(as_json: bool) -> bool:
    """Say whether a ready line should be JSON: asked for, or nobody looks at a terminal."""
    return as_json or not sys.stdout.isatty()


def report_failure(error: MunimentError, code: int, *, as_json: bool) -> None:
    """Print the error: a JSON object on stdout for programs, sentences on stderr for people."""
    faults = error.faults if isinstance(error, SettingsError) else [str(error)]
    if as_json:
        print_json({"error": " ".join(faults), "exit_code": int(code)})
        return
    console = Console(stderr=True, highlight=False)
    for fault in faults:
        console.print(fault, style="red", markup=False)


@contextmanager
def fetching(what: str) -> Iterator[ADVANCE]:
    """Show a bar on stderr while files arrive, or one line where nobody looks; nothing if nothing arrives."""
    console = Console(stderr=True, highlight=False)
    if not console.is_terminal:
        yield lambda done, total: console.print(f"{what}: {total} files") if done == 0 else None
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task(what, total=None, visible=False)

        def advance(done: int, total: int) -> None:
            progress.update(task, completed=done, total=total, visible=True)

        yield advance
