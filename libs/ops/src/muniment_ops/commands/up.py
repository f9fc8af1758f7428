"""``muniment up``: roles as supervised processes against whatever the settings name."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.text import Text

from muniment_kit.settings import KitSettings, read
from muniment_ops.console import JsonOption, print_json
from muniment_ops.exit_codes import WrongUse
from muniment_ops.foreground import run_until_stopped
from muniment_ops.role_logs import LogTail
from muniment_ops.roles import COMMANDS, roles
from muniment_ops.supervisor import RoleChange, Supervisor

_COLOURS = ("cyan", "magenta", "green", "yellow", "blue")
_POLL_S = 0.1


def up(
    role: Annotated[
        list[str] | None, typer.Argument(help=f"Roles to run: {', '.join(COMMANDS)}.", show_default="all")
    ] = None,
    logs: Annotated[Path, typer.Option(help="Folder for each role's log.")] = Path(".muniment/logs"),
    grace: Annotated[float, typer.Option(help="Seconds a role has to end in order.")] = 15.0,
    as_json: JsonOption = False,
) -> None:
    """Run roles until Ctrl-C, with the settings of the environment; one that ends is started again."""
    names = role or list(COMMANDS)
    unknown = sorted(set(names) - set(COMMANDS))
    if unknown:
        raise WrongUse(f"There is no role {', '.join(unknown)}; choose from {', '.join(COMMANDS)}.")
    read(KitSettings)  # one clear line here rather than one from every role
    run_until_stopped(_run(names, logs, grace_s=grace, as_json=as_json))


async def _run(names: list[str], logs: Path, *, grace_s: float, as_json: bool) -> None:
    lines = _RoleLines(names)
    tails = {} if as_json else {name: LogTail(logs / f"{name}.log") for name in names}
    told = _print_change if as_json else lines.change
    supervisor = Supervisor(roles(names, os.environ), logs=logs, on_change=told, grace_s=grace_s)
    try:
        async with supervisor:
            ready = asyncio.create_task(supervisor.wait_ready(timeout_s=float("inf")))
            try:
                await _follow(tails, lines, ready)
            finally:
                ready.cancel()
                await asyncio.gather(ready, return_exceptions=True)
    finally:
        lines.print_new(tails)


async def _follow(tails: Mapping[str, LogTail], lines: _RoleLines, ready: asyncio.Task[None]) -> None:
    """Print what roles write until cancelled; end with their error if one cannot run at all."""
    while True:
        lines.print_new(tails)
        if ready.done() and (error := ready.exception()) is not None:
            raise error
        await asyncio.sleep(_POLL_S)


def _print_change(change: RoleChange) -> None:
    print_json({"role": change.role, "change": str(change.change), "detail": change.detail})


class _RoleLines:
    """Lines with the role's name before them, in a colour of its own on a terminal."""

    def __init__(self, names: list[str]) -> None:
        self._console = Console(highlight=False, soft_wrap=True)
        self._width = max(len(name) for name in names)
        self._colours = {name: _COLOURS[at % len(_COLOURS)] for at, name in enumerate(names)}

    def print_new(self, tails: Mapping[str, LogTail]) -> None:
        for name, tail in tails.items():
            for text in tail.lines():
                self._print(name, Text(text))

    def change(self, change: RoleChange) -> None:
        self._print(change.role, Text(" ".join(filter(None, [f"● {change.change}", change.detail])), "bold"))

    def _print(self, name: str, text: Text) -> None:
        self._console.print(Text(f"{name:<{self._width}} │ ", style=self._colours[name]) + text)
