"""What a received hook tells: the object it is about and what is announced of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import orjson

from muniment_contracts.bodies import HookReceived
from muniment_contracts.events import Event
from muniment_kit.errors import Rejected
from muniment_shopify.aggregates import Aggregate
from shopify_ingest.record.hook import Hook
from shopify_ingest.record.outcomes import outcome_of


@dataclass(frozen=True, slots=True)
class Told:
    """One hook as its body tells it: ``about`` is the object, or the part whose object is to be asked for."""

    event: Event[HookReceived]
    hook: Hook
    about: Aggregate


def told_by(event: Event[HookReceived]) -> Told | None:
    """Return what the hook tells, ``None`` if it stays in ``shopify.hooks`` only.

    That is so for a topic that is kept, a body that does not say what it is about, and a hook that was not
    accepted. Raises ``Rejected`` when an accepted body is no JSON object.
    """
    body = event.body
    outcome = outcome_of(body.hook)
    if body.verdict != "accepted" or outcome.change is None:
        return None
    content = _content(body)
    about = outcome.object_in(content)
    if about is None or not about.id.isdecimal():
        return None
    hook = Hook(
        topic=body.hook,
        change=outcome.change,
        triggered_at=event.time,
        part=outcome.part_in(content),
        action=body.event_id or body.webhook_id,
        body=content,
    )
    return Told(event, hook, about)


def _content(body: HookReceived) -> Mapping[str, object]:
    try:
        content = orjson.loads(body.body)
    except orjson.JSONDecodeError as error:
        raise Rejected("The hook was accepted as JSON but its body is none.") from error
    if not isinstance(content, dict):
        raise Rejected("The hook was accepted as a JSON object but its body is another kind of value.")
    return content
