"""Everything a test needs to play a service, a broker and time."""

from __future__ import annotations

from muniment_kit.testing.harness import DeadLetter, Outcome, ServiceHarness
from muniment_kit.testing.in_memory_broker import InMemoryBroker
from muniment_kit.testing.in_memory_log import StoredRecord
from muniment_kit.testing.manual_clock import ManualClock, settle

__all__ = [
    "DeadLetter",
    "InMemoryBroker",
    "ManualClock",
    "Outcome",
    "ServiceHarness",
    "StoredRecord",
    "settle",
]
