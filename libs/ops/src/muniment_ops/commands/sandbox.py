"""``muniment sandbox shopify`` and ``… ecm``: one sandbox in the foreground; ``… play``: a shop's life."""

from __future__ import annotations

import errno
import socket
from collections.abc import Callable, Coroutine, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from muniment_ops.console import JsonOption, is_for_programs, people, print_json, progress_console
from muniment_ops.exit_codes import WrongUse
from muniment_ops.foreground import run_until_stopped

if TYPE_CHECKING:
    from muniment_ops.shop_play import Played, Score

app = typer.Typer(
    help="A shop or a Content Server to try things on: stateful, faithful, with faults on request.",
    no_args_is_help=True,
)

USUAL_MIX = (
    "orders=50,payments=6,shipments=20,notes=4,returns=6,refunds=4,edits=3,cancellations=2,"
    "holds=2,risks=2,disputes=1"
)

HostOption = Annotated[str, typer.Option(help="Address to listen on.")]
PortOption = Annotated[int, typer.Option(help="Port to listen on; 0 takes a free one.")]
SeedOption = Annotated[str, typer.Option(help="What is there at the start: demo or empty.")]
ShopSeedOption = Annotated[str, typer.Option(help="What is there at the start: demo, empty or history.")]
DataOption = Annotated[Path | None, typer.Option(help="SQLite file to keep everything in.")]
Written = TypeVar("Written")
Parsed = TypeVar("Parsed")
Ready = Callable[[Mapping[str, object]], None]


