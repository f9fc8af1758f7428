"""What can still be said of an object that the shop no longer knows. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from shopify_ingest.record.change import Change, each_once
from shopify_ingest.record.hook import Hook

#: The change that says of each kind of object that it is there no more.
DELETIONS: Mapping[str, str] = {
    "order": "order.deleted",
    "customer": "customer.deleted",
    "company": "company.deleted",
    "draft-order": "draft.deleted",
}


def changes_of_the_gone(hooks: Iterable[Hook]) -> list[Change]:
    """Return what was announced, each once, oldest first; of a deletion it does not matter how often."""
    return each_once(_announced(hook) for hook in sorted(hooks, key=lambda hook: hook.triggered_at))


def changes_of_absence(kind: str, moment: datetime) -> list[Change]:
    """Return what is said of an object that was known and is not there any more, found out at ``moment``.

    The deletion has the identity that its hook would give it. Of a kind that cannot be deleted nothing is
    said.
    """
    return [deletion(DELETIONS[kind], moment)] if kind in DELETIONS else []


def deletion(name: str, at: datetime) -> Change:
    """Return the change with this name that takes an object away: no object goes twice."""
    return Change(name, (name,), at)


def _announced(hook: Hook) -> Change:
    if hook.change in DELETIONS.values():
        return deletion(hook.change, hook.triggered_at)
    return Change(hook.change, (hook.change, "gone", hook.number or ""), hook.triggered_at)
