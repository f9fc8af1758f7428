"""The lines of a report, one for each offset or gap, chained so that no one can be altered unseen.

A line is one JSON object. Its last member ``chain`` is the SHA-256 of the chain before it, followed by the
line's own bytes without that member; the first chain is the plan's fingerprint.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import orjson

from muniment_kit.records import Record
from muniment_ops.replay.canonical import digest, headers_digest
from muniment_ops.replay.judging import Judgement, Verdict

_CHAIN = b',"chain":"'
_END = b'"}\n'
_CHAIN_HEX = 64


@dataclass(slots=True)
class Mark:
    """How far one partition is: the next offset, and the file as it is then."""

    next_offset: int
    lines: int = 0
    size_bytes: int = 0
    chain: str = ""
    counts: dict[str, int] = field(default_factory=dict)
    reasons: dict[str, int] = field(default_factory=dict)
    schemas: dict[str, int] = field(default_factory=dict)

    def count(self, verdict: Verdict, reason: str, *, offsets: int = 1) -> None:
        """Count offsets that got a verdict."""
        self.counts[verdict.value] = self.counts.get(verdict.value, 0) + offsets
        if reason:
            name = f"{verdict}: {reason}"
            self.reasons[name] = self.reasons.get(name, 0) + offsets


class RecordLines:
    """Appends to ``records-<partition>.jsonl``, beginning where ``mark`` says: what is beyond is cut off."""

    def __init__(self, path: Path, mark: Mark) -> None:
        self.mark = mark
        self._file = path.open("ab")
        self._file.truncate(mark.size_bytes)

    def add_record(self, record: Record, judgement: Judgement) -> None:
        """Write the verdict on a record."""
        line: dict[str, object] = {
            "n": self.mark.lines + 1,
            "offset": record.offset,
            "time_ms": record.timestamp,
            "key": digest(record.key),
            "value": digest(record.value),
            "headers": headers_digest(record.headers),
            "answers": [answer.digest for answer in judgement.answers],
            "verdict": judgement.verdict.value,
        }
        if judgement.reason:
            line["reason"] = judgement.reason
        self._add(line)
        self.mark.count(judgement.verdict, judgement.reason)
        self.mark.next_offset = record.offset + 1

    def add_gap(self, start: int, end: int, reason: str) -> None:
        """Write that the offsets ``start`` ≤ offset < ``end`` hold no record, and why."""
        self._add(
            {
                "n": self.mark.lines + 1,
                "offset": start,
                "until": end,
                "verdict": Verdict.GAP.value,
                "reason": reason,
            }
        )
        self.mark.count(Verdict.GAP, reason, offsets=end - start)
        self.mark.next_offset = end

    def flush(self) -> None:
        """Return when everything written is on the disk."""
        self._file.flush()
        os.fsync(self._file.fileno())

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def _add(self, line: Mapping[str, object]) -> None:
        content, self.mark.chain = chained(self.mark.chain, orjson.dumps(line))
        self._file.write(content)
        self.mark.lines += 1
        self.mark.size_bytes += len(content)


def chained(chain: str, body: bytes) -> tuple[bytes, str]:
    """Return the line for ``body`` (a JSON object) after ``chain``, and the chain that follows."""
    following = next_chain(chain, body)
    return body[:-1] + _CHAIN + following.encode() + _END, following


def next_chain(chain: str, body: bytes) -> str:
    """Return the chain after ``body``."""
    return hashlib.sha256(chain.encode() + body).hexdigest()


def unchained(line: bytes) -> tuple[bytes, str] | None:
    """Return body and chain of a line as ``chained`` made it, or ``None`` if it is not of that form."""
    at = len(line) - len(_END) - _CHAIN_HEX - len(_CHAIN)
    if at < 0 or line[at : at + len(_CHAIN)] != _CHAIN or not line.endswith(_END):
        return None
    return line[:at] + b"}", line[at + len(_CHAIN) : -len(_END)].decode("ascii", "replace")


def lines_path(folder: Path, partition: int) -> Path:
    """Return where the lines of a partition are."""
    return folder / f"records-{partition}.jsonl"
