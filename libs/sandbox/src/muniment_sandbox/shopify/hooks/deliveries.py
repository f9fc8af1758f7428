"""A delivery: one hook on its way to one address, with every attempt."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from muniment_sandbox.shopify.state.kept import Kept


class DeliveryState(StrEnum):
    """Where a delivery is."""

    PENDING = "pending"
    DELIVERED = "delivered"
    FAILED = "failed"
    LOST = "lost"
    DROPPED = "dropped"


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try. ``status`` is the HTTP status, None when no answer came; then ``trouble`` says why."""

    at: datetime
    elapsed_s: float
    status: int | None
    trouble: str | None = None

    @property
    def succeeded(self) -> bool:
        return self.status is not None and 200 <= self.status < 300


@dataclass(eq=False)
class Delivery(Kept):
    """One hook for one subscription. Address, body and headers never change: a retry sends the original.

    ``since`` is the tick of its first attempt; ``is_late`` says that it waits for a burst.
    """

    number: int
    subscription_number: int
    topic: str
    subject: str
    order_number: int | None
    uri: str
    body: bytes
    headers: dict[str, str]
    published_at: datetime
    delay_s: float = 0.0
    duplicate: bool = False
    state: DeliveryState = DeliveryState.PENDING
    attempts: list[Attempt] = field(default_factory=list)
    since: int = 0
    is_late: bool = False

    @property
    def webhook_id(self) -> str:
        return self.headers["X-Shopify-Webhook-Id"]

    @property
    def event_id(self) -> str:
        return self.headers["X-Shopify-Event-Id"]

    def told(self) -> dict[str, object]:
        """Return the delivery for the control endpoint; the body stays out of it."""
        return {
            "number": self.number,
            "topic": self.topic,
            "subject": self.subject,
            "webhook_id": self.webhook_id,
            "event_id": self.event_id,
            "uri": self.uri,
            "state": self.state.value,
            "duplicate": self.duplicate,
            "late": self.is_late,
            "bytes": len(self.body),
            "published_at": self.published_at.isoformat(),
            "attempts": [
                {
                    "at": attempt.at.isoformat(),
                    "elapsed_s": round(attempt.elapsed_s, 4),
                    "status": attempt.status,
                    "trouble": attempt.trouble,
                }
                for attempt in self.attempts
            ],
        }
