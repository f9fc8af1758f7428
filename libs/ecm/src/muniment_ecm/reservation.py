"""Reservations (check-outs): a reserved document takes versions from nobody else."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from muniment_ecm.answers import integer, json_object, one_result, part
from muniment_ecm.forms import body_form
from muniment_ecm.session import Session


class Reservations:
    """Reserves documents and gives them back."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def holder(self, node_id: int) -> int | None:
        """Return the id of the member who has reserved the node, ``None`` if nobody has."""
        what = f"read who has reserved node {node_id}"
        answer = await self._session.request(
            "GET",
            f"/v2/nodes/{node_id}",
            what=what,
            repeatable=True,
            params=[("fields", "properties{id,reserved,reserved_user_id}")],
        )
        properties = part(one_result(json_object(answer, what), what), "data", "properties")
        return integer(properties, "reserved_user_id") or None

    async def reserve(self, node_id: int, member_id: int) -> None:
        """Reserve the node for the member, as often as wanted. Raises ``ReservedByOther``."""
        await self._put(node_id, member_id, f"reserve node {node_id}")

    async def release(self, node_id: int) -> None:
        """Give the node back. Raises ``ReservedByOther`` where it is another member's."""
        await self._put(node_id, None, f"end the reservation of node {node_id}")

    @asynccontextmanager
    async def reserved(self, node_id: int, member_id: int) -> AsyncIterator[None]:
        """Hold the node reserved for the time of the block."""
        await self.reserve(node_id, member_id)
        try:
            yield
        finally:
            await self.release(node_id)

    async def _put(self, node_id: int, member_id: int | None, what: str) -> None:
        await self._session.change(
            "PUT",
            f"/v2/nodes/{node_id}",
            what=what,
            repeatable=True,
            form=body_form({"reserved_user_id": member_id}),
        )
