"""The hooks of a shop: those on their way, the latest ones, and how many there were."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import ClassVar

from muniment_sandbox.shopify.hooks.deliveries import Delivery, DeliveryState
from muniment_sandbox.shopify.state.kept import Kept, let_go

_KEPT = 5_000
_REMOVALS = 100


@dataclass(frozen=True, slots=True)
class Removal:
    """A subscription that was removed because of failures: Shopify warns of it by e-mail only.

    ``attempts`` are those of the delivery that was given up, ``trouble`` is what the last one met.
    """

    subscription_number: int
    topic: str
    uri: str
    name: str | None
    removed_at: datetime
    attempts: int
    trouble: str


@dataclass(eq=False)
class Tally(Kept):
    """Counts by name. ``ticks`` orders attempts: of two, the later one has the higher tick."""

    counts: dict[str, int] = field(default_factory=dict)
    ticks: int = 0

    def add(self, name: str, count: int = 1) -> int:
        """Count; return the new sum."""
        self.counts[name] = self.of(name) + count
        return self.counts[name]

    def of(self, name: str) -> int:
        return self.counts.get(name, 0)

    def tick(self) -> int:
        self.ticks += 1
        return self.ticks


@dataclass(eq=False)
class HookLog:
    """Deliveries by number: ``waiting`` has all on their way, ``latest`` the last ones in any state.

    ``answered`` has for each subscription the tick of its last answered attempt, ``removals`` the last
    subscriptions that were removed.
    """

    kept: ClassVar[tuple[str, ...]] = ("waiting", "latest", "answered", "tally", "removals")
    waiting: dict[int, Delivery] = field(default_factory=dict)
    latest: dict[int, Delivery] = field(default_factory=dict)
    answered: dict[int, int] = field(default_factory=dict)
    tally: Tally = field(default_factory=Tally)
    removals: list[Removal] = field(default_factory=list)

    def __iter__(self) -> Iterator[Delivery]:
        """Yield the latest deliveries, oldest first."""
        return iter(list(self.latest.values()))

    def begin(self, delivery: Delivery) -> None:
        """Take a delivery in; beyond the kept ones the oldest is dropped."""
        self.tally.add("published")
        self.tally.add("duplicates", int(delivery.duplicate))
        self.waiting[delivery.number] = self.latest[delivery.number] = delivery
        if len(self.latest) > _KEPT:
            oldest = self.latest.pop(next(iter(self.latest)))
            if oldest.number not in self.waiting:
                let_go(oldest)

    def end(self, delivery: Delivery, state: DeliveryState) -> None:
        """Note what became of a delivery."""
        delivery.state = state
        self.tally.add(state.value)
        self.waiting.pop(delivery.number, None)
        if delivery.number not in self.latest:
            let_go(delivery)

    def removed(self, removal: Removal) -> None:
        """Note that a subscription is gone."""
        self.tally.add("subscriptions_removed")
        self.removals.append(removal)
        if len(self.removals) > _REMOVALS:
            del self.removals[0]

    def failing(self) -> dict[int, int]:
        """Return for each subscription with deliveries that fail the most attempts one of them has had."""
        failing: dict[int, int] = {}
        for delivery in self.waiting.values():
            number = delivery.subscription_number
            if delivery.attempts and self.answered.get(number, -1) < delivery.since:
                failing[number] = max(failing.get(number, 0), len(delivery.attempts))
        return failing
