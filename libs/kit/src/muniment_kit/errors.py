"""What can go wrong, as types.

::

    MunimentError                    every error of ours
    ├── Retryable                    wait and try again; the record stays in its lane
    │   └── (clients add theirs: PeerUnavailable, Throttled, LoginRefused, …)
    ├── Rejected                     this event will never work: dead letter
    └── SettingsError                the process cannot start: one line a fault, exit 2

A handler returns ``Done`` or raises one of the first two. Anything else is a fault of ours: the partition
stops, the offset stays, and readiness says so.
"""

from __future__ import annotations


class MunimentError(Exception):
    """Base of every error this project raises on purpose."""


class Retryable(MunimentError):
    """The outside world was not ready; the same call may succeed later.

    ``after`` is the wait in seconds the peer asked for, or ``None`` to leave it to the backoff.
    """

    def __init__(self, reason: str, *, after: float | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.after = after


class Rejected(MunimentError):
    """The event can never be handled as it is; it goes to the dead letters with ``reason``."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class SettingsError(MunimentError):
    """A setting is missing or wrong. ``faults`` holds one sentence for each."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("; ".join(faults))
        self.faults = faults
