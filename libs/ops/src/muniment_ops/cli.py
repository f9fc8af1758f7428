"""The ``muniment`` command: what there is, and how it ends."""

from __future__ import annotations

import logging
import sys

import typer

from muniment_kit.errors import MunimentError
from muniment_ops.commands import (
    backfill,
    broker,
    chaos,
    dead_letters,
    demo,
    doctor,
    reconcile,
    registry,
    replay,
    sandbox,
    shopify,
    topics,
    up,
)
from muniment_ops.console import report_failure
from muniment_ops.exit_codes import code_of

RUN, PREPARE, OPERATE = "Run", "Prepare and check", "Operate"

app = typer.Typer(
    name="muniment",
    help="[bold]Muniment[/bold]: what happens in a Shopify shop becomes governed, provable evidence in "
    "OpenText Extended ECM.",
    epilog="Every command has --help and --json. Exit codes: 0 done · 1 a problem was found · "
    "2 wrong use or settings · 3 something is not reachable.",
    no_args_is_help=True,
    rich_markup_mode="rich",
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.command("demo", rich_help_panel=RUN)(demo.demo)
app.command("up", rich_help_panel=RUN)(up.up)
app.command("broker", rich_help_panel=RUN)(broker.broker)
app.command("registry", rich_help_panel=RUN)(registry.registry)
app.add_typer(sandbox.app, name="sandbox", rich_help_panel=RUN)
app.add_typer(topics.app, name="topics", rich_help_panel=PREPARE)
app.command("doctor", rich_help_panel=PREPARE)(doctor.doctor)
app.add_typer(shopify.app, name="shopify", rich_help_panel=PREPARE)
app.command("chaos", rich_help_panel=PREPARE)(chaos.chaos)
app.add_typer(dead_letters.app, name="dead-letters", rich_help_panel=OPERATE)
app.command("backfill", rich_help_panel=OPERATE)(backfill.backfill)
app.command("reconcile", rich_help_panel=OPERATE)(reconcile.reconcile)
app.add_typer(replay.app, name="replay", rich_help_panel=OPERATE)


def main() -> None:
    """Run the command line; every error of ours ends as one sentence and an exit code."""
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL + 1)  # our sentences say what its lines would
    try:
        app()
    except MunimentError as error:
        code = code_of(error)
        report_failure(error, code, as_json="--json" in sys.argv)
        sys.exit(code)
