"""Which keys of one source partition are parked, and what that means for each record of theirs.

A record that cannot be handled within its lane's budget is written to the retry partition of the same number,
and so is every later one of its key, until all of them are dealt with. Pure: no clock, no task, no Kafka.

It rests on one fact: the records of a key leave their lane in order. So if one of them is in the retry
partition, every earlier one is finished, or lies there before it.
An origin is an offset of the source partition.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
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
        self.any: Mapping[Hashable, object] = self._keys  # true while one is parked; asked for every record

    def __contains__(self, key: Hashable) -> bool:
        return key in self._keys

    def __len__(self) -> int:
        return len(self._keys)

    @property
    def has_room(self) -> bool:
        """Whether one more key may be parked."""
        return len(self._keys) < self._limit

    def learn(self, key: Hashable, origin: int | None) -> None:
        """Before the source is read: a record that nobody has committed lies in the retry partition."""
        if origin is not None:
            parked = self._keys.setdefault(key, _Parked(origin))
            parked.written = max(parked.written, origin)

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

    def comes_back(self, key: Hashable, origin: int | None) -> bool:
        """Return whether the record that the retry partition delivers is to be handled.

        It is not if it is a copy: of one that came back already, or, written too late by an earlier owner, of
        one that the source brings in this assignment or that was dealt with before.
        """
        parked = self._keys.get(key)
        if origin is None:  # nobody knows where it is from: it is handled, in the order of its key
            parked = self._keys.setdefault(key, _Parked(_BEFORE_ALL))
        elif parked is None or not parked.back < origin <= parked.written:
            return False
        else:
            parked.back = origin
        parked.unfinished += 1
        return True

    def finished(self, key: Hashable, count: int) -> None:
        """``count`` records that came back are dealt with; the key is free once none is left anywhere."""
        parked = self._keys[key]
        parked.unfinished -= count
        if not parked.unfinished and parked.back >= parked.written:
            del self._keys[key]
