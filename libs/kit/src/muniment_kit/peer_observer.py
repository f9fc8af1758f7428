"""What may be watched of a peer; metrics plug in here."""

from __future__ import annotations

from typing import Protocol


class PeerObserver(Protocol):
    """Hears what happens on the way to a peer. Every argument is bounded, so each may be a metric label."""

    def attempt(self, peer: str, method: str, outcome: str, elapsed_s: float) -> None:
        """One attempt ended: ``outcome`` is a status (``200``) or ``refused``, ``timeout``, ``lost`` …"""

    def retry(self, peer: str, reason: str) -> None:
        """A call is tried again because of ``reason`` (an outcome as above)."""

    def circuit(self, peer: str, state: str) -> None:
        """The breaker is now ``closed``, ``open`` or ``half_open``."""

    def concurrency(self, peer: str, limit: int, in_flight: int) -> None:
        """The number of calls allowed at once, and under way, has changed."""


class Unobserved:
    """An observer that hears nothing."""

    def attempt(self, peer: str, method: str, outcome: str, elapsed_s: float) -> None:
        pass

    def retry(self, peer: str, reason: str) -> None:
        pass

    def circuit(self, peer: str, state: str) -> None:
        pass

    def concurrency(self, peer: str, limit: int, in_flight: int) -> None:
        pass
