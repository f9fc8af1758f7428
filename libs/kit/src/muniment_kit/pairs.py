"""A source partition and its retry partition: given together, read in order, given back together."""

from __future__ import annotations

from collections.abc import Sequence

from muniment_kit.parking import ParkedKeys
from muniment_kit.parking_slip import slip_of
from muniment_kit.partitions import Partition, RetryPartition
from muniment_kit.records import Record, TopicPartition
from muniment_kit.routes import Route
from muniment_kit.settings import KitSettings


class Pair:
    """Both partitions for one assignment, and the parked keys they share.

    It begins by learning: the source is not read until all that lies uncommitted in the retry partition was
    seen, because a record must not overtake one of its key there.
    """

    def __init__(self, number: int, source: Route, parked: Route, settings: KitSettings) -> None:
        self._parked = ParkedKeys(settings.parked_keys)
        source_id, retry_id = (TopicPartition(route.physical, number) for route in (source, parked))
        self.source = Partition(source_id, source, settings, self._parked)
        self.retry = RetryPartition(retry_id, parked, settings, self._parked)
        self.is_learning = True
        self._first_offset: int | None = None

    @property
    def partitions(self) -> tuple[Partition, RetryPartition]:
        """Both."""
        return self.source, self.retry

    @property
    def is_stopped(self) -> bool:
        """Whether one of them goes no further."""
        return any(partition.stopped for partition in self.partitions)

    def learn(self, records: Sequence[Record]) -> None:
        """Note whose records lie in the retry partition; they are delivered again later."""
        if self._first_offset is None:
            self._first_offset = records[0].offset
        for record in records:
            if record.key is not None:
                slip = slip_of(record)
                self._parked.learn(record.key, None if slip is None else slip.origin.offset)

    def learned(self) -> dict[TopicPartition, int]:
        """End learning; return from where the retry partition must be read, if it has moved."""
        self.is_learning = False
        return {} if self._first_offset is None else {self.retry.id: self._first_offset}
