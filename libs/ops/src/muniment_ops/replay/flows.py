"""Which handler answers a topic, and where its answers are published: the services' tables, read
backwards.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from muniment_contracts.topics import Topic, dead_letter_topic
from muniment_ops.exit_codes import WrongUse

_ORDERS = (Topic.COMMERCE_ORDERS, Topic.COMMERCE_PAYMENTS, Topic.COMMERCE_SHIPMENTS, Topic.COMMERCE_REFUNDS)
_COMMERCE = (
    *_ORDERS,
    Topic.COMMERCE_RETURNS,
    Topic.COMMERCE_DISPUTES,
    Topic.COMMERCE_RISKS,
    Topic.COMMERCE_ACCOUNTS,
    Topic.COMMERCE_CONSENTS,
    Topic.COMMERCE_PRIVACY_REQUESTS,
    Topic.COMMERCE_DRAFTS,
)


@dataclass(frozen=True, slots=True)
class Flow:
    """One topic and the service that answers it; ``handled_per_s`` is what one process verifies, roughly."""

    topic: Topic
    service: str
    answers: tuple[Topic, ...]
    handled_per_s: float

    @property
    def dead_letters(self) -> str:
        """Name the topic of what the service gave up on, without prefix."""
        return dead_letter_topic(self.topic, self.service)


#: Rates as measured by ``benchmarks/replay.py``; they serve only to foretell how long a run takes.
FLOWS: Mapping[Topic, Flow] = {
    Topic.SHOPIFY_HOOKS: Flow(Topic.SHOPIFY_HOOKS, "shopify-ingest", _COMMERCE, 1500.0),
    **{topic: Flow(topic, "document-renderer", (Topic.DOCUMENTS_PRODUCED,), 40.0) for topic in _ORDERS},
    Topic.DOCUMENTS_PRODUCED: Flow(
        Topic.DOCUMENTS_PRODUCED, "ecm-archiver", (Topic.ARCHIVE_RECEIPTS,), 3500.0
    ),
}


def flow_of(topic: str) -> Flow:
    """Return the flow of the topic with this logical name. Raises ``WrongUse`` if nothing answers it."""
    for known, flow in FLOWS.items():
        if known == topic:
            return flow
    raise WrongUse(f"Nothing answers {topic}; topics to replay are {', '.join(sorted(FLOWS))}.")
