"""How far what the shop shows was seen in ``commerce.*``: pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class Mark:
    """Everything of one kind that the shop listed with an earlier ``updated_at`` was seen.

    In the shop's own time, so that no clocks need to agree. ``begin`` is where watching began: what did not
    change since then is history, to be loaded by a backfill.
    """

    begin: datetime
    reached: datetime

    def window_from(self, overlap: timedelta) -> datetime:
        """Return where the next listing begins: a little earlier, because search indexes lag."""
        return max(self.begin, self.reached - overlap)

    def advanced(self, *, newest_listed: datetime | None, open: Iterable[datetime]) -> Mark:
        """Return the mark after a sweep that listed up to ``newest_listed`` and left ``open`` unseen.

        It never passes what is open, and goes back only to something earlier that came to light late.
        """
        reached = self.reached if newest_listed is None else max(self.reached, newest_listed)
        return Mark(self.begin, max(self.begin, min([reached, *open])))
