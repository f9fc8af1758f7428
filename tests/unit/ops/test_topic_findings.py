"""The broker's topics against the topic files."""

from __future__ import annotations

import pytest

from muniment_kit.kafka.existing_topics import ExistingTopic
from muniment_kit.kafka.topics import TopicPlan
from muniment_ops.exit_codes import WrongUse
from muniment_ops.topic_findings import Difference, compare, refuse_repartitioning

CONFIG = {"cleanup.policy": "delete", "retention.ms": "-1", "max.message.bytes": "1000"}
PLAN = TopicPlan("shopify.hooks", 12, CONFIG)


def there(name: str = PLAN.name, *, partitions: int = 12, **config: str) -> dict[str, ExistingTopic]:
    changed = {key.replace("_", "."): value for key, value in config.items()}
    return {name: ExistingTopic(name, partitions, CONFIG | changed)}


def test_a_topic_as_its_file_says_is_complete() -> None:
    findings = compare([PLAN], there(), prefix="")
    assert findings.is_complete
    assert findings.extra == []


def test_a_missing_topic_is_found() -> None:
    assert compare([PLAN], {}, prefix="").missing == [PLAN]


def test_another_retention_is_told_in_a_sentence() -> None:
    (different,) = compare([PLAN], there(retention_ms="1000"), prefix="").different
    assert different == Difference("shopify.hooks", "retention.ms", wanted="-1", found="1000")
    assert different.sentence == "retention.ms is 1000, its file says -1"


def test_a_dead_letter_topic_that_no_file_names_is_left_over() -> None:
    old = there("shopify.hooks.dlq.gone-service")
    assert compare([PLAN], there() | old, prefix="").extra == ["shopify.hooks.dlq.gone-service"]


def test_a_stranger_on_a_shared_broker_is_not_ours() -> None:
    assert compare([PLAN], there() | there("billing.invoices"), prefix="").extra == []


def test_everything_below_our_prefix_is_ours() -> None:
    wanted = TopicPlan("eu.shopify.hooks", 12, CONFIG)
    found = there("eu.shopify.hooks") | there("eu.something")
    assert compare([wanted], found, prefix="eu.").extra == ["eu.something"]


def test_another_number_of_partitions_is_refused_with_the_reason() -> None:
    findings = compare([PLAN], there(partitions=6), prefix="")
    with pytest.raises(WrongUse, match=r"shopify\.hooks has 6 partitions and its file says 12.*order"):
        refuse_repartitioning(findings)


def test_another_retention_does_not_stop_the_creation_of_others() -> None:
    refuse_repartitioning(compare([PLAN], there(retention_ms="1"), prefix=""))
