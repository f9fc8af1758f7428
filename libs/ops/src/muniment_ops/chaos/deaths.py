"""Ends roles at named points of their loop, and starts them under wrong clocks."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, suppress

from muniment_kit.clock import CLOCK_OFFSET_VARIABLE
from muniment_kit.crash_points import REACHED, VARIABLE
from muniment_ops.chaos.journal import Happening, Journal
from muniment_ops.chaos.poison import Poison
from muniment_ops.chaos.schedule import DEAD_LETTER_POINTS, PARKING_POINTS, Arm, Family
from muniment_ops.chaos.switches import Switches
from muniment_ops.role_logs import LogTail
from muniment_ops.supervisor import Supervisor

_START_S = 30.0
_POLL_S = 0.05


class Deaths:
    """Lives through arms. ``locks`` keep apart what must not happen to one role at a time."""

    def __init__(
        self,
        processes: Supervisor,
        *,
        poison: Poison,
        switches: Switches,
        journal: Journal,
        reach_s: float = 60.0,
    ) -> None:
        self._processes = processes
        self._poison = poison
        self._switches = switches
        self._journal = journal
        self._reach_s = reach_s
        self.locks: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def live(self, arm: Arm) -> None:
        """Kill the role, let its next life be the armed one, and wait for what was to happen in it.

        A point that was not reached is armed once more: other trouble may have kept the role from it.
        """
        if not await self._live_once(arm):
            await self._live_once(arm)

    async def _live_once(self, arm: Arm) -> bool:
        async with self.locks[arm.role]:
            family = Family.CLOCK if arm.point is None else Family.CRASH
            kind = "wrong clock" if arm.point is None else f"{arm.point}:{arm.nth}"
            with self._journal.noting(family, kind, arm.role) as happening:
                return await self._live(arm, happening)

    async def _live(self, arm: Arm, happening: Happening) -> bool:
        tail = LogTail(self._processes.log(arm.role))
        starts = self._processes.starts(arm.role)
        self._processes.arm(arm.role, _variables(arm))
        kill(self._processes.pid(arm.role))
        if not await _until(lambda: self._processes.starts(arm.role) > starts, _START_S):
            happening.outcome = "the role did not start again in time"
            return False
        if arm.point is None:
            happening.outcome = f"clock off by {arm.clock_offset_s:+,.0f} s"
            return True
        if arm.point in DEAD_LETTER_POINTS:
            await self._poison.give(arm.role)
        wanted = f"{REACHED}{arm.point}"
        async with self._peer_away(arm):
            is_reached = await _until(lambda: any(wanted in line for line in tail.lines()), self._reach_s)
        if is_reached:
            happening.outcome = "reached"
            self._journal.reached[arm.role, arm.point] += 1
            await _until(lambda: self._processes.starts(arm.role) > starts + 1, _START_S)
        else:
            happening.outcome = "not reached: nothing passed there in time"
            self._journal.missed[arm.role, arm.point] += 1
            kill(self._processes.pid(arm.role))  # so that no armed life stays
        return is_reached

    @asynccontextmanager
    async def _peer_away(self, arm: Arm) -> AsyncIterator[None]:
        """Keep the role's peer away if the point is one of parking: a key parks only when it cannot go on."""
        if arm.point not in PARKING_POINTS:
            yield
            return
        away = "status=503;path=/v2/*"
        if arm.role == "archive":
            await self._switches.ecm_on(away)
        else:
            await self._switches.shop_on("api_error", 1.0)
        try:
            yield
        finally:
            if arm.role == "archive":
                await self._switches.ecm_off(away)
            else:
                await self._switches.shop_off("api_error", 1.0)


def kill(pid: int | None, number: signal.Signals = signal.SIGKILL) -> None:
    """Send a signal to the process, if it is still there."""
    if pid is not None:
        with suppress(ProcessLookupError):
            os.kill(pid, number)


def _variables(arm: Arm) -> Mapping[str, str]:
    variables = {}
    if arm.point is not None:
        variables[VARIABLE] = f"{arm.point}:{arm.nth}"
    if arm.clock_offset_s:
        variables[CLOCK_OFFSET_VARIABLE] = f"{arm.clock_offset_s:g}"
    if arm.is_static:
        variables["MUNIMENT_CLIENT_NAME"] = f"drill-{arm.role}-0"
    return variables


async def _until(condition: Callable[[], bool], timeout_s: float) -> bool:
    """Return whether ``condition()`` became true in time."""
    deadline = time.monotonic() + timeout_s
    while not condition():
        if time.monotonic() > deadline:
            return False
        await asyncio.sleep(_POLL_S)
    return True
