"""What changed on a dispute: it was opened, or led to another state. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from muniment_shopify.snapshots import Snapshot, canonical
from shopify_ingest.record.change import Change, each_once, of_content, since
from shopify_ingest.record.hook import Hook


def changes_of(hooks: Iterable[Hook], shown: Snapshot) -> list[Change]:
    """Return the changes that ``hooks`` announce, each once, oldest first."""
    return each_once(_opened(shown) if hook.change == "dispute.opened" else _update(shown) for hook in hooks)


def changes_of_state(shown: Snapshot, moment: datetime) -> list[Change]:
    """Return the opening if it was at or after ``moment``, and the update."""
    return since(moment, [_opened(shown)], _update(shown))


def _opened(shown: Snapshot) -> Change:
    return Change("dispute.opened", ("dispute.opened",), datetime.fromisoformat(shown.node["initiatedAt"]))


def _update(shown: Snapshot) -> Change:
    order = shown.node.get("order")  # the order's time of change is not the dispute's
    own = {**shown.node, "order": {"id": order["id"]} if order else None}
    return of_content("dispute.updated", canonical(own), shown.updated_at)
