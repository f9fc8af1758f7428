"""Windows from a file, one a line: ``partition,start,end``, or as Kafka's own tools write, with the topic
first.
"""

from __future__ import annotations

import csv
from pathlib import Path

from muniment_ops.exit_codes import WrongUse


def read_offsets(path: Path) -> dict[int, tuple[int, int]]:
    """Return [start, end) by partition. Raises ``WrongUse``, naming the line, if the file is not of that
    form.
    """
    try:
        with path.open(encoding="utf-8", newline="") as file:
            rows = list(csv.reader(file))
    except (OSError, UnicodeDecodeError):
        raise WrongUse(f"There is no offsets file {path}.") from None
    windows: dict[int, tuple[int, int]] = {}
    for number, row in enumerate(rows, start=1):
        if not row or row[0].startswith("#"):
            continue
        try:
            partition, start, end = (int(text) for text in row[-3:])
        except ValueError:
            raise WrongUse(f"Line {number} of {path} is not partition,start,end.") from None
        if partition in windows or not 0 <= start <= end:
            raise WrongUse(f"Line {number} of {path} names a partition again, or ends before it begins.")
        windows[partition] = (start, end)
    if not windows:
        raise WrongUse(f"{path} names no window.")
    return windows
