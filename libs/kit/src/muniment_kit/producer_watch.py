"""Asks the broker from time to time whether it still answers, for a role that only publishes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from muniment_kit import log
from muniment_kit.broker import BrokerUnavailable, StartableProducer
from muniment_kit.clock import Clock
from muniment_kit.vital_signs import VitalSigns

logger = log.logger(__name__)

INTERVAL_S = 1.0
ANSWER_S = 2.0


@asynccontextmanager
async def watching(
    producer: StartableProducer, *, vital_signs: VitalSigns, clock: Clock
) -> AsyncIterator[None]:
    """Keep readiness true to whether the broker answers ``producer``, while the context lasts.

    A role with a consumer needs this not: its own watch asks.
    """
    task = asyncio.create_task(_watch(producer, vital_signs, clock))
    try:
        yield
    finally:
        task.cancel()
        await asyncio.wait([task])


async def _watch(producer: StartableProducer, vital_signs: VitalSigns, clock: Clock) -> None:
    answered = True
    while True:
        await clock.sleep(INTERVAL_S)
        answers = await _answers(producer)
        if answers:
            vital_signs.broker_answers()
        else:
            vital_signs.broker_fails("The broker does not answer.")
        if answers != answered:
            logger.warning("the broker answers again" if answers else "the broker does not answer")
        answered = answers


async def _answers(producer: StartableProducer) -> bool:
    try:
        async with asyncio.timeout(ANSWER_S):
            await producer.ask()
    except (BrokerUnavailable, TimeoutError):
        return False
    return True
