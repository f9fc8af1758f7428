"""Looks at the consumer from time to time: gauges for operators, signs of life for the health server."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Mapping

from muniment_kit import metrics
from muniment_kit.assignment import Assignment
from muniment_kit.broker import BrokerUnavailable, Member
from muniment_kit.clock import Clock
from muniment_kit.records import TopicPartition
from muniment_kit.vital_signs import VitalSigns

INTERVAL_S = 5.0
_ANSWER_S = 4.0


class Watch:
    """Asks the broker how far it is, and says what moves and what does not."""

    def __init__(self, assignment: Assignment, *, vital_signs: VitalSigns, clock: Clock) -> None:
        self._assignment = assignment
        self._vital_signs = vital_signs
        self._clock = clock
        self._stopped: set[tuple[str, str]] = set()  # topics and causes that the gauge shows

    async def look(self, member: Member) -> None:
        """Look once."""
        behind = await self._ask(member)
        now_ms = self._clock.now().timestamp() * 1000
        for partition in self._assignment.partitions:
            partition.observe(now_ms, None if behind is None else behind.get(partition.id))
        self._count_partitions()
        if self._assignment.is_at_rest:
            self._vital_signs.handled()
        if behind is None or not self._could_fetch(behind):
            self._vital_signs.fetched()

    async def _ask(self, member: Member) -> Mapping[TopicPartition, int] | None:
        try:
            async with asyncio.timeout(_ANSWER_S):
                behind = await member.behind()
        except (BrokerUnavailable, TimeoutError):
            self._vital_signs.broker_fails("The broker does not answer.")
            return None
        self._vital_signs.broker_answers()
        return behind

    def _could_fetch(self, behind: Mapping[TopicPartition, int]) -> bool:
        """Say whether records, or an assignment, are there to be had while the broker answers."""
        if not self._vital_signs.has_joined:
            return True
        held_back = self._assignment.paused
        return any(
            behind.get(partition.id, 1) > 0  # a place still unknown must become known
            for partition in self._assignment.partitions
            if partition.stopped is None and partition.id not in held_back
        )

    def _count_partitions(self) -> None:
        metrics.PAUSED_PARTITIONS.set(len(self._assignment.paused))
        stopped = Counter(
            (partition.route.label, partition.stopped.cause.value)
            for partition in self._assignment.partitions
            if partition.stopped is not None
        )
        for labels in self._stopped - stopped.keys():
            metrics.STOPPED_PARTITIONS.remove(*labels)
        for labels, count in stopped.items():
            metrics.STOPPED_PARTITIONS.labels(*labels).set(count)
        self._stopped = set(stopped)
