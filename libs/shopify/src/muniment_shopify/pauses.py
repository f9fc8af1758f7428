"""How long to wait between questions for something that takes its time."""

from __future__ import annotations

from random import Random, SystemRandom

from muniment_kit.clock import Clock, SystemClock
from muniment_kit.http import PeerUnavailable
from muniment_shopify.errors import AnswerUnusable, Throttled

PASSING = (PeerUnavailable, Throttled, AnswerUnusable)
"""What a question may meet that is simply put again after the next pause."""


class Pauses:
    """Pauses that grow by half each, from ``first_s`` to ``longest_s``, with jitter, until a deadline."""

    def __init__(
        self,
        within_s: float,
        *,
        clock: Clock | None = None,
        first_s: float = 1.0,
        longest_s: float = 30.0,
        random: Random | None = None,
    ) -> None:
        self._clock = clock if clock is not None else SystemClock()
        self._deadline = self._clock.monotonic() + within_s
        self._next_s = first_s
        self._longest_s = longest_s
        self._random = random if random is not None else SystemRandom()

    async def pause(self) -> bool:
        """Wait, never past the deadline; false when it has come."""
        left_s = self._deadline - self._clock.monotonic()
        if left_s <= 0:
            return False
        await self._clock.sleep(min(left_s, self._next_s * self._random.uniform(0.8, 1.2)))
        self._next_s = min(self._longest_s, self._next_s * 1.5)
        return True
