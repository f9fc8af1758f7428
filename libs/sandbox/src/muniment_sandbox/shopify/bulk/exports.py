"""Runs the bulk operations of one shop beside its requests, and keeps what came of them for seven days.

Rows are made on the server's own event loop in slices of a few milliseconds, so every row shows the shop
between two requests and never in the middle of one. The root objects are listed page by page; what changes
while an operation runs is told as it is when its row is made, each root object at most once.
"""

from __future__ import annotations

import asyncio
import logging
import random
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import BinaryIO

from graphql import GraphQLError

from muniment_sandbox.shopify.bulk.reading import Connection, root_of
from muniment_sandbox.shopify.bulk.rows import Row, rows_of
from muniment_sandbox.shopify.bulk.rules import read_bulk_query
from muniment_sandbox.shopify.chance import dice
from muniment_sandbox.shopify.faults import Faults
from muniment_sandbox.shopify.graphql.asking import Request
from muniment_sandbox.shopify.graphql.schema import executable_schema
from muniment_sandbox.shopify.state.bulk_operations import BulkOperation
from muniment_sandbox.shopify.state.shop import Shop

_OTHERS_S = 0.001
"""What others have to themselves after a slice: long enough for a request, which takes several turns."""
_log = logging.getLogger(__name__)


class _BrokenOff(Exception):
    """The switch says that this operation is to fail here."""


@dataclass
class Exports:
    """The bulk side of one shop. ``folder`` holds the files; without one it is a temporary one of its own.

    Rows are made for ``slice_s`` at a stretch, then whoever waits has their turn.
    """

    shop: Shop
    faults: Faults
    folder: Path | None = None
    slice_s: float = 0.005
    chance: random.Random = field(default_factory=lambda: dice("bulk"))

    def __post_init__(self) -> None:
        self._tasks: dict[int, asyncio.Task[None]] = {}
        self._temporary: tempfile.TemporaryDirectory[str] | None = None
        self._seen = -1

    def look(self) -> None:
        """Start what was asked for since the last look; also what a stopped server left unfinished."""
        issued = self.shop.numbers.issued.get("BulkOperation", 0)
        if issued == self._seen:
            return
        self._seen = issued
        for operation in self.shop.all_of(BulkOperation):
            if operation.unfinished and operation.number not in self._tasks:
                task = asyncio.get_running_loop().create_task(self._run(operation))
                self._tasks[operation.number] = task
                task.add_done_callback(partial(self._done, operation.number))

    def file_of(self, operation: BulkOperation) -> Path:
        """Return where the rows of an operation lie, whole or in part."""
        return self._home / operation.file_name

    def sweep(self) -> None:
        """Remove the files whose links have expired."""
        now = self.shop.clock.now()
        for operation in self.shop.all_of(BulkOperation):
            if operation.ended_at is not None and not operation.kept_at(now):
                self.file_of(operation).unlink(missing_ok=True)

    async def idle(self) -> None:
        """Return when no operation is running any more."""
        while self._tasks:
            await asyncio.wait(set(self._tasks.values()))

    async def close(self) -> None:
        """Stop everything; a durable shop takes it up again at its next start."""
        tasks = list(self._tasks.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        if self._temporary is not None:
            self._temporary.cleanup()

    def _done(self, number: int, _task: asyncio.Task[None]) -> None:
        self._tasks.pop(number, None)

    @property
    def _home(self) -> Path:
        if self.folder is None:
            self._temporary = tempfile.TemporaryDirectory(prefix="muniment-bulk-")
            self.folder = Path(self._temporary.name)
        self.folder.mkdir(parents=True, exist_ok=True)
        return self.folder

    async def _run(self, operation: BulkOperation) -> None:
        """Take an operation to its end, whatever that is; nothing of it escapes."""
        self.sweep()
        if self.faults.bulk_delay_s:
            await asyncio.sleep(self.faults.bulk_delay_s)
        if operation.stage != "CANCELING":
            self.shop.run_bulk(operation)
        stage, error_code = "COMPLETED", None
        try:
            await self._write(operation)
        except _BrokenOff:
            stage, error_code = "FAILED", "INTERNAL_SERVER_ERROR"
        except GraphQLError as error:
            denied = (error.extensions or {}).get("code") == "ACCESS_DENIED"
            stage, error_code = "FAILED", "ACCESS_DENIED" if denied else "INTERNAL_SERVER_ERROR"
        except Exception:  # noqa: BLE001 - the operation fails, as Shopify's do; the server goes on
            _log.exception("A bulk operation failed: the sandbox could not make its rows.")
            stage, error_code = "FAILED", "INTERNAL_SERVER_ERROR"
        path = self.file_of(operation)
        if operation.stage == "CANCELING":
            stage, error_code = "CANCELED", None
            path.unlink(missing_ok=True)
        size = path.stat().st_size if path.exists() else 0
        self.shop.end_bulk(operation, stage, result_bytes=size, error_code=error_code)

    async def _write(self, operation: BulkOperation) -> None:
        with self.file_of(operation).open("wb") as file:
            async for _pause in _written(self._rows(operation), operation, file, self.slice_s):
                if operation.stage == "CANCELING":
                    return
                if self.faults.bulk_pause_s:
                    await asyncio.sleep(self.faults.bulk_pause_s)

    def _rows(self, operation: BulkOperation) -> Iterator[Row]:
        schema = executable_schema()
        query = read_bulk_query(schema, operation.query)
        if isinstance(query, list):
            raise GraphQLError(query[0])
        scopes = None if operation.scopes is None else frozenset(operation.scopes)
        root = root_of(query, schema, Request(self.shop, operation.api_version, scopes))
        rows = rows_of(root, grouped=operation.group_objects)
        broken = self.faults.bulk_failure and self.chance.random() < self.faults.bulk_failure
        return _broken_off(rows, _count(root) // 2) if broken else rows


async def _written(
    rows: Iterator[Row], operation: BulkOperation, file: BinaryIO, slice_s: float
) -> AsyncIterator[None]:
    """Write rows, letting others work after each slice; what was counted was written."""
    began, clock = time.perf_counter(), time.perf_counter
    objects = roots = 0
    try:
        for line, at_root in rows:
            file.write(line)
            objects += 1
            roots += at_root
            if clock() - began > slice_s:
                operation.objects, operation.root_objects = objects, roots
                await asyncio.sleep(_OTHERS_S)
                yield
                began = clock()
    finally:
        operation.objects, operation.root_objects = objects, roots


def _count(root: Connection) -> int:
    return sum(1 for _node in root.nodes(None))


def _broken_off(rows: Iterator[Row], after_roots: int) -> Iterator[Row]:
    for line, at_root in rows:
        if at_root:
            after_roots -= 1
        if after_roots < 0:
            raise _BrokenOff
        yield line, at_root
