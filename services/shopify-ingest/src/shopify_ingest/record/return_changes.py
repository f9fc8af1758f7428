"""What changed on a return. Pure.

Its request, approval, decline and closing are known by the times and the state it shows. What it shows no
trace of (an update, a processing, a reopening, a label) is known by the action its hook names.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

from muniment_shopify.snapshots import Snapshot, canonical
from shopify_ingest.record.change import Change, each_once, of_content, since
from shopify_ingest.record.hook import Hook


def changes_of(hooks: Iterable[Hook], shown: Snapshot) -> list[Change]:
    """Return the changes that ``hooks`` announce, each once, oldest first."""
    facts = {fact.name: fact for fact in _facts(shown)}
    return each_once(_named(hook, shown, facts.get(hook.change)) for hook in hooks)


def changes_of_state(shown: Snapshot, moment: datetime) -> list[Change]:
    """Return all facts that the return shows and that happened at or after ``moment``, and the update."""
    return since(moment, _facts(shown), _update(shown))


def _named(hook: Hook, shown: Snapshot, fact: Change | None) -> Change:
    if fact is not None:
        return fact
    if hook.change in _ONCE:
        at = _at(shown, "createdAt") if hook.change == "return.requested" else hook.triggered_at
        return Change(hook.change, (hook.change,), at)
    if hook.change == "return.updated":
        return _update(shown)
    part = hook.part_gid(_PARTS[hook.change]) if hook.change in _PARTS else None
    return Change(hook.change, (hook.change, part or "", hook.action), hook.triggered_at, part)


def _facts(shown: Snapshot) -> Iterator[Change]:
    status, created = shown.node["status"], _at(shown, "createdAt")
    approved, closed = shown.moment("requestApprovedAt"), shown.moment("closedAt")
    if status in ("REQUESTED", "DECLINED") or (approved is not None and approved > created):
        yield Change("return.requested", ("return.requested",), created)
    if approved is not None:
        yield Change("return.approved", ("return.approved",), approved)
    if status == "DECLINED":
        yield Change("return.declined", ("return.declined",), shown.updated_at)
    if status == "CANCELED":
        yield Change("return.cancelled", ("return.cancelled",), shown.updated_at)
    if closed is not None:
        yield Change("return.closed", ("return.closed", closed.isoformat()), closed)


def _update(shown: Snapshot) -> Change:
    order = {"id": shown.node["order"]["id"]}  # the order's time of change is not the return's
    return of_content("return.updated", canonical({**shown.node, "order": order}), shown.updated_at)


def _at(shown: Snapshot, name: str) -> datetime:
    return datetime.fromisoformat(shown.node[name])


#: What happens to a return once at most, so that its name alone tells it.
_ONCE = frozenset({"return.requested", "return.approved", "return.declined", "return.cancelled"})
_PARTS: Mapping[str, str] = {
    "return.disposed": "ReverseFulfillmentOrder",
    "return.label-attached": "ReverseDelivery",
}
