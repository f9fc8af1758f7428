"""A broker in memory: partitions, groups, offsets, rebalances. It passes the tests that Kafka passes."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

from muniment_contracts.events import Event
from muniment_contracts.headers import to_record
from muniment_kit.broker import (
    AssignmentListener,
    BrokerUnavailable,
    CommitFailed,
    MemberLost,
    TopicsMissing,
)
from muniment_kit.clock import Clock, SystemClock
from muniment_kit.producer import Handed, PublishFailed, RecordTooLarge
from muniment_kit.records import Headers, OutgoingRecord, Record, TopicPartition
from muniment_kit.testing.in_memory_log import StoredRecord, TopicLogs


class InMemoryBroker:
    """Fits ``Broker``. Topics come into being when used, with ``partitions`` each; not those ``missing``."""

    def __init__(self, *, partitions: int = 3, clock: Clock | None = None) -> None:
        self.topics = TopicLogs(partitions)
        self.missing: set[str] = set()
        self.record_bytes = 1024 * 1024
        self._clock = clock or SystemClock()
        self._groups: dict[str, InMemoryGroup] = {}
        self.delivers = True
        self._is_available = True
        self._failing_sends = 0
        self._lost_acknowledgements = 0
        self._failing_commits = 0
        self._held: list[InMemoryHanded] | None = None

    def member(self, *, group: str, topics: Sequence[str]) -> InMemoryMember:
        """Return a new member, not started."""
        return InMemoryMember(self, self._group(group), topics)

    def producer(self) -> InMemoryProducer:
        """Return a new producer, not started."""
        return InMemoryProducer(self)

    # What a test puts in and looks at

    def append(
        self,
        topic: str,
        key: bytes | None,
        value: bytes | None,
        headers: Headers = (),
        partition: int | None = None,
    ) -> StoredRecord:
        """Store a record in ``partition``, or in that of its key."""
        timestamp = int(self._clock.now().timestamp() * 1000)
        log = self.topics.log_for(topic, key)
        if partition is not None:
            log = self.topics.log(TopicPartition(topic, partition))
        stored = log.append(timestamp, key, value, headers)
        self._wake()
        return stored

    def tell(self, *events: Event[Any]) -> list[StoredRecord]:
        """Store ``events`` in their topics."""
        return [self.append(event.topic, *to_record(event)) for event in events]

    def records(self, topic: str) -> list[StoredRecord]:
        """Return all records of ``topic``, partition by partition."""
        return [record for log in self.topics.create(topic) for record in log.records]

    def committed(self, group: str) -> dict[TopicPartition, int]:
        """Return the offsets that ``group`` committed."""
        return dict(self._group(group).committed)

    # What a test breaks

    async def rebalance(self, group: str) -> None:
        """Take all partitions of ``group`` away and give them out anew, as when a member comes or goes."""
        await self._group(group).rebalance()

    def go_away(self) -> None:
        """Answer nothing until ``come_back``."""
        self._is_available = False

    def come_back(self) -> None:
        """Answer again, with everything that was stored."""
        self._is_available = True
        self._wake()

    def fail_sends(self, count: int) -> None:
        """Refuse the next ``count`` sends."""
        self._failing_sends = count

    def lose_acknowledgements(self, count: int) -> None:
        """Store the records of the next ``count`` sends, and say that it failed."""
        self._lost_acknowledgements = count

    def hold_sends(self) -> None:
        """Neither take nor refuse what is handed over, until ``let_sends_go``."""
        self._held = []

    def let_sends_go(self) -> None:
        """Take what was held, in its order."""
        held, self._held = self._held or [], None
        for handed in held:
            handed.store()

    def fail_commits(self, count: int) -> None:
        """Refuse the next ``count`` commits."""
        self._failing_commits = count

    def deliver_nothing(self) -> None:
        """Answer everything but polls, as a consumer does that is stuck."""
        self.delivers = False

    def lose_members(self, group: str) -> None:
        """Make every member of ``group`` unfit to go on."""
        for member in self._group(group).members:
            member.is_lost = True
        self._wake()

    # What members and producers ask

    @property
    def is_available(self) -> bool:
        """Whether it answers."""
        return self._is_available

    async def news_or_timeout(self, news: asyncio.Event, timeout_s: float) -> None:
        """Return when ``news`` is set, or when ``timeout_s`` of this broker's clock passed."""
        waits = [asyncio.ensure_future(news.wait()), asyncio.ensure_future(self._clock.sleep(timeout_s))]
        try:
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for wait in waits:
                wait.cancel()

    def check(self, topics: Collection[str]) -> None:
        """Raise what connecting and needing ``topics`` raises now."""
        if not self._is_available:
            raise BrokerUnavailable("The broker does not answer.")
        if missing := self.missing & set(topics):
            raise TopicsMissing(missing)

    def store(self, records: Sequence[OutgoingRecord]) -> None:
        """Store ``records``, or raise ``PublishFailed``."""
        if not self._is_available or self._failing_sends > 0:
            self._failing_sends = max(0, self._failing_sends - 1)
            raise PublishFailed("The broker did not acknowledge.")
        if too_large := [record.topic for record in records if len(record.value or b"") > self.record_bytes]:
            raise RecordTooLarge(too_large)
        for record in records:
            self.append(record.topic, record.key, record.value, record.headers, record.partition)
        if self._lost_acknowledgements > 0:
            self._lost_acknowledgements -= 1
            raise PublishFailed("The acknowledgement was lost.")

    def take(self, handed: InMemoryHanded) -> None:
        """Store what was handed over, or hold it."""
        if self._held is None:
            handed.store()
        else:
            self._held.append(handed)

    def check_commit(self) -> None:
        """Raise ``CommitFailed`` if commits are to fail now."""
        if not self._is_available or self._failing_commits > 0:
            self._failing_commits = max(0, self._failing_commits - 1)
            raise CommitFailed("The broker did not take the offsets.")

    def _group(self, name: str) -> InMemoryGroup:
        return self._groups.setdefault(name, InMemoryGroup(self.topics))

    def _wake(self) -> None:
        for group in self._groups.values():
            for member in group.members:
                member.news.set()


