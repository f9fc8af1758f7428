"""The mark on each version of a living document: which effect filed it, of which state, with which content.

It stands in the version's description (at most 255 characters), for the first version in the document's, and
is how a version whose answer was lost is found again.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from muniment_ecm.times import parse_time, time_text

_MARK = re.compile(r"State of (?P<as_of>\S+), SHA-256 (?P<sha256>[0-9a-f]{64}), effect (?P<effect_id>\S+)\Z")


@dataclass(frozen=True, slots=True)
class VersionMark:
    """``as_of`` is the time of the state the content shows."""

    as_of: datetime
    sha256: str
    effect_id: str

    def text(self) -> str:
        """Return the mark as it is stored."""
        return f"State of {time_text(self.as_of)}, SHA-256 {self.sha256}, effect {self.effect_id}"

    @classmethod
    def parse(cls, text: str) -> VersionMark | None:
        """Return the mark in ``text``, ``None`` if there is none: a person's version."""
        found = _MARK.fullmatch(text.strip())
        as_of = parse_time(found["as_of"]) if found else None
        return cls(as_of, found["sha256"], found["effect_id"]) if found and as_of else None
