"""An object of the shop as Shopify told it: one canonical document with its time and the order it is of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import orjson

from muniment_kit.errors import Rejected

Node = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The object at ``updated_at``. ``content`` is canonical JSON (UTF-8, sorted keys): same state, same
    bytes.

    ``order_id`` is the numeric id of the order it belongs to, ``None`` if it belongs to none. ``gaps`` are
    paths of fields that the app may not read (they are null in ``content``) and of inner lists that are cut.
    Shopify gives some objects no time of change: ``updated_at`` is then the newest time in the snapshot.
    """

    gid: str
    updated_at: datetime
    content: bytes = field(repr=False)
    node: Node = field(repr=False, compare=False)
    order_id: str | None = None
    order_name: str = ""
    gaps: tuple[str, ...] = ()

    def moment(self, name: str) -> datetime | None:
        """Return the time in one field of the object, ``None`` if it is empty."""
        text = self.node.get(name)
        return datetime.fromisoformat(text) if text else None


def canonical(node: object) -> bytes:
    """Return the one JSON text of ``node``."""
    return orjson.dumps(node, option=orjson.OPT_SORT_KEYS)


def whole(node: Node) -> tuple[Node, list[str]]:
    """Return ``node`` without paging, and the paths of the lists inside that are longer than was read."""
    cut: list[str] = []
    return _without_paging(node, (), cut), sorted(set(cut))


def parsed(content: bytes) -> Node:
    """Return the object in a snapshot's canonical bytes. Raises ``Rejected`` when they are none."""
    try:
        node = orjson.loads(content)
    except orjson.JSONDecodeError as error:
        raise Rejected("The snapshot is not JSON.") from error
    if not isinstance(node, dict):
        raise Rejected("The snapshot is no JSON object.")
    return node


def newest(moments: Iterable[str | None]) -> datetime:
    """Return the latest of the times told. Raises ``Rejected`` when there is none."""
    told = [datetime.fromisoformat(moment) for moment in moments if moment]
    if not told:
        raise Rejected("The snapshot shows no time at all.")
    return max(told)


def nodes(node: Node, name: str) -> list[Node]:
    """Return the nodes of a connection, none if it may not be read."""
    return list((node.get(name) or {}).get("nodes") or ())


def _without_paging(value: Any, path: tuple[str, ...], cut: list[str]) -> Any:
    if isinstance(value, Mapping):
        page = value.get("pageInfo")
        if isinstance(page, Mapping) and page.get("hasNextPage"):
            cut.append(".".join(path))
        return {
            name: _without_paging(inner, (*path, name), cut)
            for name, inner in value.items()
            if name != "pageInfo"
        }
    if isinstance(value, list | tuple):
        return [_without_paging(inner, path, cut) for inner in value]
    return value
