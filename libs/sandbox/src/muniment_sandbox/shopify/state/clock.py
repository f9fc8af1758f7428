"""The shop's time: the machine's own, or one that a test or a replayed morning sets."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Protocol


class ShopClock(Protocol):
    """Where the shop reads the time."""

    def now(self) -> datetime:
        """Return the time in UTC, in whole seconds as Shopify shows it."""


class SystemShopClock:
    """The machine's time."""

    def now(self) -> datetime:
        return datetime.now(UTC).replace(microsecond=0)


class SetClock:
    """A clock that stands still until it is moved; it never goes back."""

    def __init__(self, start: datetime) -> None:
        self._now = start.astimezone(UTC).replace(microsecond=0)

    def now(self) -> datetime:
        return self._now

    def set(self, moment: datetime) -> None:
        """Move to ``moment``; an earlier one is ignored."""
        self._now = max(self._now, moment.astimezone(UTC).replace(microsecond=0))

    def advance(self, seconds: float) -> None:
        """Move forward."""
        self.set(self._now + timedelta(seconds=seconds))
