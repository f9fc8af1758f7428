"""The real broker. Only this package imports aiokafka."""

from __future__ import annotations

from muniment_kit.kafka.broker import KafkaBroker
from muniment_kit.kafka.member import KafkaMember
from muniment_kit.kafka.producer import KafkaProducer
from muniment_kit.kafka.topics import create_topics

__all__ = ["KafkaBroker", "KafkaMember", "KafkaProducer", "create_topics"]
