"""Finding nodes by name in a volume whose ids differ from system to system."""

from __future__ import annotations

from collections.abc import Collection
from contextlib import suppress

from muniment_ecm.errors import NodeNotAccessible
from muniment_ecm.nodes import Nodes

MAX_DEPTH = 6


async def find_named(
    nodes: Nodes, start_id: int, names: Collection[str], *, of_type: int, inside: Collection[int]
) -> dict[str, int]:
    """Return the ids of the nodes with these exact names below ``start_id``; missing names are left out.

    Only nodes of the types ``inside`` are opened, level by level, at most ``MAX_DEPTH`` deep: of two nodes
    with one name the one nearer to the start is meant.
    """
    found: dict[str, int] = {}
    level = [start_id]
    for _ in range(MAX_DEPTH):
        deeper: list[int] = []
        for container_id in level:
            with suppress(NodeNotAccessible):  # what the account may not open has nothing for it
                async for node in nodes.children(container_id):
                    if node.type == of_type and node.name in names:
                        found.setdefault(node.name, node.id)
                    if node.type in inside:
                        deeper.append(node.id)
        if len(found) == len(names) or not deeper:
            break
        level = deeper
    return found
