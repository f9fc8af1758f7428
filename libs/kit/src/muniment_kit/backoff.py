"""How long to wait before trying again: exponential, with full jitter."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random


@dataclass(frozen=True, slots=True)
class Backoff:
    """Delays that double from ``base_s`` up to ``cap_s``, each drawn evenly between nothing and that ceiling.

    Full jitter keeps many callers that failed together from coming back together
    (https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/).
    """

    base_s: float
    cap_s: float

    def __post_init__(self) -> None:
        if not 0 < self.base_s <= self.cap_s:
            raise ValueError(f"A backoff needs 0 < base_s <= cap_s, not {self.base_s} and {self.cap_s}.")

    def ceiling(self, attempt: int) -> float:
        """Return the longest wait in seconds after ``attempt`` (counted from 1) failed."""
        if attempt < 1:
            raise ValueError(f"Attempts are counted from 1, not {attempt}.")
        doublings = min(attempt - 1, 64)  # 2**64 times any base is beyond every sensible cap
        return float(min(self.cap_s, self.base_s * 2**doublings))

    def delay(self, attempt: int, random: Random) -> float:
        """Return the wait in seconds after ``attempt`` (counted from 1) failed."""
        return random.uniform(0.0, self.ceiling(attempt))
