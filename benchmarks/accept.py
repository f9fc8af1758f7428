"""Hooks accepted durably, against a bare handler that only reads and hashes the same body.

Three processes: this one sends (HTTP/1.1 over raw asyncio, keep-alive, one request at a time a connection),
one serves, one is the broker. Four servers take turns in alternating rounds:

- ``bare``: aiohttp reads the body and answers 200 with nothing but its SHA-256 taken.
- ``receive``: the role as it runs, HMAC, judging, encoding, acknowledged by the broker (``acks=all``), 200.
- ``journal``: the same with a journal, which the broker makes needless.
- ``away``: the same with a journal and no broker: every hook is on the disk (fsync) before its 200.

Then a paced run at 2,000 hooks a second gives the latency; the time is taken from the moment a hook was due,
so a server that stalls cannot hide it. Beside hooks a second it gives the serving process's CPU time a hook,
which other work on the machine disturbs less.

Run it alone: ``python -m benchmarks.accept [BOOTSTRAP_SERVERS]``.
"""

from __future__ import annotations

import asyncio
import gc
import hashlib
import json
import resource
import statistics
import sys
import time
import uuid
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from aiohttp import web
from pydantic import SecretStr

from muniment_contracts.topics import Topic
from muniment_kit import log
from muniment_kit.clock import SystemClock
from muniment_kit.kafka import KafkaBroker, create_topics
from muniment_kit.kafka.topics import plan_topics
from muniment_kit.runner import serve
from muniment_kit.settings import KitSettings
from muniment_ops.broker import EmbeddedBroker
from muniment_ops.broker.ports import free_port
from shopify_ingest.app import build_receive
from shopify_ingest.settings import ReceiveSettings
from tests.builders.deliveries import SECRET, SHOP_DOMAIN, delivery, order_body
from tests.waiting import until

CONNECTIONS = 64
ROUNDS = 5
HOOKS_A_ROUND = 8000
WARM_UP = 2000
BODY_BYTES = 8 * 1024
ORDERS = 500
PACE_PER_S = 2000
PACED_S = 8.0
PATH = "/hooks/shopify"
SERVERS = ("bare", "receive", "journal", "away")
#: A disk, not memory: where the temporary folder is in memory, fsync costs nothing.
JOURNALS = Path(__file__).resolve().parent.parent / ".muniment"


