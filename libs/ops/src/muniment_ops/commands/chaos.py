"""``muniment chaos``: the drill that a person can run to see whether anything can be lost or doubled."""

from __future__ import annotations

import asyncio
import random
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from muniment_ops.broker import fetch_kafka
from muniment_ops.console import JsonOption, fetching, people, print_json
from muniment_ops.exit_codes import ExitCode, WrongUse
from muniment_ops.signing import signer_from_environment

if TYPE_CHECKING:
    from muniment_ops.chaos.schedule import Family

FAMILIES = "crash, clock, rebalance, freeze, broker, network, ecm, shop, poison"


def chaos(
    events: Annotated[int, typer.Option(min=1, help="About how many events the shop tells of.")] = 600,
    seed: Annotated[
        int | None,
        typer.Option(help="Repeats the schedule of an earlier drill.", show_default="by chance"),
    ] = None,
    faults: Annotated[str, typer.Option(help=f"What goes wrong, of {FAMILIES}; or none.")] = FAMILIES,
    report: Annotated[Path | None, typer.Option(help="Write report.json and report.html there.")] = None,
    points_per_second: Annotated[
        float, typer.Option(min=1.0, help="Rate limit of the shop's Admin API.")
    ] = 20_000.0,
    closely: Annotated[
        float, typer.Option(min=0.0, max=1.0, help="Share of the orders whose every document is opened.")
    ] = 0.2,
    keep: Annotated[Path | None, typer.Option(help="Keep logs and Kafka's files in this new folder.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Run the drill: kill, cut, freeze and poison everything, then compare the shop with the ECM.

    Exit code 1 if anything is lost, doubled, out of order, wrong or unexplained. The report is signed when
    MUNIMENT_SIGNING_KEY_FILE names a key.
    """
    from muniment_ops.chaos.drill import Outcome  # only now: --help stays quick
    from muniment_ops.chaos.report import Report
    from muniment_ops.chaos.schedule import make_schedule
    from muniment_ops.chaos.watching import watched_drill

    families = _families(faults)
    if keep is not None and keep.exists() and any(keep.iterdir()):
        raise WrongUse(f"The folder {keep} is not empty: a drill begins with nothing of an earlier one.")
    signer = signer_from_environment()
    chosen = random.randrange(1_000_000) if seed is None else seed  # noqa: S311 - nothing secret
    with fetching("Kafka's libraries, once") as advance:
        fetch_kafka(advance=advance)
    console = Console(stderr=True) if as_json else people()
    outcome = Outcome(make_schedule(events, chosen, families))
    with tempfile.TemporaryDirectory(prefix="muniment-chaos-") as throwaway:
        folder = keep or Path(throwaway)
        asyncio.run(watched_drill(outcome, folder, console, points_per_s=points_per_second, sample=closely))
    made = Report.of(outcome)
    if report is not None:
        made.write(report, signer=signer)
        console.print(f"report           {report / 'report.html'}")
    if as_json:
        print_json(made.content)
    raise typer.Exit(ExitCode.DONE if outcome.is_passed else ExitCode.PROBLEM_FOUND)


def _families(text: str) -> tuple[Family, ...]:
    from muniment_ops.chaos.schedule import Family

    if text.strip() == "none":
        return ()
    try:
        return tuple(Family(name.strip()) for name in text.split(",") if name.strip())
    except ValueError as error:
        raise WrongUse(f"{error}; choose from {FAMILIES}.") from error
