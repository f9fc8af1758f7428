"""A key that stays stuck: parked in order on the retry topic, while its partition goes on."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from muniment_contracts.events import Event
from muniment_contracts.topics import retry_topic
from muniment_kit import metrics
from muniment_kit.errors import Retryable
from muniment_kit.outcomes import Done
from muniment_kit.records import TopicPartition
from muniment_kit.testing import InMemoryBroker, ManualClock, StoredRecord
from tests.contract.kit.log_lines import LogLines
from tests.contract.kit.stage import DEAD_LETTERS, NAME, TOPIC, Stage, said, told

RETRIES = retry_topic(TOPIC, NAME)
QUICK: dict[str, Any] = {"retry_lane_budget_s": 10.0, "retry_cap_s": 2.0, "retry_overdue_cap_s": 4.0}


class Stuck:
    """A handler that cannot answer the keys in ``stuck``; it notes what it dealt with."""

    def __init__(self, *stuck: str) -> None:
        self.stuck = set(stuck)
        self.attempts: list[str] = []
        self.ended: list[str] = []

    async def __call__(self, event: Event[Any]) -> Done:
        self.attempts.append(said(event))
        if event.key in self.stuck:
            raise Retryable("peer away")
        self.ended.append(said(event))
        return Done()

    def of(self, key: str) -> list[str]:
        """What was dealt with of ``key``, in order."""
        return [name for name in self.ended if name.startswith(f"{key}/")]


def slip(record: StoredRecord) -> dict[str, str]:
    return {name: value.decode() for name, value in record.headers if name.startswith("retry_")}


def parked_places(broker: InMemoryBroker) -> list[str]:
    """The offsets that the records in the retry topic came from, in their order."""
    return [slip(record)["retry_original_offset"] for record in broker.records(RETRIES)]


async def pass_time(stage: Stage, until: Callable[[], bool], *, within_s: int = 400) -> None:
    """Let seconds pass until ``until()``."""
    for _ in range(within_s):
        if until():
            return
        await stage.clock.advance(1)
        await asyncio.sleep(0)
    assert until()


def committed_retries(stage: Stage) -> int | None:
    return stage.broker.committed(NAME).get(TopicPartition(RETRIES, 0))


async def test_a_stuck_key_is_parked_in_order_and_its_partition_is_committed_to_the_end() -> None:
    handler = Stuck("a")
    async with Stage(handler, **QUICK) as stage:
        originals = stage.broker.tell(told("a", 0), told("b", 0), told("a", 1), told("b", 1), told("a", 2))
        await pass_time(stage, lambda: stage.committed == 5)
        assert handler.ended == ["b/0", "b/1"]
        assert set(handler.attempts) == {"a/0", "b/0", "b/1"}, "later records of the key are not tried before"
        parked = stage.broker.records(RETRIES)
        assert parked_places(stage.broker) == ["0", "2", "4"]
        for record, original in zip(parked, [originals[0], originals[2], originals[4]], strict=True):
            assert (record.key, record.value) == (original.key, original.value)
            assert list(record.headers[: len(original.headers)]) == list(original.headers)
        assert slip(parked[0])["retry_original_topic"] == TOPIC
        assert slip(parked[0])["retry_original_partition"] == "0"
        assert slip(parked[0])["retry_original_timestamp"] == str(originals[0].timestamp)
        assert int(slip(parked[0])["retry_attempts"]) > 3
        assert slip(parked[1])["retry_attempts"] == "0"
        assert slip(parked[0])["retry_first_failed_at"].startswith("2026-03-02T09:00:0")
        assert committed_retries(stage) is None
        handler.stuck.clear()
        await pass_time(stage, lambda: committed_retries(stage) == 3)
        assert handler.of("a") == ["a/0", "a/1", "a/2"]


async def test_a_key_is_free_again_when_its_parked_records_are_dealt_with() -> None:
    handler = Stuck("a")
    async with Stage(handler, **QUICK) as stage:
        stage.broker.tell(told("a", 0))
        await pass_time(stage, lambda: stage.committed == 1)
        await stage.clock.advance(5)
        assert metrics.value("muniment_parked_keys", topic=TOPIC, partition="0") == 1
        handler.stuck.clear()
        await pass_time(stage, lambda: handler.ended == ["a/0"])
        stage.broker.tell(told("a", 1))
        await stage.until(lambda: handler.ended == ["a/0", "a/1"])
        assert parked_places(stage.broker) == ["0"]
        await stage.clock.advance(5)
        assert metrics.value("muniment_parked_keys", topic=TOPIC, partition="0") == 0


async def test_a_record_that_comes_while_the_last_parked_one_is_handled_does_not_overtake_it() -> None:
    gate = asyncio.Event()
    handler = Stuck("a")
    running: list[str] = []

    async def slow(event: Event[Any]) -> Done:
        if "a" not in handler.stuck and said(event) == "a/0":
            running.append(said(event))
            await gate.wait()
        return await handler(event)

    async with Stage(slow, **QUICK) as stage:
        stage.broker.tell(told("a", 0))
        await pass_time(stage, lambda: stage.committed == 1)
        handler.stuck.clear()
        await pass_time(stage, lambda: running == ["a/0"])
        stage.broker.tell(told("a", 1), told("b", 0))
        await stage.until_committed(3)
        assert handler.ended == ["b/0"]
        gate.set()
        await pass_time(stage, lambda: committed_retries(stage) == 2)
        assert handler.of("a") == ["a/0", "a/1"]


async def test_a_parked_record_past_its_total_time_is_a_dead_letter_that_names_its_first_place() -> None:
    handler = Stuck("a")
    async with Stage(handler, retry_total_s=60.0, **QUICK) as stage:
        stage.broker.tell(told("b", 0))
        (original,) = stage.broker.tell(told("a", 0))
        await pass_time(stage, lambda: committed_retries(stage) == 1)
        (letter,) = stage.dead_letters
        why = dict(letter.headers)
        assert why["dlq_original_topic"] == TOPIC.encode()
        assert why["dlq_original_offset"] == b"1"
        assert why["dlq_reason"] == b"expired"
        assert why["dlq_attempts"] == str(handler.attempts.count("a/0")).encode()
        assert why["dlq_first_failed_at"].startswith(b"2026-03-02T09:00:0")
        assert not [name for name, _ in letter.headers if name.startswith("retry_")]
        assert (letter.key, letter.value) == (original.key, original.value)
        stage.broker.tell(told("b", 1))
        await stage.until(lambda: handler.ended == ["b/0", "b/1"])


@pytest.mark.parametrize("phase", range(24))
async def test_a_crash_at_any_moment_keeps_the_keys_order_and_forgets_nothing(phase: int) -> None:
    """The member is lost after ``phase`` half seconds: nothing is drained or committed at that moment."""
    handler = Stuck("a", "c")
    clock = ManualClock()
    broker = InMemoryBroker(partitions=1, clock=clock)
    stage = Stage(handler, broker=broker, clock=clock, commit_interval_s=3.1, **QUICK)
    async with stage:
        broker.tell(*(told(key, number) for number in range(4) for key in "abc"))
        for step in range(phase):
            await clock.advance(1)
            if step == 18:
                handler.stuck.clear()
        broker.lose_members(NAME)
        broker.fail_commits(1)
        await clock.advance(10)
        broker.tell(*(told(key, 4) for key in "abc"))
        await clock.advance(5)
        broker.lose_members(NAME)
        handler.stuck.clear()
        await pass_time(stage, lambda: stage.committed == 15)
        await pass_time(stage, lambda: (committed_retries(stage) or 0) == len(broker.records(RETRIES)))
    for key in "abc":
        assert list(dict.fromkeys(handler.of(key))) == [f"{key}/{number}" for number in range(5)]
    assert broker.records(DEAD_LETTERS) == []


async def test_a_restart_knows_the_parked_keys_before_it_reads_the_source() -> None:
    first = Stuck("a")
    async with Stage(first, **QUICK) as stage:
        stage.broker.tell(told("a", 0), told("a", 1))
        await pass_time(stage, lambda: stage.committed == 2)
    second = Stuck()
    async with Stage(second, broker=stage.broker, clock=stage.clock, **QUICK) as again:
        stage.broker.tell(told("a", 2), told("b", 0))
        await again.until_committed(4)
        assert second.ended == ["b/0"], "its first attempt waits, as it has failed before"
        await pass_time(again, lambda: committed_retries(again) == 3)
    assert second.of("a") == ["a/0", "a/1", "a/2"]


async def test_a_rebalance_moves_parked_keys_with_their_partition() -> None:
    clock = ManualClock()
    broker = InMemoryBroker(partitions=4, clock=clock)
    keys = [f"k{number}" for number in range(12)]
    handler = Stuck(*keys[:6])
    everything = sorted(f"{key}/{number}" for key in keys for number in range(3))
    async with Stage(handler, broker=broker, clock=clock, **QUICK) as one:
        broker.tell(*(told(key, number) for number in range(2) for key in keys))
        await pass_time(one, lambda: sum(broker.committed(NAME).values()) >= 24)
        async with Stage(handler, broker=broker, clock=clock, **QUICK) as two:
            await one.until(lambda: len(one.consumer.partitions) == 2 and len(two.consumer.partitions) == 2)
            broker.tell(*(told(key, 2) for key in keys))
            await pass_time(one, lambda: len(broker.records(RETRIES)) >= 18)
            handler.stuck.clear()
            await pass_time(one, lambda: sorted(set(handler.ended)) == everything)
    for key in keys:
        assert list(dict.fromkeys(handler.of(key))) == [f"{key}/{number}" for number in range(3)]


async def test_a_copy_from_a_lost_acknowledgement_is_handled_once() -> None:
    handler = Stuck("a")
    async with Stage(handler, **QUICK) as stage:
        stage.broker.lose_acknowledgements(2)
        stage.broker.tell(told("a", 0), told("a", 1))
        await pass_time(stage, lambda: stage.committed == 2)
        assert parked_places(stage.broker) == ["0", "0", "0", "1"]
        handler.stuck.clear()
        await pass_time(stage, lambda: committed_retries(stage) == 4)
        assert handler.ended == ["a/0", "a/1"]


async def test_stuck_keys_do_not_pause_the_partition_for_the_others() -> None:
    handler = Stuck("a")
    async with Stage(handler, partition_waiting_records=20, poll_records=10, **QUICK) as stage:
        stage.broker.tell(*(told("a", number) for number in range(200)))
        stage.broker.tell(*(told("b", number) for number in range(20)))
        await pass_time(stage, lambda: len(handler.of("b")) == 20, within_s=60)
        await pass_time(stage, lambda: stage.committed == 220)
        handler.stuck.clear()
        await pass_time(stage, lambda: len(handler.of("a")) == 200)
        assert handler.of("a") == [f"a/{number}" for number in range(200)]


async def test_beyond_the_bound_of_parked_keys_a_key_stays_in_its_lane() -> None:
    handler = Stuck("a", "b", "c")
    async with Stage(handler, parked_keys=2, **QUICK) as stage:
        stage.broker.tell(*(told(key, number) for number in range(2) for key in "abcd"))
        await pass_time(stage, lambda: len(stage.broker.records(RETRIES)) == 4)
        await stage.clock.advance(60)
        assert len({record.key for record in stage.broker.records(RETRIES)}) == 2
        assert handler.ended == ["d/0", "d/1"]
        assert (stage.committed or 0) < 8
        handler.stuck.clear()
        await pass_time(stage, lambda: stage.committed == 8 and committed_retries(stage) == 4)
        for key in "abc":
            assert handler.of(key) == [f"{key}/0", f"{key}/1"]


async def test_a_retry_topic_that_takes_nothing_is_waited_for_named_and_nothing_is_skipped() -> None:
    handler = Stuck("a")
    async with Stage(handler, **QUICK) as stage:
        stage.broker.tell(told("b", 0), told("a", 0), told("a", 1))
        await stage.until(lambda: handler.ended == ["b/0"])
        stage.broker.fail_sends(10_000)
        await pass_time(stage, lambda: RETRIES in str(stage.vital_signs.why_not_ready()))
        assert stage.vital_signs.why_not_ready() == [
            f"The topic {RETRIES} takes no records; what must be written there waits."
        ]
        await stage.clock.advance(120)
        assert stage.committed == 1
        stage.broker.fail_sends(0)
        await pass_time(stage, lambda: stage.committed == 3)
        assert stage.vital_signs.why_not_ready() == []
        assert parked_places(stage.broker) == ["1", "2"]


async def test_a_source_whose_retry_partition_is_elsewhere_is_stopped_before_anything_is_read() -> None:
    clock = ManualClock()
    broker = InMemoryBroker(partitions=2, clock=clock)
    broker.topics.create(RETRIES, 1)
    handler = Stuck()
    with LogLines() as lines:
        async with Stage(handler, broker=broker, clock=clock) as stage:
            keys = [f"k{number}" for number in range(10)]
            broker.tell(*(told(key) for key in keys))
            here = [key for key in keys if broker.topics.log_for(TOPIC, key.encode()).id.partition == 0]
            await stage.until(lambda: len(handler.ended) == len(here))
            assert stage.vital_signs.why_not_ready() == [
                f"Partition {TOPIC}/1 is stopped: the retry topic {RETRIES} has not as many partitions."
            ]
            await clock.advance(5)
            assert metrics.value("muniment_stopped_partitions", topic=TOPIC, reason="not_co_partitioned") == 1
    assert lines.of("partition stopped")


async def test_a_stopped_partition_goes_on_when_it_is_told_to() -> None:
    answers = iter([RuntimeError("bug")])
    handler = Stuck("stuck")

    async def faulty(event: Event[Any]) -> Done:
        if event.key == "a" and (error := next(answers, None)):
            raise error
        return await handler(event)

    async with Stage(faulty, **QUICK) as stage:
        stage.broker.tell(told("stuck", 0), told("b", 0))
        await pass_time(stage, lambda: stage.committed == 2)
        stage.broker.tell(told("c", 0), told("a", 0), told("a", 1), told("stuck", 1))
        await stage.until(lambda: "is stopped" in str(stage.vital_signs.why_not_ready()))
        await stage.clock.advance(10)
        assert metrics.value("muniment_stopped_partitions", topic=TOPIC, reason="handler_fault") == 1
        stage.consumer.resume_stopped()
        await pass_time(stage, lambda: stage.committed == 6)
        assert stage.vital_signs.why_not_ready() == []
        assert [name for name in handler.ended if name[0] in "abc"] == ["b/0", "c/0", "a/0", "a/1"]
        await stage.clock.advance(5)
        assert metrics.value("muniment_stopped_partitions", topic=TOPIC, reason="handler_fault") == 0
        handler.stuck.clear()
        await pass_time(stage, lambda: committed_retries(stage) == 2)
        assert handler.of("stuck") == ["stuck/0", "stuck/1"]
