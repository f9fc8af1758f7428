"""Which keys of one source partition are parked, and what that means for each record of theirs.

A record that cannot be handled within its lane's budget is written to the retry partition of the same number,
and so is every later one of its key, until all of them are dealt with. Pure: no clock, no task, no Kafka.

It rests on one fact: the records of a key leave their lane in order. So if one of them is in the retry
partition, every earlier one is finished, or lies there before it.
An origin is an offset of the source partition.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass

_BEFORE_ALL = -1


@dataclass(slots=True)
class _Parked:
    """``written``: the last origin in the retry partition or on its way. ``back``: the last one received."""

    written: int
    back: int = _BEFORE_ALL
    unfinished: int = 0  # received back, not dealt with


class ParkedKeys:
    """The parked keys of one source partition for one assignment; at most ``limit`` are parked anew."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._keys: dict[Hashable, _Parked] = {}
        self._source_begins: int | None = None  # the first offset that the source brought
        self._learned_until = 0  # retry offsets below this were there before the source was read

    def __contains__(self, key: Hashable) -> bool:
        return key in self._keys

    def __len__(self) -> int:
        return len(self._keys)

    @property
    def has_room(self) -> bool:
        """Whether one more key may be parked."""
        return len(self._keys) < self._limit

    # Before the source is read

    def learn(self, key: Hashable, origin: int | None, retry_offset: int) -> None:
        """A record that nobody has committed lies in the retry partition."""
        self._learned_until = max(self._learned_until, retry_offset + 1)
        if origin is None:
            return
        parked = self._keys.setdefault(key, _Parked(origin))
        parked.written = max(parked.written, origin)

    # What the source brings

    def source_brings(self, offset: int) -> None:
        """The source partition has delivered ``offset``; only the first one of an assignment matters."""
        if self._source_begins is None:
            self._source_begins = offset

    def park(self, key: Hashable, origin: int) -> bool:
        """Park ``key``, or keep it parked; return whether the record at ``origin`` is still to be written.

        It is not if it was written before: by this assignment or by an earlier one that did not commit it.
        """
        parked = self._keys.get(key)
        if parked is None:
            self._keys[key] = _Parked(written=origin, back=origin - 1)
            return True
        if origin <= parked.written:
            return False
        parked.written = origin
        return True

    # What the retry partition brings

    def comes_back(self, key: Hashable, origin: int | None, retry_offset: int) -> bool:
        """Return whether the record that the retry partition delivers is to be handled.

        It is not if it is a second copy, or if the source brings it in this assignment: then an earlier owner
        wrote it too late.
        """
        parked = self._keys.get(key)
        if origin is None:  # nobody's hand: it is handled, in the order of its key
            parked = self._keys.setdefault(key, _Parked(_BEFORE_ALL))
        elif parked is not None and origin <= parked.written:
            if origin <= parked.back:
                return False
            parked.back = origin
        elif retry_offset < self._learned_until or self._source_has(origin):
            return False
        else:
            parked = self._keys.setdefault(key, _Parked(origin))
            parked.written = parked.back = origin
        parked.unfinished += 1
        return True

    def finished(self, key: Hashable, count: int) -> None:
        """``count`` records that came back are dealt with; the key is free once none is left anywhere."""
        parked = self._keys[key]
        parked.unfinished -= count
        if not parked.unfinished and parked.back >= parked.written:
            del self._keys[key]

    def _source_has(self, origin: int) -> bool:
        return self._source_begins is not None and origin >= self._source_begins
