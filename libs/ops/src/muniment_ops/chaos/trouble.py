"""Makes the trouble of a schedule happen: to broker, network, groups, Content Server and shop."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress

from muniment_kit.settings import KitSettings
from muniment_ops.broker import BrokerFailed
from muniment_ops.chaos.arena import SESSION_S, Arena
from muniment_ops.chaos.churn import churn
from muniment_ops.chaos.deaths import Deaths, kill
from muniment_ops.chaos.journal import Happening, Journal
from muniment_ops.chaos.poison import Poison
from muniment_ops.chaos.schedule import Family, Injection
from muniment_ops.chaos.switches import Switches
from muniment_ops.demo.quiet import CHAIN
from muniment_ops.supervisor import RoleFailed, Supervisor

_SECOND_READY_S = 20.0
_BROKER_TRIES = 3
_GROUPS: Mapping[str, str] = {
    "record": "shopify-ingest",
    "render": "document-renderer",
    "archive": "ecm-archiver",
}
_ECM_FAULTS: Mapping[str, str] = {
    "lost-answers": "cut-after;times={n}",
    "stalls": "stall=6;times={n}",
    "errors-500": "html=500;times={n}",
    "errors-503": "status=503;retry_after=1;times={n}",
    "half-answers": "truncate;times={n}",
    "expired-tickets": "expire-tickets;times={n}",
}
_SHOP_FAULTS: Mapping[str, tuple[str, float]] = {
    "errors": ("api_error", 0.6),
    "throttled": ("api_throttled", 0.5),
    "unauthorized": ("api_unauthorized", 0.4),
    "slow": ("api_latency_s", 0.8),
}

Act = Callable[[Injection, Happening], Awaitable[None]]


class Trouble:
    """Performs injections; each returns when its trouble is over."""

    def __init__(
        self, arena: Arena, *, switches: Switches, poison: Poison, deaths: Deaths, journal: Journal
    ) -> None:
        self._arena = arena
        self._switches = switches
        self._poison = poison
        self._deaths = deaths
        self._journal = journal
        self._kit: KitSettings = arena.stage.kit.model_copy(
            update={"session_timeout_s": SESSION_S, "drain_s": SESSION_S / 3}
        )
        self._broker = asyncio.Lock()
        self._acts: Mapping[Family, Act] = {
            Family.REBALANCE: self._rebalance,
            Family.FREEZE: self._freeze,
            Family.BROKER: self._kill_broker,
            Family.NETWORK: self._disturb_network,
            Family.ECM: self._disturb_ecm,
            Family.SHOP: self._disturb_shop,
            Family.POISON: self._give_poison,
        }

    async def make(self, injection: Injection) -> None:
        """Let ``injection`` happen."""
        with self._journal.noting(injection.family, injection.kind, injection.target) as happening:
            await self._acts[injection.family](injection, happening)

    async def _rebalance(self, injection: Injection, happening: Happening) -> None:
        role = injection.target
        if injection.kind != "churn":
            async with self._second(role) as second:
                await asyncio.sleep(injection.amount)
                if injection.kind == "second-instance-killed":
                    await second.kill(f"{role}-2")
            return
        group = _GROUPS[role]
        topics = dict(CHAIN)[group]
        times = await churn(self._kit, group=group, topics=topics, seconds=injection.amount)
        happening.outcome = f"joined and left {times} times"

    async def _freeze(self, injection: Injection, happening: Happening) -> None:
        """Let the group take a stopped process for dead, give its partitions to another, and wake it."""
        role = injection.target
        async with self._deaths.locks[role], self._second(role):
            pid = self._arena.stage.processes.pid(role)
            kill(pid, signal.SIGSTOP)
            try:
                await asyncio.sleep(SESSION_S + injection.amount)
            finally:
                kill(pid, signal.SIGCONT)
            happening.outcome = f"stood still for {SESSION_S + injection.amount:.1f} s"
            await asyncio.sleep(1.0)

    def _second(self, role: str) -> _Second:
        return _Second(self._arena, role)

    async def _kill_broker(self, injection: Injection, happening: Happening) -> None:
        broker = self._arena.stage.broker
        async with self._broker:
            await broker.kill()
            await asyncio.sleep(injection.amount)
            for attempt in range(1, _BROKER_TRIES + 1):
                try:
                    await broker.restart()
                except BrokerFailed:
                    if attempt == _BROKER_TRIES:
                        raise
                else:
                    break
        happening.outcome = "answers again"

    async def _disturb_network(self, injection: Injection, happening: Happening) -> None:
        proxy = self._arena.proxies[injection.target]
        match injection.kind:
            case "cut":
                happening.outcome = f"{proxy.cut()} connections reset"
                return
            case "stall":
                proxy.stall()
            case "half-open":
                proxy.half_open()
            case "slow":
                proxy.slow(0.15)
            case _:
                proxy.refuse()
        try:
            await asyncio.sleep(injection.amount)
        finally:
            proxy.heal()

    async def _disturb_ecm(self, injection: Injection, _happening: Happening) -> None:
        is_outage = injection.kind == "outage"
        words = "status=503" if is_outage else _ECM_FAULTS[injection.kind].format(n=int(injection.amount))
        await self._switches.ecm_on(words)
        try:
            await asyncio.sleep(injection.amount)
        finally:
            await self._switches.ecm_off(words)

    async def _disturb_shop(self, injection: Injection, _happening: Happening) -> None:
        if injection.kind == "expired-tokens":
            await self._switches.expire_shop_tokens()
            return
        name, value = _SHOP_FAULTS[injection.kind]
        await self._switches.shop_on(name, value)
        try:
            await asyncio.sleep(injection.amount)
        finally:
            await self._switches.shop_off(name, value)

    async def _give_poison(self, injection: Injection, happening: Happening) -> None:
        given = [await self._poison.give(injection.target) for _ in range(int(injection.amount))]
        happening.outcome = ", ".join(f"{each.form} on {each.topic}" for each in given)


class _Second:
    """A further process of a role, for the time of the block; the first one may be busy dying meanwhile."""

    def __init__(self, arena: Arena, role: str) -> None:
        stage = arena.stage
        self._supervisor = Supervisor([stage.another(f"{role}-2", role)], logs=stage.logs)

    async def __aenter__(self) -> Supervisor:
        second = await self._supervisor.__aenter__()
        with suppress(RoleFailed):  # the broker may be away: then it came for nothing, as happens
            await second.wait_ready(_SECOND_READY_S)
        return second

    async def __aexit__(self, *ended: object) -> None:
        await self._supervisor.stop_all()
