"""How far a run is, on disk after every batch, so that a run that is killed goes on where it was."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson

from muniment_ops.exit_codes import WrongUse
from muniment_ops.replay.plan import Plan, read_plan
from muniment_ops.replay.record_lines import Mark

RUNNING, CANCELLED, FINISHED = "running", "cancelled", "finished"


@dataclass(slots=True)
class Progress:
    """The checkpoint of a run: every file of the report is good up to the sizes named here."""

    plan: str
    mode: str
    started_at: str
    marks: dict[int, Mark]
    state: str = RUNNING
    updated_at: str = ""
    differences: int = 0
    differences_bytes: int = 0
    resumed: int = 0

    @classmethod
    def begin(cls, plan: Plan, mode: str) -> Progress:
        """Return the progress of a run that has done nothing."""
        marks = {window.partition: Mark(window.start, chain=plan.fingerprint) for window in plan.windows}
        return cls(plan.fingerprint, mode, now(), marks)

    def counts(self, name: str) -> int:
        """Return how many offsets have the verdict ``name`` so far."""
        return sum(mark.counts.get(name, 0) for mark in self.marks.values())

    def done(self, plan: Plan) -> int:
        """Return how many offsets of the plan's windows are done."""
        return sum(self.marks[window.partition].next_offset - window.start for window in plan.windows)


@dataclass(frozen=True, slots=True)
class RunFolder:
    """The folder of one run and its report."""

    path: Path
    _plan: list[Plan] = field(default_factory=list, repr=False)

    @property
    def differences(self) -> Path:
        """Where the first differences are kept, one a line."""
        return self.path / "differences.jsonl"

    @property
    def is_begun(self) -> bool:
        """Whether a run has begun here."""
        return (self.path / "progress.json").exists()

    def open(self, plan: Plan, mode: str, *, resume: bool) -> Progress:
        """Return the progress to go on with. Raises ``WrongUse`` if what is here does not fit."""
        if not self.is_begun:
            self.path.mkdir(parents=True, exist_ok=True)
            plan.write(self.path / "plan.json")
            return Progress.begin(plan, mode)
        if not resume:
            raise WrongUse(
                f"{self.path} holds a replay already: go on with --resume, or name another folder."
            )
        progress = self.read()
        if progress.plan != plan.fingerprint or progress.mode != mode:
            raise WrongUse(f"{self.path} holds the replay of another plan or mode; name another folder.")
        if progress.state == FINISHED:
            raise WrongUse(f"The replay in {self.path} is finished; there is nothing to resume.")
        (self.path / "cancel").unlink(missing_ok=True)
        progress.state = RUNNING
        progress.resumed += 1
        return progress

    def plan(self) -> Plan:
        """Return the plan of the run here. Raises ``WrongUse`` if there is none."""
        return read_plan(self.path / "plan.json")

    def read(self) -> Progress:
        """Return the last checkpoint. Raises ``WrongUse`` if there is none."""
        try:
            content: dict[str, Any] = orjson.loads((self.path / "progress.json").read_bytes())
        except FileNotFoundError:
            raise WrongUse(f"There is no replay in {self.path}.") from None
        content["marks"] = {int(number): Mark(**mark) for number, mark in content["marks"].items()}
        return Progress(**content)

    def checkpoint(self, progress: Progress) -> None:
        """Write ``progress`` in one step: after a crash there is the old checkpoint or this one."""
        progress.updated_at = now()
        content = asdict(progress) | {"marks": {str(n): asdict(m) for n, m in progress.marks.items()}}
        replace_whole(self.path / "progress.json", orjson.dumps(content))

    def cancel(self) -> None:
        """Ask the run here to end after its batch."""
        self.read()
        (self.path / "cancel").touch()

    @property
    def is_cancelled(self) -> bool:
        """Whether somebody asked the run to end."""
        return (self.path / "cancel").exists()

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Keep other runs out of the folder. Raises ``WrongUse`` if one is at work in it."""
        import fcntl  # only runs need it

        self.path.mkdir(parents=True, exist_ok=True)
        with (self.path / ".lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                raise WrongUse(f"Another process is at work in {self.path}.") from None
            yield


def replace_durably(path: Path, content: bytes) -> None:
    """Write a file so that even a power cut leaves the old content or, after return, the new one."""
    replace_whole(path, content)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def replace_whole(path: Path, content: bytes) -> None:
    """Write a file so that even a power cut leaves the old content or the new one, never a part."""
    beside = path.with_suffix(path.suffix + ".new")
    with beside.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)


def now() -> str:
    """Return the time, UTC, to the second."""
    return datetime.now(UTC).isoformat(timespec="seconds")
