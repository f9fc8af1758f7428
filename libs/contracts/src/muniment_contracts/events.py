"""An event: a fact that happened, with what carries it. The bodies are in ``bodies``."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, Generic, TypeVar

from muniment_contracts.bodies import BODIES, Body
from muniment_contracts.topics import Topic, describe

B = TypeVar("B", bound=Body)
B_co = TypeVar("B_co", bound=Body, covariant=True)

#: Every deterministic id of this project is a uuid5 in this namespace.
NAMESPACE = uuid.UUID("6f1f3c52-4c2a-5d0e-9d53-4c6f6d756e69")


@dataclass(frozen=True, slots=True)
class Event(Generic[B_co]):
    """One fact on its way.

    ``id`` and ``source`` together identify it (CloudEvents 1.0); the same input gives the same id, so
    duplicates collapse at the effect. ``time`` is when the fact happened, never when it was handled.
    ``key`` orders: events of one key are handled one after another. ``correlation_id`` is the same for
    the whole story, ``causation_id`` is the id of the event that directly caused this one,
    ``traceparent`` the W3C trace context.
    """

    topic: Topic
    key: str
    id: str
    type: str
    source: str
    subject: str
    time: datetime
    body: B_co
    correlation_id: str
    causation_id: str | None = None
    traceparent: str | None = None


def caused_by(
    cause: Event[Any],
    body: B,
    *,
    topic: Topic,
    id: str,
    type: str,
    source: str,
    time: datetime | None = None,
) -> Event[B]:
    """Return an event ``cause`` led to, about the same subject: key, correlation and trace are carried on."""
    return Event(
        topic=topic,
        key=cause.key,
        id=id,
        type=type,
        source=source,
        subject=cause.subject,
        time=time or cause.time,
        body=body,
        correlation_id=cause.correlation_id,
        causation_id=cause.id,
        traceparent=cause.traceparent,
    )


def deterministic_id(*parts: str) -> str:
    """Return the uuid5 of ``parts``: the same parts give the same id on any machine, on any day.

    Parts are joined with their lengths, so ``("a", "bc")`` and ``("ab", "c")`` differ.
    """
    return str(uuid.uuid5(NAMESPACE, "|".join(f"{len(part)}:{part}" for part in parts)))


@cache
def body_type(topic: Topic) -> type[Body]:
    """Return the class of the bodies on ``topic``, as its file says."""
    return BODIES[describe(topic).value]
