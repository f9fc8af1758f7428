"""From a named change to its event: the same change of an object has the same id, however it is found."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from muniment_contracts.bodies import CommerceChange, HookReceived, HookReference
from muniment_contracts.events import Event, caused_by, deterministic_id
from muniment_contracts.identifiers import key_of
from muniment_shopify.gids import number_in
from shopify_ingest.record.bodies import body_of
from shopify_ingest.record.change import Change
from shopify_ingest.record.hook import Hook
from shopify_ingest.record.subject import Subject
from shopify_ingest.record.telling import Told
from shopify_ingest.record.topics_of_changes import topic_of

SOURCE = "shopify-ingest"


def event_id(subject: Subject, change: Change) -> str:
    """Return the id of the event that tells of ``change``."""
    return deterministic_id(subject.shop, subject.about.kind, subject.about.id, *change.identity)


def events_by_hooks(
    changes: Iterable[Change], subject: Subject, told: Sequence[Told]
) -> list[Event[CommerceChange]]:
    """Return the event of each change, caused by the hook that announced it; all of ``told`` are named."""
    named = [HookReference(hook=each.hook.topic, webhook_id=each.event.body.webhook_id) for each in told]
    return [
        event_by_hook(change, subject, body_of(change, subject, hooks=named), _cause_of(change, told))
        for change in changes
    ]


def event_by_hook(
    change: Change, subject: Subject, body: CommerceChange, cause: Event[HookReceived]
) -> Event[CommerceChange]:
    """Return the event of one change that ``cause`` announced."""
    kind, id = subject.key
    event = caused_by(
        cause,
        body,
        topic=topic_of(change.name),
        id=event_id(subject, change),
        type=change.name,
        source=SOURCE,
        time=change.occurred_at,
    )
    return replace(event, key=key_of(subject.shop, kind, id), subject=f"{kind}/{id}")


def reconciled_events(changes: Iterable[Change], subject: Subject) -> list[Event[CommerceChange]]:
    """Return the event of each change that was found by asking: the same ids, marked ``reconciled``."""
    return [_reconciled(change, subject) for change in changes]


def _reconciled(change: Change, subject: Subject) -> Event[CommerceChange]:
    kind, id = subject.key
    fact = event_id(subject, change)
    return Event(
        topic=topic_of(change.name),
        key=key_of(subject.shop, kind, id),
        id=fact,
        type=change.name,
        source=SOURCE,
        subject=f"{kind}/{id}",
        time=change.occurred_at,
        body=body_of(change, subject, reconciled=True),
        correlation_id=fact,
    )


def _cause_of(change: Change, told: Sequence[Told]) -> Event[HookReceived]:
    """Return the earliest hook that announced the change, or the earliest of all for a plain update."""
    announcing = [each.event for each in told if _announces(each.hook, change)]
    return min(announcing or [each.event for each in told], key=_moment)


def _announces(hook: Hook, change: Change) -> bool:
    is_part = change.part is not None and hook.number == number_in(change.part)
    return hook.change == change.name or (is_part and hook.change.split(".")[0] == change.name.split(".")[0])


def _moment(event: Event[HookReceived]) -> tuple[datetime, str]:
    return event.time, event.id
