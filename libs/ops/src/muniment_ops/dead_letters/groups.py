"""Letters that died alike, counted."""

from __future__ import annotations

from collections.abc import AsyncIterable
from dataclasses import dataclass
from datetime import datetime

from muniment_ops.dead_letters.decisions import SettledLetters
from muniment_ops.dead_letters.letters import Cause, Letter


@dataclass(slots=True)
class LetterGroup:
    """Letters of one topic with one cause. ``attempts`` is the most that any of them was given."""

    id: str
    topic: str
    source: str
    service: str
    cause: Cause
    first_seen: datetime
    last_seen: datetime
    message: str
    open: int = 0
    settled: int = 0
    attempts: int = 0

    @property
    def count(self) -> int:
        """How many letters it holds."""
        return self.open + self.settled


async def group_letters(
    letters: AsyncIterable[Letter], settled: SettledLetters, *, with_settled: bool = False
) -> list[LetterGroup]:
    """Group ``letters``: the open ones, or all. ``message`` is that of the last letter counted."""
    groups: dict[str, LetterGroup] = {}
    async for letter in letters:
        is_open = settled.of(letter) is None
        if is_open or with_settled:
            group = groups.get(letter.group_id)
            if group is None:
                group = groups[letter.group_id] = _begin(letter)
            _count(group, letter, is_open=is_open)
    return sorted(groups.values(), key=lambda group: (group.topic, group.cause))


def _begin(letter: Letter) -> LetterGroup:
    return LetterGroup(
        id=letter.group_id,
        topic=letter.topic.name,
        source=letter.topic.source,
        service=letter.topic.service,
        cause=letter.cause,
        first_seen=letter.died_at,
        last_seen=letter.died_at,
        message=letter.message,
    )


def _count(group: LetterGroup, letter: Letter, *, is_open: bool) -> None:
    group.open += is_open
    group.settled += not is_open
    group.first_seen = min(group.first_seen, letter.died_at)
    if letter.died_at >= group.last_seen:
        group.last_seen = letter.died_at
        group.message = letter.message
    group.attempts = max(group.attempts, letter.attempts or 0)
