"""``muniment demo``: a shop's morning on this machine, and the proof that nothing is missing."""

from __future__ import annotations

import asyncio
import tempfile
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from muniment_ops.broker import fetch_kafka
from muniment_ops.console import JsonOption, fetching, people, print_json
from muniment_ops.exit_codes import ExitCode


def demo(
    orders: Annotated[int, typer.Option(min=1, help="Orders of the morning.")] = 25,
    once: Annotated[
        bool, typer.Option("--once", help="End when all has arrived.", show_default=False)
    ] = False,
    summary: Annotated[Path | None, typer.Option(help="Write the outcome as JSON to this file.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Play a shop's morning on this machine: broker, shop, Content Server and every service.

    Then compare the shop's orders with the documents in the ECM, one by one. Stays up until Ctrl-C unless
    --once. Exit code 1 if anything is missing or double.
    """
    from muniment_ops.demo.run import DemoPlan, run_demo  # only now: --help stays quick

    with fetching("Kafka's libraries, once") as advance:
        fetch_kafka(advance=advance)
    console = Console(stderr=True) if as_json else people()
    with tempfile.TemporaryDirectory(prefix="muniment-demo-") as folder:
        outcome = asyncio.run(run_demo(DemoPlan(orders=orders), Path(folder), console, stay=not once))
    if summary is not None:
        outcome.write(summary)
    if as_json:
        print_json(asdict(outcome))
    is_whole = outcome.missing == 0 and outcome.duplicates == 0
    raise typer.Exit(ExitCode.DONE if is_whole else ExitCode.PROBLEM_FOUND)
