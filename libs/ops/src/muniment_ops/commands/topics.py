"""``muniment topics plan`` and ``apply``: the broker's topics against the topic files."""

from __future__ import annotations

import asyncio
from dataclasses import asdict

import typer
from rich.table import Table

from muniment_contracts.topics import Topic
from muniment_kit.kafka.existing_topics import existing_topics
from muniment_kit.kafka.topics import create_topics, plan_topics
from muniment_kit.settings import KitSettings, read
from muniment_ops.console import JsonOption, people, print_json
from muniment_ops.exit_codes import ExitCode
from muniment_ops.topic_findings import COMPARED, TopicFindings, compare, refuse_repartitioning

app = typer.Typer(help="Check and create Kafka topics from the topic files.", no_args_is_help=True)


@app.command("plan")
def plan(as_json: JsonOption = False) -> None:
    """Show what is missing, different or left over; change nothing. Exit code 1 if there is anything."""
    findings = asyncio.run(_look(read(KitSettings)))
    _show(findings, as_json=as_json)
    raise typer.Exit(ExitCode.DONE if findings.is_complete else ExitCode.PROBLEM_FOUND)


@app.command("apply")
def apply(as_json: JsonOption = False) -> None:
    """Create what is missing. Deletes nothing, and never changes how many partitions a topic has."""
    settings = read(KitSettings)
    created = asyncio.run(_create(settings))
    if as_json:
        print_json({"created": created})
        return
    console = people()
    for name in created:
        console.print(f"[green]+[/green] {name}")
    console.print(f"{len(created)} topics created." if created else "All topics were there already.")


async def _look(settings: KitSettings) -> TopicFindings:
    wanted = plan_topics(list(Topic), prefix=settings.topic_prefix)
    there = await existing_topics(settings, prefix=settings.topic_prefix, config_keys=COMPARED)
    return compare(wanted, there, prefix=settings.topic_prefix)


async def _create(settings: KitSettings) -> list[str]:
    findings = await _look(settings)
    refuse_repartitioning(findings)
    return await create_topics(settings, findings.missing) if findings.missing else []


def _show(findings: TopicFindings, *, as_json: bool) -> None:
    if as_json:
        print_json(asdict(findings))
        return
    console = people()
    if findings.is_complete and not findings.extra:
        console.print("[green]All topics are there, as their files say.[/green]")
        return
    table = Table("", "Topic", "Finding", box=None, pad_edge=False)
    for missing in findings.missing:
        table.add_row("[green]+[/green]", missing.name, f"missing; {missing.partitions} partitions")
    for different in findings.different:
        table.add_row("[yellow]~[/yellow]", different.name, different.sentence)
    for name in findings.extra:
        table.add_row("[dim]·[/dim]", name, "[dim]no topic file names it; left alone[/dim]")
    console.print(table)
    if findings.missing:
        console.print("\nmuniment topics apply creates what is missing.")
