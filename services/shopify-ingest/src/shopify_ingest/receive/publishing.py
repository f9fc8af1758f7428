"""Hooks on their way to Kafka: those that came in one turn of the event loop go together, each in its place.

A batch has one task and one deadline, however many hooks are in it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from muniment_contracts.bodies import HookReceived
from muniment_contracts.events import Event
from muniment_kit.clock import Clock
from muniment_kit.errors import Retryable
from muniment_kit.producer import Producer
from shopify_ingest.receive.forecast import Forecast


@dataclass(slots=True, eq=False)
class Waiting:
    """A hook whose sender waits for the answer."""

    event: Event[HookReceived]
    answer: asyncio.Future[None]

    def settle(self, trouble: Exception | None = None) -> None:
        """Tell the sender's task that the hook is stored, or why not; unless it has gone."""
        if self.answer.done():
            return
        if trouble is None:
            self.answer.set_result(None)
        else:
            self.answer.set_exception(trouble)


@dataclass(slots=True, eq=False)
class Flight:
    """A batch that was sent and not acknowledged yet."""

    hooks: Sequence[Waiting]
    task: asyncio.Task[None] | None = None
    timer: asyncio.TimerHandle | None = None


@dataclass(slots=True)
class Publishing:
    """Sends hooks in the order in which they came. ``on_trouble`` is called with a flight that failed or is
    late, and takes back that one or all.
    """

    producer: Producer
    forecast: Forecast
    within_s: float
    on_trouble: Callable[[Flight], None]
    clock: Clock
    _gathered: list[Waiting] = field(default_factory=list)
    _flights: dict[Flight, None] = field(default_factory=dict)
    _is_held: bool = False

    def submit(self, waiting: Waiting) -> None:
        """Send the hook with the others of this turn; its answer is settled once Kafka has it."""
        self._gathered.append(waiting)
        if len(self._gathered) == 1 and not self._is_held:
            asyncio.get_running_loop().call_soon(self._send)

    def hold(self) -> None:
        """Gather what is submitted, and send nothing until ``release``."""
        self._is_held = True

    def release(self) -> None:
        """Send what was gathered, and go on."""
        self._is_held = False
        self._send()

    def take_back(self, flight: Flight) -> Sequence[Waiting]:
        """Wait no longer for this flight, and return its hooks. Kafka may still get them."""
        self._flights.pop(flight)
        if flight.timer is not None:
            flight.timer.cancel()
        if flight.task is not None:
            flight.task.cancel()
        self.forecast.given_up(len(flight.hooks))
        return flight.hooks

    def take_back_all(self) -> Sequence[Waiting]:
        """Wait for nothing any longer, and return all hooks in their order. Kafka may still get some."""
        hooks = [waiting for flight in list(self._flights) for waiting in self.take_back(flight)]
        gathered, self._gathered = self._gathered, []
        return [*hooks, *gathered]

    def _send(self) -> None:
        if self._is_held or not self._gathered:
            return
        hooks, self._gathered = self._gathered, []
        flight = Flight(hooks)
        self.forecast.sent(len(hooks), self.clock.monotonic())
        flight.timer = asyncio.get_running_loop().call_later(self.within_s, self.on_trouble, flight)
        self._flights[flight] = None
        flight.task = asyncio.create_task(self._publish(flight))

    async def _publish(self, flight: Flight) -> None:
        try:
            await self.producer.publish([waiting.event for waiting in flight.hooks])
        except Retryable:
            if flight in self._flights:
                self.on_trouble(flight)
            return
        except Exception as trouble:  # noqa: BLE001 - raised where the hook is answered
            await self._publish_singly(flight, trouble)
        else:
            for waiting in flight.hooks:
                waiting.settle()
        self._landed(flight)

    async def _publish_singly(self, flight: Flight, trouble: Exception) -> None:
        """Find out which hook cannot be published, so that the others are."""
        if len(flight.hooks) == 1:
            flight.hooks[0].settle(trouble)
            return
        for waiting in flight.hooks:
            try:
                await self.producer.publish([waiting.event])
            except Exception as its_own:  # noqa: BLE001 - raised where the hook is answered
                waiting.settle(its_own)
            else:
                waiting.settle()

    def _landed(self, flight: Flight) -> None:
        if flight not in self._flights:
            return  # it was taken back meanwhile
        del self._flights[flight]
        self.forecast.acknowledged(len(flight.hooks), self.clock.monotonic())
        if flight.timer is not None:
            flight.timer.cancel()
