"""Which letters are meant."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from muniment_ops.dead_letters.letters import Letter, Place
from muniment_ops.exit_codes import WrongUse


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """Conditions a letter must all meet; one that is empty or ``None`` is met by every letter.

    ``topics`` are chosen where letters are read. ``cause`` is a reason (``rejected``), an error's class or a
    stage. ``since`` and ``until`` bound the time of death, the latter exclusively. ``limit`` takes the first.
    """

    topics: Sequence[str] = ()
    places: Sequence[Place] = ()
    groups: Sequence[str] = ()
    cause: str | None = None
    key: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    limit: int | None = None

    @property
    def is_everything(self) -> bool:
        """Whether no condition narrows it; ``limit`` is none."""
        conditions = (self.topics, self.places, self.groups, self.cause, self.key, self.since, self.until)
        return not any(conditions)

    def takes(self, letter: Letter) -> bool:
        """Say whether ``letter`` meets the conditions; ``limit`` is for the caller to count."""
        return (
            (not self.places or letter.place in self.places)
            and (not self.groups or letter.group_id in self.groups)
            and (self.cause is None or self.cause in letter.cause)
            and (self.key is None or self.key.encode() == letter.key)
            and (self.since is None or letter.died_at >= self.since)
            and (self.until is None or letter.died_at < self.until)
        )


def parse_place(text: str) -> Place:
    """Return the place written ``topic/partition/offset``. Raises ``WrongUse``."""
    topic, _, rest = text.partition("/")
    partition, _, offset = rest.partition("/")
    if not topic or not _is_number(partition) or not _is_number(offset):
        raise WrongUse(f"{text} is no place of a letter; write topic/partition/offset, as list and show do.")
    return Place(topic, int(partition), int(offset))


def parse_time(text: str) -> datetime:
    """Return the time written in ISO 8601 with its zone. Raises ``WrongUse``."""
    try:
        time = datetime.fromisoformat(text)
    except ValueError:
        raise WrongUse(f"{text} is no time; write it as 2026-03-02T09:00:00Z.") from None
    if time.utcoffset() is None:
        raise WrongUse(f"{text} has no time zone; write it as 2026-03-02T09:00:00Z.")
    return time


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 18
