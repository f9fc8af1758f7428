"""Windows as they are in practice: gaps, poison, several schemas, times out of order, retention at work."""

from __future__ import annotations

import json
import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from muniment_contracts.codec import Codec
from muniment_contracts.headers import to_record
from muniment_contracts.resolver import FileResolver
from muniment_contracts.topics import Topic, schemas_folder
from muniment_kit.clock import SystemClock
from muniment_kit.dead_letters import DeadLetterReason, DeadLetterWriter, GivenUp
from muniment_kit.kafka import create_topics
from muniment_kit.kafka.existing_topics import existing_topics
from muniment_kit.kafka.topics import TopicPlan
from muniment_kit.kafka.window import WindowReader
from muniment_kit.records import OutgoingRecord, TopicPartition
from muniment_ops.exit_codes import WrongUse
from muniment_ops.replay.plan import Filters
from muniment_ops.replay.verify_report import examine_report
from tests.builders.events import document_produced
from tests.contract.contracts.released_schemas import release
from tests.integration.replay.raw_writing import delete_before, write_at, write_in_transactions
from tests.integration.replay.yesterday import Yesterday, lines
from tests.waiting import until

DOCUMENTS = Topic.DOCUMENTS_PRODUCED


def numbered(count: int, *, order_id: str = "5001") -> list[Any]:
    """Return documents of one order, so of one partition."""
    return [
        document_produced(f"INV-{number}", content=b"%d" % number, order_id=order_id)
        for number in range(1, count + 1)
    ]


async def test_transactions_leave_gaps_that_are_explained(
    yesterday: Yesterday, kafka: str, tmp_path: Path
) -> None:
    documents = numbered(4)
    await write_in_transactions(
        kafka, yesterday.physical(DOCUMENTS), documents, name=yesterday.settings.topic_prefix, abort_every=2
    )
    await yesterday.receipts_of(*documents)
    manifest = await yesterday.replay(DOCUMENTS, tmp_path)
    counts = manifest["counts"]
    # each of 4 writings and 2 aborted ones leaves a marker; the last marker is at the window's end
    assert manifest["reasons"] == {"gap: aborted-transaction": 2, "gap: no-record": 6}
    assert (counts["matched"], counts["gaps"], counts["read"]) == (4, 8, 12)
    assert examine_report(tmp_path).is_sound


async def test_poison_matches_the_dead_letter_of_then_and_nothing_else(
    yesterday: Yesterday, tmp_path: Path
) -> None:
    await yesterday.filed(*numbered(2))
    await yesterday.send(DOCUMENTS, value=b"\x00\x00\x00\x00\x63poison", key=b"a", note="buried")
    await yesterday.send(DOCUMENTS, value=b"no avro", note="forgotten")
    writer = DeadLetterWriter("ecm-archiver", "1.0.0")
    given_up = GivenUp(DeadLetterReason.UNDECODABLE, ValueError("no"), 1, SystemClock().now())
    letters_topic = yesterday.physical(f"{DOCUMENTS}.dlq.ecm-archiver")
    for record in await yesterday.records(DOCUMENTS):
        if ("note", b"buried") in list(record.headers):
            await yesterday.producer.send([writer.write(record, given_up, topic=letters_topic)])
    manifest = await yesterday.replay(DOCUMENTS, tmp_path)
    assert manifest["reasons"] == {"matched: dead-letter-undecodable": 1, "mismatched: now-undecodable": 1}
    assert manifest["counts"]["matched"] == 3


async def test_records_of_several_schema_versions_are_read_and_compared(
    yesterday: Yesterday, tmp_path: Path
) -> None:
    avro = tmp_path / "avro"
    shutil.copytree(schemas_folder() / "avro", avro)
    for subject in ("documents.DocumentProduced", "archive.DocumentFiled"):
        first = json.loads((avro / subject / "v1.avsc").read_text())
        release(avro, first | {"doc": "Said better."}, 2)
    resolver = FileResolver(avro)
    older, newer = document_produced("INV-1"), document_produced("INV-2", content=b"%PDF second")
    await yesterday.filed(older)
    record = OutgoingRecord(yesterday.physical(DOCUMENTS), *to_record(newer, codec=Codec(resolver)))
    await yesterday.producer.send([record])
    await yesterday.receipts_of(newer)
    manifest = await yesterday.replay(DOCUMENTS, tmp_path / "report", resolver=resolver)
    assert manifest["counts"]["matched"] == 2
    seen = {(s["subject"], s["version"]) for s in manifest["schemas"] if "records" in s}
    assert seen == {("documents.DocumentProduced", 1), ("documents.DocumentProduced", 2)}


