"""Dice: chance that a seed repeats exactly."""

from __future__ import annotations

import random


def dice(seed: str | int) -> random.Random:
    """Return a source of chance that always rolls the same for the same seed."""
    return random.Random(seed)  # noqa: S311 - it decides what a pretended shopper buys, nothing secret
