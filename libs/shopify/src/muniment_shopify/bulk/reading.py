"""A bulk query from its start to its last object."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing, closing
from dataclasses import dataclass

from muniment_kit.clock import Clock
from muniment_shopify.bulk.download import Download
from muniment_shopify.bulk.grouped import LARGEST_OBJECT_BYTES, GroupedAssembly
from muniment_shopify.bulk.lines import line_batches
from muniment_shopify.bulk.objects import BulkObject, row_of
from muniment_shopify.bulk.running import (
    WITHIN_S,
    FinishedBulk,
    OnProgress,
    abandon_bulk,
    start_bulk,
    wait_for_bulk,
)
from muniment_shopify.bulk.spill import CACHE_BYTES, MOST_BYTES, Spill
from muniment_shopify.client import AdminClient
from muniment_shopify.errors import BulkFailed
from muniment_shopify.links import ShopLinks
from muniment_shopify.pauses import Pauses

_CONNECTION = re.compile(r"\b(?:edges|nodes)\b")
_STEPS_IN_A_ROW = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class BulkBounds:
    """What reading a result may take: one root object in memory, rows in the cache, rows on disk; bytes."""

    object_bytes: int = LARGEST_OBJECT_BYTES
    cache_bytes: int = CACHE_BYTES
    disk_bytes: int = MOST_BYTES


async def bulk(
    client: AdminClient,
    query: str,
    *,
    grouped: bool = False,
    within_s: float = WITHIN_S,
    operation_gid: str | None = None,
    on_started: Callable[[str], None] | None = None,
    on_progress: OnProgress | None = None,
    bounds: BulkBounds | None = None,
    clock: Clock | None = None,
) -> AsyncGenerator[BulkObject, None]:
    """Run ``query`` in bulk and yield its root objects with all below them, in the order of the file.

    ``within_s`` bounds starting and running, not reading. ``on_started`` hears the operation's gid; give that
    back as ``operation_gid`` to take up an operation that outlived its process. While it runs, an operation
    that is abandoned (cancelled, or past its time) is cancelled in the shop. ``grouped`` makes objects come
    while the file is still being read; Shopify takes longer for it. Read it inside ``contextlib.aclosing``.

    Raises what ``start_bulk``, ``wait_for_bulk`` and ``read_bulk`` raise.
    """
    pauses = Pauses(within_s, clock=clock)
    async with client.bulk_slots:
        gid = operation_gid or await start_bulk(client, query, grouped=grouped, pauses=pauses)
        if on_started is not None:
            on_started(gid)
        finished = await _watched(client, gid, pauses, on_progress)
    in_order = grouped or is_flat(query)
    async with aclosing(
        read_bulk(client.links, finished, grouped=in_order, bounds=bounds, clock=clock)
    ) as objects:
        async for each in objects:
            yield each


async def read_bulk(
    links: ShopLinks,
    finished: FinishedBulk,
    *,
    grouped: bool = False,
    bounds: BulkBounds | None = None,
    clock: Clock | None = None,
) -> AsyncGenerator[BulkObject, None]:
    """Yield the root objects of a finished operation. ``grouped`` only if it was started so, or is flat.

    Raises ``BulkTooLarge``, ``AnswerUnusable`` (the file does not fit together), and what ``Download.chunks``
    raises.
    """
    if finished.url is None:
        return
    limits = bounds if bounds is not None else BulkBounds()
    download = Download(links, finished.url, size_bytes=finished.size_bytes, clock=clock)
    assembled = _in_order(download, limits) if grouped else _in_any_order(download, limits)
    async with aclosing(assembled) as objects:
        async for each in objects:
            yield each


def is_flat(query: str) -> bool:
    """Tell whether ``query`` surely has no connection below its root's, so that every line is a whole object.

    Alike words in texts and comments count as connections: then the answer is no, which is always safe.
    """
    return len(_CONNECTION.findall(query)) <= 1


async def _watched(
    client: AdminClient, gid: str, pauses: Pauses, on_progress: OnProgress | None
) -> FinishedBulk:
    try:
        return await wait_for_bulk(client, gid, pauses=pauses, on_progress=on_progress)
    except asyncio.CancelledError:
        await abandon_bulk(client, gid)
        raise
    except BulkFailed as failure:
        if failure.code == "UNFINISHED":
            await abandon_bulk(client, gid)
        raise


async def _in_order(download: Download, limits: BulkBounds) -> AsyncGenerator[BulkObject, None]:
    assembly = GroupedAssembly(largest_bytes=limits.object_bytes)
    async with aclosing(download.chunks()) as chunks, aclosing(line_batches(chunks)) as batches:
        async for lines in batches:
            for line in lines:
                for each in assembly.add(row_of(line)):
                    yield each
    for each in assembly.end():
        yield each


async def _in_any_order(download: Download, limits: BulkBounds) -> AsyncGenerator[BulkObject, None]:
    with closing(Spill(cache_bytes=limits.cache_bytes, most_bytes=limits.disk_bytes)) as spill:
        async with aclosing(download.chunks()) as chunks, aclosing(line_batches(chunks)) as batches:
            async for lines in batches:
                for start in range(0, len(lines), _STEPS_IN_A_ROW):
                    spill.add([row_of(line) for line in lines[start : start + _STEPS_IN_A_ROW]])
                    await asyncio.sleep(0)
        await asyncio.to_thread(spill.seal)
        for trees in spill.trees():
            for each in trees:
                yield each
            await asyncio.sleep(0)
