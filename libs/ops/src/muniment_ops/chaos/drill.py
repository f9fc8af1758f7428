"""A drill from beginning to end: wave after wave, then rest, then the comparison."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from muniment_ecm import ContentServer, ContentServerSettings
from muniment_kit.errors import MunimentError
from muniment_kit.http import PeerSettings
from muniment_ops.chaos.arena import TIME_SCALE, Arena, arena
from muniment_ops.chaos.dead_letters import Explanation, explain, read_dead_letters
from muniment_ops.chaos.deaths import Deaths
from muniment_ops.chaos.journal import Journal
from muniment_ops.chaos.judgement import Finding, Judge, Judgement
from muniment_ops.chaos.poison import Poison
from muniment_ops.chaos.rest import until_at_rest
from muniment_ops.chaos.role_faults import faults_told
from muniment_ops.chaos.schedule import Arm, Family, Injection, Schedule, Wave
from muniment_ops.chaos.switches import Switches, SwitchRefused
from muniment_ops.chaos.trouble import Trouble
from muniment_ops.demo.morning import MorningNotPlayed, MorningStatus, ShopControl
from muniment_ops.demo.stage import Tell
from muniment_shopify.client import AdminClient, shop_peer
from muniment_shopify.shop_domain import ShopDomain
from muniment_shopify.tokens import FixedToken

_POLL_S = 0.3
_PASSER_BY_S = 0.7
_SETTLE_S = 400.0
_STUCK_S = 150.0
_READY_S = 90.0
#: What is wrong with the shop's hooks all the time: Shopify promises neither order nor single delivery.
_HOOK_FAULTS = {
    "duplicate": 0.15,
    "reorder": 0.2,
    "reorder_window_s": 1.0 / TIME_SCALE,
    "delay": 0.05,
    "delay_s": 2.0 / TIME_SCALE,
}


@dataclass(slots=True)
class Outcome:
    """What a drill did and what was found. ``morning`` counts over all waves."""

    schedule: Schedule
    journal: Journal = field(default_factory=Journal)
    judgement: Judgement = field(default_factory=Judgement)
    morning: MorningStatus = field(default_factory=lambda: MorningStatus(orders_planned=0))
    orders: int = 0
    explanation: Explanation | None = None
    ended: dict[str, dict[str, int]] = field(default_factory=dict)
    behind: int | None = None
    step: str = "starting"
    elapsed_s: float = 0.0
    playing_s: float = 0.0
    resting_s: float = 0.0
    comparing_s: float = 0.0

    @property
    def is_passed(self) -> bool:
        """Whether nothing was lost, doubled, out of order, wrong or unexplained."""
        return self.judgement.is_clean


async def run_drill(
    outcome: Outcome, folder: Path, *, points_per_s: float, sample: float, tell: Tell = lambda _: None
) -> None:
    """Run the drill of ``outcome.schedule`` and fill ``outcome`` while it goes on."""
    journal = outcome.journal
    async with AsyncExitStack() as stack:
        scene = await stack.enter_async_context(arena(folder, points_per_s=points_per_s, tell=tell))
        shop = await stack.enter_async_context(ShopControl(scene.stage.shop_url))
        switches = await stack.enter_async_context(
            Switches(shop_url=scene.stage.shop_url, ecm_origin=scene.ecm_origin)
        )
        poison = await stack.enter_async_context(Poison(scene.stage.kit, outcome.schedule.seed))
        deaths = Deaths(scene.stage.processes, poison=poison, switches=switches, journal=journal)
        trouble = Trouble(scene, switches=switches, poison=poison, deaths=deaths, journal=journal)
        began_s = journal.elapsed_s
        for wave in outcome.schedule.waves:
            outcome.step = f"wave {wave.number} of {len(outcome.schedule.waves)}"
            journal.wave = wave.number
            await _Playing(outcome, wave, shop, switches, deaths, trouble).play()
        outcome.playing_s = journal.elapsed_s - began_s
        await _rest(outcome, scene, shop, switches)
        await _compare(outcome, scene, poison, sample=sample)
    outcome.elapsed_s = journal.elapsed_s


class _Playing:
    """One wave: the shop's morning, and everything that goes wrong meanwhile."""

    def __init__(
        self,
        outcome: Outcome,
        wave: Wave,
        shop: ShopControl,
        switches: Switches,
        deaths: Deaths,
        trouble: Trouble,
    ) -> None:
        self._outcome = outcome
        self._wave = wave
        self._shop = shop
        self._switches = switches
        self._deaths = deaths
        self._trouble = trouble

    async def play(self) -> None:
        """Return when every hook of the morning is answered for and all trouble is over."""
        wave = self._wave
        await self._switches.shop(**_HOOK_FAULTS)
        await self._shop.begin(orders=wave.orders, seed=wave.seed, steps_per_s=wave.steps / wave.seconds)
        by_role: defaultdict[str, list[Arm]] = defaultdict(list)
        for arm in wave.arms:
            by_role[arm.role].append(arm)
        async with asyncio.TaskGroup() as group:
            for arms in by_role.values():
                group.create_task(self._live_all(arms))
            for injection in wave.injections:
                group.create_task(self._make_in_time(injection))
            watching = group.create_task(self._watch())
            group.create_task(self._keep_busy(watching))
        self._outcome.orders += self._outcome.morning.orders

    async def _live_all(self, arms: list[Arm]) -> None:
        for arm in arms:
            await _going_on(self._deaths.live(arm))

    async def _make_in_time(self, injection: Injection) -> None:
        await asyncio.sleep(injection.at * self._wave.seconds)
        await _going_on(self._trouble.make(injection))

    async def _keep_busy(self, watching: asyncio.Task[None]) -> None:
        """Place an order now and then while a role still has to pass its point and the morning is over."""
        await asyncio.wait([watching])
        while any(each.family == Family.CRASH for each in self._outcome.journal.under_way):
            with suppress(SwitchRefused):
                await self._switches.place_order()
            await asyncio.sleep(_PASSER_BY_S)

    async def _watch(self) -> None:
        """Look on until the shop has delivered everything. Raises ``MorningNotPlayed``."""
        await _settled(self._outcome, self._shop, self._wave.seconds + _SETTLE_S)


