"""The service's table as the runtime uses it: a topic's decoding, its handler, and where its dead go."""

from __future__ import annotations

from collections.abc import Awaitable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from muniment_contracts.codec import Codec, default_codec
from muniment_contracts.errors import SchemaPending
from muniment_contracts.events import Event
from muniment_contracts.headers import event_from
from muniment_contracts.topics import Topic, dead_letter_topic, retry_topic
from muniment_kit.errors import Retryable
from muniment_kit.outcomes import Done
from muniment_kit.records import Record
from muniment_kit.service import BatchHandler, Coalesced, Handler, Service


@dataclass(frozen=True, slots=True)
class Route:
    """What happens to the records of one topic. Exactly one of ``handler`` and ``batch_handler`` is there.

    ``physical``, ``retries`` and ``dead_letters`` are physical names; ``label`` names the topic in metrics.
    """

    topic: Topic
    physical: str
    label: str
    retries: str
    dead_letters: str
    handler: Handler | None
    batch_handler: BatchHandler | None
    codec: Codec

    @property
    def is_coalesced(self) -> bool:
        """Whether the handler takes all waiting events of a key at once."""
        return self.batch_handler is not None

    @property
    def is_retry(self) -> bool:
        """Whether it is the route of records that were parked."""
        return self.physical == self.retries

    def of_parked(self, service: str) -> Route:
        """Return the route of this topic's records that ``service`` has parked: the same handler."""
        return replace(self, physical=self.retries, label=retry_topic(self.topic, service))

    def decode(self, record: Record) -> Event[Any]:
        """Return the event in ``record``.

        Raises ``UndecodableRecord``, or ``Retryable`` while its schema is being asked for.
        """
        try:
            return event_from(self.topic, record.key, record.value, record.headers, codec=self.codec)
        except SchemaPending as pending:
            raise Retryable(str(pending), after=pending.after_s) from None

    def ask(self, events: Sequence[Event[Any]]) -> Awaitable[Done]:
        """Let the handler answer ``events``: one, or for a coalesced handler one or more of the same key."""
        if self.batch_handler is not None:
            return self.batch_handler(events)
        assert self.handler is not None
        (event,) = events
        return self.handler(event)


def routes_of(service: Service, *, topic_prefix: str, codec: Codec | None = None) -> Mapping[str, Route]:
    """Return the routes of ``service`` by the physical names of their topics."""
    codec = codec or default_codec()
    routes = {}
    for topic, entry in service.table.items():
        physical = f"{topic_prefix}{topic}"
        dead_letters = f"{topic_prefix}{dead_letter_topic(topic, service.name)}"
        retries = f"{topic_prefix}{retry_topic(topic, service.name)}"
        handler, batch_handler = (None, entry.handle) if isinstance(entry, Coalesced) else (entry, None)
        routes[physical] = Route(
            topic, physical, str(topic), retries, dead_letters, handler, batch_handler, codec
        )
    return routes
