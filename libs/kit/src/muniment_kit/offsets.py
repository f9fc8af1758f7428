"""Which offset may be committed: everything before it is finished."""

from __future__ import annotations

from collections import deque


class OffsetTracker:
    """Follows the records of one partition, for one assignment, from received to finished to committed.

    It knows only offsets that were received: gaps, from compaction or transaction markers, are normal.
    """

    __slots__ = ("_acknowledged", "_finished", "_next", "_open", "_timestamps")

    def __init__(self) -> None:
        self._open: deque[int] = deque()  # received, oldest first; the head is never finished
        self._timestamps: deque[int] = deque()  # of the same records
        self._finished: set[int] = set()  # finished, but behind one that is not
        self._next: int | None = None
        self._acknowledged: int | None = None

    def receive(self, offset: int, timestamp_ms: int = 0) -> None:
        """Note that the record at ``offset`` arrived. Raises ``ValueError`` if a later one did before."""
        if (self._open and offset <= self._open[-1]) or (self._next is not None and offset < self._next):
            raise ValueError(f"Offset {offset} was received after a later one.")
        self._open.append(offset)
        self._timestamps.append(timestamp_ms)

    def finish(self, offset: int) -> None:
        """Note that the record at ``offset`` is dealt with."""
        if not self._open or offset != self._open[0]:
            self._finished.add(offset)
            return
        while True:
            self._open.popleft()
            self._timestamps.popleft()
            self._next = offset + 1
            if not self._finished or self._open[0] not in self._finished:
                return
            offset = self._open[0]
            self._finished.remove(offset)

    @property
    def committable(self) -> int | None:
        """The offset to commit, which is the next one to be read; ``None`` while nothing new is finished."""
        return None if self._next == self._acknowledged else self._next

    def acknowledge(self, offset: int) -> None:
        """Note that the broker stored ``offset`` as committed."""
        self._acknowledged = offset

    @property
    def place(self) -> int | None:
        """The offset to begin at again: of the first record not finished; ``None`` before any arrived."""
        return self._next if self._next is not None else (self._open[0] if self._open else None)

    @property
    def oldest_timestamp_ms(self) -> int | None:
        """The timestamp of the record that holds the commit back, if any is unfinished."""
        return self._timestamps[0] if self._timestamps else None

    @property
    def unfinished(self) -> int:
        """How many received records are not finished."""
        return len(self._open) - len(self._finished)
