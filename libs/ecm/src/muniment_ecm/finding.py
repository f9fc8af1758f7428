"""What a look at a Content Server came to."""

from __future__ import annotations

from dataclasses import dataclass

HOW_TO = "docs/how-to/prepare-content-server.md"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that was looked at. ``what`` is a sentence; ``remedy`` says what to do, empty where good."""

    subject: str
    name: str
    is_good: bool
    what: str
    remedy: str = ""


def good(subject: str, name: str, what: str) -> Finding:
    """Return a finding that asks for nothing."""
    return Finding(subject=subject, name=name, is_good=True, what=what)


def bad(subject: str, name: str, what: str, remedy: str) -> Finding:
    """Return a finding with its remedy, and where that is explained."""
    return Finding(subject=subject, name=name, is_good=False, what=what, remedy=f"{remedy} ({HOW_TO})")
