"""The switches for what goes wrong: each a probability, or a number of seconds where its name ends in
``_s``.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from dataclasses import dataclass


@dataclass
class Faults:
    """What goes wrong with hooks and with the API; all off by default.

    ``outage`` is the share of attempts that find nobody at the address. ``late`` is the share of hooks that
    are kept back until ``late_s`` after the first of them, and then sent all at once.
    """

    duplicate: float = 0.0
    reorder: float = 0.0
    reorder_window_s: float = 2.0
    delay: float = 0.0
    delay_s: float = 5.0
    late: float = 0.0
    late_s: float = 86_400.0
    lose: float = 0.0
    outage: float = 0.0
    wrong_signature: float = 0.0
    api_latency_s: float = 0.0
    api_error: float = 0.0
    api_unauthorized: float = 0.0
    api_throttled: float = 0.0
    bulk_failure: float = 0.0
    bulk_delay_s: float = 0.0
    bulk_pause_s: float = 0.0

    def switch(self, changes: Mapping[str, float]) -> None:
        """Set some switches; raises ValueError for an unknown name or a value that makes no sense."""
        names = {field.name for field in dataclasses.fields(self)}
        for name, value in changes.items():
            if name not in names:
                raise ValueError(f"There is no fault {name!r}. Known: {', '.join(sorted(names))}.")
            limit = float("inf") if name.endswith("_s") else 1.0
            if not 0 <= float(value) <= limit:
                raise ValueError(f"Fault {name} must be between 0 and {limit:g}, not {value}.")
        for name, value in changes.items():
            setattr(self, name, float(value))

    def clear(self) -> None:
        """Switch all off; times are the usual ones again."""
        for field in dataclasses.fields(self):
            setattr(self, field.name, field.default)

    @classmethod
    def parse(cls, texts: Iterable[str]) -> Faults:
        """Read ``duplicate=0.1`` and the like; raises ValueError."""
        faults = cls()
        for text in texts:
            name, equals, value = text.partition("=")
            if not equals:
                raise ValueError(f"A fault is written name=value, not {text!r}.")
            faults.switch({name.strip(): float(value)})
        return faults

    def switched_on(self) -> dict[str, float]:
        """Return the switches that do something now; the times of those that are off are left out."""
        values = self.as_dict()
        silent = set() if self.reorder or self.duplicate else {"reorder_window_s"}
        silent |= set() if self.delay else {"delay_s"}
        silent |= set() if self.late else {"late_s"}
        return {name: value for name, value in values.items() if value and name not in silent}

    def as_dict(self) -> dict[str, float]:
        return dataclasses.asdict(self)
