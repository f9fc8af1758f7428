"""The demo from beginning to end."""

from __future__ import annotations

import asyncio
import os
import shlex
import signal
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console
from rich.live import Live
from rich.status import Status

from muniment_ecm import ContentServer, ContentServerSettings
from muniment_kit.http import PeerSettings
from muniment_kit.kafka.lag import LagReader
from muniment_ops.audit.archive import ArchiveReader
from muniment_ops.audit.auditing import audit
from muniment_ops.audit.comparison import Comparison
from muniment_ops.demo.morning import MorningStatus, ShopControl
from muniment_ops.demo.quiet import is_quiet
from muniment_ops.demo.stage import Stage, stage
from muniment_ops.demo.summary import Summary
from muniment_ops.demo.view import board, findings_table, verdict
from muniment_ops.demo.watch import Progress, follower_of, look
from muniment_ops.supervisor import Change, RoleChange
from muniment_shopify.client import AdminClient, shop_peer
from muniment_shopify.shop_domain import ShopDomain
from muniment_shopify.tokens import FixedToken

#: What goes wrong in the morning: Shopify promises neither order nor single delivery.
MORNING_FAULTS = {"duplicate": 0.15, "reorder": 0.2, "reorder_window_s": 1.0, "delay": 0.05, "delay_s": 2.0}


@dataclass(frozen=True, slots=True)
class DemoPlan:
    """What the demo is to do. ``steps_per_s`` of 0 plays as fast as possible."""

    orders: int = 25
    seed: int = 7
    steps_per_s: float = 15.0
    finish_within_s: float = 300.0


async def run_demo(plan: DemoPlan, folder: Path, console: Console, *, stay: bool) -> Summary:
    """Start everything, play the morning, compare; with ``stay`` wait for Ctrl-C before everything is
    stopped.

    Raises ``BrokerFailed``, ``RoleFailed``, ``MorningNotPlayed`` or ``TimeoutError``.
    """
    began = time.monotonic()
    roles = _RoleChanges(console)
    async with AsyncExitStack() as stack:
        with console.status("starting") as status:
            steps = _Steps(console, status)
            scene = await stack.enter_async_context(
                stage(
                    folder,
                    shop_arguments=("--seed", "empty", "--topics", "all"),
                    detours=_with_hooks_url,
                    on_change=roles.tell,
                    tell=steps.tell,
                )
            )
            steps.done()
        morning, progress = await play(scene, plan, console)
        comparison = await _compare(scene, console)
        summary = Summary.of(morning, progress, comparison, time.monotonic() - began)
        _show(console, comparison, summary, scene)
        if stay:
            settings = write_settings(folder / "settings.sh", scene.environment)
            console.print(f"settings         {settings}")
            await _stay(console, settings)
            roles.is_over = True
    return summary


def _with_hooks_url(environment: Mapping[str, str]) -> Mapping[str, str]:
    """Let reconcile restore the subscriptions that the shop removes."""
    port = environment["SHOPIFY_INGEST_PORT"]
    return {**environment, "SHOPIFY_INGEST_HOOKS_URL": f"http://127.0.0.1:{port}/hooks/shopify"}


def write_settings(path: Path, environment: Mapping[str, str]) -> Path:
    """Write the variables that lead a command to the stage, for a shell to read; only its owner may."""
    prefixes = ("MUNIMENT_", "SHOPIFY_INGEST_", "DOCUMENT_RENDERER_", "ECM_ARCHIVER_")
    ours = {name: value for name, value in environment.items() if name.startswith(prefixes)}
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.writelines(f"export {name}={shlex.quote(value)}\n" for name, value in ours.items())
    return path


async def play(scene: Stage, plan: DemoPlan, console: Console) -> tuple[MorningStatus, Progress]:
    """Play the morning and look on until all of it has arrived. Raises ``TimeoutError``."""
    progress = Progress()
    async with (
        asyncio.timeout(plan.finish_within_s),
        ShopControl(scene.shop_url) as shop,
        LagReader(scene.kit) as lag,
        follower_of(scene.kit) as follower,
    ):
        await shop.switch(**MORNING_FAULTS)
        morning = await shop.begin(orders=plan.orders, seed=plan.seed, steps_per_s=plan.steps_per_s)
        with Live(board(morning, progress), console=console, refresh_per_second=8, transient=True) as live:
            while not (morning.is_settled and await is_quiet(lag)):
                await look(follower, progress)
                morning = await shop.status()
                live.update(board(morning, progress))
            while await look(follower, progress, timeout_s=0.5):
                live.update(board(morning, progress))
    return morning, progress


