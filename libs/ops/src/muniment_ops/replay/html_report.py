"""The report for people: one HTML file without script, readable on paper too."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import orjson
from jinja2 import Environment, PackageLoader, StrictUndefined, Template

from muniment_ops.replay.manifest import Manifest
from muniment_ops.replay.reasons import sentence_of

SHOWN = 25


def write_html(path: Path, manifest: Manifest, differences: Path, *, signed: bool) -> None:
    """Write the report of ``manifest``, with the first differences."""
    with differences.open("rb") as lines:
        found = [orjson.loads(line) for line, _ in zip(lines, range(SHOWN), strict=False)]
    path.write_text(render(manifest, found, signed=signed), encoding="utf-8")


def render(manifest: Manifest, differences: list[Mapping[str, object]], *, signed: bool) -> str:
    """Return the report as HTML; everything from records is escaped."""
    return _template().render(
        m=manifest,
        differences=differences,
        signed=signed,
        headline=headline(manifest),
        is_good=is_good(manifest),
        summary=summary(manifest),
        shown=SHOWN,
    )


def is_good(manifest: Manifest) -> bool:
    """Say whether nothing differed and nothing that should have been verified was gone."""
    return not manifest["counts"]["mismatched"] and "gap: deleted-by-retention" not in manifest["reasons"]


def headline(manifest: Manifest) -> str:
    """Return the result in one sentence."""
    counts = manifest["counts"]
    if manifest["mode"] == "redrive":
        verb = "were published again" if manifest["executed"] else "would be published again"
        return f"{counts['published']:,} records {verb}."
    acted = counts["matched"] + counts["mismatched"]
    if not acted:
        return "The window held no record to verify."
    if counts["mismatched"]:
        return f"{counts['mismatched']:,} of {acted:,} records do not come to the same result."
    return f"All {acted:,} records come to exactly the result that was published then."


def summary(manifest: Manifest) -> list[str]:
    """Return what was done, in sentences."""
    counts, plan = manifest["counts"], manifest["plan"]
    windows = [p for p in manifest["partitions"] if p["end"] > p["start"]]
    sentences = [
        f"{counts['read']:,} offsets of the topic {manifest['topic']} were gone through, in "
        f"{len(windows)} of its partitions.",
        _done(manifest["mode"], plan["service"], executed=manifest["executed"]),
    ]
    if counts["filtered"]:
        sentences.append(f"{counts['filtered']:,} records were read and left out, as the filters say.")
    if counts["gaps"]:
        sentences.append(f"{counts['gaps']:,} offsets hold no record to verify; the table below says why.")
    if manifest["resumed"]:
        sentences.append(f"The run was interrupted and went on {manifest['resumed']} times.")
    return sentences


def _done(mode: str, service: str, *, executed: bool) -> str:
    if mode == "redrive":
        return (
            f"Each selected record went to its own topic again with the same ids, for {service} to answer."
            if executed
            else "It was a dry run: nothing was published."
        )
    published = (
        "Nothing was published: a verifying run has no producer."
        if mode == "verify"
        else "The answers of today were published to topics of the replay's own."
    )
    return (
        f"Each selected record was given to today's handler of {service}, and what it answered was compared, "
        f"byte for byte, with what had been published then. {published}"
    )


@cache
def _template() -> Template:
    environment = Environment(
        loader=PackageLoader("muniment_ops.replay"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["number"] = lambda value: f"{value:,}"
    environment.filters["moment"] = _moment
    environment.filters["reason"] = sentence_of
    return environment.get_template("report.html.j2")


def _moment(value: str | int) -> str:
    moment = (
        datetime.fromtimestamp(value / 1000, UTC) if isinstance(value, int) else datetime.fromisoformat(value)
    )
    return f"{moment:%-d %B %Y, %H:%M:%S} UTC"
