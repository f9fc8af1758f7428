"""When a process that ended is started again: pure, so that it can be tested without processes."""

from __future__ import annotations

from dataclasses import dataclass

WRONG_SETTINGS = 2


@dataclass(frozen=True, slots=True)
class RestartPolicy:
    """Wait ``first_s``, then ``factor`` times longer after each failure in a row, ``longest_s`` at most.

    A run of ``steady_after_s`` or longer ends the row. Exit code 2 means wrong settings: no restart heals
    them.
    """

    first_s: float = 0.5
    factor: float = 2.0
    longest_s: float = 30.0
    steady_after_s: float = 20.0

    def failures_after(self, failures: int, *, ran_s: float) -> int:
        """Return the failures in a row, counting the run that just ended after ``ran_s`` seconds."""
        return 1 if ran_s >= self.steady_after_s else failures + 1

    def delay_s(self, failures: int, *, exit_code: int) -> float | None:
        """Return the wait before the next start after ``failures`` in a row, or ``None`` to give up."""
        if exit_code == WRONG_SETTINGS:
            return None
        exponent = min(failures - 1, 30)  # enough to reach any longest_s, too little to overflow
        return min(self.longest_s, self.first_s * self.factor**exponent)
