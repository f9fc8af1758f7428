"""``muniment registry``: the embedded schema registry in the foreground."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from muniment_ops.console import JsonOption, fetching, is_for_programs, people, print_json
from muniment_ops.foreground import run_until_stopped
from muniment_ops.registry import APICURIO_VERSION, EmbeddedRegistry, RegistryFailed


def registry(
    port: Annotated[int, typer.Option(help="Port on 127.0.0.1; 0 takes a free one.")] = 8081,
    data: Annotated[
        Path | None, typer.Option(help="Keep schemas in this folder; without it they go when it ends.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Run a schema registry (Apicurio) on this machine until Ctrl-C; needs no Java, no Docker.

    It is empty: muniment topics apply --registry fills it. Once it answers, says where: for people on a
    terminal, else as one line of JSON.
    """
    run_until_stopped(_serve(port, data, as_json=is_for_programs(as_json)))


async def _serve(port: int, data: Path | None, *, as_json: bool) -> None:
    apicurio = EmbeddedRegistry(port=port, data=data)
    try:
        with fetching("Apicurio Registry, once") as advance:
            await apicurio.start(advance=advance)
        _announce(apicurio, data, as_json=as_json)
        await apicurio.ended()
        raise RegistryFailed(f"The registry ended by itself; its log is {apicurio.log}.")
    finally:
        await apicurio.stop()


def _announce(apicurio: EmbeddedRegistry, data: Path | None, *, as_json: bool) -> None:
    if as_json:
        print_json({"ready": True, "url": apicurio.url, "pid": apicurio.pid})
        return
    kept = f"schemas are kept in {data}" if data else "schemas go when it ends; --data FOLDER keeps them"
    people().print(
        f"[green]●[/green] Apicurio Registry {APICURIO_VERSION} answers at [bold]{apicurio.url}[/bold]\n"
        f"  {kept}\n"
        f"  export MUNIMENT_SCHEMA_REGISTRY_URL={apicurio.url}\n"
        "  muniment topics apply --registry fills it. Ctrl-C ends it."
    )
