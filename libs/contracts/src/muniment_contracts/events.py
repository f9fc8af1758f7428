"""An event: a fact that happened, with what carries it. The bodies are in ``bodies``."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from hashlib import sha1
from typing import Any, Generic, TypeVar

from muniment_contracts.bodies import BODIES, Body
from muniment_contracts.topics import Topic, describe

B = TypeVar("B", bound=Body)
B_co = TypeVar("B_co", bound=Body, covariant=True)

#: Every deterministic id of this project is a uuid5 in this namespace.
NAMESPACE = uuid.UUID("6f1f3c52-4c2a-5d0e-9d53-4c6f6d756e69")
_NAMESPACE_BYTES = NAMESPACE.bytes


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
    named = "|".join([f"{len(part)}:{part}" for part in parts]).encode()
    digest = bytearray(sha1(_NAMESPACE_BYTES + named, usedforsecurity=False).digest()[:16])
    digest[6] = digest[6] & 0x0F | 0x50  # as uuid.uuid5 does (RFC 9562), in a third of its time: every event
    digest[8] = digest[8] & 0x3F | 0x80  # needs one
    text = digest.hex()
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


@cache
def body_type(topic: Topic) -> type[Body]:
    """Return the class of the bodies on ``topic``, as its file says."""
    return BODIES[describe(topic).value]
