"""A running shop is played by the command: the same life for the same seed, hooks and a summary."""

from __future__ import annotations

import asyncio
import json
import signal
import sys

import pytest

from muniment_ops.exit_codes import NotReachable
from muniment_ops.shop_play import Played, Score, play_shop
from muniment_sandbox.shopify.testing import RunningShop, running_shop
from tests.integration.sandbox_shopify.listening import listening
from tests.waiting import eventually

MIX = {"orders": 6.0, "shipments": 2.0, "returns": 2.0, "disputes": 1.0}


async def test_the_same_seed_plays_the_same_life_at_any_rate() -> None:
    lives = []
    for rate in (2000.0, 400.0):
        said: list[tuple[str, str]] = []
        async with running_shop(seed="empty") as shop:
            score, played = Score(rate, 80 / rate, MIX, 7), Played()
            # called within this round of the loop
            await play_shop(shop.url, score, played, on_step=lambda *told: said.append(told))  # noqa: B023
            assert played.is_whole
            assert played.steps == 80 == len(said)
            lives.append((said, list(shop.state.orders), played.done))
    assert lives[0] == lives[1]


async def test_its_hooks_are_counted_and_waited_for() -> None:
    async with listening() as ear, running_shop(seed="empty", hooks_to=ear.url) as shop:
        score, played = Score(1000, 0.03, {"orders": 1.0}, 3), Played()
        await play_shop(shop.url, score, played)
        assert played.done == {"orders": 30}
        assert played.hooks["pending"] == 0
        assert played.hooks["delivered"] == len(ear.heard) > 60


async def test_ctrl_c_ends_it_early_with_a_summary(shop: RunningShop) -> None:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "muniment_ops", "sandbox", "play", shop.url),
        *("--rate", "50", "--duration", "1h", "--json"),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    await eventually(lambda: len(shop.state.orders) > 3, timeout_s=20)
    process.send_signal(signal.SIGINT)
    out, _ = await process.communicate()
    told = json.loads(out)
    assert process.returncode == 0
    assert told["finished"] is False
    assert 3 < told["steps"] < told["planned"] == 180_000


async def test_what_is_no_shop_is_not_played(shop: RunningShop) -> None:
    for url in (f"{shop.url}/products", "http://127.0.0.1:1"):
        with pytest.raises(NotReachable, match="shop sandbox at"):
            await play_shop(url, Score(1, 1, MIX, 1), Played())
