"""What a drill did, noted while it did it."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from muniment_kit.crash_points import CrashPoint


@dataclass(slots=True)
class Happening:
    """One piece of trouble: when it began (seconds into the drill), how long it took, what came of it."""

    wave: int
    family: str
    kind: str
    target: str
    began_s: float
    took_s: float | None = None
    outcome: str = ""


@dataclass(slots=True)
class Journal:
    """Everything that happened, in the order it began."""

    happenings: list[Happening] = field(default_factory=list)
    reached: Counter[tuple[str, CrashPoint]] = field(default_factory=Counter)
    missed: Counter[tuple[str, CrashPoint]] = field(default_factory=Counter)
    wave: int = 0
    _zero: float = field(default_factory=time.monotonic)

    @property
    def elapsed_s(self) -> float:
        """Seconds since the drill began."""
        return time.monotonic() - self._zero

    @property
    def under_way(self) -> list[Happening]:
        """What goes on right now."""
        return [happening for happening in self.happenings if happening.took_s is None]

    @contextmanager
    def noting(self, family: str, kind: str, target: str) -> Iterator[Happening]:
        """Note what happens inside the block; an error in it becomes the outcome, and goes on."""
        happening = Happening(self.wave, family, kind, target, round(self.elapsed_s, 2))
        self.happenings.append(happening)
        try:
            yield happening
        except Exception as error:
            happening.outcome = happening.outcome or f"failed: {type(error).__name__}"
            raise
        finally:
            happening.took_s = max(0.0, round(self.elapsed_s - happening.began_s, 2))

    def counts(self) -> Counter[tuple[str, str]]:
        """Return how often each kind of trouble came, by family and kind."""
        return Counter((happening.family, happening.kind) for happening in self.happenings)
