"""The shop's time: the machine's own, or one that a test or a replayed morning sets."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol

from muniment_sandbox.shopify.state.kept import Kept


class ShopClock(Protocol):
    """Where the shop reads the time."""

    def now(self) -> datetime:
        """Return the time in UTC, in whole seconds as Shopify shows it."""


@dataclass(frozen=True)
class SystemShopClock:
    """The machine's time."""

    def now(self) -> datetime:
        return datetime.now(UTC).replace(microsecond=0)


@dataclass(frozen=True)
class AheadClock:
    """The machine's time and so many seconds: a clock that was moved on, and runs."""

    ahead_s: float

    def now(self) -> datetime:
        return SystemShopClock().now() + timedelta(seconds=int(self.ahead_s))


@dataclass(eq=False)
class SetClock(Kept):
    """A clock that stands still until it is moved; it never goes back."""

    moment: datetime

    def __post_init__(self) -> None:
        self.moment = _whole_seconds(self.moment)

    def now(self) -> datetime:
        return self.moment

    def set(self, moment: datetime) -> None:
        """Move to ``moment``; an earlier one is ignored."""
        self.moment = max(self.moment, _whole_seconds(moment))

    def advance(self, seconds: float) -> None:
        """Move forward."""
        self.set(self.moment + timedelta(seconds=seconds))


def _whole_seconds(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(microsecond=0)
