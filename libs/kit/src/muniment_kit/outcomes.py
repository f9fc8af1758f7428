"""How a handler answers: ``Done`` with what is to be published, or one of the two errors."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from muniment_contracts.events import Event


@dataclass(frozen=True, slots=True, init=False)
class Done:
    """The event is dealt with; its offset counts as finished once ``events`` are acknowledged."""

    events: tuple[Event[Any], ...]

    def __init__(self, *events: Event[Any]) -> None:
        object.__setattr__(self, "events", events)
