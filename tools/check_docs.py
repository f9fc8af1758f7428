#!/usr/bin/env python3
"""Check the pages for people: every relative link leads somewhere, and the front page is short."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
README_MAX_LINES = 80
_LINK = re.compile(r"\[[^\]]*\]\((?P<target>[^)\s]+)(?:\s+\"[^\"]*\")?\)")
_FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
_HEADING = re.compile(r"^#{1,6} +(?P<text>.+?)\s*$", re.MULTILINE)
_SKIPPED = {".venv", ".git", "node_modules", ".pytest_cache", ".hypothesis"}


def main() -> int:
    faults = list(faults_of(ROOT))
    for fault in faults:
        print(fault, file=sys.stderr)
    return 1 if faults else 0


def faults_of(root: Path) -> Iterator[str]:
    """Yield one sentence for each broken link below ``root`` and for a front page that is too long."""
    for page in pages(root):
        yield from broken_links(page, root)
    readme = root / "README.md"
    if (
        readme.exists()
        and (length := len(readme.read_text(encoding="utf-8").splitlines())) >= README_MAX_LINES
    ):
        yield f"README.md has {length} lines; keep it below {README_MAX_LINES} and move the rest to docs/."


def pages(root: Path) -> list[Path]:
    """Return every Markdown page of ours."""
    return sorted(page for page in root.rglob("*.md") if not _SKIPPED & set(page.relative_to(root).parts))


def broken_links(page: Path, root: Path) -> Iterator[str]:
    """Yield a sentence for each relative link of ``page`` whose file or heading is not there."""
    text = _FENCE.sub("", page.read_text(encoding="utf-8"))
    for match in _LINK.finditer(text):
        target = match["target"]
        if re.match(r"[a-z]+:", target):
            continue
        path, _, anchor = target.partition("#")
        there = (page.parent / path).resolve() if path else page
        if not there.exists():
            yield f"{page.relative_to(root)}: {target} leads nowhere."
        elif anchor and there.suffix == ".md" and anchor not in anchors(there.read_text(encoding="utf-8")):
            yield f"{page.relative_to(root)}: {target} names a heading that is not there."


def anchors(text: str) -> set[str]:
    """Return the anchors of a page's headings, spelled as code hosts spell them."""
    headings = (match["text"] for match in _HEADING.finditer(_FENCE.sub("", text)))
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


if __name__ == "__main__":
    sys.exit(main())
