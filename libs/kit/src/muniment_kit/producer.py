"""What publishing looks like from outside: events go in, and come back acknowledged or not at all."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import Any, Protocol

from muniment_contracts.events import Event
from muniment_kit.errors import Rejected, Retryable
from muniment_kit.records import OutgoingRecord


class PublishFailed(Retryable):
    """The broker did not acknowledge. Some records may have arrived: the same ones must be sent again."""


class RecordTooLarge(Rejected):
    """An event does not fit into its topic, and never will."""

    def __init__(self, topics: Collection[str]) -> None:
        super().__init__(f"A record is larger than its topic takes ({', '.join(sorted(topics))}).")


class Producer(Protocol):
    """Publishes events durably."""

    async def publish(self, events: Sequence[Event[Any]]) -> None:
        """Return once every event is acknowledged by all in-sync replicas.

        Raises ``PublishFailed`` or ``RecordTooLarge``.
        """


class RecordProducer(Protocol):
    """Writes raw records durably; the kit's own door to a broker."""

    async def send(self, records: Sequence[OutgoingRecord]) -> None:
        """Return once every record is acknowledged; one key's keep their order.

        Raises ``PublishFailed`` or ``RecordTooLarge``.
        """


class Handed(Protocol):
    """Records that were handed over."""

    def withdraw(self) -> None:
        """Send nothing more of them than is under way, and say nothing of them."""


class RecordOutlet(RecordProducer, Protocol):
    """Takes records without making anybody wait; for who sends so many that a task each is dear."""

    def hand_over(
        self,
        records: Sequence[OutgoingRecord],
        settled: Callable[[PublishFailed | RecordTooLarge | None], None],
    ) -> Handed:
        """Take ``records``, at least one; later ``settled`` is called once, with what ``send`` would raise.

        It must not raise itself. One key's records keep their order, also across calls.
        """
