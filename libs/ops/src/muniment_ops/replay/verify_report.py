"""Checks a report without any broker: whether it is as it was written, and if not, where it first differs."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from muniment_ops.exit_codes import WrongUse
from muniment_ops.replay.manifest import (
    BLOCK_BYTES,
    CHECKSUM,
    FORMAT,
    MANIFEST,
    SIGNATURE,
    Manifest,
    block_hashes,
)
from muniment_ops.replay.plan import Plan
from muniment_ops.replay.record_lines import next_chain, unchained
from muniment_ops.signing import Signature

_MEMBERS = {"counts", "files", "partitions", "plan_sha256", "replay_id"}
_NAMES = ("matched", "mismatched", "published", "filtered")


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with one file, at the first place where it is."""

    file: str
    sentence: str
    line: int | None = None
    first_byte: int | None = None
    last_byte: int | None = None


@dataclass(frozen=True, slots=True)
class Examination:
    """What the check came to. ``signed_by`` is the fingerprint of the key whose signature is good,
    if one is.
    """

    faults: tuple[Fault, ...]
    signed_by: str | None
    counts: dict[str, int]
    replay_id: str

    @property
    def is_sound(self) -> bool:
        """Whether the report is as it was written."""
        return not self.faults


def examine_report(folder: Path, *, signed_by: str | None = None) -> Examination:
    """Check every file of a report. Raises ``WrongUse`` if the folder holds none.

    A signature shows by itself only that the report was not altered after it was signed; ``signed_by`` is the
    SHA-256 of the public key (hex) that must have signed it.
    """
    try:
        content = (folder / MANIFEST).read_bytes()
    except FileNotFoundError:
        raise WrongUse(f"{folder} holds no report: {MANIFEST} is not there.") from None
    signer, faults = _seal(folder, content, signed_by)
    manifest = _parsed(content)
    if manifest is None:
        fault = Fault(MANIFEST, f"{MANIFEST} is not a manifest of the format {FORMAT}.")
        return Examination((*faults, fault), signer, {}, "")
    try:
        faults += _contents(folder, manifest)
    except (KeyError, TypeError, ValueError, AttributeError):  # signed or not, it was written by somebody
        faults.append(Fault(MANIFEST, f"{MANIFEST} lacks a member, or has one of another kind."))
    return Examination(tuple(faults), signer, dict(manifest["counts"]), str(manifest["replay_id"]))


def _seal(folder: Path, content: bytes, signed_by: str | None) -> tuple[str | None, list[Fault]]:
    """Return who signed the manifest, and what is wrong with its checksum or signature."""
    faults = []
    checksum = folder / CHECKSUM
    stated = checksum.read_bytes().split() if checksum.exists() else []
    if stated[:1] != [hashlib.sha256(content).hexdigest().encode()]:
        faults.append(Fault(MANIFEST, f"{MANIFEST} is not the one that {CHECKSUM} was made of."))
    path = folder / SIGNATURE
    if not path.exists():
        if signed_by is not None:
            faults.append(Fault(SIGNATURE, "The report is not signed, and a signature was asked for."))
        return None, faults
    try:
        signature = Signature.from_json(path.read_bytes())
    except ValueError as error:
        return None, [*faults, Fault(SIGNATURE, str(error))]
    if not signature.covers(content):
        return None, [*faults, Fault(MANIFEST, f"{MANIFEST} is not what was signed.")]
    if signed_by is not None and signature.fingerprint != signed_by.lower():
        return None, [
            *faults,
            Fault(SIGNATURE, f"The report was signed by another key: {signature.fingerprint}."),
        ]
    return signature.fingerprint, faults


def _parsed(content: bytes) -> Manifest | None:
    try:
        manifest: Manifest = orjson.loads(content)
        Plan.model_validate_json(orjson.dumps(manifest["plan"]))
        if manifest["format"] != FORMAT or not manifest.keys() >= _MEMBERS:
            return None
    except (orjson.JSONDecodeError, KeyError, TypeError, ValueError):
        return None
    return manifest


