"""Nicknames: a name of a node for the whole system, which stays when the node is moved or renamed."""

from __future__ import annotations

import hashlib
import re
from urllib.parse import quote

from muniment_ecm.answers import json_object, one_result
from muniment_ecm.creation import Origin
from muniment_ecm.errors import NicknameTaken, NodeNotAccessible
from muniment_ecm.forms import form
from muniment_ecm.nodes import Node, Nodes
from muniment_ecm.session import Session

MAX_NICKNAME = 248
_UNFIT = re.compile(r"[^A-Za-z0-9_]")
_HASH_DIGITS = 10


def nickname(*parts: str) -> str:
    """Return a valid nickname for the parts: letters, digits and ``_``, never a number; stable.

    Parts whose characters must be replaced or cut get a hash of them all, so different parts have different
    nicknames (``nickname("shopify", "order", "5123")`` is ``shopify_order_5123``).
    """
    plain = "_".join(_UNFIT.sub("_", part) for part in parts)
    is_exact = all(part and not _UNFIT.search(part) and "_" not in part for part in parts)
    if is_exact and len(plain) <= MAX_NICKNAME and not plain.isdigit():
        return plain
    digest = hashlib.sha256("\x00".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:_HASH_DIGITS]
    return f"{plain[: MAX_NICKNAME - _HASH_DIGITS - 2]}_x{digest}"


class Nicknames:
    """Looks nicknames up and sets them once."""

    def __init__(self, session: Session, nodes: Nodes) -> None:
        self._session = session
        self._nodes = nodes

    async def node(self, name: str) -> Node | None:
        """Return the node of the nickname, ``None`` if nobody has it (or the account may not see who)."""
        what = "look up a nickname"
        try:
            answer = await self._session.request(
                "GET", f"/v2/nicknames/{quote(name, safe='')}/nodes", what=what, repeatable=True
            )
        except NodeNotAccessible:
            return None
        return self._nodes.parse(one_result(json_object(answer, what), what), what)

    async def set_once(self, node_id: int, name: str) -> Origin:
        """Give the node the nickname unless it has it. Raises ``NicknameTaken`` where another node has it.

        The nickname a node had before is replaced: a node has one.
        """
        holder = await self.node(name)
        if holder is not None:
            return _same(holder, node_id)
        try:
            await self._session.change(
                "PUT",
                f"/v2/nodes/{node_id}/nicknames",
                what=f"set the nickname of node {node_id}",
                repeatable=True,
                form=form({"nickname": name}),
            )
        except NicknameTaken:
            holder = await self.node(name)
            if holder is None:
                raise
            return _same(holder, node_id)
        return Origin.MADE


def _same(holder: Node, node_id: int) -> Origin:
    if holder.id != node_id:
        raise NicknameTaken(f"Could not set the nickname of node {node_id}: node {holder.id} has it.")
    return Origin.FOUND
