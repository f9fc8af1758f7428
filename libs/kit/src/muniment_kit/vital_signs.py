"""What the process knows of its own health. Pure: others tell it what happens, a clock gives the time.

Ready means that work can be done now. Alive means that a restart would not help: an unreachable broker or
peer is no reason to be restarted; work that does not move although everything answers is.
"""

from __future__ import annotations

from muniment_kit.clock import Clock


class VitalSigns:
    """Collects signs of life, and judges them. Nothing is good before it was said to be."""

    def __init__(self, *, clock: Clock, stall_s: float, is_consumer: bool, needs_broker: bool = True) -> None:
        self._clock = clock
        self._stall_s = stall_s
        self._is_consumer = is_consumer
        self._needs_broker = needs_broker
        self._is_draining = False
        self._has_producer = False
        self.has_joined = False
        self._broker_trouble: str | None = None
        self._stopped: dict[str, str] = {}
        self._refusing: set[str] = set()
        now = clock.monotonic()
        self._handled_s = self._fetched_s = self._polled_s = now

    # Told by the runner

    def producer_started(self) -> None:
        """Events can be published."""
        self._has_producer = True

    def draining(self) -> None:
        """The process is about to end: send nothing more."""
        self._is_draining = True

    # Told by the consumer

    def joined(self) -> None:
        """The group gave an assignment, perhaps an empty one because others have all partitions."""
        self.has_joined = True
        self._broker_trouble = None
        self._stopped.clear()
        self._refusing.clear()
        self._handled_s = self._fetched_s = self._polled_s = self._clock.monotonic()

    def left(self) -> None:
        """The assignment is gone, for a rebalance or for longer."""
        self.has_joined = False

    def polled(self) -> None:
        """The poll loop went round."""
        self._polled_s = self._clock.monotonic()

    def fetched(self) -> None:
        """Records arrived, or there were none to fetch, or they could not be fetched for want of a broker."""
        self._fetched_s = self._clock.monotonic()

    def handled(self) -> None:
        """A batch was taken a step, or there was none to take."""
        self._handled_s = self._clock.monotonic()

    def stopped(self, partition: str, reason: str) -> None:
        """A partition goes no further until a person has seen to it."""
        self._stopped[partition] = reason

    def resumed(self, partition: str) -> None:
        """A partition that was stopped goes on."""
        self._stopped.pop(partition, None)

    def refused(self, topic: str) -> None:
        """A topic takes no records, so that what must be written there waits."""
        self._refusing.add(topic)

    def taken(self, topic: str) -> None:
        """A topic that took no records takes them again."""
        self._refusing.discard(topic)

    def broker_answers(self) -> None:
        """The broker answered just now."""
        self._broker_trouble = None

    def broker_fails(self, trouble: str) -> None:
        """The broker did not answer, or lacks what is needed."""
        self._broker_trouble = trouble

    # Asked by the health server

    def why_not_ready(self) -> list[str]:
        """Return why no work can be done now; nothing if it can."""
        reasons = []
        if self._is_draining:
            reasons.append("The process is ending.")
        if self._needs_broker and not self._has_producer:
            reasons.append("The producer is not connected.")
        if self._needs_broker and self._broker_trouble is not None:
            reasons.append(self._broker_trouble)
        if self._is_consumer and not self.has_joined:
            reasons.append("The consumer group has given no assignment yet.")
        for partition, reason in sorted(self._stopped.items()):
            reasons.append(f"Partition {partition} is stopped: {reason}.")
        reasons += [
            f"The topic {topic} takes no records; what must be written there waits."
            for topic in sorted(self._refusing)
        ]
        return reasons

    def why_not_alive(self) -> list[str]:
        """Return what has not moved for too long although it could; nothing if all is well."""
        if not self._is_consumer:
            return []
        now = self._clock.monotonic()
        checks = [(self._handled_s, "Handlers"), (self._fetched_s, "Fetching")]
        if self.has_joined:
            checks.append((self._polled_s, "The poll loop"))
        return [
            f"{what} made no progress for {now - since_s:.0f} s."
            for since_s, what in checks
            if now - since_s > self._stall_s
        ]
