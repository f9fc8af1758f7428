"""Topics as data: the logical names code uses, and what each topic's file says of it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

import yaml


class Topic(StrEnum):
    """Logical topic names; the physical name is the same unless a prefix is set for the installation."""

    SHOPIFY_HOOKS = "shopify.hooks"
    SHOPIFY_KNOWN = "shopify.known"
    SHOPIFY_PROGRESS = "shopify.progress"
    COMMERCE_ORDERS = "commerce.orders"
    COMMERCE_PAYMENTS = "commerce.payments"
    COMMERCE_SHIPMENTS = "commerce.shipments"
    COMMERCE_REFUNDS = "commerce.refunds"
    COMMERCE_RETURNS = "commerce.returns"
    COMMERCE_DISPUTES = "commerce.disputes"
    COMMERCE_RISKS = "commerce.risks"
    COMMERCE_ACCOUNTS = "commerce.accounts"
    COMMERCE_CONSENTS = "commerce.consents"
    COMMERCE_PRIVACY_REQUESTS = "commerce.privacy-requests"
    COMMERCE_DRAFTS = "commerce.drafts"
    DOCUMENTS_PRODUCED = "documents.produced"
    ARCHIVE_RECEIPTS = "archive.receipts"
    AUDIT_DEAD_LETTERS = "audit.dead-letters"


@dataclass(frozen=True, slots=True)
class TopicDescription:
    """What ``schemas/topics/<topic>.yaml`` says. ``retention_days`` of ``None`` keeps records for ever.

    ``is_compacted``: of each key the newest record is kept for ever, older ones go.
    """

    topic: Topic
    description: str
    key: str
    value: str
    producers: tuple[str, ...]
    consumers: tuple[str, ...]
    partitions: int
    retention_days: int | None
    is_compacted: bool
    max_record_bytes: int
    owner: str


def schemas_folder() -> Path:
    """Return the folder of topics, schemas and examples that ships with this package."""
    return Path(str(resources.files("muniment_contracts") / "schemas")).resolve()


@cache
def describe(topic: Topic) -> TopicDescription:
    """Return the description of ``topic`` from its file."""
    path = schemas_folder() / "topics" / f"{topic}.yaml"
    return _parse(topic, yaml.safe_load(path.read_text(encoding="utf-8")))


def all_topics() -> list[TopicDescription]:
    """Return every topic's description, in the order of the enum."""
    return [describe(topic) for topic in Topic]


def retry_topic(topic: Topic, service: str) -> str:
    """Name the topic on which ``service`` parks records of ``topic`` that must wait."""
    return f"{topic}.retry.{service}"


def dead_letter_topic(topic: Topic, service: str) -> str:
    """Name the topic on which ``service`` keeps records of ``topic`` that it gave up on."""
    return f"{topic}.dlq.{service}"


def _parse(topic: Topic, content: dict[str, Any]) -> TopicDescription:
    retention = content["retention"]
    return TopicDescription(
        topic=topic,
        description=content["description"],
        key=content["key"],
        value=content["value"],
        producers=tuple(content["producers"]),
        consumers=tuple(content["consumers"]),
        partitions=content["partitions"],
        retention_days=retention["days"] if isinstance(retention, dict) else None,
        is_compacted=retention == "newest of each key",
        max_record_bytes=content["max_record_bytes"],
        owner=content["owner"],
    )
