"""Every way a delivery is refused: the status, the counter's label, and what the sender is told."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Refused:
    """The delivery is not stored. ``reason`` labels the counter; ``sentence`` is the answer's text."""

    status: int
    reason: str
    sentence: str


UNSIGNED = Refused(401, "unsigned", "The signature header is missing.")
WRONG_SIGNATURE = Refused(401, "wrong-signature", "The signature does not fit the body.")
WRONG_SHOP = Refused(403, "wrong-shop", "This receiver serves another shop.")
NO_TOPIC = Refused(400, "no-topic", "The topic header is missing.")
BROKEN_OFF = Refused(400, "broken-off", "The body ended before it was complete.")
TOO_SLOW = Refused(408, "too-slow", "The body did not arrive in time; send it again.")
TOO_LARGE = Refused(413, "too-large", "The body is larger than this receiver accepts.")
OVERLOADED = Refused(503, "overloaded", "Too many hooks wait for Kafka; send it again.")
WOULD_BE_LATE = Refused(503, "would-be-late", "Kafka would not acknowledge the hook in time; send it again.")
NOT_ACKNOWLEDGED = Refused(503, "not-acknowledged", "Kafka has not acknowledged the hook; send it again.")
JOURNAL_FULL = Refused(503, "journal-full", "Kafka is away and the journal is full; send it again.")
NOT_JOURNALED = Refused(503, "not-journaled", "The journal did not take the hook; send it again.")

#: All of them, by status: the closed list of the counter's label.
REFUSALS = (
    NO_TOPIC,
    BROKEN_OFF,
    UNSIGNED,
    WRONG_SIGNATURE,
    WRONG_SHOP,
    TOO_SLOW,
    TOO_LARGE,
    NOT_ACKNOWLEDGED,
    WOULD_BE_LATE,
    OVERLOADED,
    JOURNAL_FULL,
    NOT_JOURNALED,
)
