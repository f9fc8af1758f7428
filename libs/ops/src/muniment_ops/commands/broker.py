"""``muniment broker``: the embedded Kafka in the foreground."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from muniment_ops.broker import KAFKA_VERSION, BrokerFailed, EmbeddedBroker
from muniment_ops.console import JsonOption, fetching, is_for_programs, people, print_json
from muniment_ops.foreground import run_until_stopped


def broker(
    port: Annotated[int, typer.Option(help="Port on 127.0.0.1; 0 takes a free one.")] = 9092,
    data: Annotated[
        Path | None, typer.Option(help="Keep records in this folder; without it they go when it ends.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Run a real Apache Kafka on this machine until Ctrl-C; needs no Java, no Docker.

    Once it answers, says where: for people on a terminal, else as one line of JSON.
    """
    run_until_stopped(_serve(port, data, as_json=is_for_programs(as_json)))


async def _serve(port: int, data: Path | None, *, as_json: bool) -> None:
    kafka = EmbeddedBroker(port=port, data=data)
    try:
        with fetching("Kafka's libraries, once") as advance:
            await kafka.start(advance=advance)
        _announce(kafka, data, as_json=as_json)
        await kafka.ended()
        raise BrokerFailed(f"Kafka ended by itself; its log is {kafka.log}.")
    finally:
        await kafka.stop()


def _announce(kafka: EmbeddedBroker, data: Path | None, *, as_json: bool) -> None:
    if as_json:
        print_json({"ready": True, "bootstrap_servers": kafka.bootstrap_servers, "pid": kafka.pid})
        return
    kept = f"records are kept in {data}" if data else "records go when it ends; --data FOLDER keeps them"
    people().print(
        f"[green]●[/green] Kafka {KAFKA_VERSION} answers at [bold]{kafka.bootstrap_servers}[/bold]\n"
        f"  {kept}\n"
        f"  export MUNIMENT_KAFKA_BOOTSTRAP_SERVERS={kafka.bootstrap_servers}\n"
        "  Ctrl-C ends it."
    )
