"""What a check of the surroundings came to: one finding for each thing that was looked at."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    """What a check came to. A note is good to know and nothing to mend."""

    GOOD = "good"
    NOTE = "note"
    PROBLEM = "problem"
    NOT_REACHABLE = "not reachable"
    NOT_SET = "settings missing"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at; ``remedy`` says what to do unless it is good.

    ``shop`` is the handle of the shop it is about, empty where it is about none.
    """

    part: str
    verdict: Verdict
    what: str
    remedy: str = ""
    shop: str = ""
