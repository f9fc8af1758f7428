"""The bodies with which reconciliation and backfill remember, on compacted topics, how far they are."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import ClassVar

from muniment_contracts.body import Body


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectKnown(Body):
    """What ``commerce.*`` shows of one object of the shop.

    ``state`` is ``found`` or ``gone``, ``updated_at`` the time of the newest state. The others are digests of
    eight bytes each, one after another: ``facts`` of the ids of events told, ``lacking`` of facts that the
    newest state shows and no event told, ``looks`` of how that state looks in a listing.
    """

    SCHEMA: ClassVar[str] = "shopify.ObjectKnown"

    shop: str
    kind: str
    object_id: str
    state: str
    updated_at: datetime | None
    looks: bytes
    facts: bytes
    lacking: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgressMade(Body):
    """How far one piece of work on one shop is.

    ``work`` is ``read`` (``subject`` is a topic, ``positions`` the next offset of each partition), ``mark``
    (``subject`` is a kind of object; everything changed between ``begin`` and ``reached`` was seen),
    ``sweep`` (``subject`` is a kind; all of it was compared at ``completed_at``) or ``slice`` (``subject`` is
    a slice of history; everything created from ``begin`` until ``reached`` was loaded by ``completed_at``;
    until then ``positions`` name the bulk ``operation`` and the ``rows`` of its result that were done).
    """

    SCHEMA: ClassVar[str] = "shopify.ProgressMade"

    shop: str
    work: str
    subject: str
    begin: datetime | None = None
    reached: datetime | None = None
    completed_at: datetime | None = None
    positions: dict[str, int] = field(default_factory=dict)
