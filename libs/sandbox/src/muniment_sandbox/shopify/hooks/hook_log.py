"""The hooks of a shop: those on their way, the latest ones, and how many there were."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import ClassVar

from muniment_sandbox.shopify.hooks.deliveries import Delivery, DeliveryState
from muniment_sandbox.shopify.state.kept import Kept, let_go

_KEPT = 5_000


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

    ``answered`` has for each subscription the tick of its last answered attempt.
    """

    kept: ClassVar[tuple[str, ...]] = ("waiting", "latest", "answered", "tally")
    waiting: dict[int, Delivery] = field(default_factory=dict)
    latest: dict[int, Delivery] = field(default_factory=dict)
    answered: dict[int, int] = field(default_factory=dict)
    tally: Tally = field(default_factory=Tally)

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
