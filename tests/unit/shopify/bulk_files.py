"""Bulk results for tests: a forest of objects, the lines Shopify writes of it, and the tree to get."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson
from hypothesis import strategies as st

from muniment_shopify.bulk import BulkObject

_TYPES = ("Order", "LineItem", "Refund")


@dataclass
class Node:
    """One object of the forest."""

    gid: str
    text: str = ""
    children: list[Node] = field(default_factory=list)

    def lines(self, parent: str | None = None) -> list[bytes]:
        """Return the lines of this object and all below it, each child right after its parent."""
        own: dict[str, Any] = {"id": self.gid, "text": self.text}
        if parent is not None:
            own["__parentId"] = parent
        below = [line for child in self.children for line in child.lines(self.gid)]
        return [orjson.dumps(own), *below]


def forests(*, most_roots: int = 6) -> st.SearchStrategy[list[Node]]:
    """Draw forests of up to three levels, as deep as Shopify nests."""
    shapes = st.lists(st.lists(st.integers(0, 3), max_size=4), max_size=most_roots)
    return st.builds(_forest, shapes, st.text(max_size=8))


def forest(roots: int, children: int, *, text: str = "") -> list[Node]:
    """Return ``roots`` orders with ``children`` line items each."""
    return _forest([[0] * children for _ in range(roots)], text)


def shape(objects: Sequence[BulkObject] | Sequence[Node]) -> list[tuple[str, str, Any]]:
    """Return ids, texts and nesting of a forest or of what was read, in one form to compare."""
    return [
        (each.gid, each.text, shape(each.children))
        if isinstance(each, Node)
        else (each.id, each.fields["text"], shape(_flat(each.children)))
        for each in objects
    ]


async def chunks_of(content: bytes, size: int) -> AsyncGenerator[bytes, None]:
    """Yield ``content`` in chunks of ``size`` bytes."""
    for start in range(0, len(content), size):
        yield content[start : start + size]


def _flat(children: Mapping[str, list[BulkObject]]) -> list[BulkObject]:
    return [child for typename in sorted(children) for child in children[typename]]


def _forest(shapes: list[list[int]], text: str) -> list[Node]:
    numbers = iter(range(1, 1_000_000))

    def node(level: int, children: list[Node]) -> Node:
        return Node(f"gid://shopify/{_TYPES[level]}/{next(numbers)}", text, children)

    return [
        node(0, [node(1, [node(2, []) for _ in range(leaves)]) for leaves in branches]) for branches in shapes
    ]
