"""The manifest: what was replayed, with what, and what came of it, with the hash of every other file."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from muniment_contracts.resolver import SchemaResolver
from muniment_ops.replay import provenance
from muniment_ops.replay.flows import flow_of
from muniment_ops.replay.judging import Verdict
from muniment_ops.replay.plan import Plan
from muniment_ops.replay.progress import Progress, replace_durably
from muniment_ops.replay.record_lines import lines_path
from muniment_ops.signing import Signer

FORMAT = "muniment-replay-report/1"
MANIFEST, CHECKSUM, SIGNATURE = "manifest.json", "manifest.sha256", "manifest.sig"
BLOCK_BYTES = 1024

Manifest = dict[str, Any]  # JSON, as docs/reference/replay-report.md describes it


@dataclass(frozen=True, slots=True)
class Warrant:
    """Who had a replay done and why, and whether anything was really published."""

    operator: str | None = None
    reason: str | None = None
    approved_by: str | None = None
    is_executed: bool = False


def make_manifest(
    plan: Plan, progress: Progress, folder: Path, *, warrant: Warrant, resolver: SchemaResolver, finished: str
) -> Manifest:
    """Return the manifest of a finished run, but for the files that are made after it (``seal``
    adds them).
    """
    marks = progress.marks
    seen: Counter[str] = Counter()
    reasons: Counter[str] = Counter()
    for mark in marks.values():
        seen.update(mark.schemas)
        reasons.update(mark.reasons)
    return {
        "format": FORMAT,
        "replay_id": plan.id,
        "mode": progress.mode,
        "executed": warrant.is_executed,
        "operator": warrant.operator,
        "reason": warrant.reason,
        "approved_by": warrant.approved_by,
        "plan": plan.model_dump(mode="json"),
        "plan_sha256": plan.fingerprint,
        "cluster_id": plan.cluster_id,
        "topic": plan.physical,
        "topic_config": plan.topic_config,
        "isolation": plan.isolation,
        "started_at": progress.started_at,
        "finished_at": finished,
        "resumed": progress.resumed,
        "code": provenance.code(),
        "schemas": provenance.schemas(resolver, seen, flow_of(plan.topic).answers),
        "partitions": [_partition(plan, progress, folder, window.partition) for window in plan.windows],
        "counts": counts(progress),
        "reasons": dict(sorted(reasons.items())),
        "differences": progress.differences,
    }


def counts(progress: Progress) -> dict[str, int]:
    """Return the reconciled counts: ``read`` is the sum of all others."""
    found = {
        "matched": progress.counts(Verdict.MATCHED),
        "mismatched": progress.counts(Verdict.MISMATCHED),
        "published": progress.counts(Verdict.PUBLISHED),
        "filtered": progress.counts(Verdict.FILTERED),
        "gaps": progress.counts(Verdict.GAP),
    }
    return {"read": sum(found.values()), **found}


def seal(folder: Path, manifest: Manifest, signer: Signer | None) -> Manifest:
    """Add the hashes of the report's other files, write the manifest with its checksum, and sign it."""
    others = [folder / name for name in ("plan.json", "differences.jsonl", "report.html")]
    sealed = manifest | {"files": {path.name: file_facts(path) for path in others}}
    options = orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE
    content = orjson.dumps(sealed, option=options)
    replace_durably(folder / MANIFEST, content)
    line = f"{hashlib.sha256(content).hexdigest()}  {MANIFEST}\n"
    replace_durably(folder / CHECKSUM, line.encode())
    if signer is not None:
        replace_durably(folder / SIGNATURE, signer.sign(content).to_json())
    return sealed


def file_facts(path: Path) -> dict[str, object]:
    """Return size and hash of a file, and a short hash of each KiB, so that a change can be located."""
    content = path.read_bytes()
    return {
        "size_bytes": len(content),
        "sha256": hashlib.sha256(content).hexdigest(),
        "blocks": block_hashes(content),
    }


def block_hashes(content: bytes) -> list[str]:
    """Return the first 8 bytes of the SHA-256 of each block of ``BLOCK_BYTES``, in hex."""
    starts = range(0, len(content), BLOCK_BYTES)
    return [hashlib.sha256(content[at : at + BLOCK_BYTES]).hexdigest()[:16] for at in starts]


def _partition(plan: Plan, progress: Progress, folder: Path, number: int) -> Mapping[str, object]:
    (window,) = (window for window in plan.windows if window.partition == number)
    mark = progress.marks[number]
    path = lines_path(folder, number)
    with_lines = path.exists()
    return {
        "partition": number,
        "start": window.start,
        "end": window.end,
        "log_start": window.log_start,
        "log_end": window.log_end,
        "file": path.name if with_lines else None,
        "lines": mark.lines,
        "size_bytes": mark.size_bytes,
        "sha256": _file_digest(path) if with_lines else None,
        "chain": mark.chain,
        "counts": dict(sorted(mark.counts.items())),
    }


def _file_digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
