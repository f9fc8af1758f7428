"""``muniment reconcile``: what changed in the shop within a window and never arrived, and what was done."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from muniment_kit.settings import KitSettings, read
from muniment_ops.console import JsonOption, people, print_json, progress_console
from muniment_ops.exit_codes import ExitCode, WrongUse

if TYPE_CHECKING:
    from shopify_ingest.reconcile.repairing import Finding
    from shopify_ingest.reconcile.window import Comparison, Window

FromOption = Annotated[str, typer.Option("--from", help="First moment, ISO 8601: 2026-03-02 or …T09:00Z.")]
ToOption = Annotated[str | None, typer.Option("--to", help="Last moment, ISO 8601.", show_default="now")]
_SHOWN = 50
_PLURALS = {"company": "companies", "draft-order": "draft orders"}


def reconcile(
    begin: FromOption,
    end: ToOption = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Publish nothing; only say.")] = False,
    patience: Annotated[
        float, typer.Option(min=0.0, help="Seconds to wait for what may be on its way.")
    ] = 30.0,
    as_json: JsonOption = False,
) -> None:
    """Compare the shops with the commerce topics, and publish what never arrived.

    With --dry-run nothing is published, and the exit code is 1 when something is missing.
    """
    from shopify_ingest.reconcile.window import Window  # only now: --help stays quick

    logging.disable(logging.CRITICAL)  # the table says it all
    window = Window(moment(begin), moment(end) if end else datetime.now(UTC))
    if window.begin >= window.end:
        raise WrongUse("--from must be before --to.")
    compared = asyncio.run(_compared(window, dry_run=dry_run, patience_s=patience))
    if as_json:
        print_json(_as_json(compared, window))
    else:
        _show(compared, window)
    is_open = any(each.waiting or (dry_run and each.findings) for each in compared)
    raise typer.Exit(ExitCode.PROBLEM_FOUND if is_open else ExitCode.DONE)


def moment(text: str) -> datetime:
    """Read a date or a time; without a zone it is UTC. Raises ``WrongUse``."""
    try:
        read = datetime.fromisoformat(text)
    except ValueError:
        raise WrongUse(f"{text!r} is no time: write it like 2026-03-02 or 2026-03-02T09:00Z.") from None
    return read.astimezone(UTC) if read.tzinfo else read.replace(tzinfo=UTC)


async def _compared(window: Window, *, dry_run: bool, patience_s: float) -> list[Comparison]:
    from muniment_ops.shop_work import reconciler_for
    from shopify_ingest.reconcile.window import WindowComparison
    from shopify_ingest.settings import ReconcileSettings

    settings = read(ReconcileSettings).model_copy(update={"reconcile_settle_s": patience_s})
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    compared = []
    console = progress_console()
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task("reading what was recorded", total=None)
        async with reconciler_for(read(KitSettings), settings, begin=window.begin) as reconciler:
            await reconciler.reader.catch_up()
            for shop in reconciler.shops.values():
                comparison = WindowComparison.of(reconciler, shop, window)
                comparison.on_listed = lambda kind, count: progress.update(
                    task, description=f"comparing: {_counted(kind, count)}"
                )
                comparison.on_waiting = lambda count, seconds: progress.update(
                    task, description=f"waiting up to {seconds:.0f} s for {count} that may be on their way"
                )
                compared.append(await comparison.run(publishes=not dry_run))
    return compared


def _show(compared: Sequence[Comparison], window: Window) -> None:
    console = people()
    for comparison in compared:
        if comparison.findings:
            console.print(_table(comparison, names_shop=len(compared) > 1))
            if (more := len(comparison.findings) - _SHOWN) > 0:
                console.print(f"and {more:,} more; --json names them all")
            console.print()
    console.print(sentence(compared, window), markup=False)


def _table(comparison: Comparison, *, names_shop: bool) -> Table:
    """Return what was lost of one shop; an id is never cut, so that it can be looked for."""
    table = Table(box=None, header_style="bold", padding=(0, 1), pad_edge=False)
    table.title = Text(comparison.shop) if names_shop else None
    for heading in ("Kind", "Id", "How", "Shop's state", "Ours"):
        table.add_column(heading, no_wrap=True)
    table.add_column("Published" if comparison.is_published else "Would publish", overflow="fold")
    for finding in comparison.findings[:_SHOWN]:
        table.add_row(
            finding.kind,
            finding.id,
            str(finding.standing),
            _short_time(finding.updated_at) if finding.updated_at else "gone",
            _short_time(finding.known_at) if finding.known_at else "nothing",
            "\n".join(dict.fromkeys(event.type for event in finding.events)),
        )
    return table


def sentence(compared: Sequence[Comparison], window: Window) -> str:
    """Return what came of it, in one sentence."""
    totals: dict[str, int] = {}
    for each in compared:
        for kind, count in each.compared.items():
            totals[kind] = totals.get(kind, 0) + count
    counted = ", ".join(_counted(kind, count) for kind, count in totals.items() if count)
    did = f"{counted} compared" if counted else "nothing changed"
    between = f"{did} between {_time(window.begin)} and {_time(window.end)}"
    denied = sorted({kind for each in compared for kind in each.denied})
    if denied:
        between += f", but not {', '.join(_plural(kind) for kind in denied)}: the app may not read them"
    return f"{_outcome(compared)}: {between}."


def _outcome(compared: Sequence[Comparison]) -> str:
    lost = sum(len(each.findings) for each in compared)
    waiting = sum(each.waiting for each in compared)
    open_ = f"of {waiting} it cannot be said yet, because record has not finished their hooks"
    if not lost:
        return f"Nothing is known to be missing, but {open_}" if waiting else "Nothing is missing"
    are = "object was" if lost == 1 else "objects were"
    done = "and published" if all(each.is_published for each in compared) else "and nothing was published"
    found = f"{lost} {are} missing {done}"
    return f"{found}; {open_}" if waiting else found


def _as_json(compared: Sequence[Comparison], window: Window) -> dict[str, object]:
    return {
        "from": window.begin.isoformat(),
        "to": window.end.isoformat(),
        "missing": sum(len(each.findings) for each in compared),
        "waiting": sum(each.waiting for each in compared),
        "shops": [
            {
                "shop": each.shop,
                "compared": each.compared,
                "waiting": each.waiting,
                "denied": each.denied,
                "published": each.is_published,
                "findings": [_finding(finding) for finding in each.findings],
            }
            for each in compared
        ],
        "sentence": sentence(compared, window),
    }


def _finding(finding: Finding) -> dict[str, object]:
    return {
        "kind": finding.kind,
        "id": finding.id,
        "standing": str(finding.standing),
        "updated_at": finding.updated_at.isoformat() if finding.updated_at else None,
        "known_at": finding.known_at.isoformat() if finding.known_at else None,
        "events": [{"id": event.id, "type": event.type} for event in finding.events],
    }


def _counted(kind: str, count: int) -> str:
    return f"{count:,} {kind.replace('-', ' ') if count == 1 else _plural(kind)}"


def _plural(kind: str) -> str:
    return _PLURALS.get(kind, f"{kind}s")


def _short_time(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%y-%m-%d %H:%M:%SZ")


def _time(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%SZ")
