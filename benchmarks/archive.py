"""How fast documents are filed and read back, against pyxecm doing the same one after another.

Both sides do the same work on the same sandbox, which runs in a process of its own: for each order find or
make the workspace and find the folder, for each document upload it with its category values, download it and
compare the hash. Rounds alternate. A sequential client's rate does not depend on how many documents it files,
so pyxecm gets fewer.

    python -m benchmarks.archive --documents 1000
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import hashlib
import json
import logging
import os
import statistics
import sys
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from itertools import count
from pathlib import Path
from typing import Any, cast
from urllib.parse import urlsplit

import orjson

from muniment_ecm import (
    Archive,
    ArchiveLayout,
    ContentServer,
    ContentServerSettings,
    FilingOutcome,
    FilingPlan,
    Sort,
    WorkspacePlan,
)
from muniment_kit.http import PeerSettings

DOCUMENTS_AN_ORDER = 4
FOLDER = "Order"
CLASSIFICATION = "Accounting documents"
_SANDBOX = """
import asyncio, json, sys
from muniment_sandbox.ecm import serve
said = lambda line: print(json.dumps(line), flush=True)
asyncio.run(serve("127.0.0.1", 0, faults=sys.argv[1:], ready=said))
"""
_ORDERS = count(1)


@dataclass(frozen=True)
class Sandbox:
    """Where the sandbox listens and how to log in."""

    url: str
    username: str
    password: str
    process_id: int

    def cpu_seconds(self) -> float:
        """Return the CPU time of its process so far; 0 where the system has no ``/proc``."""
        try:
            fields = Path(f"/proc/{self.process_id}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            return 0.0
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Round:
    """What one side did in one round, and the CPU time of client and sandbox. ``requests`` are ours only."""

    documents: int
    seconds: float
    cpu_seconds: float
    sandbox_cpu_seconds: float = 0.0
    requests: int = 0

    @property
    def rate(self) -> float:
        return self.documents / self.seconds


async def measure(
    *,
    documents: int = 1000,
    reference_documents: int = 40,
    latency_ms: int = 50,
    concurrency: int = 32,
    rounds: int = 3,
    size_bytes: int = 40_000,
    with_records: bool = False,
) -> dict[str, float | str]:
    """Return rates (documents a second), the ratio of medians, requests and CPU time in ms a document.

    ``with_records`` makes every document a record of its RM classification too; the reference does not.
    """
    faults = [f"latency={latency_ms}"] if latency_ms else []
    ours: list[Round] = []
    theirs: list[Round] = []
    async with running_sandbox(*faults) as sandbox:
        for _ in range(rounds):
            ours.append(
                await file_with_archive(
                    sandbox, documents, concurrency, size_bytes, with_records=with_records
                )
            )
            if reference_documents:
                theirs.append(
                    await asyncio.to_thread(file_with_pyxecm, sandbox, reference_documents, size_bytes)
                )
    return _figures(ours, theirs, latency_ms, concurrency)


async def file_with_archive(
    sandbox: Sandbox, documents: int, concurrency: int, size_bytes: int, *, with_records: bool = False
) -> Round:
    """File with the archive: orders at once, as lanes do, the documents of one order in turn."""
    server = ContentServer.connect(
        ContentServerSettings(
            url=sandbox.url,
            username=sandbox.username,
            password=sandbox.password,
            peer=PeerSettings(allow_private=True, max_concurrency=concurrency),
        )
    )
    archive = Archive(server, ArchiveLayout(classifications=(CLASSIFICATION,) if with_records else ()))
    orders = iter([next(_ORDERS) for _ in range(-(-documents // DOCUMENTS_AN_ORDER))])

    async def lane() -> list[int]:
        requests = []
        for order in orders:
            for plan, content in plans(order, size_bytes):
                result = await archive.file(replace(plan, classification=CLASSIFICATION), content)
                if result.outcome is not FilingOutcome.FILED:
                    raise RuntimeError("a document of this round was there before")
                requests.append(result.requests_made)
        return requests

    try:
        await archive.prepare()
        began, cpu, sandbox_cpu = time.perf_counter(), time.process_time(), sandbox.cpu_seconds()
        requests = [
            made for lanes in await asyncio.gather(*(lane() for _ in range(concurrency))) for made in lanes
        ]
        return Round(
            len(requests),
            time.perf_counter() - began,
            time.process_time() - cpu,
            sandbox.cpu_seconds() - sandbox_cpu,
            sum(requests),
        )
    finally:
        await server.close()


def file_with_pyxecm(sandbox: Sandbox, documents: int, size_bytes: int) -> Round:
    """File with OpenText's own client, one document after another, as its examples do."""
    client = _pyxecm(sandbox)
    keys = _attribute_keys(client)
    type_id, template_id = _workspace_type(client)
    began, cpu = time.perf_counter(), time.process_time()
    filed = 0
    for order in (next(_ORDERS) for _ in range(-(-documents // DOCUMENTS_AN_ORDER))):
        folder_id = _pyxecm_folder(client, order, type_id, template_id, keys)
        for plan, content in plans(order, size_bytes):
            values = {"Kind": "invoice", "Number": str(plan.values["Number"]), "SHA-256": plan.sha256}
            uploaded = client.upload_file_to_parent(
                parent_id=folder_id,
                file_name=plan.name,
                file_content=content,
                mime_type=plan.media_type,
                category_data={keys["Shopify Document"][name]: value for name, value in values.items()},
            )
            node_id = uploaded["results"]["data"]["properties"]["id"]
            if hashlib.sha256(client.get_document_content(node_id)).hexdigest() != plan.sha256:
                raise RuntimeError("pyxecm read back other bytes")
            filed += 1
    return Round(filed, time.perf_counter() - began, time.process_time() - cpu)


def plans(order: int, size_bytes: int) -> Iterator[tuple[FilingPlan, bytes]]:
    """Yield the documents of one order with their content."""
    workspace = WorkspacePlan(
        business_object_type="order",
        business_object_id=f"bench.{order}",
        name=f"Order #{order}",
        values={"Shop": "bench", "Order id": str(order), "Order name": f"#{order}", "Total": "10.00"},
        updated_at=datetime(2026, 6, 1, tzinfo=UTC),
    )
    for n in range(DOCUMENTS_AN_ORDER):
        content = f"{order}.{n}.".encode().ljust(size_bytes, b"x")
        yield (
            FilingPlan(
                workspace=workspace,
                folder=(FOLDER,),
                name=f"INV-{order}-{n}.pdf",
                media_type="application/pdf",
                values={"Kind": "invoice", "Number": f"INV-{order}-{n}"},
                sort=Sort.ISSUED,
                sha256=hashlib.sha256(content).hexdigest(),
                record_date=date(2026, 6, 1),
                effect_id=f"{order}.{n}",
            ),
            content,
        )


@asynccontextmanager
async def running_sandbox(*faults: str) -> AsyncIterator[Sandbox]:
    """Run the ECM sandbox in a process of its own."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", _SANDBOX, *faults, stdout=asyncio.subprocess.PIPE
    )
    try:
        assert process.stdout is not None
        ready = orjson.loads(await asyncio.wait_for(process.stdout.readline(), 30))
        yield Sandbox(ready["url"], ready["username"], ready["password"], process.pid)
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.terminate()
        await process.wait()


def _figures(
    ours: list[Round], theirs: list[Round], latency_ms: int, concurrency: int
) -> dict[str, float | str]:
    rates = sorted(each.rate for each in ours)
    figures: dict[str, float | str] = {
        "setting": f"{latency_ms} ms latency, {concurrency} at once, {ours[0].documents} documents a round",
        "archive_per_s": round(statistics.median(rates), 1),
        "archive_per_s_low": round(rates[0], 1),
        "archive_per_s_high": round(rates[-1], 1),
        "archive_cpu_ms_per_document": round(
            statistics.median(each.cpu_seconds / each.documents * 1000 for each in ours), 3
        ),
        "sandbox_cpu_ms_per_document": round(
            statistics.median(each.sandbox_cpu_seconds / each.documents * 1000 for each in ours), 3
        ),
        "requests_per_document": round(
            sum(each.requests for each in ours) / sum(each.documents for each in ours), 2
        ),
    }
    if theirs:
        reference = statistics.median(each.rate for each in theirs)
        figures["pyxecm_per_s"] = round(reference, 2)
        figures["ratio"] = round(statistics.median(rates) / reference, 1)
    return figures


def _pyxecm(sandbox: Sandbox) -> Any:
    """Return a logged-in pyxecm client; its names carry no types."""
    from pyxecm import OTCS  # imported late: it takes seconds and brings pandas

    logging.getLogger("pyxecm").setLevel(logging.CRITICAL)
    address = urlsplit(sandbox.url)
    client = OTCS(
        protocol=address.scheme,
        hostname=str(address.hostname),
        port=cast(int, address.port),
        username=sandbox.username,
        password=sandbox.password,
    )
    if not client.authenticate():
        raise RuntimeError("pyxecm could not log in")
    return client


def _attribute_keys(client: Any) -> dict[str, dict[str, str]]:
    """Return the flat keys of both categories by attribute name."""
    volume = client.get_volume(volume_type=133)["results"]["data"]["properties"]["id"]
    folder = client.get_node_by_parent_and_name(parent_id=volume, name="Shopify")
    found: dict[str, dict[str, str]] = {}
    for name in ("Shopify Document", "Shopify Order"):
        folder_id = folder["results"][0]["data"]["properties"]["id"]
        category = client.get_node_by_parent_and_name(parent_id=folder_id, name=name)
        category_id = category["results"][0]["data"]["properties"]["id"]
        form = client.do_request(
            url=f"{client.config()['nodesFormUrl']}/properties/specific?id={category_id}",
            method="GET",
            headers=client.request_form_header(),
        )
        properties = form["forms"][0]["schema"]["properties"]
        found[name] = {schema["title"]: key for key, schema in properties.items()}
    return found


def _workspace_type(client: Any) -> tuple[int, int]:
    for result in client.get_workspace_types()["results"]:
        properties = result["data"]["properties"]
        if properties["wksp_type_name"] == "Order":
            return properties["wksp_type_id"], properties["templates"][0]["id"]
    raise RuntimeError("the sandbox has no workspace type Order")


def _pyxecm_folder(
    client: Any, order: int, type_id: int, template_id: int, keys: dict[str, dict[str, str]]
) -> int:
    """Find or make the order's workspace, and find its folder."""
    found = client.get_workspace_by_business_object("SHOPIFY", "order", f"bench.{order}")
    if found and found.get("results"):
        workspace_id = found["results"][0]["data"]["properties"]["id"]
    else:
        category = keys["Shopify Order"]
        category_id = category["Shop"].partition("_")[0]
        created = client.create_workspace(
            workspace_template_id=template_id,
            workspace_name=f"Order #{order}",
            workspace_description="",
            workspace_type=type_id,
            category_data={category_id: {category["Shop"]: "bench", category["Order id"]: str(order)}},
            external_system_id="SHOPIFY",
            bo_type="order",
            bo_id=f"bench.{order}",
        )
        workspace_id = created["results"]["id"]
    folder = client.get_node_by_parent_and_name(parent_id=workspace_id, name=FOLDER)
    folder_id: int = folder["results"][0]["data"]["properties"]["id"]
    return folder_id


def main() -> None:
    """Measure with latency and without, and print the figures."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--documents", type=int, default=200)
    parser.add_argument("--reference-documents", type=int, default=12)
    parser.add_argument("--latency-ms", type=int, default=50)
    parser.add_argument("--concurrency", type=int, default=32)
    parser.add_argument("--rounds", type=int, default=2)
    given = parser.parse_args()
    with_latency = asyncio.run(
        measure(
            documents=given.documents,
            reference_documents=given.reference_documents,
            latency_ms=given.latency_ms,
            concurrency=given.concurrency,
            rounds=given.rounds,
        )
    )
    without = asyncio.run(
        measure(
            documents=given.documents,
            reference_documents=given.reference_documents,
            latency_ms=0,
            concurrency=given.concurrency,
            rounds=given.rounds,
        )
    )
    records = asyncio.run(
        measure(
            documents=given.documents,
            reference_documents=0,
            latency_ms=0,
            concurrency=given.concurrency,
            rounds=given.rounds,
            with_records=True,
        )
    )
    print(
        json.dumps(
            {"with_latency": with_latency, "without_latency": without, "with_records": records}, indent=2
        )
    )


if __name__ == "__main__":
    main()
