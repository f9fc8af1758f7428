"""The kit's door to a broker: a group member and a writer. Kafka and the in-memory broker both fit it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Protocol

from muniment_kit.errors import MunimentError
from muniment_kit.producer import RecordOutlet
from muniment_kit.records import Record, TopicPartition


class BrokerUnavailable(MunimentError):
    """The broker does not answer; the same call may succeed later."""


class TopicsMissing(MunimentError):
    """Topics that the service needs do not exist."""

    def __init__(self, topics: Collection[str]) -> None:
        super().__init__(
            f"Topics are missing: {', '.join(sorted(topics))}. Create them: muniment topics apply."
        )
        self.topics = frozenset(topics)


class CommitFailed(MunimentError):
    """Offsets were not committed, perhaps because the group is rebalancing; nothing is lost by it."""


class MemberLost(MunimentError):
    """This group member cannot go on, and must be replaced by a new one."""


class AssignmentListener(Protocol):
    """Hears which partitions the group gives and takes."""

    def assigned(self, partitions: Collection[TopicPartition]) -> None:
        """These partitions, and no others, are ours; their records begin at what was committed."""

    async def revoked(self, partitions: Collection[TopicPartition]) -> None:
        """These partitions are being taken away. Until this returns they are ours, and may be committed."""


class Member(Protocol):
    """One member of a consumer group."""

    async def start(self, listener: AssignmentListener) -> None:
        """Join the group. Raises ``BrokerUnavailable`` or ``TopicsMissing``: ``stop`` it, make a new one."""

    async def poll(self, *, timeout_s: float, max_records: int) -> Mapping[TopicPartition, Sequence[Record]]:
        """Return the next records of assigned partitions that are not paused, waiting at most ``timeout_s``.

        During a rebalance it waits for its end instead. Raises ``BrokerUnavailable`` or ``MemberLost``.
        """

    def pause(self, partitions: Collection[TopicPartition]) -> None:
        """Deliver nothing of these until ``resume``, and keep their place; skip unassigned ones."""

    def resume(self, partitions: Collection[TopicPartition]) -> None:
        """Deliver these again; skip unassigned ones."""

    def seek(self, offsets: Mapping[TopicPartition, int]) -> None:
        """Deliver these partitions from these offsets on; skip unassigned ones."""

    async def commit(self, offsets: Mapping[TopicPartition, int]) -> None:
        """Store, for each partition, the offset of the next record to read. Raises ``CommitFailed``."""

    async def behind(self) -> Mapping[TopicPartition, int]:
        """Ask the broker how many records each assigned partition holds beyond those delivered.

        Partitions whose place is not known yet are left out. Raises ``BrokerUnavailable``.
        """

    async def stop(self) -> None:
        """Leave the group (not under a static name, which keeps its partitions for a while) and close."""


class Broker(Protocol):
    """Makes members and producers."""

    def member(self, *, group: str, topics: Sequence[str]) -> Member:
        """Return a new member, not started; ``topics`` are physical names."""

    def producer(self) -> StartableProducer:
        """Return a new producer, not started."""


class StartableProducer(RecordOutlet, Protocol):
    """A producer with a beginning and an end."""

    async def start(self, needed_topics: Collection[str]) -> None:
        """Connect, and see that the topics exist. Raises ``BrokerUnavailable`` or ``TopicsMissing``."""

    async def ask(self) -> None:
        """Return when the broker has answered. Raises ``BrokerUnavailable``; may take long, so bound it."""

    async def stop(self) -> None:
        """Wait for what is under way, and close."""