def _contents(folder: Path, manifest: Manifest) -> list[Fault]:
    plan = Plan.model_validate_json(orjson.dumps(manifest["plan"]))
    faults = []
    if plan.fingerprint != manifest["plan_sha256"]:
        faults.append(Fault(MANIFEST, "The plan in the manifest is not the one its hash was made of."))
    counted: Counter[str] = Counter()
    for partition in manifest["partitions"]:
        if partition["file"] is not None:
            fault = _lines(folder, partition, plan.fingerprint, counted)
            faults += [fault] if fault is not None else []
        elif partition["start"] != partition["end"]:
            faults.append(Fault(MANIFEST, f"Partition {partition['partition']} has a window and no lines."))
    if not faults:
        faults += _reconciled(manifest["counts"], counted)
    for name, facts in manifest["files"].items():
        faults += _file(folder / _own_name(name), facts)
    expected = {p["file"] for p in manifest["partitions"]}
    strangers = sorted(path.name for path in folder.glob("records-*.jsonl") if path.name not in expected)
    return faults + [Fault(name, f"{name} does not belong to this report.") for name in strangers]


def _lines(folder: Path, partition: dict[str, Any], chain: str, counted: Counter[str]) -> Fault | None:
    """Return the first fault of one partition's lines, and count their verdicts."""
    name = _own_name(partition["file"])
    path = folder / name
    if not path.exists():
        return Fault(name, f"{name} is missing.")
    at, number, offset = 0, 0, partition["start"]
    with path.open("rb") as file:
        for number, line in enumerate(file, start=1):
            body = _chained_body(line, chain)
            found = orjson.loads(body) if body is not None else None
            if found is None or found.get("n") != number or found.get("offset") != offset:
                return _line_fault(path, number, at, line)
            chain = unchained(line)[1]  # type: ignore[index]  # _chained_body took it apart
            offset = found.get("until", offset + 1)
            counted["gaps" if found["verdict"] == "gap" else found["verdict"]] += offset - found["offset"]
            at += len(line)
    if number != partition["lines"] or chain != partition["chain"] or offset != partition["end"]:
        missing = partition["lines"] - number
        return Fault(name, f"{name} ends after line {number}; {missing} more were written.", number + 1, at)
    return None


def _own_name(name: str) -> str:
    """Return ``name`` if it names a file of the folder itself; raise ``ValueError`` for any other path."""
    if Path(name).name != name:
        raise ValueError
    return name


def _chained_body(line: bytes, chain: str) -> bytes | None:
    taken = unchained(line)
    if taken is None or next_chain(chain, taken[0]) != taken[1]:
        return None
    return taken[0]


def _line_fault(path: Path, number: int, at: int, line: bytes) -> Fault:
    """Say whether line ``number`` was altered, removed or moved."""
    last = at + len(line) - 1
    stands = _numbered(line)
    if stands is None or stands == number:
        sentence = f"Line {number} of {path.name} (bytes {at} to {last}) was altered."
    elif any(_numbered(other) == number for other in _lines_after(path, at)):
        sentence = (
            f"Lines of {path.name} were reordered: line {stands} stands where line {number} was (byte {at})."
        )
    else:
        sentence = f"Line {number} of {path.name} was removed; at byte {at} stands line {stands}."
    return Fault(path.name, sentence, number, at, last)


def _numbered(line: bytes) -> int | None:
    taken = unchained(line)
    try:
        number = orjson.loads(taken[0])["n"] if taken is not None else None
    except (orjson.JSONDecodeError, KeyError, TypeError):
        return None
    return number if isinstance(number, int) else None


def _lines_after(path: Path, at: int) -> Iterator[bytes]:
    with path.open("rb") as file:
        file.seek(at)
        yield from file


def _reconciled(stated: dict[str, int], counted: Counter[str]) -> list[Fault]:
    parts = {name: stated.get(name, 0) for name in (*_NAMES, "gaps")}
    if any(counted[name] != number for name, number in parts.items()):
        return [Fault(MANIFEST, "The counts of the manifest are not those of the lines.")]
    if stated["read"] != sum(parts.values()):
        return [Fault(MANIFEST, "The counts of the manifest do not add up.")]
    return []


def _file(path: Path, facts: dict[str, Any]) -> list[Fault]:
    if not path.exists():
        return [Fault(path.name, f"{path.name} is missing.")]
    content = path.read_bytes()
    if hashlib.sha256(content).hexdigest() == facts["sha256"]:
        return []
    blocks = block_hashes(content)
    pairs = enumerate(zip(blocks, facts["blocks"], strict=False))
    block = next((at for at, (now, then) in pairs if now != then), min(len(blocks), len(facts["blocks"])))
    first, last = block * BLOCK_BYTES, (block + 1) * BLOCK_BYTES - 1
    sentence = f"{path.name} was altered: the first change is between bytes {first} and {last}."
    return [Fault(path.name, sentence, None, first, last)]