async def _settled(outcome: Outcome, shop: ShopControl, timeout_s: float) -> None:
    deadline = asyncio.get_running_loop().time() + timeout_s
    while not (status := await shop.status()).is_settled:
        outcome.morning = status
        if asyncio.get_running_loop().time() > deadline:
            raise MorningNotPlayed("The shop's hooks were not all delivered in time.")
        await asyncio.sleep(_POLL_S)
    outcome.morning = status


async def _going_on(trouble: Awaitable[None]) -> None:
    """Let trouble that fails be noted in the journal, and the drill go on."""
    with suppress(MunimentError, OSError, TimeoutError):
        await trouble


async def _rest(outcome: Outcome, scene: Arena, shop: ShopControl, switches: Switches) -> None:
    """End all trouble and wait until everything has arrived, or stands still."""
    outcome.step = "letting everything arrive"
    began_s = outcome.journal.elapsed_s
    scene.heal()
    await switches.all_off()
    await scene.stage.processes.wait_ready(_READY_S)
    await _settled(outcome, shop, _SETTLE_S)

    def note(behind: int) -> None:
        outcome.behind = behind

    stuck = await until_at_rest(scene.stage.kit, stuck_s=_STUCK_S, on_behind=note)
    if stuck is not None:
        outcome.judgement.unexplained.append(Finding("-", f"it did not come to rest: {stuck}"))
    outcome.resting_s = outcome.journal.elapsed_s - began_s


async def _compare(outcome: Outcome, scene: Arena, poison: Poison, *, sample: float) -> None:
    outcome.step = "comparing the shop with the ECM"
    began_s = outcome.journal.elapsed_s
    outcome.explanation = explain(await read_dead_letters(scene.stage.kit), poison.put)
    for (role, how), count in sorted(scene.lives.ended.items()):
        outcome.ended.setdefault(role, {})[how] = count
    async with _peers_of(scene) as (shop, server):
        judge = Judge(
            shop,
            server,
            sample=sample,
            seed=outcome.schedule.seed,
            judgement=outcome.judgement,
        )
        await judge.judge()
    outcome.judgement.unexplained += outcome.explanation.findings
    told = await asyncio.to_thread(lambda: faults_told(sorted(scene.stage.logs.glob("*.log*"))))
    outcome.judgement.unexplained += [Finding("-", text) for text in (*scene.lives.given_up, *told)]
    outcome.comparing_s = outcome.journal.elapsed_s - began_s


@asynccontextmanager
async def _peers_of(scene: Arena) -> AsyncIterator[tuple[AdminClient, ContentServer]]:
    """Yield the shop and the ECM as the comparison asks them: past every proxy."""
    nearby = PeerSettings(allow_private=True)
    domain = ShopDomain(scene.stage.shop["shop"])
    peer = shop_peer(domain, nearby, base_url=scene.stage.shop_url)
    ecm = scene.stage.ecm
    server = ContentServer.connect(
        ContentServerSettings(url=ecm["url"], username=ecm["username"], password=ecm["password"], peer=nearby)
    )
    try:
        yield AdminClient(domain, peer, FixedToken(scene.stage.shop["access_token"])), server
    finally:
        await server.close()
        await peer.close()
