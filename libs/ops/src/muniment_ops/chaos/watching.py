"""A drill as a person watches it: how far it is, what goes wrong right now, and the verdict."""

from __future__ import annotations

import asyncio
from pathlib import Path

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.panel import Panel
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from muniment_ops.chaos.drill import Outcome, run_drill
from muniment_ops.chaos.schedule import POINTS

_FRAME_S = 0.25
_SHOWN = 8
_BAR = 40


async def watched_drill(
    outcome: Outcome, folder: Path, console: Console, *, points_per_s: float, sample: float
) -> None:
    """Run the drill and show it on ``console``. Raises what ``run_drill`` does."""
    schedule = outcome.schedule
    console.print(
        f"drill            seed {schedule.seed}, {len(schedule.waves)} waves, {schedule.injections} pieces "
        f"of trouble, about {schedule.events} events"
    )

    def tell(step: str) -> None:
        outcome.step = step

    drill = asyncio.create_task(
        run_drill(outcome, folder, points_per_s=points_per_s, sample=sample, tell=tell)
    )
    try:
        if console.is_terminal:
            await _show_live(outcome, console, drill)
        else:
            await _tell_steps(outcome, console, drill)
    finally:
        drill.cancel()
        await asyncio.gather(drill, return_exceptions=True)
    drill.result()
    console.print(verdict(outcome))


async def _show_live(outcome: Outcome, console: Console, drill: asyncio.Task[None]) -> None:
    with Live(board(outcome), console=console, refresh_per_second=4, transient=True) as live:
        while not drill.done():
            await asyncio.wait([drill], timeout=_FRAME_S)
            live.update(board(outcome))


async def _tell_steps(outcome: Outcome, console: Console, drill: asyncio.Task[None]) -> None:
    """Print a line for each step, where nobody looks at a terminal."""
    told = ""
    while not drill.done():
        await asyncio.wait([drill], timeout=_FRAME_S)
        if outcome.step != told:
            told = outcome.step
            console.print(f"{outcome.journal.elapsed_s:7.1f} s  {told}")


def board(outcome: Outcome) -> RenderableType:
    """Return the live board."""
    morning, journal = outcome.morning, outcome.journal
    counts = Table.grid(padding=(0, 2))
    counts.add_column(justify="right", min_width=24)
    counts.add_column(width=_BAR)
    counts.add_column(justify="right")
    begun = len(journal.happenings)
    cells = sum(len(points) for points in POINTS.values())
    deaths = len(journal.reached)
    counts.add_row("trouble", _bar(begun, outcome.schedule.injections), f"{begun}")
    counts.add_row("crash points reached", _bar(deaths, cells), f"{deaths} of {cells}")
    counts.add_row("hooks answered 200", _bar(morning.delivered, morning.sent), f"{morning.delivered:,}")
    if outcome.behind is not None:
        counts.add_row("records still to do", "", f"{outcome.behind:,}")
    if outcome.judgement.orders:
        counts.add_row("orders compared", "", f"{outcome.judgement.orders:,}")
    now = Table.grid(padding=(0, 2))
    for happening in journal.under_way[:_SHOWN]:
        now.add_row(
            Text("●", style="red"),
            Text(happening.target, style="bold"),
            Text(f"{happening.kind}", style="dim"),
        )
    title = f"{outcome.step} · {journal.elapsed_s:.0f} s"
    return Panel(Group(counts, Text(), now), title=title, border_style="cyan", padding=(1, 2))


def verdict(outcome: Outcome) -> Text:
    """Return the sentence at the end."""
    judgement = outcome.judgement
    told = (
        f"{judgement.orders:,} orders compared, {judgement.documents:,} documents read back, "
        f"{judgement.read_closely:,} opened, {outcome.elapsed_s:.0f} s."
    )
    if judgement.is_clean:
        return Text.assemble(
            ("Nothing was lost, doubled, out of order, wrong or unexplained: ", "bold green"), told
        )
    counts = ", ".join(f"{len(found)} {kind}" for kind, found in judgement.by_kind().items() if found)
    lines = [
        f"\n  {kind:<14}{finding.order:<8} {finding.what}"
        for kind, found in judgement.by_kind().items()
        for finding in found[:_SHOWN]
    ]
    seed = f" Run it again with --events {outcome.schedule.events} --seed {outcome.schedule.seed}."
    return Text.assemble((f"The drill found {counts}: ", "bold red"), told, seed, *lines)


def _bar(done: int, total: int) -> ProgressBar:
    return ProgressBar(total=max(total, 1), completed=min(done, max(total, 1)), width=_BAR)
