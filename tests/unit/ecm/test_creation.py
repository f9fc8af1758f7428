"""Creating at most once."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

import pytest

from muniment_ecm import AnswerNotUnderstood, NameTaken, RefusedByServer
from muniment_ecm.creation import Created, Origin, create_once
from muniment_kit.http import OutcomeUnknown, PeerUnavailable

LOST = OutcomeUnknown("lost")
TAKEN = NameTaken("taken")


def answers(*outcomes: int | Exception | None) -> tuple[Callable[[], Coroutine[Any, Any, int]], list[object]]:
    left: list[object] = list(outcomes)

    async def call() -> int:
        outcome = left.pop(0)
        if isinstance(outcome, Exception):
            raise outcome
        return outcome  # type: ignore[return-value]  # a finder's None travels the same way

    return call, left


@pytest.mark.parametrize(
    ("creates", "finds", "created"),
    [
        ([7], [], Created(7, Origin.MADE)),
        ([TAKEN], [7], Created(7, Origin.FOUND)),
        ([LOST], [7], Created(7, Origin.PERHAPS_MADE)),
        ([AnswerNotUnderstood("{}")], [7], Created(7, Origin.PERHAPS_MADE)),
        ([LOST, 7], [None], Created(7, Origin.PERHAPS_MADE)),
        ([LOST, TAKEN], [None, 7], Created(7, Origin.PERHAPS_MADE)),
        ([LOST, LOST], [None, 7], Created(7, Origin.PERHAPS_MADE)),
    ],
)
async def test_what_becomes_of_a_create(
    creates: list[int | Exception | None], finds: list[int | Exception | None], created: Created[int]
) -> None:
    create, creates_left = answers(*creates)
    find, finds_left = answers(*finds)
    assert await create_once(create, find) == created
    assert not creates_left
    assert not finds_left


@pytest.mark.parametrize(
    ("creates", "finds", "error"),
    [
        ([TAKEN], [None], NameTaken),
        ([LOST, LOST], [None, None], OutcomeUnknown),
        ([LOST, TAKEN], [None, None], OutcomeUnknown),
        ([LOST], [PeerUnavailable("down")], PeerUnavailable),
        ([RefusedByServer("no", status=400)], [], RefusedByServer),
    ],
)
async def test_a_create_that_stays_unclear_is_raised(
    creates: list[int | Exception | None], finds: list[int | Exception | None], error: type[Exception]
) -> None:
    create, creates_left = answers(*creates)
    find, finds_left = answers(*finds)
    with pytest.raises(error):
        await create_once(create, find)
    assert not creates_left
    assert not finds_left
