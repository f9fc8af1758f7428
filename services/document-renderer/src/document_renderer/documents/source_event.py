"""The event itself as a document: canonical JSON of what was told, why, and of the order then."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import orjson

from muniment_contracts.bodies import OrderChange
from muniment_contracts.events import Event

FORMAT = "muniment.source-event/1"


def source_event(event: Event[OrderChange]) -> bytes:
    """Return the event as JSON with sorted keys; its snapshot stands in it as the object it is, or null."""
    change = event.body
    content: dict[str, Any] = {
        "format": FORMAT,
        "event": {
            "id": event.id,
            "type": event.type,
            "source": event.source,
            "subject": event.subject,
            "time": written(event.time),
            "correlation_id": event.correlation_id,
            "causation_id": event.causation_id,
        },
        "change": {
            "change": change.change,
            "shop": change.shop,
            "order_id": change.order_id,
            "order_name": change.order_name,
            "part": change.part,
            "state": change.state,
            "occurred_at": written(change.occurred_at),
            "updated_at": written(change.updated_at) if change.updated_at else None,
            "reconciled": change.reconciled,
            "hooks": [{"hook": hook.hook, "webhook_id": hook.webhook_id} for hook in change.hooks],
        },
        "snapshot_sha256": change.snapshot_sha256,
        "snapshot": orjson.Fragment(change.snapshot) if change.snapshot else None,
    }
    return orjson.dumps(content, option=orjson.OPT_SORT_KEYS)


def written(moment: datetime) -> str:
    """Return ``2026-03-02T09:00:00.000Z``: UTC with milliseconds, as times travel."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
