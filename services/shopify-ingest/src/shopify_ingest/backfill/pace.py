"""At most so many rows a second."""

from __future__ import annotations

from muniment_kit.clock import Clock


class Pace:
    """Makes who is too quick wait; ``rows_per_s`` of ``None`` lets everything through."""

    def __init__(self, rows_per_s: float | None, clock: Clock) -> None:
        self._rows_per_s = rows_per_s
        self._clock = clock
        self._free_s = clock.monotonic()

    async def keep(self, rows: int) -> None:
        """Return once ``rows`` more are allowed. What was not used before is not saved up."""
        if self._rows_per_s is None:
            return
        now_s = self._clock.monotonic()
        wait_s = self._free_s - now_s
        self._free_s = max(self._free_s, now_s) + rows / self._rows_per_s
        if wait_s > 0:
            await self._clock.sleep(wait_s)
