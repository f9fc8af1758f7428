"""A topic's description is what its file says."""

from __future__ import annotations

from muniment_contracts import HookReceived, OrderChange, Topic, all_topics, body_type, describe
from muniment_contracts.topics import dead_letter_topic, retry_topic


def test_hooks_are_described_by_their_file() -> None:
    hooks = describe(Topic.SHOPIFY_HOOKS)
    assert hooks.topic is Topic.SHOPIFY_HOOKS
    assert hooks.key == "{shop}/{kind}/{id}"
    assert hooks.producers == hooks.consumers == ("shopify-ingest",)
    assert hooks.partitions == 12
    assert hooks.retention_days == 3650
    assert hooks.max_record_bytes == 20 * 1024 * 1024


def test_every_topic_has_a_description_in_the_order_of_the_enum() -> None:
    assert [description.topic for description in all_topics()] == list(Topic)


def test_bodies_of_a_topic() -> None:
    assert body_type(Topic.SHOPIFY_HOOKS) is HookReceived
    assert body_type(Topic.COMMERCE_REFUNDS) is OrderChange


def test_topics_beside_a_topic() -> None:
    assert retry_topic(Topic.DOCUMENTS_PRODUCED, "ecm-archiver") == "documents.produced.retry.ecm-archiver"
    assert (
        dead_letter_topic(Topic.DOCUMENTS_PRODUCED, "ecm-archiver") == "documents.produced.dlq.ecm-archiver"
    )
