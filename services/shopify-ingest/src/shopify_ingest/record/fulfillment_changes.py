"""What changed on an order's fulfilment orders and the holds on them. Pure.

A hold is known by its own id, placed and released once. Splits, merges and moves may happen to one
fulfilment order again: each is known by the action its hooks name.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

from muniment_shopify.snapshots import Snapshot
from muniment_shopify.snapshots.snapshot import Node, nodes
from shopify_ingest.record.change import Change, each_once, of_part, since
from shopify_ingest.record.hook import Hook

_WORDS = ("fulfillment", "hold")


def is_of_fulfillment(change: str) -> bool:
    """Tell whether a change of this name is about fulfilment orders or holds: its event carries them."""
    return change.partition(".")[0] in _WORDS


def changes_of(hooks: Iterable[Hook], shown: Snapshot | None) -> list[Change]:
    """Return the changes that ``hooks`` announce; ``shown`` are the order's fulfilment orders."""
    facts = _facts(shown) if shown else ()
    routed = {change.part: change for change in facts if change.name == "fulfillment.routed"}
    return each_once(_named(hook, routed) for hook in hooks)


def changes_of_state(shown: Snapshot, moment: datetime) -> list[Change]:
    """Return what the fulfilment orders show: routed, cancelled, and the holds that are on them now.

    A hold shows no time: its fulfilment order's last change stands in.
    """
    return since(moment, _facts(shown))


def _named(hook: Hook, routed: Mapping[str | None, Change]) -> Change:
    if hook.change in ("hold.placed", "hold.released"):
        return of_part(hook.change, hook.part_gid("FulfillmentHold"), hook.triggered_at)
    gid = hook.part_gid("FulfillmentOrder")
    if hook.change == "fulfillment.routed":
        known = routed.get(gid)
        return of_part(hook.change, gid, known.occurred_at if known else hook.triggered_at)
    if hook.change == "fulfillment.cancelled":
        return of_part(hook.change, gid, hook.triggered_at)
    return Change(hook.change, (hook.change, gid, hook.action), hook.triggered_at, gid)


def _facts(shown: Snapshot) -> Iterator[Change]:
    for each in nodes(shown.node, "fulfillmentOrders"):
        yield of_part("fulfillment.routed", each["id"], _moment(each, "createdAt"))
        if each["status"] == "CANCELLED":
            yield of_part("fulfillment.cancelled", each["id"], _moment(each, "updatedAt"))
        for hold in each["fulfillmentHolds"] or ():
            yield of_part("hold.placed", hold["id"], _moment(each, "updatedAt"))


def _moment(node: Node, name: str) -> datetime:
    return datetime.fromisoformat(node[name])
