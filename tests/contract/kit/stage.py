"""One service on an in-memory broker, with a clock that moves when the scenario says so."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from random import Random
from types import TracebackType
from typing import Any, Self

from muniment_contracts.events import Event
from muniment_contracts.topics import Topic, dead_letter_topic
from muniment_kit.consumer import Consumer
from muniment_kit.outcomes import Done
from muniment_kit.records import TopicPartition
from muniment_kit.service import Coalesced, Handler, Service
from muniment_kit.testing import InMemoryBroker, ManualClock, StoredRecord
from muniment_kit.vital_signs import VitalSigns
from tests.builders.events import hook_received
from tests.builders.kit_settings import kit_settings
from tests.waiting import eventually

NAME = "stage"
TOPIC = Topic.SHOPIFY_HOOKS
DEAD_LETTERS = dead_letter_topic(TOPIC, NAME)


def told(key: str, number: int = 0) -> Event[Any]:
    """Return the ``number``-th event of ``key``."""
    return hook_received(key=key, webhook_id=f"{key}/{number}", body=f"{key}/{number}".encode())


def said(event: Event[Any]) -> str:
    """Return which event it is, as ``key/number``."""
    return str(event.body.webhook_id)


class Stage:
    """Plays ``handler`` on ``broker``; as an async context it consumes from beginning to end."""

    def __init__(
        self,
        handler: Handler | Coalesced,
        *,
        broker: InMemoryBroker | None = None,
        clock: ManualClock | None = None,
        publishes: Sequence[Topic] = (Topic.COMMERCE_ORDERS,),
        **settings: Any,
    ) -> None:
        self.clock = clock or ManualClock()
        self.broker = broker or InMemoryBroker(partitions=1, clock=self.clock)
        self.vital_signs = VitalSigns(clock=self.clock, stall_s=300, is_consumer=True)
        self.vital_signs.producer_started()
        self.settings = kit_settings(**settings)
        self.consumer = Consumer(
            Service(NAME, {TOPIC: handler}, publishes=publishes),
            broker=self.broker,
            producer=self.broker.producer(),
            settings=self.settings,
            clock=self.clock,
            vital_signs=self.vital_signs,
            service_version="1.2.3",
            random=Random(7),
        )

    async def __aenter__(self) -> Self:
        self.consumer.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        stopping = asyncio.ensure_future(self.consumer.stop())
        while not stopping.done():
            await self.clock.advance(1.0)
            await asyncio.sleep(0.001)
        await stopping

    @property
    def committed(self) -> int | None:
        """What is committed of the only partition."""
        return self.broker.committed(NAME).get(TopicPartition(TOPIC, 0))

    @property
    def dead_letters(self) -> list[StoredRecord]:
        """The dead letters so far."""
        return self.broker.records(DEAD_LETTERS)

    async def until(self, holds: Callable[[], bool], *, what: str = "the scenario's condition") -> None:
        """Let things happen, without time passing on the stage, until ``holds()``."""
        await eventually(holds, what=what, timeout_s=5)

    async def until_committed(self, offset: int) -> None:
        """Let time pass by commit intervals until ``offset`` is committed."""
        try:
            async with asyncio.timeout(5):
                while self.committed != offset:
                    await self.clock.advance(self.settings.commit_interval_s)
                    await asyncio.sleep(0.001)
        except TimeoutError:
            raise AssertionError(f"Committed is {self.committed}, not {offset}.") from None


class Recording:
    """A handler that notes what it heard and when it ended; a gate per event may hold it."""

    def __init__(self, answer: Callable[[Event[Any]], Done] | None = None) -> None:
        self.begun: list[str] = []
        self.ended: list[str] = []
        self._answer = answer
        self._gates: dict[str, asyncio.Event] = {}

    def hold(self, name: str) -> asyncio.Event:
        """Let the handler of event ``name`` wait until the returned gate is set."""
        return self._gates.setdefault(name, asyncio.Event())

    async def __call__(self, event: Event[Any]) -> Done:
        name = said(event)
        self.begun.append(name)
        if name in self._gates:
            await self._gates[name].wait()
        done = self._answer(event) if self._answer is not None else Done()
        self.ended.append(name)
        return done