@dataclass(frozen=True, slots=True)
class Server:
    """A serving process: where it listens, and how much CPU it has used when asked."""

    port: int
    process: asyncio.subprocess.Process

    async def cpu_s(self) -> float:
        """Return the CPU seconds the process has used so far."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(b"cpu\n")
        return float(await self.process.stdout.readline())


async def measure(bootstrap_servers: str) -> dict[str, float | str]:
    """Return hooks a second of each, their ratio, CPU a hook, and the latency at a steady pace."""
    requests = _requests()
    rates: dict[str, list[float]] = {name: [] for name in SERVERS}
    cpu: dict[str, list[float]] = {name: [] for name in SERVERS}
    async with AsyncExitStack() as stack:
        servers = {
            name: await stack.enter_async_context(_served(name, bootstrap_servers)) for name in SERVERS
        }
        for server in servers.values():
            await _send(server.port, requests[:WARM_UP])
        for _ in range(ROUNDS):
            for name, server in servers.items():
                before_s, began_s = await server.cpu_s(), time.perf_counter()
                await _send(server.port, requests)
                rates[name].append(len(requests) / (time.perf_counter() - began_s))
                cpu[name].append((await server.cpu_s() - before_s) / len(requests))
        latencies = {name: await _send_paced(servers[name].port, requests) for name in SERVERS[1:]}
    return _outcome(rates, cpu, latencies)


def _outcome(
    rates: dict[str, list[float]], cpu: dict[str, list[float]], latencies: dict[str, list[float]]
) -> dict[str, float | str]:
    shares = [own / bare for own, bare in zip(rates["receive"], rates["bare"], strict=True)]
    median = statistics.median
    figures: dict[str, float | str] = {
        "what": f"{BODY_BYTES} byte bodies, {CONNECTIONS} connections, {ROUNDS} rounds of {HOOKS_A_ROUND}",
        "share": round(median(shares), 3),
        "share_by_cpu": round(median(cpu["bare"]) / median(cpu["receive"]), 3),
        "paced_per_s": PACE_PER_S,
    }
    for name in SERVERS:
        figures[f"{name}_per_s"] = round(median(rates[name]))
        figures[f"{name}_spread"] = _spread(rates[name])
        figures[f"{name}_cpu_us"] = round(median(cpu[name]) * 1e6, 1)
    for name, found in latencies.items():
        percentiles = statistics.quantiles(found, n=100)
        prefix = "" if name == "receive" else f"{name}_"
        figures[f"{prefix}paced_p50_ms"] = round(percentiles[49] * 1000, 2)
        figures[f"{prefix}paced_p99_ms"] = round(percentiles[98] * 1000, 2)
    return figures


def _spread(values: Sequence[float]) -> str:
    return f"{min(values):.0f}-{max(values):.0f}"


def _requests() -> list[bytes]:
    """Return whole requests, signed, about several hundred orders."""
    made = []
    for number in range(HOOKS_A_ROUND):
        one = delivery(
            order_body(BODY_BYTES, order_id=number % ORDERS + 1), webhook_id=str(uuid.UUID(int=number))
        )
        headers = "".join(f"{name}: {text}\r\n" for name, text in one.headers.items())
        head = f"POST {PATH} HTTP/1.1\r\nHost: receiver\r\nContent-Length: {len(one.body)}\r\n{headers}\r\n"
        made.append(head.encode() + one.body)
    return made


async def _send(port: int, requests: Sequence[bytes]) -> None:
    """Send all of them over the connections, each as fast as it is answered."""
    left = iter(requests)

    async def work() -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for request in left:
            await _ask(reader, writer, request)
        writer.close()

    await asyncio.gather(*(work() for _ in range(CONNECTIONS)))


async def _send_paced(port: int, requests: Sequence[bytes]) -> list[float]:
    """Send at a steady pace; return, for each, the seconds from when it was due until it was answered."""
    count = int(PACE_PER_S * PACED_S)
    due = iter(range(count))
    latencies: list[float] = []
    begins_s = time.perf_counter() + 0.2

    async def work() -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for number in due:
            due_s = begins_s + number / PACE_PER_S
            await asyncio.sleep(due_s - time.perf_counter())
            await _ask(reader, writer, requests[number % len(requests)])
            latencies.append(time.perf_counter() - due_s)
        writer.close()

    await asyncio.gather(*(work() for _ in range(CONNECTIONS)))
    return latencies[count // 8 :]


async def _ask(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, request: bytes) -> None:
    writer.write(request)
    head = await reader.readuntil(b"\r\n\r\n")
    if not head.startswith(b"HTTP/1.1 200") or b"Content-Length: 0" not in head:
        raise RuntimeError(f"unexpected answer: {head[:80]!r}")


@asynccontextmanager
async def _served(name: str, bootstrap_servers: str) -> AsyncIterator[Server]:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "benchmarks.accept", "--serve", name, bootstrap_servers),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        assert process.stdout is not None
        port = int(await asyncio.wait_for(process.stdout.readline(), 60))
        yield Server(port, process)
    finally:
        assert process.stdin is not None
        process.stdin.close()
        try:
            await asyncio.wait_for(process.wait(), 20)
        finally:
            if process.returncode is None:
                process.kill()


async def _serve(name: str, bootstrap_servers: str) -> None:
    """Serve until the parent closes stdin; say the port first, then CPU seconds whenever asked."""
    port = free_port()
    async with AsyncExitStack() as stack:
        if name == "bare":
            await stack.enter_async_context(_serve_bare(port))
        else:
            JOURNALS.mkdir(exist_ok=True)
            journal = "" if name == "receive" else stack.enter_context(TemporaryDirectory(dir=JOURNALS))
            broker = f"127.0.0.1:{free_port()}" if name == "away" else bootstrap_servers
            await stack.enter_async_context(_serve_receive(port, broker, journal, is_away=name == "away"))
        print(port, flush=True)
        while await asyncio.to_thread(sys.stdin.readline):
            used = resource.getrusage(resource.RUSAGE_SELF)
            print(used.ru_utime + used.ru_stime, flush=True)


@asynccontextmanager
async def _serve_bare(port: int) -> AsyncIterator[None]:
    async def handle(request: web.Request) -> web.Response:
        hashlib.sha256(await request.read()).digest()
        return web.Response()

    app = web.Application(client_max_size=1 << 24)
    app.router.add_post(PATH, handle)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port, backlog=1024).start()
    yield
    await runner.cleanup()


@asynccontextmanager
async def _serve_receive(
    port: int, bootstrap_servers: str, journal: str, *, is_away: bool
) -> AsyncIterator[None]:
    log.configure(level="error", format="json", service="benchmark")
    prefix = f"bench-{uuid.uuid4().hex[:8]}."
    kit = KitSettings(kafka_bootstrap_servers=bootstrap_servers, topic_prefix=prefix)
    if not is_away:
        await create_topics(kit, plan_topics([Topic.SHOPIFY_HOOKS], prefix=kit.topic_prefix))
    settings = ReceiveSettings(
        shop=SHOP_DOMAIN, webhook_secrets=(SecretStr(SECRET),), port=port, journal=journal
    )
    stop = asyncio.Event()
    role = asyncio.create_task(
        serve(build_receive(settings), kit, broker=KafkaBroker(kit), clock=SystemClock(), stop=stop)
    )
    await until(partial(_listens, port), what="the receiver listens", timeout_s=30)
    yield
    stop.set()
    await role


async def _listens(port: int) -> bool:
    try:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
    except OSError:
        return False
    writer.close()
    return True


async def _main(arguments: Sequence[str]) -> dict[str, Any]:
    if arguments:
        return await measure(arguments[0])
    async with EmbeddedBroker() as broker:
        return await measure(broker.bootstrap_servers)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--serve"]:
        asyncio.run(_serve(sys.argv[2], sys.argv[3]))
    else:
        gc.freeze()
        print(json.dumps(asyncio.run(_main(sys.argv[1:]))))
