"""What a workflow is started with, and the mark by which a started one is known again.

The server starts a workflow as often as it is told to: nothing there is unique. So the plan's ``key``, the
same whenever the same thing is to be reviewed, becomes a mark at the end of the title, and whoever is to
start one looks for the mark first.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from muniment_ecm.attributes import Value

MAX_TITLE_LENGTH = 200
_MARK_DIGITS = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkflowPlan:
    """A workflow to be started once for ``key``.

    ``document_ids`` are attached; ``values`` are attributes of the map by name; ``due_at`` overrides the
    map's own due date.
    """

    map_name: str
    key: str
    title: str
    document_ids: Sequence[int] = ()
    values: Mapping[str, Value] = field(default_factory=dict, repr=False)
    comment: str = field(default="", repr=False)
    due_at: datetime | None = None

    @property
    def mark(self) -> str:
        """The end of the title, in brackets: equal for equal keys."""
        return f"({hashlib.sha256(self.key.encode('utf-8')).hexdigest()[:_MARK_DIGITS]})"

    @property
    def marked_title(self) -> str:
        """The title the process gets: one line, at most 200 characters of ``title``, then the mark."""
        line = " ".join(self.title.split())
        if len(line) > MAX_TITLE_LENGTH:
            line = f"{line[: MAX_TITLE_LENGTH - 1].rstrip()}…"
        return f"{line} {self.mark}".lstrip()
