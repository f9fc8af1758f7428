"""Which offset may be committed: everything before it is finished."""

from __future__ import annotations

from collections import deque


class OffsetTracker:
    """Follows the records of one partition, for one assignment, from received to finished to committed.

    It knows only offsets that were received: gaps, from compaction or transaction markers, are normal.
    """

    __slots__ = ("_acknowledged", "_finished", "_next", "_open")

    def __init__(self) -> None:
        self._open: deque[int] = deque()  # received, oldest first; the head is never finished
        self._finished: set[int] = set()  # finished, but behind one that is not
        self._next: int | None = None
        self._acknowledged: int | None = None

    def receive(self, offset: int) -> None:
        """Note that the record at ``offset`` arrived. Raises ``ValueError`` if a later one did before."""
        if (self._open and offset <= self._open[-1]) or (self._next is not None and offset < self._next):
            raise ValueError(f"Offset {offset} was received after a later one.")
        self._open.append(offset)

    def finish(self, offset: int) -> None:
        """Note that the record at ``offset`` is dealt with."""
        if self._open and offset == self._open[0]:
            self._open.popleft()
            self._next = offset + 1
            while self._open and self._open[0] in self._finished:
                self._next = self._open.popleft()
                self._finished.remove(self._next)
                self._next += 1
        else:
            self._finished.add(offset)

    @property
    def committable(self) -> int | None:
        """The offset to commit, which is the next one to be read; ``None`` while nothing new is finished."""
        return None if self._next == self._acknowledged else self._next

    def acknowledge(self, offset: int) -> None:
        """Note that the broker stored ``offset`` as committed."""
        self._acknowledged = offset

    @property
    def oldest_unfinished(self) -> int | None:
        """The offset that holds the commit back, if any record is unfinished."""
        return self._open[0] if self._open else None

    @property
    def unfinished(self) -> int:
        """How many received records are not finished."""
        return len(self._open) - len(self._finished)
