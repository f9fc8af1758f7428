"""A service is a table: which handler answers the events of which topic, and what it may publish."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from muniment_contracts.events import Event
from muniment_contracts.topics import Topic
from muniment_kit.outcomes import Done
from muniment_kit.producer import Producer

Handler: TypeAlias = Callable[[Event[Any]], Awaitable[Done]]
BatchHandler: TypeAlias = Callable[[Sequence[Event[Any]]], Awaitable[Done]]
Beside: TypeAlias = Callable[[Producer], AbstractAsyncContextManager[None]]


@dataclass(frozen=True, slots=True)
class Coalesced:
    """A handler that gets all waiting events of one key at once, oldest first."""

    handle: BatchHandler


def coalesced(handle: BatchHandler) -> Coalesced:
    """Mark ``handle`` as taking all waiting events of one key at once; they are finished together."""
    return Coalesced(handle)


@dataclass(frozen=True, slots=True)
class Service:
    """One role of one service.

    ``name`` is also the consumer group's. ``table`` names the handler of each topic that is consumed.
    ``publishes`` are the topics a handler's events may go to; another one is a fault of ours. ``beside`` are
    context managers entered before consuming begins and left after it ended, each given the producer: an HTTP
    receiver, a watcher.

    ``bridges_outages`` says that the role does its work while the broker is away: ``beside`` then begins
    before the broker has answered, when publishing raises ``PublishFailed``, and such a role is ready.
    """

    name: str
    table: Mapping[Topic, Handler | Coalesced]
    publishes: Sequence[Topic] = field(kw_only=True)
    beside: Sequence[Beside] = field(default=(), kw_only=True)
    bridges_outages: bool = field(default=False, kw_only=True)