@asynccontextmanager
async def peers_of(scene: Stage) -> AsyncIterator[tuple[AdminClient, ArchiveReader]]:
    """Yield what the comparison asks: the shop's Admin API and the ECM, through connections of their own."""
    nearby = PeerSettings(allow_private=True)
    domain = ShopDomain(scene.shop["shop"])
    peer = shop_peer(domain, nearby, base_url=scene.shop_url)
    ecm = scene.ecm
    server = ContentServer.connect(
        ContentServerSettings(url=ecm["url"], username=ecm["username"], password=ecm["password"], peer=nearby)
    )
    archive = ArchiveReader(server)
    try:
        await archive.prepare()
        yield AdminClient(domain, peer, FixedToken(scene.shop["access_token"])), archive
    finally:
        await server.close()
        await peer.close()


async def _compare(scene: Stage, console: Console) -> Comparison:
    with console.status("comparing the shop's orders with the ECM's nodes, and reading every document back"):
        async with peers_of(scene) as (shop, archive):
            return await audit(shop, archive)


def _show(console: Console, comparison: Comparison, summary: Summary, scene: Stage) -> None:
    console.print(findings_table(comparison.findings))
    console.print(verdict(comparison))
    console.print()
    console.print(
        f"{summary.orders} orders, {summary.hooks_sent} hooks, {summary.archived} documents in the ECM, "
        f"{summary.dead_letters} dead letters, {summary.elapsed_s} s in all"
    )
    if summary.event_to_archived_p50_ms is not None:
        console.print(
            f"from hook to read back: {summary.event_to_archived_p50_ms:,.0f} ms in the middle, "
            f"{summary.event_to_archived_p95_ms:,.0f} ms for 95 of 100"
        )
    console.print(f"the shop         {scene.shop_url}")
    console.print(f"the documents    {scene.ecm_page}")
    console.print(f"Kafka            {scene.kit.kafka_bootstrap_servers}")
    console.print(f"logs             {scene.logs}")


async def _stay(console: Console, settings: Path) -> None:
    """Wait until somebody ends it."""
    console.print("Everything stays up: look around, place an order in the shop. Ctrl-C ends it.")
    console.print("In another terminal, ask whether anything never arrived:")
    console.print(f"  . {settings}", soft_wrap=True)
    console.print(f"  .venv/bin/muniment reconcile --from {datetime.now(UTC):%Y-%m-%d} --dry-run")
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for signum in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):  # a closed terminal leaves nothing behind
        loop.add_signal_handler(signum, stop.set)
    await stop.wait()


class _RoleChanges:
    """Says when a role ended and when it was started again."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._ended: set[str] = set()
        self.is_over = False

    def tell(self, change: RoleChange) -> None:
        """Hear what happened to a role."""
        if self.is_over:
            return
        if change.change in (Change.ENDED, Change.GAVE_UP):
            self._ended.add(change.role)
        elif change.change is not Change.STARTED or change.role not in self._ended:
            return
        self._console.print(f"[yellow]●[/] {change.role} {change.change}: {change.detail}")


class _Steps:
    """Shows which step of the start is under way, and how long each took."""

    def __init__(self, console: Console, status: Status) -> None:
        self._console = console
        self._status = status
        self._step = ""
        self._since = time.monotonic()

    def tell(self, step: str) -> None:
        """Show the next step."""
        self.done()
        self._step, self._since = step, time.monotonic()
        self._status.update(step)

    def done(self) -> None:
        """Say that the step under way is done."""
        if self._step:
            self._console.print(f"[green]✓[/] {self._step} [dim]{time.monotonic() - self._since:.1f} s[/]")
            self._step = ""
