"""Dead letters, their limit, and faults: nothing is skipped, and other partitions go on."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from muniment_contracts.events import Event
from muniment_contracts.headers import to_record
from muniment_contracts.topics import Topic
from muniment_kit.errors import Rejected, Retryable
from muniment_kit.outcomes import Done
from muniment_kit.records import TopicPartition
from muniment_kit.testing import InMemoryBroker, ManualClock, StoredRecord
from tests.builders.events import order_change
from tests.contract.kit.log_lines import LogLines
from tests.contract.kit.stage import NAME, TOPIC, Recording, Stage, told


def raises(error: Exception) -> Callable[[Event[Any]], Done]:
    def answer(_: Event[Any]) -> Done:
        raise error

    return answer


def why(letter: StoredRecord) -> dict[str, str]:
    return {name: value.decode() for name, value in letter.headers if name.startswith("dlq_")}


async def test_a_rejected_record_is_kept_as_it_was_with_the_reason() -> None:
    async with Stage(Recording(raises(Rejected("the order has no lines")))) as stage:
        (original,) = stage.broker.tell(told("a"))
        await stage.until_committed(1)
        (letter,) = stage.dead_letters
    assert (letter.key, letter.value) == (original.key, original.value)
    assert list(letter.headers[: len(original.headers)]) == list(original.headers)
    first_failed_at = why(letter).pop("dlq_first_failed_at")
    assert first_failed_at.startswith("2026-03-02T09:00:0")
    assert {**why(letter), "dlq_first_failed_at": ""} == {
        "dlq_original_topic": "shopify.hooks",
        "dlq_original_partition": "0",
        "dlq_original_offset": "0",
        "dlq_original_timestamp": str(original.timestamp),
        "dlq_consumer_group": "stage",
        "dlq_stage": "handle",
        "dlq_reason": "rejected",
        "dlq_error_class": "Rejected",
        "dlq_error_message": "the order has no lines",
        "dlq_attempts": "1",
        "dlq_first_failed_at": "",
        "dlq_service_version": "1.2.3",
    }


@pytest.mark.parametrize("value", [b"", b"\x00\x00\x00\x00\x01", b"not avro", None])
async def test_an_undecodable_record_is_kept_byte_for_byte_and_never_shown_to_the_handler(
    value: bytes | None,
) -> None:
    handler = Recording()
    async with Stage(handler) as stage:
        stage.broker.append(TOPIC, b"a", value, [("ce_id", b"\xff")])
        stage.broker.tell(told("a"))
        await stage.until_committed(2)
        (letter,) = stage.dead_letters
    assert (letter.key, letter.value, letter.headers[0]) == (b"a", value, ("ce_id", b"\xff"))
    assert why(letter)["dlq_stage"] == "decode"
    assert why(letter)["dlq_reason"] == "undecodable"
    assert handler.ended == ["a/0"]


async def test_a_record_retried_past_its_total_time_becomes_a_dead_letter() -> None:
    attempts: list[float] = []

    async def handler(event: Event[Any]) -> Done:
        if event.key == "b":
            return Done()
        attempts.append(stage.clock.monotonic())
        raise Retryable("peer away")

    async with Stage(handler, retry_lane_budget_s=10, retry_total_s=60) as stage:
        stage.broker.tell(told("a"), told("b"))
        for _ in range(80):
            await stage.clock.advance(1)
        await stage.until_committed(2)
        (letter,) = stage.dead_letters
    assert why(letter)["dlq_reason"] == "expired"
    assert why(letter)["dlq_attempts"] == str(len(attempts))
    assert attempts[-1] - attempts[0] == pytest.approx(60)


async def test_the_offset_waits_until_the_dead_letter_is_acknowledged() -> None:
    handler = Recording(raises(Rejected("no")))
    async with Stage(handler) as stage:
        stage.broker.fail_sends(1)
        stage.broker.tell(told("a"))
        await stage.until(lambda: handler.begun == ["a/0"])
        assert stage.committed is None
        assert stage.dead_letters == []
        await stage.until_committed(1)
        assert len(stage.dead_letters) == 1
    assert handler.begun == ["a/0"]


async def test_too_many_dead_letters_in_a_row_stop_the_partition_without_skipping_any() -> None:
    async with Stage(Recording(raises(Rejected("no"))), dead_letters_in_a_row=3) as stage:
        stage.broker.tell(*(told("a", number) for number in range(5)))
        await stage.until_committed(3)
        await stage.until(lambda: "is stopped" in str(stage.vital_signs.why_not_ready()))
        await stage.clock.advance(60)
        assert stage.vital_signs.why_not_ready() == [
            "Partition shopify.hooks/0 is stopped: too many dead letters."
        ]
        assert len(stage.dead_letters) == 3
        assert stage.committed == 3


async def test_too_high_a_share_of_dead_letters_stops_the_partition() -> None:
    def answer(event: Event[Any]) -> Done:
        if event.body.webhook_id.endswith("5"):
            raise Rejected("no")
        return Done()

    async with Stage(Recording(answer), dead_letters_share=0.05, dead_letters_window=100) as stage:
        stage.broker.tell(*(told("a", number) for number in range(100)))
        await stage.until_committed(55)
        await stage.clock.advance(60)
        assert [why(letter)["dlq_original_offset"] for letter in stage.dead_letters] == [
            "5", "15", "25", "35", "45",
        ]  # fmt: skip
        assert stage.committed == 55


async def test_a_fault_of_the_handler_stops_its_partition_and_no_other() -> None:
    def answer(event: Event[Any]) -> Done:
        if event.key == bad:
            raise KeyError(f"{event.key}@example.com")
        return Done()

    clock = ManualClock()
    broker = InMemoryBroker(partitions=2, clock=clock)
    keys = [f"k{number}" for number in range(20)]
    partition_of = {key: broker.topics.log_for(TOPIC, key.encode()).id.partition for key in keys}
    bad = next(key for key in keys if partition_of[key] == 0)
    good = [key for key in keys if partition_of[key] == 1]
    handler = Recording(answer)
    with LogLines() as lines:
        async with Stage(handler, broker=broker, clock=clock) as stage:
            broker.tell(told(bad), *(told(key) for key in good))
            await stage.until(lambda: len(handler.ended) == len(good))
            broker.tell(told(bad, 1), told(good[0], 1))
            await stage.until(lambda: len(handler.ended) == len(good) + 1)
            await clock.advance(1)
            assert broker.committed(NAME) == {TopicPartition(TOPIC, 1): len(good) + 1}
            assert stage.vital_signs.why_not_ready() == [
                "Partition shopify.hooks/0 is stopped: a fault of the handler (KeyError)."
            ]
            assert stage.dead_letters == []
    assert handler.begun.count(f"{bad}/0") == 1
    (line,) = lines.of("partition stopped; see to the cause, then send SIGHUP to this process")
    assert "raise KeyError" in line["traceback"]
    assert line["offset"] == 0
    assert line["event_id"] == told(bad).id
    assert f"{bad}@example.com" not in lines.text


async def test_publishing_to_a_topic_that_is_not_declared_is_a_fault() -> None:
    handler = Recording(lambda _: Done(order_change("order.created")))
    async with Stage(handler, publishes=[Topic.ARCHIVE_RECEIPTS]) as stage:
        stage.broker.tell(told("a"))
        await stage.until(lambda: "is stopped" in str(stage.vital_signs.why_not_ready()))
        assert "UndeclaredTopic" in stage.vital_signs.why_not_ready()[0]
        assert stage.broker.records(Topic.COMMERCE_ORDERS) == []


async def test_a_stopped_partition_begins_again_where_it_stopped_when_it_is_assigned_anew() -> None:
    answers = iter([RuntimeError("bug")])

    def answer(_: Event[Any]) -> Done:
        if error := next(answers, None):
            raise error
        return Done()

    handler = Recording(answer)
    async with Stage(handler) as stage:
        stage.broker.tell(told("a"), told("a", 1))
        await stage.until(lambda: "is stopped" in str(stage.vital_signs.why_not_ready()))
        await stage.broker.rebalance(NAME)
        await stage.until_committed(2)
        assert stage.vital_signs.why_not_ready() == []
    assert handler.ended == ["a/0", "a/1"]


async def test_a_handler_whose_work_is_cancelled_under_it_is_a_fault_not_a_record_stuck_for_ever() -> None:
    async def handler(event: Event[Any]) -> Done:
        work = asyncio.ensure_future(asyncio.sleep(60))
        work.cancel()
        await work
        return Done()

    async with Stage(handler) as stage:
        stage.broker.tell(told("a"))
        await stage.until(lambda: "was cancelled" in str(stage.vital_signs.why_not_ready()))
        await stage.clock.advance(5)
        assert stage.committed is None


async def test_an_answer_too_large_for_its_topic_makes_the_record_a_dead_letter() -> None:
    async with Stage(Recording(lambda _: Done(order_change("order.created")))) as stage:
        stage.broker.record_bytes = len(to_record(told("a")).value)
        stage.broker.tell(told("a"))
        await stage.until_committed(1)
        (letter,) = stage.dead_letters
        assert why(letter)["dlq_error_class"] == "RecordTooLarge"
        assert stage.broker.records(Topic.COMMERCE_ORDERS) == []


async def test_a_dead_letter_that_fits_nowhere_stops_its_partition() -> None:
    async with Stage(Recording(raises(Rejected("no")))) as stage:
        stage.broker.record_bytes = 1
        stage.broker.tell(told("a"))
        await stage.until(lambda: "does not fit" in str(stage.vital_signs.why_not_ready()))
        assert stage.committed is None
