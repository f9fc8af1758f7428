"""``make bench``: runs every benchmark in a process of its own and reports figure, reference, ratio, aim.

    python -m benchmarks [NAME…]

A benchmark is a module ``benchmarks/NAME.py`` that, run as ``python -m benchmarks.NAME``, prints its
outcome as one JSON object; it takes its rounds in turn with its reference. What is shown of it is in
``benchmarks/figures.py``.
"""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks.figures import FIGURES, Json, Reported, report

FOLDER = Path(__file__).parent
RESULTS = FOLDER / "results" / "latest.json"
BENCHMARKS = (
    "accept",
    "record",
    "rendering",
    "archive",
    "runtime",
    "runtime_load",
    "memory",
    "replay",
    "bulk",
    "reconcile",
    "shop_sandbox",
    "shop_file",
    "ecm_sandbox",
    "end_to_end",
)
LONGEST_S = 1200


class BenchmarkFailed(Exception):
    """A benchmark ended with an error or without an outcome."""


def main(names: Sequence[str]) -> int:
    """Run the named benchmarks, or all there are; return the exit code."""
    console = Console(highlight=False)
    known = [name for name in BENCHMARKS if (FOLDER / f"{name}.py").exists()]
    unknown = sorted(set(names) - set(known))
    if unknown:
        console.print(f"There is no benchmark {', '.join(unknown)}; there are {', '.join(known)}.")
        return 2
    outcomes: dict[str, Json] = {}
    for name in names or known:
        console.print(f"[dim]measuring {name} …[/dim]")
        try:
            outcomes[name] = run(name)
        except BenchmarkFailed as failure:
            console.print(f"[red]{failure}[/red]")
            return 1
    reported = report(FIGURES, outcomes)
    RESULTS.parent.mkdir(exist_ok=True)
    content = {"machine": machine(), "figures": [asdict(line) for line in reported], "outcomes": outcomes}
    RESULTS.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")
    console.print(table(reported))
    console.print(f"[dim]{RESULTS.relative_to(FOLDER.parent)} has everything.[/dim]")
    return 0


def run(name: str) -> Json:
    """Run one benchmark and return its outcome."""
    command = [sys.executable, "-m", f"benchmarks.{name}"]
    try:
        done = subprocess.run(
            command, stdout=subprocess.PIPE, cwd=FOLDER.parent, timeout=LONGEST_S, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise BenchmarkFailed(f"{name} took longer than {LONGEST_S} s.") from error
    if done.returncode != 0:
        raise BenchmarkFailed(f"{name} ended with exit code {done.returncode}; what it said is above.")
    try:
        outcome: Json = json.loads(last_object(done.stdout.decode()))
    except ValueError as error:
        raise BenchmarkFailed(f"{name} printed no outcome in JSON.") from error
    return outcome


def last_object(output: str) -> str:
    """Return the JSON object at the end of ``output``; log lines may stand before it."""
    return output[output.rfind("\n{") + 1 :]


def machine() -> dict[str, Json]:
    """Say on what was measured: absolute numbers mean nothing without it."""
    load = os.getloadavg()[0]
    return {
        "measured_at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.machine()}",
        "cores": os.cpu_count(),
        "load_before_the_end": round(load, 2),
    }


def table(reported: Sequence[Reported]) -> Table:
    """Lay the figures out for people."""
    shown = Table("Figure", "Measured", "Reference", "Ratio", "Aim", box=None, pad_edge=False)
    for line in reported:
        reference = "–" if line.reference is None else f"{spelled(line.reference)} {line.reference_title}"
        mark = {True: "[green]✓[/green]", False: "[red]✗[/red]", None: ""}[line.is_met]
        aim = "" if line.aim is None else f"{line.bound} {line.aim:,g} {mark}"
        ratio = "–" if line.ratio is None else f"{line.ratio:.3g}"
        shown.add_row(line.title, f"{spelled(line.own)} {line.unit}", reference, ratio, aim)
    return shown


def spelled(value: float) -> str:
    """Write a measured number with as many digits as it deserves."""
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
