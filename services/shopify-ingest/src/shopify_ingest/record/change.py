"""One named change of one object, and what tells it from every other."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256


@dataclass(frozen=True, slots=True)
class Change:
    """A fact about one object. ``identity`` tells it from every other change of that object.

    The same fact has the same identity whichever hook brought it, whenever, and also when it is found by
    asking. ``part`` is the gid of the part of the object concerned, if one is.
    """

    name: str
    identity: tuple[str, ...]
    occurred_at: datetime
    part: str | None = None


def of_part(name: str, gid: str, at: datetime) -> Change:
    """Return the change that a part of the object stands for: one for each part and name."""
    return Change(name, (name, gid), at, gid)


def of_state(name: str, content: bytes, updated_at: datetime, part: str | None = None) -> Change:
    """Return the change that is known only by the state it led to.

    The time of a state has a resolution of one second, so the content is part of the identity.
    """
    return Change(name, (name, updated_at.isoformat(), sha256(content).hexdigest()), updated_at, part)


def of_content(name: str, content: bytes, at: datetime) -> Change:
    """Return the change that is known only by what it led to, of an object without a time of change."""
    return Change(name, (name, sha256(content).hexdigest()), at)


def each_once(changes: Iterable[Change]) -> list[Change]:
    """Return the changes, each once, oldest first."""
    found: dict[tuple[str, ...], Change] = {}
    for change in changes:
        found.setdefault(change.identity, change)
    return sorted(found.values(), key=lambda change: (change.occurred_at, change.identity))


def since(moment: datetime, facts: Iterable[Change], *states: Change) -> list[Change]:
    """Return the facts that happened at or after ``moment`` and what led to the state, oldest first."""
    return each_once([*(fact for fact in facts if fact.occurred_at >= moment), *states])
