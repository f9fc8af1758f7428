"""Classifications: what a node is about. A node may have several; ours are added, nobody's are taken away.

The server's ``POST`` replaces the whole set, so it is read first and the union is sent. Two accounts that do
this in the same moment may overwrite each other: the set is read back, and what is missing is sent again.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from muniment_ecm.answers import integer, json_object, objects, text
from muniment_ecm.errors import AnswerNotUnderstood, RefusedByServer, SetUpMissing
from muniment_ecm.forms import body_form
from muniment_ecm.named_nodes import find_named
from muniment_ecm.nodes import Nodes, NodeType
from muniment_ecm.serial import OneAtATime
from muniment_ecm.session import Session
from muniment_ecm.volumes import Volumes, VolumeType

_WRITE_ATTEMPTS = 3
_INSIDE = (NodeType.FOLDER, NodeType.CLASSIFICATION_TREE, NodeType.CLASSIFICATION)


@dataclass(frozen=True, slots=True)
class Classification:
    """A classification as it lies on a node; ``type`` is its subtype (RM classifications are listed too)."""

    id: int
    name: str
    type: int


class Classifications:
    """Finds classifications by name; reads and adds those of nodes."""

    def __init__(self, session: Session, nodes: Nodes, volumes: Volumes) -> None:
        self._session = session
        self._nodes = nodes
        self._volumes = volumes
        self._locks = OneAtATime[int]()

    async def require(self, names: Collection[str]) -> dict[str, int]:
        """Return the ids of the classifications with these names. Raises ``SetUpMissing`` naming the others.

        A name of several classifications means the one nearest to the volume.
        """
        volume = await self._volumes.get(VolumeType.CLASSIFICATIONS)
        found = await find_named(
            self._nodes, volume.id, set(names), of_type=NodeType.CLASSIFICATION, inside=_INSIDE
        )
        missing = [name for name in names if name not in found]
        if missing:
            raise SetUpMissing([f'there is no classification "{name}"' for name in missing])
        return found

    async def of(self, node_id: int) -> list[Classification]:
        """Return the classifications of a node. Raises ``NodeNotAccessible``."""
        what = f"read the classifications of node {node_id}"
        answer = await self._session.request(
            "GET", f"/v1/nodes/{node_id}/classifications", what=what, repeatable=True
        )
        content = json_object(answer, what)
        if "data" not in content:
            raise AnswerNotUnderstood(f"Could not {what}: the answer has no data.")
        return [
            Classification(integer(entry, "id"), text(entry, "name"), integer(entry, "type", -1))
            for entry in objects(content["data"])
        ]

    async def add(self, node_id: int, class_ids: Iterable[int]) -> bool:
        """Give the node these classifications besides those it has; return whether any was missing."""
        wanted = dict.fromkeys(class_ids)
        async with self._locks.of(node_id):
            for attempt in range(_WRITE_ATTEMPTS):
                present = [found.id for found in await self.of(node_id)]
                missing = [class_id for class_id in wanted if class_id not in present]
                if not missing:
                    return attempt > 0
                await self._set(node_id, [*present, *missing])
            present = [found.id for found in await self.of(node_id)]
        if not set(wanted) <= set(present):
            raise AnswerNotUnderstood(f"Could not classify node {node_id}: the server did not keep it.")
        return True

    async def remove(self, node_id: int, class_id: int) -> bool:
        """Take one classification from the node; return whether it had it."""
        async with self._locks.of(node_id):
            if class_id not in [found.id for found in await self.of(node_id)]:
                return False
            try:
                await self._session.change(
                    "DELETE",
                    f"/v1/nodes/{node_id}/classifications/{class_id}",
                    what=f"take a classification from node {node_id}",
                    repeatable=True,
                )
            except RefusedByServer:
                if class_id in [found.id for found in await self.of(node_id)]:
                    raise
            return True

    async def _set(self, node_id: int, class_ids: list[int]) -> None:
        await self._session.change(
            "POST",
            f"/v1/nodes/{node_id}/classifications",
            what=f"classify node {node_id}",
            repeatable=True,  # the same set twice is the same set
            form=body_form({"class_id": class_ids, "apply_to_sub_items": False}),
        )
