"""``muniment backfill``: the orders of a time before Muniment, as the events that hooks would have led to."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

from muniment_kit.settings import KitSettings, read
from muniment_ops.commands.reconcile import FromOption, ToOption, moment
from muniment_ops.console import JsonOption, people, print_json, progress_console
from muniment_ops.exit_codes import ExitCode, WrongUse

if TYPE_CHECKING:
    from shopify_ingest.backfill.loading import Loaded
    from shopify_ingest.backfill.slices import Slice

_SPEED_OVER_S = 120.0  # the rest is told from the speed of the last two minutes


def backfill(
    begin: FromOption,
    end: ToOption = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Publish nothing; only count.")] = False,
    rate: Annotated[float | None, typer.Option(min=0.1, help="Most orders a second.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Load the orders created in a time, month by month; a run that was killed is gone on with.

    Everything live goes before it. With --dry-run the exit code is 1 when something is to be loaded.
    """
    from shopify_ingest.backfill.slices import months  # only now: --help stays quick

    logging.disable(logging.CRITICAL)  # what was done is said at the end
    slices = list(months(moment(begin), moment(end) if end else datetime.now(UTC)))
    if not slices:
        raise WrongUse("--from must be before --to.")
    loaded = asyncio.run(_load(slices, dry_run=dry_run, rate=rate))
    if as_json:
        print_json({"dry_run": dry_run, "shops": {shop: asdict(of) for shop, of in loaded.items()}})
    else:
        for shop, of in loaded.items():
            people().print(sentence(shop, of, dry_run=dry_run), markup=False)
    is_open = any(of.failed or (dry_run and of.orders) for of in loaded.values())
    raise typer.Exit(ExitCode.PROBLEM_FOUND if is_open else ExitCode.DONE)


def sentence(shop: str, loaded: Loaded, *, dry_run: bool) -> str:
    """Return what came of one shop, in one sentence."""
    known = f"{loaded.known:,} were complete"
    before = [
        _counted(count, name)
        for count, name in ((loaded.passed_over, "order"), (loaded.months_before, "month"))
        if count
    ]
    if before:
        known += f", {' and '.join(before)} had been done by an earlier run"
    if dry_run:
        return f"{shop}: {loaded.orders:,} orders are to be looked at and loaded; {known}."
    failed = f"; not to be read: {', '.join(loaded.failed)}" if loaded.failed else ""
    return f"{shop}: {loaded.orders:,} orders loaded as {loaded.events:,} events; {known}{failed}."


def _counted(count: int, name: str) -> str:
    return f"{count:,} {name}" if count == 1 else f"{count:,} {name}s"


async def _load(slices: Sequence[Slice], *, dry_run: bool, rate: float | None) -> dict[str, Loaded]:
    from muniment_ops.shop_work import reconciler_for
    from shopify_ingest.backfill.loading import Backfill
    from shopify_ingest.backfill.pace import Pace
    from shopify_ingest.settings import BackfillSettings

    settings = read(BackfillSettings)
    loaded = {}
    with _progress() as progress:
        task = progress.add_task("reading what was published", total=None)
        async with reconciler_for(read(KitSettings), settings, begin=datetime.now(UTC)) as reconciler:
            await reconciler.reader.catch_up()
            for shop in reconciler.shops.values():
                pace = Pace(rate or settings.backfill_rows_per_s, reconciler.clock)
                work = Backfill(reconciler, shop, pace, settings.backfill_at_once)
                progress.update(task, description=f"counting the orders of {shop.handle}")
                work.on_progress = _follow(progress, task, shop.handle, await work.counts(slices))
                loaded[shop.handle] = await work.run(slices, publishes=not dry_run)
    return loaded


def _progress() -> Progress:
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("left:"),
        TimeRemainingColumn(),
        console=progress_console(),
        disable=not progress_console().is_terminal,
        transient=True,
        speed_estimate_period=_SPEED_OVER_S,
    )


def _follow(
    progress: Progress, task: TaskID, shop: str, counts: Mapping[Slice, int]
) -> Callable[[Slice, Loaded], None]:
    """Return what shows the progress: rows that an earlier run did take no time and are not counted."""
    total = sum(counts.values())

    def follow(slice: Slice, loaded: Loaded) -> None:
        progress.update(
            task,
            description=f"{shop} {slice.begin:%Y-%m}",
            total=max(total - loaded.passed_over, loaded.rows),
            completed=loaded.rows,
        )

    return follow
