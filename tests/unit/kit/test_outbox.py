"""What the outbox hands to aiokafka, and what it tells those who sent it."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from functools import partial
from typing import Any, cast

import pytest
from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError, MessageSizeTooLargeError, UnknownTopicOrPartitionError
from aiokafka.partitioner import DefaultPartitioner
from hypothesis import given
from hypothesis import strategies as st

from muniment_kit.kafka.outbox import Outbox, Sending, number_of
from muniment_kit.producer import PublishFailed, RecordTooLarge
from muniment_kit.records import OutgoingRecord, TopicPartition
from tests.waiting import eventually

TOPIC = "documents"
BATCH_RECORDS = 10


class FakeBatch:
    """Takes a few records."""

    def __init__(self) -> None:
        self.values: list[bytes] = []

    def append(self, *, timestamp: None, key: bytes, value: bytes, headers: list[Any]) -> object:
        assert timestamp is None
        if len(self.values) == BATCH_RECORDS:
            return None
        self.values.append(value)
        return key, headers


class FakeProducer:
    """Knows ``topics``, and notes each batch; the test says how each ends."""

    def __init__(self, topics: dict[str, int]) -> None:
        self.topics = topics
        self.batches: list[tuple[str, int, list[bytes]]] = []
        self.ends: list[asyncio.Future[None]] = []
        self.asked: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.client = self.cluster = self

    def partitions_for_topic(self, topic: str) -> set[int] | None:
        return set(range(self.topics[topic])) if topic in self.topics else None

    def available_partitions_for_topic(self, topic: str) -> set[int]:
        return self.partitions_for_topic(topic) or set()

    async def partitions_for(self, topic: str) -> None:
        assert topic not in self.topics
        await asyncio.shield(self.asked)

    def create_batch(self) -> FakeBatch:
        return FakeBatch()

    async def send_batch(self, batch: FakeBatch, topic: str, *, partition: int) -> asyncio.Future[None]:
        self.batches.append((topic, partition, batch.values))
        self.ends.append(asyncio.get_running_loop().create_future())
        return asyncio.shield(self.ends[-1])


class Desk:
    """An outbox on a fake producer, and what it told."""

    def __init__(self, topics: dict[str, int] | None = None) -> None:
        self.kafka = FakeProducer({TOPIC: 1} if topics is None else topics)
        self.failures = 0
        self.alone: set[TopicPartition] = set()
        self.told: dict[str, Exception | None] = {}
        self.outbox = Outbox(cast("AIOKafkaProducer", self.kafka), failed=self._failed, alone=self.alone)

    def put(self, *values: str, key: str = "k", partition: int | None = None, topic: str = TOPIC) -> Sending:
        records = [OutgoingRecord(topic, key.encode(), value.encode(), [], partition) for value in values]
        sending = Sending(records, partial(self._note, values))
        self.outbox.put(sending)
        return sending

    async def until_batches(self, count: int) -> list[list[str]]:
        """Return the values of each batch once there are ``count``, and no more."""
        await eventually(lambda: len(self.kafka.batches) >= count, what="batches")
        await self.turns()
        assert len(self.kafka.batches) == count
        return [[value.decode() for value in values] for _, _, values in self.kafka.batches]

    async def turns(self) -> None:
        """Let all happen that needs nobody."""
        for _ in range(10):
            await asyncio.sleep(0)

    async def ends(self, number: int, error: KafkaError | None = None) -> None:
        """Let batch ``number`` be stored, or fail."""
        if error is None:
            self.kafka.ends[number].set_result(None)
        else:
            self.kafka.ends[number].set_exception(error)
        await self.turns()

    def _note(self, values: Sequence[str], error: Exception | None) -> None:
        assert values[0] not in self.told
        self.told[values[0]] = error

    def _failed(self) -> None:
        self.failures += 1


@given(key=st.binary(max_size=64), partitions=st.integers(1, 64))
def test_a_key_goes_where_the_client_would_send_it(key: bytes, partitions: int) -> None:
    numbers = list(range(partitions))
    assert number_of(key, numbers) == DefaultPartitioner()(key, numbers, numbers)


async def test_what_many_send_in_one_turn_is_one_batch_and_the_next_waits_for_it() -> None:
    desk = Desk()
    desk.put("a")
    desk.put("b", "c")
    assert await desk.until_batches(1) == [["a", "b", "c"]]
    desk.put("d")
    desk.put("e")
    assert await desk.until_batches(1) == [["a", "b", "c"]]
    assert desk.told == {}
    await desk.ends(0)
    assert desk.told == {"a": None, "b": None}
    assert (await desk.until_batches(2))[1] == ["d", "e"]
    await desk.ends(1)
    await desk.outbox.emptied()
    assert set(desk.told) == {"a", "b", "d", "e"}


async def test_a_full_batch_leaves_the_rest_to_the_next() -> None:
    desk = Desk()
    for number in range(BATCH_RECORDS + 1):
        desk.put(str(number))
    assert [len(batch) for batch in await desk.until_batches(1)] == [BATCH_RECORDS]
    await desk.ends(0)
    assert (await desk.until_batches(2))[1] == [str(BATCH_RECORDS)]
    await desk.ends(1)


async def test_partitions_do_not_wait_for_each_other_and_a_sending_waits_for_all_of_its_own() -> None:
    desk = Desk({TOPIC: 2})
    first = [OutgoingRecord(TOPIC, b"k", value, [], number) for number, value in enumerate([b"a", b"b"])]
    told: list[Exception | None] = []
    desk.outbox.put(Sending(first, told.append))
    desk.put("only", partition=1)
    assert await desk.until_batches(2) == [["a"], ["b", "only"]]
    await desk.ends(1)
    assert (told, desk.told) == ([], {"only": None})
    desk.put("next", partition=1)
    assert (await desk.until_batches(3))[2] == ["next"]
    await desk.ends(0)
    assert told == [None]
    await desk.ends(2)


async def test_a_batch_that_fails_fails_all_that_is_here_once_and_later_ones_too() -> None:
    desk = Desk({TOPIC: 2})
    desk.put("a", partition=0)
    desk.put("other", partition=1)
    await desk.until_batches(2)
    desk.put("waiting", partition=0)
    await desk.ends(0, KafkaError())
    desk.put("late")
    await desk.turns()
    assert set(desk.told) == {"a", "other", "waiting", "late"}
    assert all(isinstance(error, PublishFailed) for error in desk.told.values())
    assert (desk.failures, len(desk.kafka.batches)) == (1, 2)
    await desk.outbox.emptied()


async def test_only_a_record_that_travelled_alone_is_blamed_for_a_batch_too_large() -> None:
    desk = Desk()
    desk.put("small")
    desk.put("large")
    await desk.until_batches(1)
    await desk.ends(0, MessageSizeTooLargeError())
    assert {name: type(error) for name, error in desk.told.items()} == {
        "small": PublishFailed,
        "large": PublishFailed,
    }
    again = Desk()
    again.alone |= desk.alone
    again.put("small")
    again.put("large")
    assert await again.until_batches(1) == [["small"]]
    await again.ends(0)
    assert (await again.until_batches(2))[1] == ["large"]
    await again.ends(1, MessageSizeTooLargeError())
    assert again.told["small"] is None
    assert isinstance(again.told["large"], RecordTooLarge)


async def test_records_of_a_topic_not_known_yet_wait_for_it_in_their_order() -> None:
    desk = Desk({})
    desk.put("a")
    await desk.turns()
    desk.put("b")
    await desk.turns()
    desk.kafka.topics = {TOPIC: 1}
    desk.put("c")
    desk.kafka.asked.set_result(None)
    assert await desk.until_batches(1) == [["a", "b", "c"]]
    await desk.ends(0)


async def test_a_topic_that_is_not_there_fails_its_own_records_only() -> None:
    desk = Desk({"there": 1})
    desk.put("a")
    desk.put("b", topic="there")
    await desk.until_batches(1)
    desk.kafka.asked.set_exception(UnknownTopicOrPartitionError())
    await desk.turns()
    assert isinstance(desk.told["a"], PublishFailed)
    await desk.ends(0)
    assert desk.told["b"] is None
    assert desk.failures == 0


async def test_a_partition_that_is_not_there_is_refused() -> None:
    desk = Desk()
    desk.put("a", partition=3)
    await desk.turns()
    assert isinstance(desk.told["a"], PublishFailed)
    assert desk.kafka.batches == []


async def test_what_is_withdrawn_is_neither_sent_nor_kept_nor_told_of() -> None:
    desk = Desk()
    desk.put("under way")
    await desk.until_batches(1)
    given_up = [desk.put(f"given up {number}") for number in range(1_000)]
    desk.put("wanted")
    await desk.turns()
    for sending in given_up:
        sending.withdraw()
    assert desk.outbox.waiting < 500
    await desk.ends(0)
    assert (await desk.until_batches(2))[1] == ["wanted"]
    await desk.ends(1)
    assert desk.told == {"under way": None, "wanted": None}


async def test_closing_fails_what_is_not_acknowledged_wherever_it_is() -> None:
    desk = Desk()
    desk.put("under way")
    await desk.until_batches(1)
    desk.put("waiting")
    desk.put("unknown", topic="unknown")
    await desk.turns()
    desk.put("just came")
    desk.outbox.close()
    assert {name: type(error) for name, error in desk.told.items()} == dict.fromkeys(
        ["under way", "waiting", "unknown", "just came"], PublishFailed
    )
    assert desk.failures == 0
    await desk.outbox.emptied()


@pytest.mark.parametrize("count", [1, 3])
async def test_a_withdrawn_sending_stays_untold_when_its_batch_ends(count: int) -> None:
    desk = Desk()
    sending = desk.put(*(str(number) for number in range(count)))
    await desk.until_batches(1)
    sending.withdraw()
    await desk.ends(0)
    assert desk.told == {}