async def test_a_compacted_topic_is_refused(yesterday: Yesterday) -> None:
    settings = yesterday.settings.model_copy(update={"topic_prefix": f"{yesterday.settings.topic_prefix}c."})
    name = f"{settings.topic_prefix}{DOCUMENTS}"
    await create_topics(settings, [TopicPlan(name, 1, {"cleanup.policy": "compact"})])
    yesterday.settings = settings

    async def there() -> bool:
        return name in await existing_topics(settings, prefix=name)

    await until(there, what="the topic")
    with pytest.raises(WrongUse, match="is compacted"):
        await yesterday.plan(DOCUMENTS)


async def test_a_window_that_retention_has_eaten_is_refused(yesterday: Yesterday, kafka: str) -> None:
    await yesterday.filed(*numbered(5))
    partition = await yesterday.partition_with_records(DOCUMENTS)
    await delete_before(kafka, yesterday.physical(DOCUMENTS), partition, 2)
    with pytest.raises(WrongUse, match="offsets 0 to 1 were deleted by retention"):
        await yesterday.plan(DOCUMENTS, partitions=[partition], from_offset=0)
    with pytest.raises(WrongUse, match="keeps records since"):
        await yesterday.plan(DOCUMENTS, from_time=datetime(2020, 1, 1, tzinfo=UTC))
    plan = await yesterday.plan(DOCUMENTS)
    assert plan.notes[0].startswith(f"Partition {partition} begins at offset 2")


async def test_a_plan_that_retention_overtook_is_refused(
    yesterday: Yesterday, kafka: str, tmp_path: Path
) -> None:
    await yesterday.filed(*numbered(5))
    plan = await yesterday.plan(DOCUMENTS)
    partition = await yesterday.partition_with_records(DOCUMENTS)
    await delete_before(kafka, yesterday.physical(DOCUMENTS), partition, 3)
    with pytest.raises(WrongUse, match="Make a new plan"):
        await yesterday.run(plan, tmp_path)


async def test_a_range_of_time_holds_late_records_and_no_others(
    yesterday: Yesterday, kafka: str, tmp_path: Path
) -> None:
    start = int(datetime(2026, 3, 2, 9, tzinfo=UTC).timestamp() * 1000)
    minutes = [0, 10, 30, 5, 20, 45, 12, 90]
    documents = numbered(len(minutes))
    times = [start + minute * 60_000 for minute in minutes]
    await write_at(kafka, yesterday.physical(DOCUMENTS), list(zip(times, documents, strict=True)))
    plan = await yesterday.plan(
        DOCUMENTS,
        from_time=datetime(2026, 3, 2, 9, 10, tzinfo=UTC),
        to_time=datetime(2026, 3, 2, 9, 30, tzinfo=UTC),
    )
    await yesterday.run(plan, tmp_path)
    meant = [line["offset"] for line in lines(tmp_path) if line["verdict"] != "filtered"]
    assert meant == [1, 4, 6]
    assert {line["reason"] for line in lines(tmp_path) if line["verdict"] == "filtered"} == {"outside-time"}


async def test_a_range_of_time_past_the_end_ends_at_the_end(yesterday: Yesterday, tmp_path: Path) -> None:
    await yesterday.filed(*numbered(3))
    plan = await yesterday.plan(DOCUMENTS, to_time=datetime(2200, 1, 1, tzinfo=UTC))
    assert (await yesterday.run(plan, tmp_path))["counts"]["matched"] == 3


async def test_filters_and_limit_leave_a_reconciled_report(yesterday: Yesterday, tmp_path: Path) -> None:
    await yesterday.filed(*numbered(4), *numbered(3, order_id="5002"))
    filters = Filters(key="northwind/order/5001", limit=2)
    plan = await yesterday.plan(DOCUMENTS, filters=filters)
    manifest = await yesterday.run(plan, tmp_path)
    counts = manifest["counts"]
    assert counts["matched"] == 2
    assert counts["read"] == 7 == counts["matched"] + counts["filtered"] + counts["gaps"]
    assert examine_report(tmp_path).is_sound


async def test_the_end_is_frozen_when_the_plan_is_made(yesterday: Yesterday, tmp_path: Path) -> None:
    await yesterday.filed(*numbered(2))
    plan = await yesterday.plan(DOCUMENTS)
    await yesterday.tell(document_produced("INV-9"))
    assert (await yesterday.run(plan, tmp_path))["counts"]["read"] == 2


async def test_a_reader_gives_the_window_and_not_a_record_more(yesterday: Yesterday) -> None:
    await yesterday.filed(*numbered(20))
    partition = await yesterday.partition_with_records(DOCUMENTS)
    place = TopicPartition(yesterday.physical(DOCUMENTS), partition)
    async with WindowReader(yesterday.settings) as reader:
        found = [r.offset async for batch in reader.read(place, 3, 17, max_records=4) for r in batch]
        again = await reader.one(place, 5)
    assert found == list(range(3, 17))
    assert again is not None
    assert again.offset == 5
