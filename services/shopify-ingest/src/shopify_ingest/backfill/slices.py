"""History cut into months, as Shopify recommends for bulk operations: pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from muniment_contracts.reconciliation import ProgressMade

WORK = "slice"
_NAME = "%Y%m%dT%H%M%SZ"


@dataclass(frozen=True, slots=True)
class Slice:
    """What was created at or after ``begin`` and before ``end``."""

    begin: datetime
    end: datetime

    @property
    def name(self) -> str:
        """Return its name, the same for the same slice."""
        return f"{self.begin.strftime(_NAME)}-{self.end.strftime(_NAME)}"

    def is_loaded(self, loaded: Iterable[ProgressMade]) -> bool:
        """Tell whether one of the slices ``loaded`` covers all of this one."""
        return any(
            made.completed_at is not None
            and made.begin is not None
            and made.reached is not None
            and made.begin <= self.begin
            and self.end <= made.reached
            for made in loaded
        )


def months(begin: datetime, end: datetime) -> Iterator[Slice]:
    """Yield the calendar months (UTC) from ``begin`` until ``end``, the first and the last cut off there."""
    at = begin.astimezone(UTC).replace(microsecond=0)
    until = end.astimezone(UTC).replace(microsecond=0)
    while at < until:
        after = min(_next_month(at), until)
        yield Slice(at, after)
        at = after


def _next_month(moment: datetime) -> datetime:
    first = moment.replace(day=1, hour=0, minute=0, second=0)
    return first.replace(year=first.year + first.month // 12, month=first.month % 12 + 1)
