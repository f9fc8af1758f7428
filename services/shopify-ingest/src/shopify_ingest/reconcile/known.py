"""What ``commerce.*`` shows of one object: its newest state, the facts told of it, the facts still lacking.

Learning is a join: any order of the same events, and any of them twice, gives the same knowledge. So topics
may be read side by side, from any place, and again.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal, TypeAlias

State: TypeAlias = Literal["found", "gone"]
Digest: TypeAlias = bytes
"""Eight bytes that stand for a fact (of its event id) or for how an object looks in a listing."""

DIGEST_BYTES = 8

_HEAD = struct.Struct("<qBHHH")
_NEVER = -(2**62)
_GONE = 1


@dataclass(frozen=True, slots=True)
class Told:
    """What one event says of its object.

    ``fact`` stands for the event itself, ``None`` for a plain update. ``shown`` are all facts that the
    snapshot shows and that must have been told, ``looks`` how the object looks in a listing (``None`` where
    the snapshot does not say).
    """

    kind: str
    id: str
    state: State
    updated_at: datetime | None
    fact: Digest | None
    shown: frozenset[Digest]
    looks: Digest | None


@dataclass(frozen=True, slots=True)
class Known:
    """All that was told of one object. ``looks`` has more than one entry when one second saw more states."""

    state: State = "found"
    updated_at: datetime | None = None
    looks: frozenset[Digest] = frozenset()
    facts: frozenset[Digest] = frozenset()
    lacking: frozenset[Digest] = frozenset()

    def and_told(self, told: Told) -> Known:
        """Return the knowledge with ``told`` added."""
        facts = self.facts | {told.fact} if told.fact is not None else self.facts
        looks = frozenset() if told.looks is None else frozenset({told.looks})
        mine, its = _rank(self.state, self.updated_at), _rank(told.state, told.updated_at)
        if its > mine:
            return Known(told.state, told.updated_at, looks, facts, told.shown - facts)
        if its == mine:
            lacking = (self.lacking | told.shown) - facts
            return Known(self.state, self.updated_at, self.looks | looks, facts, lacking)
        return Known(self.state, self.updated_at, self.looks, facts, self.lacking - facts)

    def packed(self) -> bytes:
        """Return the same in few bytes: there are as many of these in memory as the shop has objects."""
        moment = _NEVER if self.updated_at is None else _milliseconds(self.updated_at)
        flags = _GONE if self.state == "gone" else 0
        head = _HEAD.pack(moment, flags, len(self.looks), len(self.facts), len(self.lacking))
        return b"".join([head, *sorted(self.looks), *sorted(self.facts), *sorted(self.lacking)])

    @classmethod
    def unpacked(cls, content: bytes) -> Known:
        """Return what ``packed`` packed."""
        moment, flags, *counts = _HEAD.unpack_from(content)
        at = _HEAD.size
        sets = []
        for count in counts:
            end = at + count * DIGEST_BYTES
            sets.append(frozenset(content[n : n + DIGEST_BYTES] for n in range(at, end, DIGEST_BYTES)))
            at = end
        updated_at = None if moment == _NEVER else datetime.fromtimestamp(moment / 1000, UTC)
        return cls("gone" if flags & _GONE else "found", updated_at, *sets)


def _rank(state: State, updated_at: datetime | None) -> tuple[bool, int]:
    """Return what tells newer from older: what is gone stays gone, as no id is given twice."""
    if state == "gone":
        return True, 0
    return False, _NEVER if updated_at is None else _milliseconds(updated_at)


def _milliseconds(moment: datetime) -> int:
    return round(moment.timestamp() * 1000)