@app.command("shopify")
def shopify(
    host: HostOption = "127.0.0.1",
    port: PortOption = 8081,
    seed: ShopSeedOption = "demo",
    orders: Annotated[int, typer.Option(min=1, help="How many orders the seed history holds.")] = 1_000,
    years: Annotated[float, typer.Option(help="How far back the seed history goes.")] = 3.0,
    fault: Annotated[list[str] | None, typer.Option(help="Such as duplicate=0.1; may be repeated.")] = None,
    hooks_to: Annotated[str | None, typer.Option(help="Send signed hooks to this address.")] = None,
    topics: Annotated[str, typer.Option(help="Of which topics: archive or all.")] = "archive",
    time_scale: Annotated[float, typer.Option(help="Shorten the pauses between hook retries.")] = 1.0,
    points_per_second: Annotated[float, typer.Option(min=1.0, help="Rate limit of the Admin API.")] = 1000.0,
    file_processing: Annotated[float, typer.Option(min=0.0, help="Seconds each step of a file takes.")] = 1.0,
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Run a Shopify shop: Admin GraphQL API, signed hooks, a page to place orders on."""
    from muniment_sandbox.shopify.faults import Faults  # only now: --help stays quick
    from muniment_sandbox.shopify.history import History
    from muniment_sandbox.shopify.seeds import SEEDS
    from muniment_sandbox.shopify.server import serve

    _known(seed, SEEDS)
    if topics not in ("archive", "all"):
        raise WrongUse(f"There are no topics {topics}; choose archive or all.")
    history = _read(lambda wish: History(orders=wish[0], years=wish[1]), (orders, years))
    faults = _read(Faults.parse, fault or [])
    ready = _ready("The shop", as_json)
    _serve(
        serve(
            host,
            port,
            seed=seed,
            history=history,
            faults=faults,
            hooks_to=hooks_to,
            hooks_of_everything=topics == "all",
            time_scale=time_scale,
            points_per_s=points_per_second,
            file_processing_s=file_processing,
            ready=ready,
            data=data,
        ),
        host,
        port,
    )


@app.command("ecm")
def ecm(
    host: HostOption = "127.0.0.1",
    port: PortOption = 8082,
    seed: SeedOption = "demo",
    fault: Annotated[list[str] | None, typer.Option(help="Such as latency=50; may be repeated.")] = None,
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Run a Content Server: REST API and OTDS, a page to browse the workspaces on."""
    from muniment_sandbox.ecm import parse_fault, seed_names, serve  # only now: --help stays quick

    _known(seed, seed_names())
    faults = fault or []
    _read(lambda texts: [parse_fault(text) for text in texts], faults)
    ready = _ready("The Content Server", as_json)
    _serve(serve(host, port, seed=seed, faults=faults, ready=ready, data=data), host, port)


@app.command("play")
def play(
    url: Annotated[str, typer.Argument(help="Where the shop sandbox answers, as http://127.0.0.1:8081.")],
    rate: Annotated[float, typer.Option(min=0.01, help="Steps a second.")] = 5.0,
    mix: Annotated[str, typer.Option(help="Shares of the occasions.")] = USUAL_MIX,
    seed: Annotated[int, typer.Option(help="The same seed plays the same life.")] = 7,
    duration: Annotated[str, typer.Option(help="How long: 90s, 5m, 1h.")] = "60s",
    settle: Annotated[float, typer.Option(min=0.0, help="Seconds to wait for hooks at the end.")] = 10.0,
    as_json: JsonOption = False,
) -> None:
    """Play the life of a running shop sandbox: orders, returns, disputes and more, at a rate.

    It makes rate × duration steps, one after another; Ctrl-C ends it early. What happens is decided by the
    seed and the state of the shop alone.
    """
    from muniment_ops.shop_play import Played, Score, parse_duration_s, parse_mix, play_shop
    from muniment_sandbox.shopify.occasions import OCCASIONS  # only now: --help stays quick

    score = Score(rate, parse_duration_s(duration), parse_mix(mix, OCCASIONS), seed)
    played = Played()
    with _play_progress() as progress:
        task = progress.add_task("playing", total=score.steps, hooks=0)

        def follow(_name: str, words: str) -> None:
            hooks = played.hooks.get("pending", 0)
            progress.update(task, completed=played.steps, description=words[:48], hooks=hooks)

        run_until_stopped(play_shop(url, score, played, settle_s=settle, on_step=follow))
    if as_json:
        print_json(played.as_dict(score))
    else:
        _show_played(played, score)


def _play_progress() -> Progress:
    return Progress(
        TextColumn("{task.description:<48}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[hooks]} hooks on their way"),
        TimeRemainingColumn(),
        console=progress_console(),
        disable=not progress_console().is_terminal,
        transient=True,
    )


def _show_played(played: Played, score: Score) -> None:
    console = people()
    ending = "" if played.is_whole else f" of {score.steps}, then stopped"
    speed = played.steps / played.elapsed_s if played.elapsed_s else 0.0
    console.print(f"{played.steps} steps{ending} in {played.elapsed_s:.1f} s, {speed:.1f} a second.")
    table = Table.grid(padding=(0, 2))
    for name in sorted(played.done | played.idle):
        idle = played.idle[name]
        table.add_row(f"  {name}", str(played.done[name]), f"{idle} had nothing to do" if idle else "")
    console.print(table)
    hooks = ", ".join(f"{count} {name.replace('_', ' ')}" for name, count in played.hooks.items() if count)
    console.print(f"Hooks: {hooks or 'none; nobody has subscribed'}.")


def _serve(server: Coroutine[object, object, None], host: str, port: int) -> None:
    try:
        run_until_stopped(server)
    except ValueError as error:
        raise WrongUse(str(error)) from error
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise WrongUse(f"{host}:{port} is taken; choose another --port, or 0 for a free one.") from error
        if error.errno in (errno.EADDRNOTAVAIL, socket.EAI_NONAME):
            raise WrongUse(f"{host} is no address of this machine; choose another --host.") from error
        raise


def _read(parse: Callable[[Written], Parsed], written: Written) -> Parsed:
    try:
        return parse(written)
    except ValueError as error:
        raise WrongUse(str(error)) from error


def _known(seed: str, seeds: tuple[str, ...] | list[str]) -> None:
    if seed not in seeds:
        raise WrongUse(f"There is no seed {seed}; choose one of {', '.join(seeds)}.")


def _ready(what: str, as_json: bool) -> Ready:
    """Return what is called with the ready line: JSON for programs, a table for people."""
    if is_for_programs(as_json):
        return print_json

    def show(line: Mapping[str, object]) -> None:
        console = people()
        console.print(f"[green]●[/green] {what} answers at [bold]{line['url']}[/bold]; Ctrl-C ends it.")
        table = Table.grid(padding=(0, 2))
        for name, value in line.items():
            if name != "ready":
                table.add_row(f"  {name}", str(value))
        console.print(table)

    return show
