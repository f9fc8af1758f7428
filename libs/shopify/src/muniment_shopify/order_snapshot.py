"""An order as Shopify told it, as one canonical document with views on its parts. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import orjson

from muniment_kit.errors import Rejected
from muniment_shopify.gids import number_in

_EDIT = "OrderEditAgreement"
_PAYING = frozenset({"SALE", "CAPTURE"})


@dataclass(frozen=True, slots=True)
class Part:
    """One edit, transaction, refund or fulfilment of an order. ``at`` is when it happened, ``node`` its
    content.
    """

    gid: str
    at: datetime
    node: Mapping[str, Any] = field(default_factory=dict, repr=False, compare=False)

    @property
    def number(self) -> str:
        """Return the numeric id, as hooks carry it."""
        return number_in(self.gid)


@dataclass(frozen=True, slots=True)
class OrderSnapshot:
    """The order at ``updated_at``. ``content`` is canonical JSON (UTF-8, sorted keys): the same state, the
    same bytes.

    The parts are in the order they happened, and only ever grow at the end. ``gaps`` are paths of fields the
    app may not read: they are null in ``content``. ``order_id`` is the numeric id as text, ``node`` the order
    itself.
    """

    gid: str
    order_id: str
    name: str
    updated_at: datetime
    created_at: datetime
    cancelled_at: datetime | None
    content: bytes = field(repr=False)
    edits: tuple[Part, ...] = field(repr=False)
    transactions: tuple[Part, ...] = field(repr=False)
    refunds: tuple[Part, ...] = field(repr=False)
    fulfillments: tuple[Part, ...] = field(repr=False)
    node: Mapping[str, Any] = field(default_factory=dict, repr=False, compare=False)
    gaps: tuple[str, ...] = ()

    @property
    def order_name(self) -> str:
        """Return what people call the order, as snapshots of other things name the order they belong to."""
        return self.name

    @property
    def payments(self) -> tuple[Part, ...]:
        """Return the transactions that brought money: successful sales and captures."""
        return tuple(
            part
            for part in self.transactions
            if part.node.get("kind") in _PAYING and part.node.get("status") == "SUCCESS"
        )

    @classmethod
    def from_content(cls, content: bytes, *, gaps: Iterable[str] = ()) -> OrderSnapshot:
        """Read a snapshot from its canonical bytes. Raises ``Rejected`` when they are none."""
        try:
            tree = orjson.loads(content)
            order = tree["order"]
            return cls(
                gid=order["id"],
                order_id=number_in(order["id"]),
                name=order["name"],
                updated_at=_moment(order["updatedAt"]),
                created_at=_moment(order["createdAt"]),
                cancelled_at=_moment(order["cancelledAt"]) if order.get("cancelledAt") else None,
                content=content,
                edits=_parts(tree["edits"], "happenedAt"),
                transactions=_parts(tree["transactions"], "processedAt", "createdAt"),
                refunds=_parts(tree["refunds"], "createdAt"),
                fulfillments=_parts(tree["fulfillments"], "createdAt"),
                node=order,
                gaps=tuple(gaps),
            )
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise Rejected(
                f"The snapshot of an order lacks what it must hold ({type(error).__name__})."
            ) from error


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathered:
    """The answers an order is put together from, every page joined."""

    order: Mapping[str, Any]
    agreements: Sequence[Mapping[str, Any]] = ()
    transactions: Sequence[Mapping[str, Any]] = ()
    refunds: Sequence[Mapping[str, Any]] = ()
    fulfillments: Sequence[Mapping[str, Any]] = ()


def snapshot_of(gathered: Gathered, *, gaps: Iterable[str] = ()) -> OrderSnapshot:
    """Put the snapshot together: parts sorted by when they happened, then by number; no paging left inside.

    Raises ``Rejected`` when a list inside was cut off: a document of an incomplete order is worse than none.
    """
    edits = [
        {"id": agreement["id"], "happenedAt": agreement["happenedAt"]}
        for agreement in gathered.agreements
        if agreement.get("__typename") == _EDIT
    ]
    tree = {
        "order": gathered.order,
        "edits": _sorted(edits, "happenedAt"),
        "transactions": _sorted(gathered.transactions, "processedAt", "createdAt"),
        "refunds": _sorted(gathered.refunds, "createdAt"),
        "fulfillments": _sorted(gathered.fulfillments, "createdAt"),
    }
    content = orjson.dumps(_without_paging(tree, ()), option=orjson.OPT_SORT_KEYS)
    return OrderSnapshot.from_content(content, gaps=sorted(set(gaps)))


def _without_paging(value: object, path: tuple[str, ...]) -> object:
    if isinstance(value, Mapping):
        page = value.get("pageInfo")
        if isinstance(page, Mapping) and page.get("hasNextPage"):
            raise Rejected(
                f"The order has more {'.'.join(path)} than are read: the snapshot would be incomplete."
            )
        return {
            name: _without_paging(inner, (*path, name)) for name, inner in value.items() if name != "pageInfo"
        }
    if isinstance(value, list | tuple):
        return [_without_paging(inner, path) for inner in value]
    return value


def _sorted(nodes: Iterable[Mapping[str, Any]], *moments: str) -> list[Mapping[str, Any]]:
    return sorted(nodes, key=lambda node: (_first_moment(node, moments), _numeric(node["id"])))


def _parts(nodes: Iterable[Mapping[str, Any]], *moments: str) -> tuple[Part, ...]:
    return tuple(Part(node["id"], _first_moment(node, moments), node) for node in nodes)


def _first_moment(node: Mapping[str, Any], names: Sequence[str]) -> datetime:
    return next(_moment(node[name]) for name in names if node.get(name))


def _numeric(gid: str) -> int:
    digits = number_in(gid)
    return int(digits) if digits.isdecimal() else 0


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError("a time without a zone")
    return moment
