"""Waits until the chain is at rest after a drill, for as long as it still gets on."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

from muniment_kit.broker import BrokerUnavailable
from muniment_kit.kafka.lag import LagReader
from muniment_kit.settings import KitSettings
from muniment_ops.demo.quiet import CHAIN

_POLL_S = 0.5
OnBehind = Callable[[int], None]


async def until_at_rest(kit: KitSettings, *, stuck_s: float, on_behind: OnBehind) -> str | None:
    """Return ``None`` once every group has finished all there is, or who stands still for ``stuck_s``."""
    fewest: tuple[int, ...] | None = None
    moved_s = time.monotonic()
    while True:
        try:
            async with LagReader(kit) as lag:
                while True:
                    behind = tuple([await lag.records_behind(group, topics) for group, topics in CHAIN])
                    on_behind(sum(behind))
                    if not any(behind):
                        return None
                    if behind != fewest:
                        fewest, moved_s = behind, time.monotonic()
                    if time.monotonic() - moved_s > stuck_s:
                        return _who(behind)
                    await asyncio.sleep(_POLL_S)
        except BrokerUnavailable:
            if time.monotonic() - moved_s > stuck_s:
                return "Kafka does not answer"
            await asyncio.sleep(_POLL_S)


def _who(behind: tuple[int, ...]) -> str:
    named = [f"{group} is {count} records behind" for (group, _), count in zip(CHAIN, behind, strict=True)]
    return "; ".join(text for text, count in zip(named, behind, strict=True) if count)
