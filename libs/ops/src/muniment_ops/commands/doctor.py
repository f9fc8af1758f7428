"""``muniment doctor``: what of the surroundings is not as the services need it, and the remedy."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import asdict
from typing import Annotated

import typer
from rich.table import Table

from muniment_ops.console import JsonOption, people, print_json
from muniment_ops.exit_codes import WrongUse

PARTS = ("kafka", "ecm", "shopify")


def doctor(
    part: Annotated[
        list[str] | None, typer.Argument(help=f"What to check: {', '.join(PARTS)}.", show_default="all")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Check broker, Content Server and shop as the services will use them; change nothing."""
    from muniment_ops.doctor import Finding, Verdict, examine, exit_code  # only now: --help stays quick

    parts = part or list(PARTS)
    unknown = sorted(set(parts) - set(PARTS))
    if unknown:
        raise WrongUse(
            f"There is nothing to check called {', '.join(unknown)}; choose from {', '.join(PARTS)}."
        )

    async def look() -> list[Finding]:
        return [finding for name in parts for finding in await examine(name)]

    findings = asyncio.run(look())
    if as_json:
        print_json({"findings": [asdict(finding) for finding in findings]})
    else:
        _show([(found.part, found.verdict == Verdict.GOOD, found.what, found.remedy) for found in findings])
    raise typer.Exit(exit_code({found.verdict for found in findings}))


def _show(rows: Sequence[tuple[str, bool, str, str]]) -> None:
    table = Table("", "", "", show_header=False, box=None, pad_edge=False)
    for part, is_good, what, remedy in rows:
        sign = "[green]✓[/green]" if is_good else "[red]✗[/red]"
        table.add_row(sign, f"[bold]{part}[/bold]", what if is_good else f"{what}\n[dim]{remedy}[/dim]")
    people().print(table)
