"""What changed on a draft order: created, completed, or led to another state. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from muniment_shopify.snapshots import Snapshot
from shopify_ingest.record.change import Change, each_once, of_state, since
from shopify_ingest.record.gone import deletion
from shopify_ingest.record.hook import Hook


def changes_of(hooks: Iterable[Hook], shown: Snapshot) -> list[Change]:
    """Return the changes that ``hooks`` announce; Shopify has no hook of its own for a completion."""
    return each_once(change for hook in hooks for change in _named(hook, shown))


def changes_of_state(shown: Snapshot, moment: datetime) -> list[Change]:
    """Return creation and completion if they were at or after ``moment``, and the update."""
    return since(moment, [_created(shown), *_completed(shown)], _update(shown))


def _named(hook: Hook, shown: Snapshot) -> Iterator[Change]:
    if hook.change == "draft.created":
        yield _created(shown)
    elif hook.change == "draft.deleted":
        yield deletion("draft.deleted", hook.triggered_at)
    else:
        yield from _completed(shown)
        yield _update(shown)


def _created(shown: Snapshot) -> Change:
    return Change("draft.created", ("draft.created",), datetime.fromisoformat(shown.node["createdAt"]))


def _completed(shown: Snapshot) -> Iterator[Change]:
    at, order = shown.moment("completedAt"), shown.node.get("order")
    if at is not None:
        yield Change("draft.completed", ("draft.completed",), at, order["id"] if order else None)


def _update(shown: Snapshot) -> Change:
    return of_state("draft.updated", shown.content, shown.updated_at)
