"""Makes good what was lost: the object is fetched, and what was never told of it is published."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from muniment_contracts.events import Event
from muniment_kit.clock import Clock
from muniment_kit.errors import Rejected, Retryable
from muniment_kit.producer import Producer
from shopify_ingest.reconcile.known import Known
from shopify_ingest.reconcile.objects import State, Watched, digest_of
from shopify_ingest.reconcile.shop import WatchedShop
from shopify_ingest.reconcile.standing import Standing
from shopify_ingest.reconcile.suspects import Suspect


@dataclass(frozen=True, slots=True)
class Finding:
    """One object that was lost: how, and the events that make it good. ``updated_at`` is the shop's state."""

    kind: str
    id: str
    standing: Standing
    known_at: datetime | None
    updated_at: datetime | None
    events: Sequence[Event[Any]]


async def looked_into(
    shop: WatchedShop, kind: Watched, suspect: Suspect, *, clock: Clock, since: datetime | None = None
) -> Finding | None:
    """Ask the shop for the object; return what is lost of it, or ``None`` when nothing is.

    Facts before ``since`` need not have been told; without it the shop's own beginning, or that of the object
    where its history was loaded.
    """
    since = since or _since(shop, suspect)
    state = await kind.fetch(shop.client, suspect.id, since=since)
    known = shop.memory.knowledge.of(kind.name, suspect.id)
    if state is None:
        if known is None or known.state == "gone":
            return None
        events = kind.gone(shop.handle, suspect.id, found_out_at=clock.now())
        return Finding(kind.name, suspect.id, Standing.DELETED, known.updated_at, None, events)
    events = untold(state, known)
    if not events:
        return None
    known_at = known.updated_at if known is not None else None
    return Finding(kind.name, suspect.id, _how(state, known), known_at, state.updated_at, events)


def untold(state: State, known: Known | None) -> list[Event[Any]]:
    """Return the events of ``state`` that were not told yet.

    The plain update is one of them only if no other event carries the state.
    """
    known = known or Known()
    events = [event for event in state.facts if digest_of(event.id) not in known.facts]
    if not events and state.update is not None and not _is_known(state, known):
        events = [state.update]
    return events


async def in_parallel(
    shop: WatchedShop, kind: Watched, suspects: Sequence[Suspect], *, clock: Clock, at_once: int
) -> AsyncIterator[tuple[Suspect, Finding | Retryable | Rejected | None]]:
    """Yield what is found of each suspect, or why that could not be said; ``at_once`` are asked for together.

    Any other error is raised.
    """
    for start in range(0, len(suspects), at_once):
        batch = suspects[start : start + at_once]
        answers = await asyncio.gather(
            *(looked_into(shop, kind, each, clock=clock) for each in batch), return_exceptions=True
        )
        for suspect, answer in zip(batch, answers, strict=True):
            if isinstance(answer, BaseException) and not isinstance(answer, Retryable | Rejected):
                raise answer
            yield suspect, answer


async def publish(producer: Producer, findings: Sequence[Finding]) -> None:
    """Publish the events of ``findings``; those of one object in their order."""
    events = [event for finding in findings for event in finding.events]
    if events:
        await producer.publish(events)


def _since(shop: WatchedShop, suspect: Suspect) -> datetime:
    created_at = suspect.listed.created_at if suspect.listed is not None else None
    if created_at is not None and created_at < shop.begin and shop.is_loaded(created_at):
        return created_at
    return shop.begin


def _is_known(state: State, known: Known) -> bool:
    if known.updated_at is None or known.updated_at < state.updated_at:
        return False
    if known.updated_at > state.updated_at:
        return True
    return state.looks is None or not known.looks or state.looks in known.looks


def _how(state: State, known: Known | None) -> Standing:
    if known is None:
        return Standing.MISSING
    return Standing.LACKING if _is_known(state, known) else Standing.STALE
