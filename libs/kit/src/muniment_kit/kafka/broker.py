"""Kafka as a ``Broker``."""

from __future__ import annotations

from collections.abc import Sequence

from muniment_kit.kafka.member import KafkaMember
from muniment_kit.kafka.producer import KafkaProducer
from muniment_kit.settings import KitSettings


class KafkaBroker:
    """Makes group members and producers for the cluster that the settings name."""

    def __init__(self, settings: KitSettings) -> None:
        self._settings = settings

    def member(self, *, group: str, topics: Sequence[str]) -> KafkaMember:
        """Return a new member of ``group``, not started."""
        return KafkaMember(self._settings, group=group, topics=topics)

    def producer(self) -> KafkaProducer:
        """Return a new producer, not started."""
        return KafkaProducer(self._settings)
