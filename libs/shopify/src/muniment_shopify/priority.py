"""Who goes first when the points of a shop are short: decisions before records before backfill.

Nothing is shared between the processes that talk to one shop. What each of them hears with every answer, how
much is left in the bucket, is enough: a lower priority leaves more of it untouched, so that it is there at
once for who goes before.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum


class Priority(IntEnum):
    """How urgent the queries of a client are; the lower number goes first."""

    DECISION = 0
    """What a person has decided and waits for: holds, cancellations, refunds."""
    RECORD = 1
    """What has just happened in the shop and is being recorded."""
    BACKFILL = 2
    """What happened long ago, and sweeps for what was missed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What a priority leaves to others, and when it no longer stands back.

    ``reserve`` is the share of the full bucket that must be left after a query. ``patience_s`` after its last
    query went out, one waiting query is let through on the terms of the next higher priority, and before that
    one's own. An estimate older than ``trust_s`` is made good by a cheap question before a dear query.
    """

    reserve: float
    patience_s: float
    trust_s: float


TERMS: dict[Priority, Terms] = {
    Priority.DECISION: Terms(reserve=0.0, patience_s=float("inf"), trust_s=float("inf")),
    Priority.RECORD: Terms(reserve=0.25, patience_s=30.0, trust_s=float("inf")),
    Priority.BACKFILL: Terms(reserve=0.5, patience_s=60.0, trust_s=2.0),
}
