"""A service in memory: events go in, outcomes, published events and dead letters come out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeAlias

from muniment_contracts.events import Event
from muniment_contracts.headers import event_from, to_record
from muniment_kit.errors import Rejected, Retryable
from muniment_kit.outcomes import Done
from muniment_kit.publishing import EventEncoder
from muniment_kit.records import OutgoingRecord
from muniment_kit.routes import routes_of
from muniment_kit.service import Service

Outcome: TypeAlias = Done | Retryable | Rejected


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """An event that the service gave up on, and why."""

    event: Event[Any]
    reason: str


class ServiceHarness:
    """Plays the runtime for one service, without broker, tasks or time.

    Events pass through the real encoding and decoding both on the way in and on the way out. What the runtime
    would do about ``Retryable`` is left to the test: the outcome says it, and the test tells the event again.
    A fault of the handler is raised.
    """

    def __init__(self, service: Service) -> None:
        self._routes = {route.topic: route for route in routes_of(service, topic_prefix="").values()}
        self._encoder = EventEncoder(service.publishes, topic_prefix="")
        self._topics = {str(topic): topic for topic in service.publishes}
        self.published: list[Event[Any]] = []
        self.dead_letters: list[DeadLetter] = []
        self.outcomes: list[Outcome] = []

    async def hears(self, *events: Event[Any]) -> Outcome:
        """Let the service answer ``events`` and return its outcome.

        Several events must be of one topic; a coalesced handler gets them at once, as if all had waited, any
        other one after the other, up to the first that is not done.
        """
        route = self._routes[events[0].topic]
        if not route.is_coalesced and len(events) > 1:
            outcome: Outcome = Done()
            for event in events:
                outcome = await self.hears(event)
                if not isinstance(outcome, Done):
                    break
            return outcome
        outcome = await self._answer(events)
        self.outcomes.append(outcome)
        return outcome

    async def _answer(self, events: tuple[Event[Any], ...]) -> Outcome:
        route = self._routes[events[0].topic]
        received = [_through_bytes(event) for event in events]
        try:
            done = await route.ask(received)
        except Retryable as again:
            return again
        except Rejected as rejected:
            return await self._reject(received, rejected)
        self.published.extend(self._read(self._encoder.encode(event)) for event in done.events)
        return done

    async def _reject(self, events: list[Event[Any]], rejected: Rejected) -> Outcome:
        if len(events) == 1:
            self.dead_letters.append(DeadLetter(events[0], rejected.reason))
            return rejected
        for event in events:  # as the runtime does: one at a time, so that only the bad one dies
            await self._answer((event,))
        return rejected

    def _read(self, record: OutgoingRecord) -> Event[Any]:
        return event_from(self._topics[record.topic], record.key, record.value, record.headers)


def _through_bytes(event: Event[Any]) -> Event[Any]:
    key, value, headers = to_record(event)
    return event_from(event.topic, key, value, headers)
