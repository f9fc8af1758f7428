"""Folders: found, or created at most once."""

from __future__ import annotations

from muniment_ecm.answers import json_object, one_result, part, required_id
from muniment_ecm.creation import Created, create_once
from muniment_ecm.errors import NameTakenByOther
from muniment_ecm.forms import body_form
from muniment_ecm.names import safe_name
from muniment_ecm.nodes import Nodes, NodeType
from muniment_ecm.session import Session


class Folders:
    """Finds and makes folders."""

    def __init__(self, session: Session, nodes: Nodes) -> None:
        self._session = session
        self._nodes = nodes

    async def inside(self, parent_id: int) -> dict[str, int]:
        """Return the ids of all folders of ``parent_id`` by their ``names.comparable`` name."""
        return await self._nodes.ids_by_name(parent_id, of_type=NodeType.FOLDER)

    async def ensure(self, parent_id: int, name: str) -> Created[int]:
        """Make the folder if it is not there. Raises ``NameTakenByOther`` if another thing has the name."""
        name = safe_name(name)

        async def create() -> int:
            what = f"create a folder in node {parent_id}"
            body = {"type": int(NodeType.FOLDER), "parent_id": parent_id, "name": name}
            answer = await self._session.request(
                "POST", "/v2/nodes", what=what, repeatable=False, form=body_form(body)
            )
            return required_id(part(one_result(json_object(answer, what), what), "data", "properties"), what)

        async def find() -> int | None:
            node = await self._nodes.child(parent_id, name)
            if node is None:
                return None
            if node.type != NodeType.FOLDER:
                raise NameTakenByOther(
                    f"Could not create a folder: node {node.id} in node {parent_id} has its name and is no "
                    "folder. "
                    "Rename or move that node.",
                    node_id=node.id,
                )
            return node.id

        return await create_once(create, find)
