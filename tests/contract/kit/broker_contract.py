"""What the kit expects of a broker, as tests that the in-memory one and Kafka both pass."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection
from functools import partial
from typing import Protocol

import pytest

from muniment_kit.broker import Broker, CommitFailed, Member, StartableProducer, TopicsMissing
from muniment_kit.producer import RecordTooLarge
from muniment_kit.records import OutgoingRecord, Record, TopicPartition
from tests.waiting import eventually


class NewTopic(Protocol):
    """Creates a topic of that many partitions, and returns its name."""

    def __call__(self, partitions: int = 1) -> Awaitable[str]: ...


class Listening:
    """Notes what the group says; ``on_revoked`` is awaited before partitions go."""

    def __init__(self) -> None:
        self.said: list[tuple[str, frozenset[TopicPartition]]] = []
        self.on_revoked: Callable[[], Awaitable[None]] | None = None

    def assigned(self, partitions: Collection[TopicPartition]) -> None:
        self.said.append(("assigned", frozenset(partitions)))

    async def revoked(self, partitions: Collection[TopicPartition]) -> None:
        if self.on_revoked is not None and partitions:
            await self.on_revoked()
        self.said.append(("revoked", frozenset(partitions)))

    @property
    def has(self) -> frozenset[TopicPartition]:
        """What is assigned now."""
        return self.said[-1][1] if self.said and self.said[-1][0] == "assigned" else frozenset()


async def read(member: Member, count: int, *, within_s: float = 20) -> list[Record]:
    """Poll until ``count`` records came."""
    records: list[Record] = []
    async with asyncio.timeout(within_s):
        while len(records) < count:
            for batch in (await member.poll(timeout_s=0.2, max_records=100)).values():
                records.extend(batch)
    return records


async def nothing_comes(member: Member) -> bool:
    """Poll a few times and say whether nothing came."""
    return not any([await member.poll(timeout_s=0.1, max_records=100) for _ in range(4)])


def record(
    topic: str, key: str, value: str = "", headers: list[tuple[str, bytes]] | None = None
) -> OutgoingRecord:
    return OutgoingRecord(topic, key.encode(), (value or key).encode(), headers or [])


class BrokerContract:
    """Subclasses give the fixtures ``broker``, ``producer``, ``new_topic`` and ``group``."""

    async def test_records_arrive_as_bytes_in_order_with_key_headers_and_place(
        self, broker: Broker, producer: StartableProducer, new_topic: NewTopic, group: str
    ) -> None:
        topic = await new_topic()
        sent = [
            OutgoingRecord(topic, b"k\xff", b"\x00\xfe", [("h", b"1"), ("h", b"2"), ("other", b"\x80")]),
            OutgoingRecord(topic, b"k\xff", b"", []),
            OutgoingRecord(topic, b"k\xff", None, []),
            OutgoingRecord(topic, None, b"no key", []),
        ]
        await producer.send(sent)
        async with joined(broker, group, topic) as (member, _):
            got = await read(member, 4)
        assert [(r.key, r.value, list(r.headers)) for r in got] == [
            (s.key, s.value, list(s.headers)) for s in sent
        ]
        assert [(r.topic, r.partition, r.offset) for r in got] == [(topic, 0, offset) for offset in range(4)]
        assert all(r.timestamp > 1_600_000_000_000 for r in got)

    async def test_records_of_one_key_share_a_partition(
        self, broker: Broker, producer: StartableProducer, new_topic: NewTopic, group: str
    ) -> None:
        topic = await new_topic(4)
        await producer.send([record(topic, f"k{n % 8}", str(n)) for n in range(40)])
        async with joined(broker, group, topic) as (member, _):
            got = await read(member, 40)
        by_key: dict[bytes | None, list[int]] = {}
        for r in got:
            by_key.setdefault(r.key, []).append(int(r.value or b""))
        assert len({(r.key, r.partition) for r in got}) == 8
        assert all(numbers == sorted(numbers) for numbers in by_key.values())
        assert len({r.partition for r in got}) > 1

    async def test_a_new_group_begins_at_the_beginning_and_a_known_one_at_what_it_committed(
        self, broker: Broker, producer: StartableProducer, new_topic: NewTopic, group: str
    ) -> None:
        topic = await new_topic()
        await producer.send([record(topic, "k", str(n)) for n in range(5)])
        async with joined(broker, group, topic) as (member, _):
            await read(member, 5)
            await member.commit({TopicPartition(topic, 0): 3})
        async with joined(broker, group, topic) as (member, _):
            assert [r.offset for r in await read(member, 2)] == [3, 4]

    async def test_a_paused_partition_delivers_nothing_keeps_its_place_and_others_go_on(
        self, broker: Broker, producer: StartableProducer, new_topic: NewTopic, group: str
    ) -> None:
        topic = await new_topic(2)
        await producer.send([record(topic, f"k{n}") for n in range(20)])
        async with joined(broker, group, topic) as (member, _):
            first = await read(member, 20)
            paused = TopicPartition(topic, 0)
            member.pause([paused, TopicPartition("not-ours", 3)])
            again = await producer_sends_to_both(producer, topic, first)
            got = await read(member, again[1])
            assert {r.partition for r in got} == {1}
            assert await nothing_comes(member)
            member.resume([paused, TopicPartition("not-ours", 3)])
            got = await read(member, again[0])
            assert {r.partition for r in got} == {0}

    async def test_the_revocation_is_heard_out_and_offsets_may_be_committed_meanwhile(
        self, broker: Broker, producer: StartableProducer, new_topic: NewTopic, group: str
    ) -> None:
        topic = await new_topic(2)
        await producer.send([record(topic, f"k{n}") for n in range(20)])
        async with joined(broker, group, topic) as (one, listening):
            got = await read(one, 20)
            ends = {
                TopicPartition(topic, p): 1 + max(r.offset for r in got if r.partition == p) for p in (0, 1)
            }

            async def commit_late() -> None:
                listening.on_revoked = None
                await asyncio.sleep(0.2)
                await one.commit(ends)

            listening.on_revoked = commit_late
            polling = asyncio.ensure_future(poll_for_ever(one))
            async with joined(broker, group, topic) as (two, _):
                assert await nothing_comes(two)
            polling.cancel()

    async def test_two_members_share_the_partitions_and_the_one_left_gets_them_all(
        self, broker: Broker, new_topic: NewTopic, group: str
    ) -> None:
        topic = await new_topic(4)
        everything = frozenset(TopicPartition(topic, n) for n in range(4))
        async with joined(broker, group, topic) as (one, first):
            await eventually(lambda: first.has == everything, what="all partitions", timeout_s=30)
            polling = asyncio.ensure_future(poll_for_ever(one))
            async with joined(broker, group, topic) as (_, second):
                await eventually(
                    lambda: len(first.has) == len(second.has) == 2, what="two partitions each", timeout_s=30
                )
                assert first.has | second.has == everything
                assert ("revoked", everything) in first.said
            await eventually(lambda: first.has == everything, what="all partitions again", timeout_s=30)
            polling.cancel()

    async def test_range_assignment_gives_equal_partitions_of_co_partitioned_topics_to_one_member(
        self, broker: Broker, new_topic: NewTopic, group: str
    ) -> None:
        topics = [await new_topic(4), await new_topic(4)]
        async with joined(broker, group, *topics) as (one, first):
            polling = asyncio.ensure_future(poll_for_ever(one))
            async with joined(broker, group, *topics) as (_, second):
                await eventually(
                    lambda: len(first.has) == len(second.has) == 4,
                    what="half of each topic for each",
                    timeout_s=30,
                )
                numbers = [{id.partition for id in first.has if id.topic == topic} for topic in topics]
                assert numbers[0] == numbers[1]
            polling.cancel()

    async def test_what_lies_behind_is_told(
        self, broker: Broker, producer: StartableProducer, new_topic: NewTopic, group: str
    ) -> None:
        topic = await new_topic()
        async with joined(broker, group, topic) as (member, listening):
            await eventually(lambda: bool(listening.has), what="an assignment", timeout_s=30)
            await producer.send([record(topic, "k", str(n)) for n in range(7)])
            await read(member, 7)
            member.pause(listening.has)
            await producer.send([record(topic, "k", str(n)) for n in range(3)])
            assert await member.behind() == {TopicPartition(topic, 0): 3}

    async def test_a_commit_for_a_partition_that_is_not_ours_fails(
        self, broker: Broker, new_topic: NewTopic, group: str
    ) -> None:
        topic = await new_topic()
        async with joined(broker, group, topic) as (member, listening):
            await eventually(lambda: bool(listening.has), what="an assignment", timeout_s=30)
            with pytest.raises(CommitFailed):
                await member.commit({TopicPartition(topic, 7): 1})

    async def test_missing_topics_are_named(self, broker: Broker, new_topic: NewTopic, group: str) -> None:
        there = await new_topic()
        member = broker.member(group=group, topics=[there, "missing-topic"])
        with pytest.raises(TopicsMissing, match="missing-topic"):
            await member.start(Listening())
        await member.stop()
        producer = broker.producer()
        with pytest.raises(TopicsMissing, match="missing-topic"):
            await producer.start([there, "missing-topic"])
        await producer.stop()

    async def test_a_record_that_no_topic_takes_is_refused_and_the_next_one_is_not(
        self, broker: Broker, producer: StartableProducer, new_topic: NewTopic, group: str
    ) -> None:
        topic = await new_topic()
        with pytest.raises(RecordTooLarge):
            await producer.send([OutgoingRecord(topic, b"k", b"x" * 3_000_000, [])])
        await producer.send([record(topic, "k", "small")])
        async with joined(broker, group, topic) as (member, _):
            assert [r.value for r in await read(member, 1)] == [b"small"]

    async def test_records_handed_over_are_told_of_later_and_once_and_keep_the_order_of_their_key(
        self, broker: Broker, producer: StartableProducer, new_topic: NewTopic, group: str
    ) -> None:
        topic = await new_topic(4)
        settled: list[tuple[int, Exception | None]] = []
        for number in range(200):
            say = partial(_note, settled, number)
            producer.hand_over([record(topic, f"k{number % 7}", str(number)), record(topic, "same")], say)
        assert settled == []
        await eventually(lambda: len(settled) == 200, what="all acknowledgements", timeout_s=20)
        assert sorted(settled) == [(number, None) for number in range(200)]
        async with joined(broker, group, topic) as (member, _):
            got = [r for r in await read(member, 400) if r.key != b"same"]
        for key in {r.key for r in got}:
            numbers = [int(r.value or b"") for r in got if r.key == key]
            assert numbers == sorted(numbers)

    async def test_of_records_handed_over_together_only_one_too_large_is_refused(
        self, broker: Broker, producer: StartableProducer, new_topic: NewTopic, group: str
    ) -> None:
        topic = await new_topic()
        settled: list[tuple[int, Exception | None]] = []
        large = OutgoingRecord(topic, b"k", b"x" * 30_000_000, [])
        for number, each in enumerate([record(topic, "k", "a"), large, record(topic, "k", "b")]):
            producer.hand_over([each], partial(_note, settled, number))
        await eventually(lambda: len(settled) == 3, what="all to be settled", timeout_s=20)
        assert {number for number, error in settled if isinstance(error, RecordTooLarge)} == {1}
        async with joined(broker, group, topic) as (member, _):
            assert [r.value for r in await read(member, 2)] == [b"a", b"b"]


def _note(settled: list[tuple[int, Exception | None]], number: int, error: Exception | None) -> None:
    settled.append((number, error))


class joined:  # noqa: N801 - reads as what it is: "async with joined(broker, group, topic)"
    """A member of the group, from joining to leaving, and what it heard."""

    def __init__(self, broker: Broker, group: str, *topics: str) -> None:
        self._member = broker.member(group=group, topics=topics)
        self._listening = Listening()

    async def __aenter__(self) -> tuple[Member, Listening]:
        await self._member.start(self._listening)
        return self._member, self._listening

    async def __aexit__(self, *_: object) -> None:
        await self._member.stop()


async def poll_for_ever(member: Member) -> None:
    """Poll as a consumer does, so that rebalances go on."""
    while True:
        await member.poll(timeout_s=0.1, max_records=100)
        await asyncio.sleep(0)


async def producer_sends_to_both(
    producer: StartableProducer, topic: str, known: list[Record]
) -> tuple[int, int]:
    """Send every key of ``known`` once more; return how many records go to partition 0 and to 1."""
    await producer.send([OutgoingRecord(topic, r.key, b"again", []) for r in known])
    return (sum(r.partition == 0 for r in known), sum(r.partition == 1 for r in known))
