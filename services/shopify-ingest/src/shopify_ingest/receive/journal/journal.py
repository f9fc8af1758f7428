"""The journal itself: entries go in and are durable, come out in order, and are removed when they are done.

One fsync makes all entries durable that came in while the one before was under way (group commit). Space
comes back a segment at a time; until then a crash brings entries back that were removed. None is ever lost.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import ParamSpec, TypeVar

from muniment_kit.log import logger
from shopify_ingest.metrics import JOURNAL_BYTES, JOURNAL_HOOKS, JOURNAL_SYNC_SECONDS
from shopify_ingest.receive.journal.entries import MAGIC, framed
from shopify_ingest.receive.journal.errors import JournalBroken, JournalFull
from shopify_ingest.receive.journal.segments import Position, Segments

_log = logger(__name__)

P = ParamSpec("P")
T = TypeVar("T")

_SEGMENT_BYTES = 8 * 1024 * 1024
_SEGMENTS = 8
_START = len(MAGIC)


@dataclass(frozen=True, slots=True)
class Batch:
    """The oldest entries, in their order, and where they end."""

    payloads: Sequence[bytes]
    end: Position


@dataclass(slots=True)
class _Segment:
    """What of a segment is durable, and how many of its entries were not removed yet."""

    number: int
    size_bytes: int
    entries: int


@dataclass(slots=True)
class _Pending:
    entry: bytes
    done: asyncio.Future[None]


class Journal:
    """A bounded queue of payloads on disk, for one event loop and one reader. Made by ``Journal.open``."""

    def __init__(self, files: Segments, *, max_bytes: int, write_within_s: float) -> None:
        self._files = files
        self._max_bytes = max_bytes
        self._write_within_s = write_within_s
        self._thread = ThreadPoolExecutor(1, "journal")
        self._segments: deque[_Segment] = deque()
        self._removed_to = Position(0, _START)
        self._pending: list[_Pending] = []
        self._writing: asyncio.Task[None] | None = None
        self._is_hanging = False
        self.waiting = 0
        """Entries that were not removed, those included that are about to be written."""
        self.size_bytes = 0
        """Bytes of all segments, and of what is about to be written."""

    @classmethod
    async def open(
        cls, folder: Path, *, max_bytes: int, write_within_s: float = 3.0, segment_bytes: int | None = None
    ) -> Journal:
        """Open the journal in ``folder``, with what is in it from before.

        Raises ``JournalInUse``, or ``OSError`` when the folder cannot be used.
        """
        segment_bytes = segment_bytes or min(_SEGMENT_BYTES, max(1, max_bytes // _SEGMENTS))
        journal = cls(Segments(folder, segment_bytes), max_bytes=max_bytes, write_within_s=write_within_s)
        try:
            found = await journal._on_disk(journal._files.open)
        except BaseException:
            journal._thread.shutdown()
            raise
        journal._segments = deque(_Segment(*segment) for segment in found)
        journal.waiting = sum(segment.entries for segment in found)
        journal.size_bytes = sum(segment.size_bytes for segment in found)
        journal._show()
        return journal

    def append(self, payload: bytes, done: asyncio.Future[None]) -> None:
        """Take ``payload`` in behind all others; ``done`` gets its result once the disk has it.

        Raises ``JournalFull`` or ``JournalBroken`` at once; ``done`` may get a ``JournalBroken`` later.
        """
        if self._is_hanging:
            raise JournalBroken("The disk has not finished writing to the journal in time.")
        entry = framed(payload)
        if self.size_bytes + len(entry) > self._max_bytes:
            raise JournalFull
        self._pending.append(_Pending(entry, done))
        self.size_bytes += len(entry)
        self.waiting += 1
        if self._writing is None:
            self._writing = asyncio.create_task(self._write())

    async def oldest(self, *, max_bytes: int) -> Batch | None:
        """Return the oldest entries, about ``max_bytes`` and at least one, waiting for those being written;
        ``None`` if there are none.

        They are of one segment, and stay until they are removed. Raises ``OSError``.
        """
        while True:
            segment = self._first_with_entries()
            if segment is not None:
                if (batch := await self._read(segment, max_bytes)) is not None:
                    return batch
            elif self._writing is not None:
                await asyncio.wait([self._writing])
            else:
                return None

    async def keep_apart(self, payload: bytes) -> None:
        """Keep an entry that nobody will ever take beside the journal; remove it afterwards.

        Raises ``OSError``. The same entry is kept once, however often.
        """
        await self._on_disk(self._files.keep_apart, payload)

    async def remove(self, batch: Batch) -> None:
        """Forget the entries of ``batch``, which are the oldest."""
        segment = self._first_with_entries()
        if segment is None or batch.end.segment != segment.number:
            raise ValueError("Only the oldest entries can be removed.")
        segment.entries -= len(batch.payloads)
        self.waiting -= len(batch.payloads)
        self._removed_to = batch.end
        await self._drop_segments()

    async def close(self) -> None:
        """Finish what is being written, and give the folder back; what was not removed stays in it."""
        if self._writing is not None:
            await asyncio.wait([self._writing])
        await self._on_disk(self._files.close)
        self._thread.shutdown()

    def _first_with_entries(self) -> _Segment | None:
        return next((segment for segment in self._segments if segment.entries), None)

    async def _read(self, segment: _Segment, max_bytes: int) -> Batch | None:
        start = max(self._removed_to, Position(segment.number, _START))
        payloads, end = await self._on_disk(self._files.read, start, segment.size_bytes, max_bytes)
        if payloads:
            return Batch(payloads, Position(segment.number, end))
        await self._on_disk(self._files.set_aside, start)
        self.waiting -= segment.entries
        segment.entries = 0
        self._removed_to = Position(segment.number, segment.size_bytes)
        await self._drop_segments()
        return None

    async def _drop_segments(self) -> None:
        """Give back the space of segments that are done; the last one only if nothing is on its way there."""
        done = []
        while (
            self._segments and not self._segments[0].entries and (len(self._segments) > 1 or not self.waiting)
        ):
            segment = self._segments.popleft()
            self.size_bytes -= segment.size_bytes
            done.append(segment.number)
        self._show()
        if done:
            await self._on_disk(self._files.remove, done)

    async def _write(self) -> None:
        loop = asyncio.get_running_loop()
        try:
            while self._pending:
                taken, self._pending = self._pending, []
                timer = loop.call_later(self._write_within_s, self._hang, taken)
                try:
                    with JOURNAL_SYNC_SECONDS.time():
                        content = b"".join(pending.entry for pending in taken)
                        end = await self._on_disk(self._files.write, content)
                except OSError as error:
                    _log.warning(
                        "the journal was not written to", error=type(error).__name__, reason=error.strerror
                    )
                    self._refuse(taken, f"The disk did not take the journal ({type(error).__name__}).")
                else:
                    self._written(taken, end)
                finally:
                    timer.cancel()
                    self._is_hanging = False
        finally:
            self._writing = None

    def _written(self, taken: Sequence[_Pending], end: Position) -> None:
        if not self._segments or self._segments[-1].number != end.segment:
            self._segments.append(_Segment(end.segment, _START, 0))
            self.size_bytes += _START
        self._segments[-1].size_bytes = end.offset
        self._segments[-1].entries += len(taken)
        self._show()
        for pending in taken:
            if not pending.done.done():
                pending.done.set_result(None)

    def _hang(self, taken: Sequence[_Pending]) -> None:
        """Tell everybody who waits for a disk that hangs; what it has begun to write it may still write."""
        self._is_hanging = True
        reason = "The disk has not finished writing to the journal in time."
        _fail(taken, reason)
        behind, self._pending = self._pending, []
        self._refuse(behind, reason)

    def _refuse(self, those: Sequence[_Pending], reason: str) -> None:
        self.waiting -= len(those)
        self.size_bytes -= sum(len(pending.entry) for pending in those)
        self._show()
        _fail(those, reason)

    def _show(self) -> None:
        JOURNAL_HOOKS.set(self.waiting)
        JOURNAL_BYTES.set(self.size_bytes)

    async def _on_disk(self, call: Callable[P, T], *args: P.args, **_: P.kwargs) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, call, *args)


def _fail(those: Sequence[_Pending], reason: str) -> None:
    for pending in those:
        if not pending.done.done():
            pending.done.set_exception(JournalBroken(reason))
