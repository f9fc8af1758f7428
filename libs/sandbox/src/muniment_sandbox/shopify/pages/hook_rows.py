"""What the pages show of hooks: deliveries, subscriptions, warnings, switches, as plain values."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby
from typing import Any

import orjson

from muniment_sandbox.shopify.faults import Faults
from muniment_sandbox.shopify.hooks.deliveries import Delivery, DeliveryState
from muniment_sandbox.shopify.hooks.hook_log import Removal
from muniment_sandbox.shopify.state.shop import Shop
from muniment_sandbox.shopify.state.subscriptions import WebhookSubscription

Row = dict[str, Any]

_DELIVERY_BADGES = {
    DeliveryState.DELIVERED: "good",
    DeliveryState.PENDING: "warn",
    DeliveryState.FAILED: "bad",
    DeliveryState.LOST: "plum",
}
_SWITCHES = (
    (
        "Hooks",
        (
            ("duplicate", "are sent twice"),
            ("reorder", "overtake each other"),
            ("reorder_window_s", "… within so many seconds"),
            ("delay", "are delayed"),
            ("delay_s", "… by so many seconds"),
            ("late", "are kept back, and come all at once"),
            ("late_s", "… after so many seconds"),
            ("lose", "are lost without a word"),
            ("wrong_signature", "are signed with a wrong secret"),
            ("outage", "find nobody at the address"),
        ),
    ),
    (
        "Admin API",
        (
            ("api_latency_s", "seconds each answer takes longer"),
            ("api_error", "are answered 500"),
            ("api_unauthorized", "are answered 401"),
            ("api_throttled", "find the bucket empty"),
        ),
    ),
    (
        "Bulk operations",
        (
            ("bulk_failure", "fail half-way"),
            ("bulk_delay_s", "seconds before one begins"),
            ("bulk_pause_s", "seconds between two slices"),
        ),
    ),
)


def delivery_row(delivery: Delivery) -> Row:
    """Return a delivery as a line of a table."""
    row: Row = {
        "number": delivery.number,
        "topic": delivery.topic,
        "order": delivery.order_number,
        "state": delivery.state.value,
        "badge": _DELIVERY_BADGES.get(delivery.state, ""),
        "duplicate": delivery.duplicate,
        "late": delivery.is_late,
        "webhook_id": delivery.webhook_id,
        "event_id": delivery.event_id,
        "size": len(delivery.body),
        "at": delivery.published_at.timestamp(),
        "attempts": [
            {
                "answer": str(attempt.status) if attempt.status is not None else attempt.trouble,
                "badge": "good" if attempt.succeeded else "bad",
                "ms": round(attempt.elapsed_s * 1000),
                "at": attempt.at.timestamp(),
            }
            for attempt in delivery.attempts
        ],
    }
    return row | {"answers": _answer_groups(row)}


def body_text(body: bytes) -> str:
    """Return a JSON body as people read it, with every digit of its numbers."""
    return orjson.dumps(orjson.loads(body), option=orjson.OPT_INDENT_2).decode()


def _answer_groups(row: Row) -> list[Row]:
    """Return the attempts of a delivery, equal ones in a row as one with their number."""
    groups = groupby(row["attempts"], key=lambda attempt: (attempt["answer"], attempt["badge"]))
    return [
        {"answer": answer, "badge": badge, "times": len(list(attempts))}
        for (answer, badge), attempts in groups
    ]


def open_removals(shop: Shop, removals: Iterable[Removal]) -> list[Row]:
    """Return the removed subscriptions that nobody has made again, the last one of each, the latest first."""
    has = {(each.header_topic, each.uri) for each in shop.subscriptions}
    gone = {(each.topic, each.uri): _removal_row(each) for each in removals}
    return [row for key, row in reversed(gone.items()) if key not in has]


def _removal_row(removal: Removal) -> Row:
    return {
        "topic": removal.topic,
        "uri": removal.uri,
        "name": removal.name,
        "at": removal.removed_at.timestamp(),
        "attempts": removal.attempts,
        "trouble": removal.trouble,
    }


def subscription_rows(shop: Shop, failing: dict[int, int]) -> list[Row]:
    """Return all subscriptions; ``failing`` is by number how many attempts of a hook have failed."""
    rows = [_subscription_row(each, failing) for each in shop.subscriptions]
    return rows + [_subscription_row(each, failing, of_app=True) for each in shop.app_subscriptions]


def _subscription_row(
    subscription: WebhookSubscription, failing: dict[int, int], *, of_app: bool = False
) -> Row:
    options = [("filter", subscription.filter)] if subscription.filter else []
    options += [("fields", ", ".join(subscription.include_fields))] if subscription.include_fields else []
    metafields = [*subscription.metafield_namespaces]
    metafields += [f"{each.namespace}.{each.key}" for each in subscription.metafields]
    options += [("metafields", ", ".join(metafields))] if metafields else []
    return {
        "number": subscription.number,
        "topic": subscription.header_topic,
        "name": subscription.name or "",
        "uri": subscription.uri,
        "version": subscription.api_version.handle,
        "options": options,
        "of_app": of_app,
        "failed": failing.get(subscription.number, 0),
    }


def switch_groups(faults: Faults) -> list[tuple[str, list[Row]]]:
    """Return the switches by what they are about, each with its label and value."""
    values = faults.as_dict()
    return [
        (
            title,
            [
                {
                    "name": name,
                    "label": label,
                    "value": f"{values[name]:g}",
                    "is_share": not name.endswith("_s"),
                }
                for name, label in switches
            ],
        )
        for title, switches in _SWITCHES
    ]
