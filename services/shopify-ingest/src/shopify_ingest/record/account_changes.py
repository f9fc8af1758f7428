"""What changed on a customer or a company. Pure.

Creations are known by the account, location or contact created, updates by the state they led to; what the
state shows no trace of (a tag, a role, an account disabled) by the action its hook names.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

from muniment_shopify.snapshots import Snapshot, canonical
from muniment_shopify.snapshots.snapshot import Node, nodes
from shopify_ingest.record.change import Change, each_once, of_part, of_state, since
from shopify_ingest.record.gone import deletion
from shopify_ingest.record.hook import Hook

_PARTS: Mapping[str, tuple[str, str]] = {
    "company-location": ("CompanyLocation", "locations"),
    "company-contact": ("CompanyContact", "contacts"),
}


def customer_changes(hooks: Iterable[Hook], shown: Snapshot) -> list[Change]:
    """Return the changes of a customer that ``hooks`` announce, each once, oldest first."""
    return each_once(_of_customer(hook, shown) for hook in hooks)


def company_changes(hooks: Iterable[Hook], shown: Snapshot) -> list[Change]:
    """Return the changes of a company that ``hooks`` announce, each once, oldest first."""
    return each_once(_of_company(hook, shown) for hook in hooks)


def customer_changes_of_state(shown: Snapshot, moment: datetime) -> list[Change]:
    """Return the creation if it was at or after ``moment``, and the update."""
    return since(moment, [_created("customer", shown)], _updated("customer", shown))


def company_changes_of_state(shown: Snapshot, moment: datetime) -> list[Change]:
    """Return what was created or changed at or after ``moment`` in the company, and the update."""
    return since(moment, [_created("company", shown), *_of_its_parts(shown)], _updated("company", shown))


def _of_customer(hook: Hook, shown: Snapshot) -> Change:
    match hook.change:
        case "customer.created":
            return _created("customer", shown)
        case "customer.merged" if hook.text("status") != "failed" and hook.part:
            return of_part("customer.merged", hook.part_gid("Customer"), hook.triggered_at)
        case "customer.updated" | "customer.merged":
            return _updated("customer", shown)
    return _by_action(hook)


def _of_company(hook: Hook, shown: Snapshot) -> Change:
    match hook.change:
        case "company.created":
            return _created("company", shown)
        case "company.updated":
            return _updated("company", shown)
    word, _, verb = hook.change.partition(".")
    if word not in _PARTS:
        return _by_action(hook)
    gid = hook.part_gid(_PARTS[word][0])
    part = next((each for each in nodes(shown.node, _PARTS[word][1]) if each["id"] == gid), None)
    if verb == "created":
        at = datetime.fromisoformat(part["createdAt"]) if part else hook.triggered_at
        return of_part(hook.change, gid, at)
    if verb == "updated" and part is not None:
        return _part_updated(word, part)
    if verb == "deleted":
        return of_part(hook.change, gid, hook.triggered_at)
    return Change(hook.change, (hook.change, gid, hook.action), hook.triggered_at, gid)


def _of_its_parts(shown: Snapshot) -> Iterator[Change]:
    for word, (_, connection) in _PARTS.items():
        for part in nodes(shown.node, connection):
            yield of_part(f"{word}.created", part["id"], datetime.fromisoformat(part["createdAt"]))
            if part["updatedAt"] != part["createdAt"]:
                yield _part_updated(word, part)


def _part_updated(word: str, part: Node) -> Change:
    at = datetime.fromisoformat(part["updatedAt"])
    return of_state(f"{word}.updated", canonical(part), at, part["id"])


def _created(word: str, shown: Snapshot) -> Change:
    name = f"{word}.created"
    return Change(name, (name,), datetime.fromisoformat(shown.node["createdAt"]))


def _updated(word: str, shown: Snapshot) -> Change:
    return of_state(f"{word}.updated", shown.content, shown.updated_at)


def _by_action(hook: Hook) -> Change:
    if hook.change.endswith(".deleted"):
        return deletion(hook.change, hook.triggered_at)
    return Change(hook.change, (hook.change, hook.action), hook.triggered_at)