class InMemoryGroup:
    """Who is in the group, who has which partition, and what was committed."""

    def __init__(self, topics: TopicLogs) -> None:
        self._topics = topics
        self.members: list[InMemoryMember] = []
        self.committed: dict[TopicPartition, int] = {}
        self._one_at_a_time = asyncio.Lock()

    async def join(self, member: InMemoryMember) -> None:
        """Add ``member``, and give partitions out anew."""
        self.members.append(member)
        await self.rebalance()

    async def leave(self, member: InMemoryMember) -> None:
        """Take ``member`` out; the others get its partitions."""
        if member in self.members:
            self.members.remove(member)
            await self.rebalance()

    async def rebalance(self) -> None:
        """Revoke everything, eagerly, then assign by range."""
        async with self._one_at_a_time:
            members = list(self.members)
            await asyncio.gather(*(member.revoke() for member in members))
            for member in members:
                member.assign(self._share(member))

    def _share(self, member: InMemoryMember) -> list[TopicPartition]:
        share = []
        for topic in member.topics:
            interested = [other for other in self.members if topic in other.topics]
            logs = self._topics.create(topic)
            each, more = divmod(len(logs), len(interested))
            place = interested.index(member)
            first = place * each + min(place, more)
            share += [log.id for log in logs[first : first + each + (place < more)]]
        return share


