"""The demo's outcome for programs."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path

import orjson

from muniment_ops.audit.comparison import Comparison
from muniment_ops.demo.morning import MorningStatus
from muniment_ops.demo.watch import Progress


@dataclass(frozen=True, slots=True)
class Summary:
    """What happened and what was found; ``missing`` and ``duplicates`` by the shop and the ECM alone."""

    orders: int
    hooks_sent: int
    documents: int
    archived: int
    missing: int
    duplicates: int
    dead_letters: int
    elapsed_s: float
    event_to_archived_p50_ms: float | None
    event_to_archived_p95_ms: float | None

    @classmethod
    def of(
        cls, morning: MorningStatus, progress: Progress, comparison: Comparison, elapsed_s: float
    ) -> Summary:
        """Bring together what was sent, what was seen on the topics, and what the comparison found."""
        return cls(
            orders=len(comparison.findings),
            hooks_sent=morning.sent,
            documents=progress.filed,
            archived=comparison.archived,
            missing=comparison.missing,
            duplicates=comparison.duplicates,
            dead_letters=progress.dead_letters,
            elapsed_s=round(elapsed_s, 1),
            event_to_archived_p50_ms=_rounded(progress.percentile_ms(50)),
            event_to_archived_p95_ms=_rounded(progress.percentile_ms(95)),
        )

    def write(self, path: Path) -> None:
        """Write the summary as JSON; its folder is made if need be."""
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(orjson.dumps(asdict(self), option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE))


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 1)
