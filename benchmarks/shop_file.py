"""What it costs to keep the shop sandbox in a file: a new order and a note, in memory and in a file, in a
small shop and in a large one; how long a file takes to be opened.

All take turns in one process. Times are the process's own (CPU).
Run it alone: ``python -m benchmarks.shop_file``.
"""

from __future__ import annotations

import asyncio
import gc
import json
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from statistics import median

from muniment_sandbox.shopify.chance import dice
from muniment_sandbox.shopify.history import History
from muniment_sandbox.shopify.morning import random_cart
from muniment_sandbox.shopify.shop_desk import ShopDesk, open_desk

SMALL, LARGE = 1_000, 20_000
ROUNDS, EACH = 20, 10


class Nobody:
    """An address that hears nothing."""

    async def send(self, *_request: object) -> int:
        raise ConnectionError

    async def close(self) -> None:
        """There is nothing to give back."""


async def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        outcome: dict[str, float] = {}
        desks = {"memory": open_desk(seed="history", history=History(orders=SMALL), sender=Nobody())}
        for name, orders in (("small", SMALL), ("large", LARGE)):
            file = Path(folder) / f"{name}.sqlite"
            await open_desk(
                seed="history", history=History(orders=orders), data=file, sender=Nobody()
            ).close()
            outcome[f"{name}_file_bytes_an_order"] = round(file.stat().st_size / orders)
            gc.collect()
            began = time.process_time()
            desks[name] = open_desk(data=file, sender=Nobody())
            outcome[f"{name}_open_s"] = round(time.process_time() - began, 2)
        gc.freeze()
        outcome |= _deeds(desks)
        for desk in desks.values():
            await desk.close()
    outcome["order_growth"] = round(outcome["order_large_ms"] / outcome["order_small_ms"], 2)
    print(json.dumps(outcome))


def _deeds(desks: Mapping[str, ShopDesk]) -> dict[str, float]:
    chance, took = dice("benchmark"), dict[str, list[float]]()
    for _ in range(ROUNDS):
        for name, desk in desks.items():
            carts = [random_cart(desk.shop.stock, chance) for _ in range(EACH)]
            orders = []
            for cart in carts:
                took.setdefault(f"order_{name}_ms", []).append(
                    _timed(desk, lambda: orders.append(desk.shop.place_order(cart)))  # noqa: B023 - called at once
                )
            for order in orders:
                took.setdefault(f"note_{name}_ms", []).append(
                    _timed(desk, lambda: desk.shop.update_note(order, "Ring twice"))  # noqa: B023 - called at once
                )
    return {name: round(median(times) * 1e3, 3) for name, times in took.items()}


def _timed(desk: ShopDesk, act: Callable[[], object]) -> float:
    began = time.process_time()
    act()
    desk.commit()
    return time.process_time() - began


if __name__ == "__main__":
    asyncio.run(main())
