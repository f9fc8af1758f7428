"""What a member may do with a node, all its groups and roles taken together."""

from __future__ import annotations

from muniment_ecm.answers import json_object, part, results
from muniment_ecm.session import Session


class Permissions:
    """Asks for effective rights; changes none."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def effective(self, node_id: int, member_id: int) -> frozenset[str]:
        """Return the names of the member's rights on the node (``see``, ``add_items`` …).

        Raises ``NodeNotAccessible`` where the account may not see the node.
        """
        what = f"read the effective rights on node {node_id}"
        answer = await self._session.request(
            "GET", f"/v2/nodes/{node_id}/permissions/effective/{member_id}", what=what, repeatable=True
        )
        found = results(json_object(answer, what), what)
        names = part(found[0] if found else {}, "data", "permissions").get("permissions")
        return frozenset(str(name) for name in names) if isinstance(names, list) else frozenset()
