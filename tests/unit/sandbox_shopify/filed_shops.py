"""A shop in a file that is opened, closed, and opened again."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from muniment_sandbox.row_file import Key
from muniment_sandbox.shopify.faults import Faults
from muniment_sandbox.shopify.shop_desk import ShopDesk, open_desk
from muniment_sandbox.shopify.state.shop import Shop
from tests.unit.sandbox_shopify.recording import Pauses, RecordingSender


@asynccontextmanager
async def filed(
    data: Path,
    *,
    shop: Shop | None = None,
    seed: str = "empty",
    sender: RecordingSender | None = None,
    pauses: Pauses | None = None,
    faults: Faults | None = None,
) -> AsyncIterator[ShopDesk]:
    """Open the shop of a file until the block ends; the network is pretended, and so are pauses."""
    desk = open_desk(
        seed=seed,
        shop=shop,
        data=data,
        sender=sender or RecordingSender(),
        sleep=pauses or Pauses(),
        faults=faults,
    )
    try:
        yield desk
    finally:
        await desk.close()


def rows(file: Path) -> dict[str, dict[Key, bytes]]:
    """Return all rows of a closed file by table."""
    with sqlite3.connect(file) as database:
        tables = [name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type='table'")]
        read = {name: dict(database.execute(f'SELECT key, value FROM "{name}"')) for name in tables}  # noqa: S608 - the file's own tables
    database.close()
    return read
