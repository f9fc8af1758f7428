"""Bulk operations in the shop: started, watched to their end, cancelled."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from muniment_kit.errors import Retryable
from muniment_kit.http import OutcomeUnknown
from muniment_shopify.client import AdminClient
from muniment_shopify.errors import AccessDenied, BulkFailed, QueryRefused
from muniment_shopify.operations import operation
from muniment_shopify.pauses import PASSING, Pauses

WITHIN_S = 6 * 3600.0
_UNDER_WAY = frozenset({"CREATED", "RUNNING", "CANCELING"})
_NO_SLOT = frozenset({"OPERATION_IN_PROGRESS", "LIMIT_REACHED"})
_CANCEL_WITHIN_S = 10.0


@dataclass(frozen=True, slots=True)
class BulkProgress:
    """How far an operation is. ``objects`` counts every object, ``root_objects`` those of the root."""

    gid: str
    status: str
    objects: int
    root_objects: int


@dataclass(frozen=True, slots=True)
class FinishedBulk:
    """An operation that ended well. ``url`` is signed and good for 7 days; ``None`` means nothing found."""

    gid: str
    objects: int
    root_objects: int
    url: str | None = field(repr=False)
    size_bytes: int | None = None


OnProgress = Callable[[BulkProgress], None]


async def start_bulk(client: AdminClient, query: str, *, grouped: bool = False, pauses: Pauses) -> str:
    """Start a bulk query and return its operation's gid; waits while the shop already runs as many as it may.

    Raises ``QueryRefused`` when Shopify does not accept ``query``, ``BulkFailed`` when no place came free in
    time, and what ``AdminClient.execute`` raises.
    """
    while True:
        gid = await _started(client, query, grouped=grouped)
        if gid is not None:
            return gid
        if not await pauses.pause():
            raise BulkFailed(
                f"{client.shop} runs as many bulk operations as it may; none ended in time, try again later.",
                code="UNFINISHED",
                after=60.0,
            )


async def wait_for_bulk(
    client: AdminClient, gid: str, *, pauses: Pauses, on_progress: OnProgress | None = None
) -> FinishedBulk:
    """Return the operation once it has ended well; asks with growing pauses, also through outages.

    Raises ``BulkFailed`` (its ``code`` says why, ``partial_url`` what there is), ``AccessDenied`` when the
    query needs a scope the app lacks, and what ``AdminClient.execute`` raises of an ``OperatorNeeded``.
    """
    while True:
        with suppress(*PASSING):
            status = await _status(client, gid)
            if on_progress is not None:
                on_progress(BulkProgress(gid, status["status"], *_counts(status)))
            if status["status"] not in _UNDER_WAY:
                return _ended(client, status)
        if not await pauses.pause():
            raise BulkFailed(
                f"A bulk operation of {client.shop} did not end in time: ask for a shorter period.",
                code="UNFINISHED",
            )


async def cancel_bulk(client: AdminClient, gid: str) -> None:
    """Ask Shopify to end an operation. One that has ended is left as it is. Raises like ``execute``."""
    await client.execute(operation("bulk_operation_cancel"), {"id": gid}, repeatable=True)


async def abandon_bulk(client: AdminClient, gid: str) -> None:
    """Cancel an operation nobody waits for any more, as far as that works within some seconds."""
    with suppress(Retryable, TimeoutError):
        async with asyncio.timeout(_CANCEL_WITHIN_S):
            await cancel_bulk(client, gid)


async def _started(client: AdminClient, query: str, *, grouped: bool) -> str | None:
    """Return the new operation's gid, or ``None`` when there is no place for it."""
    try:
        answer = await client.execute(
            operation("bulk_operation_run_query"), {"query": query, "groupObjects": grouped}
        )
    except OutcomeUnknown:
        gid = await _under_way(client, query)
        if gid is None:
            raise
        return gid
    payload = answer.data["bulkOperationRunQuery"] or {}
    codes = {str(error.get("code") or "") for error in payload.get("userErrors") or ()}
    if codes & _NO_SLOT:
        return None
    if codes or not payload.get("bulkOperation"):
        raise QueryRefused(
            f"{client.shop} refuses a bulk query: it must have one root connection, at most five in all, "
            "nested at most two deep, and none inside a list."
        )
    return str(payload["bulkOperation"]["id"])


async def _under_way(client: AdminClient, query: str) -> str | None:
    """Return the newest operation under way with the very same query: the one whose answer was lost."""
    answer = await client.execute(operation("bulk_operations_newest"), {"query": "operation_type:query"})
    for node in answer.data["bulkOperations"]["nodes"]:
        if node["query"] == query and node["status"] in _UNDER_WAY:
            return str(node["id"])
    return None


async def _status(client: AdminClient, gid: str) -> Mapping[str, Any]:
    answer = await client.execute(operation("bulk_operation_status"), {"id": gid})
    found: Mapping[str, Any] | None = answer.data["bulkOperation"]
    if found is None:
        raise BulkFailed(f"{client.shop} no longer knows a bulk operation; start it again.", code="GONE")
    return found


def _ended(client: AdminClient, status: Mapping[str, Any]) -> FinishedBulk:
    if status["status"] == "COMPLETED":
        size = status["fileSize"]
        return FinishedBulk(
            status["id"], *_counts(status), status["url"], None if size is None else int(size)
        )
    code = status["errorCode"] or status["status"]
    if code == "ACCESS_DENIED":
        raise AccessDenied(
            f"{client.shop} does not grant what a bulk query asks for. Add the missing scope to the app."
        )
    remedy = _REMEDIES.get(code, "start it again")
    raise BulkFailed(
        f"A bulk operation of {client.shop} ended without a result ({remedy}).",
        code=str(code) if code in _REMEDIES else "INTERNAL_SERVER_ERROR",
        partial_url=status["partialDataUrl"],
        after=60.0,
    )


_REMEDIES: Mapping[str, str] = {
    "TIMEOUT": "it took Shopify too long: ask for a shorter period or fewer fields",
    "INTERNAL_SERVER_ERROR": "an error of Shopify's: start it again",
    "CANCELED": "it was cancelled: start it again",
    "EXPIRED": "its result has expired: start it again",
}


def _counts(status: Mapping[str, Any]) -> tuple[int, int]:
    """Return the objects and root objects; Shopify writes these 64-bit numbers as strings."""
    return int(status["objectCount"]), int(status["rootObjectCount"])
