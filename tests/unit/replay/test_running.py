"""A run goes through its windows once, says what every offset came to, and goes on where it was."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from muniment_kit.broker import BrokerUnavailable
from muniment_kit.records import Record, TopicPartition
from muniment_ops.exit_codes import WrongUse
from muniment_ops.replay.judging import Judgement
from muniment_ops.replay.plan import Filters
from muniment_ops.replay.progress import RunFolder
from muniment_ops.replay.running import Pace, Run
from tests.unit.replay.paper_topic import (
    PaperAction,
    PaperReader,
    PaperRecord,
    odd_offsets_differ,
    paper_plan,
    paper_run,
    window,
)


def lines(folder: Path, partition: int = 0) -> list[dict[str, object]]:
    return [orjson.loads(line) for line in (folder / f"records-{partition}.jsonl").read_bytes().splitlines()]


async def test_every_offset_is_accounted_for(tmp_path: Path) -> None:
    reader = PaperReader([PaperRecord(offset) for offset in (0, 1, 4, 5, 8)])
    manifest = await paper_run(tmp_path, reader=reader, judge=odd_offsets_differ)
    assert manifest["counts"] == {
        "read": 10, "matched": 3, "mismatched": 2, "published": 0, "filtered": 0, "gaps": 5
    }  # fmt: skip
    assert [(line["offset"], line.get("until")) for line in lines(tmp_path) if line["verdict"] == "gap"] == [
        (2, 4),
        (6, 8),
        (9, 10),
    ]


async def test_two_runs_of_one_plan_write_the_same_bytes(tmp_path: Path) -> None:
    for name, batch in (("a", 1), ("b", 7)):
        reader = PaperReader([PaperRecord(offset) for offset in range(10)], batch_records=batch)
        await paper_run(tmp_path / name, reader=reader, judge=odd_offsets_differ)
    for name in ("records-0.jsonl", "differences.jsonl"):
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()


@settings(max_examples=20)
@given(limit=st.integers(1, 12), batch=st.integers(1, 5), lacking=st.sets(st.integers(0, 9)))
async def test_a_limit_cuts_at_the_same_record_whatever_the_batches(
    tmp_path_factory: pytest.TempPathFactory, limit: int, batch: int, lacking: set[int]
) -> None:
    records = [
        PaperRecord(offset, key=b"other" if offset % 3 == 0 else b"k")
        for offset in range(10)
        if offset not in lacking
    ]
    plan = paper_plan(filters=Filters(key="k", limit=limit))
    found = []
    for size in (batch, 10):
        folder = tmp_path_factory.mktemp("run")
        manifest = await paper_run(folder, plan=plan, reader=PaperReader(records, batch_records=size))
        assert manifest["counts"]["read"] == 10
        assert manifest["counts"]["matched"] == min(limit, sum(record.key == b"k" for record in records))
        found.append((folder / "records-0.jsonl").read_bytes())
    assert found[0] == found[1]


class _Dying(PaperAction):
    """Dies at an offset, as a process might."""

    async def act(self, records: Sequence[Record]) -> Sequence[Judgement]:
        if any(record.offset >= 7 for record in records):
            raise BrokerUnavailable("Kafka does not answer.")
        return [odd_offsets_differ(record) for record in records]


async def test_a_run_that_dies_goes_on_at_its_checkpoint(tmp_path: Path) -> None:
    plan = paper_plan()
    reader = PaperReader([PaperRecord(offset) for offset in range(10)])
    whole = await paper_run(tmp_path / "whole", plan=plan, judge=odd_offsets_differ)
    folder = RunFolder(tmp_path / "cut")
    progress = folder.open(plan, "verify", resume=False)
    with pytest.raises(BrokerUnavailable):
        await Run(plan, folder, progress, _Dying(), reader, PaperReader([]), Pace(None), checkpoint_s=0).run()
    assert folder.read().done(plan) == 6
    resumed = await paper_run(folder.path, plan=plan, judge=odd_offsets_differ, resume=True)
    assert resumed["partitions"] == whole["partitions"]
    assert resumed["resumed"] == 1
    assert (folder.differences).read_bytes() == (tmp_path / "whole" / "differences.jsonl").read_bytes()


async def test_what_retention_deletes_while_a_run_rests_is_a_gap_and_no_success(tmp_path: Path) -> None:
    plan = paper_plan()
    reader = PaperReader([PaperRecord(offset) for offset in range(10)])
    folder = RunFolder(tmp_path)
    progress = folder.open(plan, "verify", resume=False)
    with pytest.raises(BrokerUnavailable):
        await Run(plan, folder, progress, _Dying(), reader, PaperReader([]), Pace(None), checkpoint_s=0).run()
    later = PaperReader([PaperRecord(offset) for offset in (8, 9)], start=8)
    manifest = await paper_run(tmp_path, plan=plan, reader=later, resume=True)
    assert manifest["reasons"]["gap: deleted-by-retention"] == 2


async def test_a_plan_that_retention_overtook_is_refused(tmp_path: Path) -> None:
    with pytest.raises(WrongUse, match="Make a new plan"):
        await paper_run(tmp_path, reader=PaperReader([], start=3))


async def test_windows_of_several_partitions_are_gone_through_in_order(tmp_path: Path) -> None:
    plan = paper_plan(window(0, end=2), window(1, start=3, end=5))
    records = [PaperRecord(0), PaperRecord(1), PaperRecord(3, partition=1), PaperRecord(4, partition=1)]
    manifest = await paper_run(tmp_path, plan=plan, reader=PaperReader(records))
    assert [(p["partition"], p["lines"]) for p in manifest["partitions"]] == [(0, 2), (1, 2)]


async def test_a_folder_with_a_run_needs_resume_and_the_same_plan(tmp_path: Path) -> None:
    await paper_run(tmp_path)
    with pytest.raises(WrongUse, match="--resume"):
        await paper_run(tmp_path)
    with pytest.raises(WrongUse, match="another plan or mode"):
        await paper_run(tmp_path, plan=paper_plan(window(end=5)), resume=True)
    with pytest.raises(WrongUse, match="is finished"):
        await paper_run(tmp_path, resume=True)


def test_two_processes_are_not_at_work_in_one_folder(tmp_path: Path) -> None:
    with (
        RunFolder(tmp_path).alone(),
        pytest.raises(WrongUse, match="Another process"),
        RunFolder(tmp_path).alone(),
    ):
        pass


async def test_a_pace_of_five_hundred_takes_a_hundred_at_once() -> None:
    assert (Pace(500).batch_records, Pace(2).batch_records, Pace(None).batch_records) == (100, 1, 500)


async def test_paper_reads_like_the_real_reader() -> None:
    reader = PaperReader([PaperRecord(offset) for offset in range(5)])
    found = [r.offset async for batch in reader.read(TopicPartition("t", 0), 1, 4) for r in batch]
    assert found == [1, 2, 3]
