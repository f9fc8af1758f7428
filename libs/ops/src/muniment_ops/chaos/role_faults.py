"""What roles said in their logs that no trouble of a drill explains: a stopped partition, a fault of ours."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

import orjson

_TELLING = (
    "partition stopped",
    "a fault of the runtime",
    "cannot consume: a fault",
    "service failed by a fault",
)


def faults_told(logs: Iterable[Path]) -> list[str]:
    """Return one sentence for each kind of fault that a role told of, with how often."""
    told: Counter[tuple[str, str]] = Counter()
    for log in logs:
        told.update((log.name.partition(".")[0], what) for what in _faults_in(log))
    return [f"{role} said {times} times: {what}" for (role, what), times in sorted(told.items())]


def _faults_in(log: Path) -> Iterator[str]:
    with log.open("rb") as lines:
        for line in lines:
            if not line.startswith(b"{"):
                continue
            try:
                said = orjson.loads(line)
            except orjson.JSONDecodeError:  # cut short by SIGKILL
                continue
            event = str(said.get("event", ""))
            if event.startswith(_TELLING):
                yield ": ".join(filter(None, (event, said.get("reason"))))
