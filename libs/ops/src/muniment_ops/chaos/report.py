"""The report on a drill: JSON for programs, one HTML file for people, both signed when there is a key."""

from __future__ import annotations

import os
import platform
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import orjson
from jinja2 import Environment, PackageLoader, StrictUndefined

from muniment_kit.crash_points import CrashPoint
from muniment_ops.broker import KAFKA_VERSION
from muniment_ops.chaos.drill import Outcome
from muniment_ops.chaos.journal import Happening
from muniment_ops.chaos.schedule import POINTS
from muniment_ops.signing import Signer

FORMAT = "muniment.chaos-report/1"
_MOST_FINDINGS = 500
_MOST_HAPPENINGS = 2000


@dataclass(frozen=True, slots=True)
class Report:
    """``content`` is the whole report as JSON values; the HTML shows the same."""

    content: Mapping[str, Any]

    @classmethod
    def of(cls, outcome: Outcome) -> Report:
        """Return the report on a drill that is over."""
        judgement, schedule, journal = outcome.judgement, outcome.schedule, outcome.journal
        explanation = outcome.explanation
        kinds = judgement.by_kind()
        return cls(
            {
                "format": FORMAT,
                "verdict": "passed" if outcome.is_passed else "failed",
                "finished_at": datetime.now(UTC).isoformat(timespec="seconds"),
                "asked": {
                    "events": schedule.events,
                    "seed": schedule.seed,
                    "faults": [str(family) for family in schedule.families],
                    "waves": len(schedule.waves),
                    "schedule_sha256": schedule.digest,
                },
                "ran_on": _machine(),
                "seconds": {
                    "all": round(outcome.elapsed_s, 1),
                    "playing": round(outcome.playing_s, 1),
                    "until_at_rest": round(outcome.resting_s, 1),
                    "comparing": round(outcome.comparing_s, 1),
                },
                "shop": {
                    "orders": judgement.orders,
                    "hooks": outcome.morning.sent,
                    "events": outcome.morning.sent - outcome.morning.duplicates,
                    "duplicates": outcome.morning.duplicates,
                    "hooks_accepted": outcome.morning.delivered,
                },
                "ecm": {"documents": judgement.documents, "opened": judgement.read_closely},
                "findings": {kind: len(found) for kind, found in kinds.items()},
                "details": {
                    kind: [asdict(finding) for finding in found[:_MOST_FINDINGS]]
                    for kind, found in kinds.items()
                },
                "dead_letters": {
                    "poison_given": explanation.given if explanation else 0,
                    "written": explanation.letters if explanation else 0,
                    "written_again_after_a_crash": explanation.repeated if explanation else 0,
                    "by_reason": dict(explanation.by_reason) if explanation else {},
                },
                "points": [str(point) for point in CrashPoint],
                "crash_points": _matrix(outcome),
                "process_ends": outcome.ended,
                "trouble": _trouble(journal.happenings),
                "happenings": [asdict(each) for each in journal.happenings[:_MOST_HAPPENINGS]],
            }
        )

    def to_json(self) -> bytes:
        """Return ``report.json``."""
        return orjson.dumps(self.content, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)

    def to_html(self) -> bytes:
        """Return ``report.html``: one file, without scripts and without anything from elsewhere."""
        environment = Environment(
            loader=PackageLoader("muniment_ops.chaos"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        return environment.get_template("report.html").render(report=self.content).encode()

    def write(self, folder: Path, *, signer: Signer | None) -> None:
        """Write both files into ``folder``, and with ``signer`` a ``.sig`` beside each."""
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in (("report.json", self.to_json()), ("report.html", self.to_html())):
            (folder / name).write_bytes(content)
            if signer is not None:
                (folder / f"{name}.sig").write_bytes(signer.sign(content).to_json())


def _machine() -> Mapping[str, object]:
    return {
        "muniment": version("muniment-ops"),
        "kafka": KAFKA_VERSION,
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.machine()}",
        "processors": os.cpu_count(),
    }


def _matrix(outcome: Outcome) -> Sequence[Mapping[str, object]]:
    """Return every point of every role with how often the role died there, and how often it was missed."""
    journal = outcome.journal
    return [
        {
            "role": role,
            "point": str(point),
            "reached": journal.reached[role, point],
            "missed": journal.missed[role, point],
        }
        for role, points in POINTS.items()
        for point in points
    ]


def _trouble(happenings: Sequence[Happening]) -> Sequence[Mapping[str, object]]:
    """Return how often each kind came, crash points taken together."""
    kinds = Counter(
        (str(each.family), "at a named point" if str(each.family) == "crash" else each.kind, each.target)
        for each in happenings
    )
    return [
        {"family": family, "kind": kind, "target": target, "times": times}
        for (family, kind, target), times in sorted(kinds.items())
    ]
