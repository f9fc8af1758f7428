"""Creating at most once: whatever becomes of the answer, look before you repeat."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import Enum, auto
from typing import Generic, TypeVar

from muniment_ecm.errors import AnswerNotUnderstood, NameTaken
from muniment_kit.errors import MunimentError
from muniment_kit.http import OutcomeUnknown

T = TypeVar("T")

UNKNOWN_OUTCOMES: tuple[type[MunimentError], ...] = (OutcomeUnknown, AnswerNotUnderstood)
"""A create that ended in one of these may have happened."""


class Origin(Enum):
    """Who made what is there now."""

    MADE = auto()
    """This call, as the server confirmed."""
    PERHAPS_MADE = auto()
    """This call or another one at the same time: an answer was lost, then it was there."""
    FOUND = auto()
    """Not this call."""


@dataclass(frozen=True, slots=True)
class Created(Generic[T]):
    """What there is now, and who made it."""

    thing: T
    origin: Origin


async def create_once(
    create: Callable[[], Awaitable[T]],
    find: Callable[[], Awaitable[T | None]],
    *,
    taken: tuple[type[MunimentError], ...] = (NameTaken,),
) -> Created[T]:
    """Create; where the answer was lost or the place is taken, look; repeat once only if nothing is there.

    ``taken`` are the refusals that may mean "it is there already". They are raised when ``find`` sees nothing
    of ours, and so is the lost answer's error when it stays unknown. ``find`` may raise to refuse what it
    found.
    """
    try:
        return Created(await create(), Origin.MADE)
    except taken:
        found = await find()
        if found is None:
            raise
        return Created(found, Origin.FOUND)
    except UNKNOWN_OUTCOMES as lost:
        return Created(await _after_lost_answer(create, find, lost, taken), Origin.PERHAPS_MADE)


async def _after_lost_answer(
    create: Callable[[], Awaitable[T]],
    find: Callable[[], Awaitable[T | None]],
    lost: Exception,
    taken: tuple[type[MunimentError], ...],
) -> T:
    found = await find()
    if found is not None:
        return found
    try:
        return await create()
    except taken + UNKNOWN_OUTCOMES:
        found = await find()
        if found is None:
            raise lost from None  # half done, or slow: whoever calls again looks first
        return found
