"""``muniment topics plan`` and ``apply``: the broker's topics against the topic files."""

from __future__ import annotations

import asyncio
from dataclasses import asdict
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from muniment_contracts.registry_client import RegistryClient
from muniment_contracts.resolver import FileResolver
from muniment_contracts.topics import Topic
from muniment_kit.kafka.existing_topics import existing_topics
from muniment_kit.kafka.topics import create_topics, plan_topics
from muniment_kit.schemas import registry_access
from muniment_kit.settings import KitSettings, read
from muniment_ops.console import JsonOption, people, print_json
from muniment_ops.exit_codes import ExitCode, WrongUse
from muniment_ops.registry import Registration, register_schemas
from muniment_ops.topic_findings import COMPARED, TopicFindings, compare, refuse_repartitioning

app = typer.Typer(help="Check and create Kafka topics from the topic files.", no_args_is_help=True)


RegistryOption = Annotated[
    bool, typer.Option("--registry", help="The schema registry too, as settings name it.", show_default=False)
]


@app.command("plan")
def plan(with_registry: RegistryOption = False, as_json: JsonOption = False) -> None:
    """Show what is missing, different or left over; change nothing. Exit code 1 if there is anything."""
    settings = read(KitSettings)
    findings = asyncio.run(_look(settings))
    schemas = _register(settings, dry_run=True) if with_registry else None
    _show(findings, schemas, as_json=as_json)
    is_complete = findings.is_complete and (schemas is None or schemas.is_complete)
    raise typer.Exit(ExitCode.DONE if is_complete else ExitCode.PROBLEM_FOUND)


@app.command("apply")
def apply(with_registry: RegistryOption = False, as_json: JsonOption = False) -> None:
    """Create what is missing. Deletes nothing, and never changes how many partitions a topic has."""
    settings = read(KitSettings)
    created = asyncio.run(_create(settings))
    schemas = _register(settings) if with_registry else None
    if as_json:
        print_json({"created": created, **_schemas_json(schemas)})
        return
    console = people()
    for name in created:
        console.print(f"[green]+[/green] {name}")
    console.print(f"{len(created)} topics created." if created else "All topics were there already.")
    if schemas is not None:
        for name in schemas.missing:
            console.print(f"[green]+[/green] {name}")
        count = len(schemas.missing)
        console.print(f"{count} schemas registered." if count else "All schemas were registered already.")


def _register(settings: KitSettings, *, dry_run: bool = False) -> Registration:
    access = registry_access(settings)
    if access is None:
        raise WrongUse("There is no registry to look at: set MUNIMENT_SCHEMA_REGISTRY_URL.")
    return register_schemas(RegistryClient(access), FileResolver().released(), dry_run=dry_run)


def _schemas_json(schemas: Registration | None) -> dict[str, object]:
    return {} if schemas is None else {"schemas": asdict(schemas)}


async def _look(settings: KitSettings) -> TopicFindings:
    wanted = plan_topics(list(Topic), prefix=settings.topic_prefix)
    there = await existing_topics(settings, prefix=settings.topic_prefix, config_keys=COMPARED)
    return compare(wanted, there, prefix=settings.topic_prefix)


async def _create(settings: KitSettings) -> list[str]:
    findings = await _look(settings)
    refuse_repartitioning(findings)
    return await create_topics(settings, findings.missing) if findings.missing else []


def _show(findings: TopicFindings, schemas: Registration | None, *, as_json: bool) -> None:
    if as_json:
        print_json({**asdict(findings), **_schemas_json(schemas)})
        return
    console = people()
    if schemas is not None:
        _show_schemas(console, schemas)
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


def _show_schemas(console: Console, schemas: Registration) -> None:
    for name in schemas.missing:
        console.print(f"[green]+[/green] {name} is not registered")
    for subject in schemas.compatibility:
        console.print(f"[yellow]~[/yellow] {subject} must be set to FULL_TRANSITIVE")
    if schemas.is_complete:
        console.print("[green]All schemas are registered under our ids.[/green]")
