"""Whether what the ECM holds fits what the shop says: states, their order, what the workspace shows. Pure.

The shop tells only how an order is now. But its parts (edits, payments, refunds, parcels) only ever grow at
the end, so every earlier state is the present one cut short; anything else is a state it never had.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from itertools import pairwise
from typing import Any

import orjson

Snapshot = Mapping[str, Any]

_PARTS = ("edits", "transactions", "refunds", "fulfillments")
#: What never changes of an order and of each of its parts once it is there.
_FIXED_OF_ORDER = ("id", "name", "createdAt", "presentmentCurrencyCode")
_FIXED_OF_PART: Mapping[str, tuple[str, ...]] = {
    "edits": ("id", "happenedAt"),
    "transactions": ("id", "kind", "amountSet", "createdAt"),
    "refunds": ("id", "createdAt", "totalRefundedSet"),
    "fulfillments": ("id", "createdAt"),
}


@dataclass(frozen=True, slots=True)
class SourceEvent:
    """One source event as read back from the ECM."""

    node_id: int
    type: str
    snapshot_sha256: str
    snapshot: Snapshot | None

    @classmethod
    def read(cls, node_id: int, content: bytes) -> SourceEvent:
        """Read the JSON of a source event. Raises ``ValueError``."""
        try:
            told = orjson.loads(content)
            return cls(node_id, told["event"]["type"], told["snapshot_sha256"], told["snapshot"])
        except (KeyError, TypeError, ValueError) as error:
            raise ValueError(f"node {node_id} holds no source event ({type(error).__name__})") from error

    @property
    def is_true_to_its_hash(self) -> bool:
        """Whether the snapshot inside has the hash that stands beside it."""
        raw = b"" if self.snapshot is None else orjson.dumps(self.snapshot, option=orjson.OPT_SORT_KEYS)
        return hashlib.sha256(raw).hexdigest() == self.snapshot_sha256


def never_was(snapshot: Snapshot, now: Snapshot) -> Iterator[str]:
    """Yield why the order cannot have been as in ``snapshot``, given how it is ``now``; nothing if it can."""
    for name in _FIXED_OF_ORDER:
        if snapshot["order"].get(name) != now["order"].get(name):
            yield f"{name} differs"
    if moment(snapshot["order"]["updatedAt"]) > moment(now["order"]["updatedAt"]):
        yield "it is newer than the order is now"
    for parts in _PARTS:
        then, later = snapshot[parts], now[parts]
        if len(then) > len(later):
            yield f"it has more {parts} than the order has now"
        fixed = _FIXED_OF_PART[parts]
        for place, (part, same) in enumerate(zip(then, later, strict=False), start=1):
            if any(part.get(name) != same.get(name) for name in fixed):
                yield f"number {place} of its {parts} is another one"


def out_of_order(events: Sequence[SourceEvent]) -> Iterator[tuple[SourceEvent, SourceEvent]]:
    """Yield neighbours of which the one filed later tells of an older state.

    Only events of the order itself: those of payments, refunds and parcels travel on topics of their own, and
    no order between topics is promised.
    """
    own = [each for each in sorted(events, key=lambda each: each.node_id) if each.type.startswith("order.")]
    told = [each for each in own if each.snapshot is not None]
    for before, after in pairwise(told):
        assert before.snapshot is not None
        assert after.snapshot is not None
        if moment(after.snapshot["order"]["updatedAt"]) < moment(before.snapshot["order"]["updatedAt"]):
            yield before, after


def not_newest(shown: Mapping[str, object], now: Snapshot) -> Iterator[str]:
    """Yield which values of the workspace (by attribute name) are not those of the order ``now``."""
    order = now["order"]
    expected = {
        "Financial status": order["displayFinancialStatus"],
        "Fulfilment status": order["displayFulfillmentStatus"],
        "Order name": order["name"],
    }
    for name, value in expected.items():
        if str(shown.get(name) or "") != str(value or ""):
            yield f"{name} is {shown.get(name)!r}, not {value!r}"
    total = order["totalPriceSet"]["presentmentMoney"]["amount"]
    if _decimal(shown.get("Total")) != _decimal(total):
        yield f"Total is {shown.get('Total')!r}, not {total!r}"
    updated = str(shown.get("Updated at") or "")
    if not updated or moment(updated) != moment(order["updatedAt"]):
        yield f"Updated at is {updated!r}, not {order['updatedAt']!r}"


def moment(text: str) -> datetime:
    """Return a time as the shop or the ECM writes it; one without a zone is UTC, as we wrote it."""
    return datetime.fromisoformat(text if text.endswith("Z") or "+" in text[10:] else f"{text}Z")


def _decimal(value: object) -> Decimal | None:
    try:
        return Decimal(str(value))
    except InvalidOperation:
        return None
