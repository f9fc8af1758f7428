"""``muniment doctor``: what of the surroundings is not as the services need it, and the remedy."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import asdict
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from muniment_ops.console import JsonOption, people, print_json
from muniment_ops.exit_codes import WrongUse
from muniment_ops.findings import Finding, Verdict

_SIGNS = {Verdict.GOOD: "[green]✓[/green]", Verdict.NOTE: "[yellow]•[/yellow]"}
PARTS = ("kafka", "ecm", "shopify")


def doctor(
    part: Annotated[
        list[str] | None, typer.Argument(help=f"What to check: {', '.join(PARTS)}.", show_default="all")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Check broker, Content Server and shop as the services will use them; change nothing."""
    from muniment_ops.doctor import examine, exit_code  # only now: --help stays quick

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
        show_findings(findings)
    raise typer.Exit(exit_code({found.verdict for found in findings}))


def show_findings(findings: Sequence[Finding]) -> None:
    """Print a table of what was found, with the remedy of what is not good."""
    has_shops = len({found.shop for found in findings if found.shop}) > 1
    table = Table("", "", "", show_header=False, box=None, pad_edge=False)
    for found in findings:
        part = f"{found.part} {found.shop}" if has_shops and found.shop else found.part
        what = escape(found.what)
        if found.remedy:
            what += f"\n[dim]{escape(found.remedy)}[/dim]"
        table.add_row(_SIGNS.get(found.verdict, "[red]✗[/red]"), f"[bold]{part}[/bold]", what)
    people().print(table)
