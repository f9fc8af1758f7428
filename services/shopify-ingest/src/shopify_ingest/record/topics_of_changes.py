"""On which topic a change is published: its name's first word says it."""

from __future__ import annotations

from collections.abc import Mapping

from muniment_contracts.topics import Topic

TOPICS: Mapping[str, Topic] = {
    "order": Topic.COMMERCE_ORDERS,
    "fulfillment": Topic.COMMERCE_ORDERS,
    "hold": Topic.COMMERCE_ORDERS,
    "payment": Topic.COMMERCE_PAYMENTS,
    "payment-terms": Topic.COMMERCE_PAYMENTS,
    "shipment": Topic.COMMERCE_SHIPMENTS,
    "delivery": Topic.COMMERCE_SHIPMENTS,
    "refund": Topic.COMMERCE_REFUNDS,
    "return": Topic.COMMERCE_RETURNS,
    "dispute": Topic.COMMERCE_DISPUTES,
    "risk": Topic.COMMERCE_RISKS,
    "customer": Topic.COMMERCE_ACCOUNTS,
    "company": Topic.COMMERCE_ACCOUNTS,
    "company-location": Topic.COMMERCE_ACCOUNTS,
    "company-contact": Topic.COMMERCE_ACCOUNTS,
    "consent": Topic.COMMERCE_CONSENTS,
    "privacy": Topic.COMMERCE_PRIVACY_REQUESTS,
    "draft": Topic.COMMERCE_DRAFTS,
}

#: Every topic that changes are published on.
CHANGE_TOPICS = tuple(dict.fromkeys(TOPICS.values()))


def topic_of(change: str) -> Topic:
    """Return the topic of the change with this name."""
    return TOPICS[change.partition(".")[0]]
