"""The children of one container, found by name in constant time and by part of a name without a walk.

Listing is by name, ascending, case-insensitively: the server's default. A folder of 100,000 answers an
exact look-up as fast as one of ten; a search for part of a name reads blocks of joined names, some three
megabytes at that size.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections import Counter
from collections.abc import Iterable
from typing import TypeVar

from muniment_sandbox.ecm.state.rights import OPEN, Acl

BLOCK_NAMES = 512
_END = "\x00"
_Key = TypeVar("_Key", int, Acl)


def fold(name: str) -> str:
    """The form of a name in which names are compared."""
    return name.casefold()


class FolderIndex:
    """Names, order, subtypes and access lists of a container's children."""

    __slots__ = ("_blocks", "_by_name", "_ordered", "acls", "types")

    def __init__(self) -> None:
        self._by_name: dict[str, int] = {}
        self._ordered: list[tuple[str, int]] = []
        self._blocks: _NameBlocks | None = None
        self.types: Counter[int] = Counter()
        self.acls: Counter[Acl] = Counter()

    def __len__(self) -> int:
        return len(self._by_name)

    def find(self, name: str) -> int | None:
        """Return the id of the child of exactly this name, in any case."""
        return self._by_name.get(fold(name))

    def ids(self) -> Iterable[int]:
        """Ids in the order of names."""
        return (node_id for _, node_id in self._ordered)

    def slice(self, start: int, stop: int, *, descending: bool = False) -> list[int]:
        """Ids of one page in the order of names."""
        if descending:
            size = len(self._ordered)
            return [
                node_id for _, node_id in reversed(self._ordered[max(size - stop, 0) : max(size - start, 0)])
            ]
        return [node_id for _, node_id in self._ordered[start:stop]]

    def containing(self, part: str) -> list[int]:
        """Ids of the children whose names contain ``part`` in any case, in the order of names."""
        needle = fold(part)
        if self._blocks is None:
            return [node_id for name, node_id in self._ordered if needle in name]
        return [node_id for _, node_id in sorted(self._blocks.containing(needle))]

    def add(self, name: str, node_id: int, subtype: int, acl: Acl = OPEN) -> None:
        folded = fold(name)
        self._by_name[folded] = node_id
        insort(self._ordered, (folded, node_id))
        self.types[subtype] += 1
        self.acls[acl] += 1
        if self._blocks is not None:
            self._blocks.add(folded, node_id)
        elif len(self._ordered) > BLOCK_NAMES:
            self._blocks = _NameBlocks(self._ordered)

    def remove(self, name: str, subtype: int, acl: Acl = OPEN) -> None:
        folded = fold(name)
        node_id = self._by_name.pop(folded)
        del self._ordered[bisect_left(self._ordered, (folded, node_id))]
        _count_down(self.types, subtype)
        _count_down(self.acls, acl)
        if self._blocks is not None:
            self._blocks.remove(folded, node_id)


def _count_down(counter: Counter[_Key], key: _Key) -> None:
    counter[key] -= 1
    if not counter[key]:
        del counter[key]


class _NameBlocks:
    """Folded names joined into blocks, so that a search for a part runs inside ``str.find``."""

    def __init__(self, names: Iterable[tuple[str, int]]) -> None:
        self._members: list[dict[int, str]] = [{}]
        self._texts: list[str] = [_END]
        self._block_of: dict[int, int] = {}
        for name, node_id in names:
            self.add(name, node_id)

    def add(self, name: str, node_id: int) -> None:
        if len(self._members[-1]) >= BLOCK_NAMES:
            self._members.append({})
            self._texts.append(_END)
        block = len(self._members) - 1
        self._members[block][node_id] = name
        self._texts[block] += f"{name}{_END}"
        self._block_of[node_id] = block

    def remove(self, name: str, node_id: int) -> None:
        block = self._block_of.pop(node_id)
        del self._members[block][node_id]
        self._texts[block] = self._texts[block].replace(f"{_END}{name}{_END}", _END, 1)

    def containing(self, needle: str) -> list[tuple[str, int]]:
        found: list[tuple[str, int]] = []
        for text, members in zip(self._texts, self._members, strict=True):
            if needle in text:
                found += [(name, node_id) for node_id, name in members.items() if needle in name]
        return found
