"""How fast a bulk result becomes objects, and in how much memory: rows a second, and megabytes at the most.

A child process serves one JSONL file; each way of reading it runs in a process of its own, so that its peak
memory is its own. The reference reads and parses the same lines over the same connection and keeps nothing.
Rounds alternate.

    python -m benchmarks.bulk --rows 100000
"""

from __future__ import annotations

import argparse
import asyncio
import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import orjson
from aiohttp import web

from muniment_kit.http import PeerSettings
from muniment_shopify import shop_links
from muniment_shopify.bulk import FinishedBulk, read_bulk

CHILDREN = 4
"""Line items an order; so a fifth of all rows are orders."""
WAYS = ("lines", "grouped", "any_order")
_MONEY = {"shopMoney": {"amount": "129.90", "currencyCode": "EUR"}}


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--read", choices=WAYS)
    parser.add_argument("--file", type=Path)
    asked = parser.parse_args()
    outcome = (
        asyncio.run(read_once(asked.read, asked.file)) if asked.read else measure(asked.rows, asked.rounds)
    )
    print("\n" + json.dumps(outcome))


def measure(rows: int, rounds: int) -> dict[str, float | int | str]:
    """Return rows a second and peak megabytes of each way, medians of alternating rounds."""
    took: dict[str, list[dict[str, float]]] = {way: [] for way in WAYS}
    with tempfile.TemporaryDirectory() as folder:
        grouped, mixed = Path(folder, "grouped.jsonl"), Path(folder, "any_order.jsonl")
        write_result(grouped, rows, is_grouped=True)
        write_result(mixed, rows, is_grouped=False)
        for _ in range(rounds):
            for way in WAYS:
                took[way].append(_in_a_process(way, mixed if way == "any_order" else grouped))
        size_mb = grouped.stat().st_size / 1e6
    figures: dict[str, float | int | str] = {"rows": rows, "file_mb": round(size_mb, 1)}
    for way in WAYS:
        figures[f"{way}_rows_per_s"] = round(rows / statistics.median(each["seconds"] for each in took[way]))
        figures[f"{way}_peak_mb"] = round(statistics.median(each["peak_mb"] for each in took[way]), 1)
        figures[f"{way}_base_mb"] = round(statistics.median(each["base_mb"] for each in took[way]), 1)
    for way in WAYS[1:]:
        share = float(figures[f"{way}_rows_per_s"]) / float(figures["lines_rows_per_s"])
        figures[f"{way}_share_of_lines"] = round(share, 3)
    return figures


async def read_once(way: str, file: Path) -> dict[str, float]:
    """Read ``file`` over the loopback in one way; return seconds and the memory of this process."""
    read = {"lines": _lines, "grouped": _grouped, "any_order": _any_order}[way]
    async with served(file) as url:
        base_mb = _peak_mb()
        began = time.perf_counter()
        rows = await read(url)
        seconds = time.perf_counter() - began
    with file.open("rb") as lines:
        expected = sum(1 for _ in lines)
    if rows != expected:
        raise RuntimeError(f"{way} gave {rows} of {expected} rows")
    return {"seconds": seconds, "peak_mb": _peak_mb(), "base_mb": base_mb}


def write_result(path: Path, rows: int, *, is_grouped: bool) -> None:
    """Write a bulk result: orders with line items below them, or all orders first and all items after."""
    orders = range(rows // (CHILDREN + 1))
    with path.open("wb") as file:
        if is_grouped:
            for order in orders:
                file.writelines([_order(order), *_items(order)])
            return
        file.writelines(map(_order, orders))
        for order in orders:
            file.writelines(_items(order))


@asynccontextmanager
async def served(file: Path) -> AsyncIterator[str]:
    """Serve ``file`` in a process of its own; yield its address."""
    program = [sys.executable, "-c", _SERVER, str(file)]
    process = await asyncio.create_subprocess_exec(*program, stdout=asyncio.subprocess.PIPE)
    try:
        assert process.stdout is not None
        port = int(await asyncio.wait_for(process.stdout.readline(), 30))
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        await process.wait()


_SERVER = "import sys; from benchmarks.bulk import serve; serve(sys.argv[1])"


def serve(path: str) -> None:
    """Serve one file on a free port of the loopback, and print the port."""

    async def run() -> None:
        app = web.Application()
        app.router.add_get("/result.jsonl", lambda _request: _file(path))
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        print(runner.addresses[0][1], flush=True)
        await asyncio.Event().wait()

    asyncio.run(run())


async def _file(path: str) -> web.StreamResponse:
    return web.FileResponse(path)


async def _lines(url: str) -> int:
    """The reference: every line parsed, nothing put together."""
    rows, rest = 0, b""
    async with aiohttp.ClientSession() as session, session.get(f"{url}/result.jsonl") as answer:
        async for chunk in answer.content.iter_chunked(64 * 1024):
            *lines, rest = (rest + chunk).split(b"\n")
            for line in lines:
                orjson.loads(line)
            rows += len(lines)
    return rows


async def _grouped(url: str) -> int:
    return await _objects(url, grouped=True)


async def _any_order(url: str) -> int:
    return await _objects(url, grouped=False)


async def _objects(url: str, *, grouped: bool) -> int:
    links = shop_links(PeerSettings(allow_private=True), base_url=url)
    finished = FinishedBulk("1", 0, 0, f"{url}/result.jsonl")
    rows = 0
    async for order in read_bulk(links, finished, grouped=grouped):
        rows += 1 + len(order.of("LineItem"))
    await links.close()
    return rows


def _in_a_process(way: str, file: Path) -> dict[str, float]:
    program = [sys.executable, "-m", "benchmarks.bulk", "--read", way, "--file", str(file)]
    done = subprocess.run(program, stdout=subprocess.PIPE, check=True, timeout=600)
    outcome: dict[str, float] = json.loads(done.stdout)
    return outcome


def _peak_mb() -> float:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1e6 if sys.platform == "darwin" else 1e3)


def _order(number: int) -> bytes:
    fields = {
        "id": f"gid://shopify/Order/{5_000_000_000 + number}",
        "name": f"#{1000 + number}",
        "createdAt": "2026-01-15T09:30:00Z",
        "updatedAt": "2026-01-16T10:00:00Z",
        "displayFinancialStatus": "PAID",
        "displayFulfillmentStatus": "FULFILLED",
        "tags": ["web", "b2c"],
        "totalPriceSet": _MONEY,
        "currentTotalPriceSet": _MONEY,
        "totalTaxSet": _MONEY,
        "customer": {"id": f"gid://shopify/Customer/{7_000_000_000 + number % 997}"},
    }
    return orjson.dumps(fields) + b"\n"


def _items(order: int) -> Iterator[bytes]:
    for n in range(CHILDREN):
        fields = {
            "id": f"gid://shopify/LineItem/{9_000_000_000 + order * CHILDREN + n}",
            "sku": f"SKU-{n}",
            "name": "Linen shirt, blue, M",
            "quantity": 1 + n,
            "originalTotalSet": _MONEY,
            "discountedTotalSet": _MONEY,
            "__parentId": f"gid://shopify/Order/{5_000_000_000 + order}",
        }
        yield orjson.dumps(fields) + b"\n"


if __name__ == "__main__":
    main()
