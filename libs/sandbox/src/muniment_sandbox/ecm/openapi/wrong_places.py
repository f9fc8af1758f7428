"""Where the descriptions are wrong about an answer: the place, and why we believe so."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from importlib import resources


@dataclass(frozen=True, slots=True)
class WrongPlace:
    """``call`` (``GET /v2/holds``) and ``place`` (``results.data.holds.AlternateHoldID``) are globs."""

    call: str
    place: str
    reason: str


def wrong_places() -> list[WrongPlace]:
    """All of them, as written in ``wrong_places.toml``."""
    text = (resources.files("muniment_sandbox.ecm.openapi") / "wrong_places.toml").read_text("utf-8")
    return [WrongPlace(**row) for row in tomllib.loads(text)["wrong"]]
