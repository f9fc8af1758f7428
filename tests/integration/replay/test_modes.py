"""Shadow and redrive; and what no mode ever touches."""

from __future__ import annotations

from pathlib import Path

import pytest

from muniment_contracts.topics import Topic
from muniment_kit.kafka.existing_topics import existing_topics
from muniment_kit.kafka.lag import LagReader
from muniment_kit.records import TopicPartition
from muniment_ops.exit_codes import WrongUse
from muniment_ops.replay.actions import REPLAY_HEADERS
from muniment_ops.replay.manifest import Warrant
from muniment_ops.replay.progress import RunFolder
from tests.builders.events import document_produced
from tests.integration.replay.yesterday import PARTITIONS, Yesterday, lines

DOCUMENTS = Topic.DOCUMENTS_PRODUCED
APPROVED = Warrant("anna", "receipts were lost", "bea", is_executed=True)


async def test_shadow_publishes_what_comes_out_now_into_topics_of_its_own(
    yesterday: Yesterday, tmp_path: Path
) -> None:
    await yesterday.filed(document_produced("INV-1"), document_produced("INV-2", content=b"two"))
    plan = await yesterday.plan(DOCUMENTS)
    manifest = await yesterday.run(plan, tmp_path, mode="shadow")
    shadow = f"replay.{plan.id}.{Topic.ARCHIVE_RECEIPTS}"
    published = await yesterday.records(shadow)
    then = await yesterday.records(Topic.ARCHIVE_RECEIPTS)
    assert [(r.key, r.value) for r in published] == [(r.key, r.value) for r in then]
    assert manifest["counts"]["matched"] == 2
    name = yesterday.physical(shadow)
    topic = (await existing_topics(yesterday.settings, prefix=name, config_keys=["retention.ms"]))[name]
    assert topic.partitions == PARTITIONS
    assert int(topic.config["retention.ms"]) <= 7 * 24 * 3_600_000


async def test_verify_publishes_nothing(yesterday: Yesterday, tmp_path: Path) -> None:
    await yesterday.filed(document_produced("INV-1"))
    before = await yesterday.ends()
    await yesterday.replay(DOCUMENTS, tmp_path)
    assert await yesterday.ends() == before


async def test_redrive_is_a_dry_run_unless_executed(yesterday: Yesterday, tmp_path: Path) -> None:
    await yesterday.filed(document_produced("INV-1"))
    before = await yesterday.ends()
    manifest = await yesterday.replay(DOCUMENTS, tmp_path, mode="redrive")
    assert await yesterday.ends() == before
    assert manifest["reasons"] == {"published: dry-run": 1}


async def test_redrive_changes_nothing_but_adds_where_the_record_was(
    yesterday: Yesterday, tmp_path: Path
) -> None:
    await yesterday.filed(document_produced("INV-1"))
    (original,) = await yesterday.records(DOCUMENTS)
    plan = await yesterday.plan(DOCUMENTS)
    await yesterday.run(plan, tmp_path, mode="redrive", warrant=APPROVED)
    first, second = await yesterday.records(DOCUMENTS)
    assert (second.key, second.value) == (original.key, original.value)
    assert second.partition == first.partition
    told = dict(second.headers)
    assert [h for h in second.headers if h[0] not in REPLAY_HEADERS] == list(original.headers)
    assert told["replay_id"] == plan.id.encode()
    assert told["replay_original_topic"] == yesterday.physical(DOCUMENTS).encode()
    assert told["replay_original_offset"] == b"0"
    assert told["replay_original_timestamp"] == str(original.timestamp).encode()


async def test_a_record_redriven_twice_tells_of_the_second_time(yesterday: Yesterday, tmp_path: Path) -> None:
    await yesterday.filed(document_produced("INV-1"))
    await yesterday.replay(DOCUMENTS, tmp_path / "1", mode="redrive", warrant=APPROVED)
    manifest = await yesterday.replay(DOCUMENTS, tmp_path / "2", mode="redrive", warrant=APPROVED)
    records = await yesterday.records(DOCUMENTS)
    names = [name for name, _ in records[-1].headers]
    assert len(names) == len(set(names))
    assert dict(records[-1].headers)["replay_id"] == manifest["replay_id"].encode()
    assert (await yesterday.replay(DOCUMENTS, tmp_path / "3"))["counts"]["mismatched"] == 0


@pytest.mark.parametrize(
    "order",
    [
        {"mode": "redrive", "warrant": Warrant(is_executed=True)},
        {"mode": "redrive", "warrant": Warrant(reason="why", is_executed=True)},
        {"mode": "verify", "warrant": APPROVED},
        {"mode": "sideways"},
    ],
)
async def test_an_order_without_its_warrant_is_refused(
    yesterday: Yesterday, tmp_path: Path, order: dict[str, object]
) -> None:
    await yesterday.filed(document_produced("INV-1"))
    with pytest.raises(WrongUse):
        await yesterday.replay(DOCUMENTS, tmp_path, **order)
    assert not RunFolder(tmp_path).is_begun


async def test_the_live_groups_offsets_stay_as_they_are(yesterday: Yesterday, tmp_path: Path) -> None:
    await yesterday.filed(*(document_produced(f"INV-{n}", content=b"%d" % n) for n in range(6)))
    group, topic = f"{yesterday.settings.topic_prefix}ecm-archiver", yesterday.physical(DOCUMENTS)
    partition = TopicPartition(topic, await yesterday.partition_with_records(DOCUMENTS))
    await yesterday.committed(group, partition, 2)
    async with LagReader(yesterday.settings) as lag:
        before = await lag.records_behind(group, [topic])
        await yesterday.replay(DOCUMENTS, tmp_path / "verify")
        await yesterday.replay(DOCUMENTS, tmp_path / "shadow", mode="shadow")
        assert await lag.records_behind(group, [topic]) == before == 4


async def test_a_cancelled_run_goes_on_where_it_was(yesterday: Yesterday, tmp_path: Path) -> None:
    await yesterday.filed(*(document_produced(f"INV-{n}", content=b"%d" % n) for n in range(30)))
    plan = await yesterday.plan(DOCUMENTS)
    whole = await yesterday.run(plan, tmp_path / "whole")
    await yesterday.cancelled_after(plan, tmp_path / "cut", records=10)
    assert 0 < len(lines(tmp_path / "cut")) < 30
    resumed = await yesterday.run(plan, tmp_path / "cut", resume=True)
    chains = [[p["chain"] for p in manifest["partitions"]] for manifest in (whole, resumed)]
    assert chains[0] == chains[1]
