"""Every topic is planned with what its consumers need beside it."""

from __future__ import annotations

from muniment_contracts.topics import Topic, dead_letter_topic, describe, retry_topic
from muniment_kit.kafka.topics import plan_topics


def test_each_consumer_has_a_retry_topic_with_the_partitions_of_the_source_and_a_dead_letter_topic() -> None:
    for topic in Topic:
        described = describe(topic)
        plans = {plan.name: plan for plan in plan_topics([topic], prefix="p.")}
        source = plans.pop(f"p.{topic}")
        expected = [
            name(topic, role) for role in described.consumers for name in (retry_topic, dead_letter_topic)
        ]
        assert sorted(plans) == sorted(f"p.{name}" for name in expected)
        for plan in plans.values():
            assert plan.partitions == source.partitions
            assert plan.config["retention.ms"] == "-1", "kept until it was seen to"
            assert int(plan.config["max.message.bytes"]) > int(source.config["max.message.bytes"])


def test_a_topic_that_remembers_is_compacted_and_kept_for_ever() -> None:
    (plan,) = plan_topics([Topic.SHOPIFY_KNOWN])
    assert (plan.config["cleanup.policy"], plan.config["retention.ms"]) == ("compact", "-1")
    assert plan.partitions == 1
