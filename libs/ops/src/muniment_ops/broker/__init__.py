"""The embedded Kafka."""

from __future__ import annotations

from muniment_ops.broker.configuration import KAFKA_VERSION, MAX_RECORD_BYTES, fetch_kafka
from muniment_ops.broker.embedded import BrokerFailed, EmbeddedBroker
from muniment_ops.broker.probe import ClusterAnswer, NoBroker, ask

__all__ = [
    "KAFKA_VERSION",
    "MAX_RECORD_BYTES",
    "BrokerFailed",
    "ClusterAnswer",
    "EmbeddedBroker",
    "NoBroker",
    "ask",
    "fetch_kafka",
]