class InMemoryMember:
    """Fits ``Member``."""

    def __init__(self, broker: InMemoryBroker, group: InMemoryGroup, topics: Sequence[str]) -> None:
        self._broker = broker
        self._group = group
        self.topics = topics
        self.is_lost = False
        self.news = asyncio.Event()
        self._listener: AssignmentListener | None = None
        self._positions: dict[TopicPartition, int] = {}
        self._paused: set[TopicPartition] = set()
        self._is_stable = asyncio.Event()

    async def start(self, listener: AssignmentListener) -> None:
        """Begin to join the group; the listener hears when it is done."""
        self._broker.check(self.topics)
        self._listener = listener
        await self._group.join(self)

    async def poll(self, *, timeout_s: float, max_records: int) -> Mapping[TopicPartition, Sequence[Record]]:
        """Return the next records; see ``Member.poll``."""
        await self._is_stable.wait()
        self.news.clear()
        if found := self._read(max_records):
            return found
        await self._broker.news_or_timeout(self.news, timeout_s)
        await self._is_stable.wait()
        return self._read(max_records)

    def pause(self, partitions: Collection[TopicPartition]) -> None:
        """Deliver nothing of these until ``resume``."""
        self._paused.update(id for id in partitions if id in self._positions)

    def resume(self, partitions: Collection[TopicPartition]) -> None:
        """Deliver these again."""
        self._paused.difference_update(partitions)
        self.news.set()

    def seek(self, offsets: Mapping[TopicPartition, int]) -> None:
        """Deliver these partitions from these offsets on."""
        self._positions.update({id: offset for id, offset in offsets.items() if id in self._positions})
        self.news.set()

    async def commit(self, offsets: Mapping[TopicPartition, int]) -> None:
        """Store the offsets. Raises ``CommitFailed``."""
        await asyncio.sleep(0)
        self._broker.check_commit()
        if self not in self._group.members or not offsets.keys() <= self._positions.keys():
            raise CommitFailed("These partitions are not this member's.")
        self._group.committed.update(offsets)

    async def behind(self) -> Mapping[TopicPartition, int]:
        """Return how many records lie beyond those delivered."""
        self._broker.check(())
        logs = {id: self._broker.topics.log(id) for id in self._positions}
        return {id: len(log.read(self._positions[id], len(log.records))) for id, log in logs.items()}

    async def stop(self) -> None:
        """Leave the group."""
        await self._group.leave(self)

    async def revoke(self) -> None:
        """Lose everything that was assigned, after the listener was heard."""
        self._is_stable.clear()
        if self._listener is not None:
            await self._listener.revoked(list(self._positions))
        self._positions.clear()
        self._paused.clear()

    def assign(self, partitions: Collection[TopicPartition]) -> None:
        """Begin with ``partitions`` from what was committed."""
        self._positions = {id: self._group.committed.get(id, 0) for id in partitions}
        if self._listener is not None:
            self._listener.assigned(partitions)
        self._is_stable.set()
        self.news.set()
        self.news.set()

    def _read(self, limit: int) -> dict[TopicPartition, Sequence[Record]]:
        if self.is_lost:
            raise MemberLost("The group goes on without this member.")
        found: dict[TopicPartition, Sequence[Record]] = {}
        if not (self._broker.is_available and self._broker.delivers):
            return found
        for id, position in self._positions.items():
            if id in self._paused or limit <= 0:
                continue
            if records := self._broker.topics.log(id).read(position, limit):
                found[id] = records
                limit -= len(records)
        for id, delivered in found.items():
            self._positions[id] = delivered[-1].offset + 1
        return found


class InMemoryProducer:
    """Fits ``StartableProducer``."""

    def __init__(self, broker: InMemoryBroker) -> None:
        self._broker = broker

    async def start(self, needed_topics: Collection[str]) -> None:
        """Connect. Raises ``BrokerUnavailable`` or ``TopicsMissing``."""
        self._broker.check(needed_topics)

    async def send(self, records: Sequence[OutgoingRecord]) -> None:
        """Store ``records``. Raises ``PublishFailed``."""
        await asyncio.sleep(0)
        self._broker.store(records)

    def hand_over(
        self,
        records: Sequence[OutgoingRecord],
        settled: Callable[[PublishFailed | RecordTooLarge | None], None],
    ) -> Handed:
        """Store ``records`` in a moment; see ``RecordOutlet.hand_over``."""
        handed = InMemoryHanded(self._broker, records, settled)
        asyncio.get_running_loop().call_soon(self._broker.take, handed)
        return handed

    async def ask(self) -> None:
        """Say whether the broker answers. Raises ``BrokerUnavailable``."""
        self._broker.check(())

    async def stop(self) -> None:
        """Close."""


class InMemoryHanded:
    """Fits ``Handed``."""

    def __init__(
        self,
        broker: InMemoryBroker,
        records: Sequence[OutgoingRecord],
        settled: Callable[[PublishFailed | RecordTooLarge | None], None],
    ) -> None:
        self._broker = broker
        self._records = records
        self._settled = settled
        self._is_withdrawn = False

    def store(self) -> None:
        """Store the records unless they were withdrawn, and say how that went."""
        if self._is_withdrawn:
            return
        try:
            self._broker.store(self._records)
        except (PublishFailed, RecordTooLarge) as error:
            self._settled(error)
        else:
            self._settled(None)

    def withdraw(self) -> None:
        """Do not store the records if that is still to be."""
        self._is_withdrawn = True
